// OpenPGP signatures of a lookaside: the one form that counts, and the traps that gpg's own answers hold.
import { enums, readKey } from "openpgp";
import { beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { type OpenpgpKey, readOpenpgpKeys } from "../../../../worker/signatures/openpgp-keys.ts";
import { lookasidePath, readLookasideFile } from "../../../../worker/signatures/read-lookaside.ts";
import { verifyEvidence } from "../../../../worker/signatures/verify-evidence.ts";
import { dayMs, signedAtMs } from "../../../kit/signing/authority.ts";
import { image, onlyEvidence, otherImage, repository, trust } from "../../../kit/signing/evidence.ts";
import {
  armoredMessage,
  cleartextMessage,
  compressed,
  detachedSignature,
  literalMessage,
  type OpenpgpPair,
  openpgpKey,
  packetMessage,
  revoked,
  signedMessage,
  withRevokedSubkey,
} from "../../../kit/signing/openpgp.ts";
import { cosignPayload, openpgpPayload } from "../../../kit/signing/payloads.ts";

const payload = openpgpPayload(`${repository}:44`, image);
const url = "https://lookaside.example/os/desktop@sha256=00/signature-1";

async function keysOf(...armored: readonly string[]): Promise<readonly OpenpgpKey[]> {
  const read = await readOpenpgpKeys(armored.join("\n"));
  expect(read.problems).toEqual([]);
  return read.keys;
}

async function find(file: Uint8Array, keys: readonly OpenpgpKey[], nowMs = signedAtMs + dayMs, limits = {}) {
  const evidence = onlyEvidence(readLookasideFile(file, image, url));
  return verifyEvidence(evidence, trust({ openpgp: keys }), nowMs, { ...defaultSignatureLimits, ...limits });
}

let good: OpenpgpPair;
let other: OpenpgpPair;
let withSubkey: OpenpgpPair;

beforeAll(async () => {
  [good, other, withSubkey] = await Promise.all([
    openpgpKey("release"),
    openpgpKey("other", { type: "rsa" }),
    openpgpKey("subkey", { signingSubkey: true }),
  ]);
});

describe("a signed message", () => {
  test("is whole, says what it says, and proves no time", async () => {
    const finding = await find(await signedMessage(payload, good), await keysOf(other.armored, good.armored));
    const fingerprint = good.publicKey.getFingerprint().toUpperCase();
    expect(finding).toMatchObject({
      valid: true,
      reasons: [],
      format: "openpgp-lookaside",
      signature: { holds: true, algorithm: "openpgp-eddsaLegacy-sha512" },
      signer: { type: "openpgp", fingerprint, signingKey: fingerprint },
      claims: { digest: image, repository, tag: "44", creator: "signing kit", createdAtMs: 1_715_000_000_000 },
      times: [],
      validUntilMs: null,
    });
    const packets = (await readKey({ armoredKey: good.armored })).write();
    expect(finding.tried.openpgp).toContain(`${fingerprint} ${digestOf(packets)}`);
  });

  test("may be of RSA, compressed as gpg writes it, or have the signature first", async () => {
    const keys = await keysOf(other.armored);
    const plain = await signedMessage(payload, other);
    for (const file of [plain, compressed(plain), await packetMessage(payload, other)]) {
      expect((await find(file, keys)).valid).toBe(true);
    }
  });

  test("may be a text signature", async () => {
    const file = await packetMessage(payload, good, { type: enums.signature.text });
    expect((await find(file, await keysOf(good.armored))).valid).toBe(true);
  });

  test("by a subkey is by its primary key", async () => {
    const { signer } = await find(await signedMessage(payload, withSubkey), await keysOf(withSubkey.armored));
    expect(signer).toEqual({
      type: "openpgp",
      fingerprint: withSubkey.publicKey.getFingerprint().toUpperCase(),
      signingKey: withSubkey.publicKey.subkeys[0]?.getFingerprint().toUpperCase(),
    });
  });

  test("says until when its key is good", async () => {
    const ending = await openpgpKey("ending", { lifeMs: 200 * dayMs });
    const finding = await find(await signedMessage(payload, ending), await keysOf(ending.armored));
    expect([finding.valid, finding.validUntilMs]).toEqual([true, Math.floor(signedAtMs / 1000) * 1000 + 100 * dayMs]);
  });
});

type Row = {
  readonly title: string;
  readonly file: () => Promise<Uint8Array>;
  readonly keys: () => Promise<readonly OpenpgpKey[]>;
  readonly nowMs?: number;
  readonly limits?: object;
  readonly valid: false | null;
  readonly code: string;
};

/** A signature packet of a version that there is not yet. */
const unreadableSignature = Buffer.from([0xc2, 3, 99, 0, 0]);

let lateKey: OpenpgpPair | undefined;
async function late(): Promise<OpenpgpPair> {
  lateKey ??= await openpgpKey("late", { createdAtMs: signedAtMs + dayMs });
  return lateKey;
}

const goodKey = () => keysOf(good.armored);
const goodFile = () => signedMessage(payload, good);

const attacks: readonly Row[] = [
  // facts/trust.md 1d: gpg says GOODSIG of cleartext; containers-signature.5: MUST NOT be a cleartext signature.
  { title: "cleartext", file: () => cleartextMessage(payload, good), keys: goodKey, valid: false, code: "MALFORMED" },
  { title: "armor", file: () => armoredMessage(payload, good), keys: goodKey, valid: false, code: "MALFORMED" },
  // containers-signature.5: MUST NOT be an unsigned "Literal Message".
  { title: "a literal message", file: () => literalMessage(payload), keys: goodKey, valid: false, code: "MALFORMED" },
  {
    title: "a detached signature, which is of no payload",
    file: () => detachedSignature(payload, good),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  // containers/image mechanism_gpgme.go: exactly one signature.
  {
    title: "two signatures, of which one is by a stranger",
    file: () => signedMessage(payload, good, { others: [other] }),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  {
    title: "a standalone signature, which is of no bytes at all, before any payload",
    file: () => packetMessage(payload, good, { type: enums.signature.standalone }),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  {
    title: "a second signature of a kind that nobody can read",
    file: async () => Buffer.concat([await packetMessage(payload, good), unreadableSignature]),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  {
    title: "a signature of a kind that nobody can read",
    file: async () => Buffer.concat([unreadableSignature, await literalMessage(payload)]),
    keys: goodKey,
    valid: null,
    code: "ALG_UNSUPPORTED",
  },
  {
    title: "another message after the message",
    file: async () => Buffer.concat([await goodFile(), await literalMessage(Buffer.from("x"))]),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  {
    title: "something after a compressed message",
    file: async () => Buffer.concat([compressed(await goodFile()), await literalMessage(Buffer.from("x"))]),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  {
    title: "a compressed message within a compressed message",
    file: async () => compressed(compressed(await goodFile())),
    keys: goodKey,
    valid: false,
    code: "MALFORMED",
  },
  { title: "nothing", file: async () => Buffer.alloc(0), keys: goodKey, valid: false, code: "MALFORMED" },
  {
    title: "a key that nobody gave",
    file: goodFile,
    keys: () => keysOf(other.armored),
    valid: null,
    code: "SIGNATURE_ERROR",
  },
  {
    title: "a payload that was changed",
    file: async () => {
      const file = Buffer.from(await goodFile());
      file.write("evil", file.indexOf("desktop"));
      return file;
    },
    keys: goodKey,
    valid: null,
    code: "SIGNATURE_ERROR",
  },
  // facts/trust.md 1d: gpg says EXPSIG and VALIDSIG.
  {
    title: "a signature that has expired",
    file: () => packetMessage(payload, good, { lifeMs: dayMs }),
    keys: goodKey,
    nowMs: signedAtMs + 2 * dayMs,
    valid: false,
    code: "KEY_WINDOW",
  },
  {
    title: "a signature from the future",
    file: () => signedMessage(payload, good, { atMs: signedAtMs + 9 * dayMs }),
    keys: goodKey,
    valid: false,
    code: "KEY_WINDOW",
  },
  {
    title: "a signature that says it is older than its key",
    file: async () => packetMessage(payload, await late()),
    keys: async () => keysOf((await late()).armored),
    nowMs: signedAtMs + 9 * dayMs,
    valid: false,
    code: "KEY_WINDOW",
  },
  // facts/trust.md 1d: gpg says REVKEYSIG and VALIDSIG.
  {
    title: "a key that was revoked as compromised",
    file: goodFile,
    keys: async () => keysOf(await revoked(good, signedAtMs + dayMs, enums.reasonForRevocation.keyCompromised)),
    valid: false,
    code: "KEY_REVOKED",
  },
  {
    title: "a key that was retired after it signed: gpg says REVKEYSIG of it too",
    file: goodFile,
    keys: async () => keysOf(await revoked(good, signedAtMs + 1000, enums.reasonForRevocation.keyRetired)),
    valid: false,
    code: "KEY_REVOKED",
  },
  {
    title: "a revoked subkey of a good key",
    file: () => signedMessage(payload, withSubkey),
    keys: async () => keysOf(await withRevokedSubkey(withSubkey, signedAtMs + 1000)),
    valid: false,
    code: "KEY_REVOKED",
  },
  // RFC 9580, 9.5 and openpgp's own refusal: collisions of SHA-1 are for sale.
  {
    title: "a signature over SHA-1",
    file: () => packetMessage(payload, other, { hash: enums.hash.sha1 }),
    keys: () => keysOf(other.armored),
    valid: null,
    code: "ALG_UNSUPPORTED",
  },
  {
    title: "cosign's payload in an OpenPGP message",
    file: () => signedMessage(cosignPayload(repository, image, {}), good),
    keys: goodKey,
    valid: false,
    code: "PAYLOAD_TYPE",
  },
  {
    title: "optional that is null, which only cosign writes",
    file: () => signedMessage(Buffer.from(payload.toString().replace(/"optional":.*\}\}$/, '"optional":null}')), good),
    keys: goodKey,
    valid: false,
    code: "PAYLOAD_FORMAT",
  },
  {
    title: "another image's signature under this one's digest",
    file: () => signedMessage(openpgpPayload(repository, otherImage), good),
    keys: goodKey,
    valid: false,
    code: "DIGEST_MISMATCH",
  },
  {
    title: "a file that is too large",
    file: goodFile,
    keys: goodKey,
    limits: { lookasideBytes: 100 },
    valid: null,
    code: "LIMIT_EXCEEDED",
  },
  {
    title: "a message that grows beyond the limit when it is decompressed",
    file: async () => compressed(await signedMessage(Buffer.alloc(4_000_000, "a"), good)),
    keys: goodKey,
    limits: { lookasideBytes: 100_000 },
    valid: false,
    code: "MALFORMED",
  },
];

describe("an OpenPGP attack", () => {
  test.each(attacks)("$title", async ({ file, keys, nowMs, limits, valid, code }) => {
    const finding = await find(await file(), await keys(), nowMs, limits);
    expect([finding.valid, finding.reasons.map((reason) => reason.code)]).toEqual([valid, [code]]);
  });

  test("an expired key ends what it signed while it was good", async () => {
    const ending = await openpgpKey("ending", { lifeMs: 101 * dayMs });
    const file = await signedMessage(payload, ending);
    const keys = await keysOf(ending.armored);
    expect((await find(file, keys, signedAtMs)).valid).toBe(true);
    const late = await find(file, keys, signedAtMs + 2 * dayMs);
    expect([late.valid, late.reasons.map(({ code }) => code)]).toEqual([false, ["KEY_WINDOW"]]);
  });
});

describe("copies of one key", () => {
  const revokedCopy = () => revoked(good, signedAtMs + dayMs, enums.reasonForRevocation.keyCompromised);

  test.each([
    ["before", async () => [await revokedCopy(), good.armored]],
    ["after", async () => [good.armored, await revokedCopy()]],
  ])("a revoked one counts %s another that knows of none", async (_, copies) => {
    const finding = await find(await goodFile(), await keysOf(...(await copies())), signedAtMs + 2 * dayMs);
    expect([finding.valid, finding.reasons.map(({ code }) => code)]).toEqual([false, ["KEY_REVOKED"]]);
    expect(finding.tried.openpgp).toHaveLength(2);
  });

  test("a revoked one counts though it lacks the subkey that signed", async () => {
    const key = await readKey({ armoredKey: withSubkey.armored });
    key.subkeys = [];
    const bare = { ...withSubkey, armored: key.armor() };
    const alone = await readKey({ armoredKey: bare.armored });
    const whole = await readKey({
      armoredKey: await revoked(withSubkey, signedAtMs + dayMs, enums.reasonForRevocation.keyCompromised),
    });
    alone.revocationSignatures = whole.revocationSignatures;
    const keys = await keysOf(withSubkey.armored, alone.armor());
    const finding = await find(await signedMessage(payload, withSubkey), keys, signedAtMs + 2 * dayMs);
    expect([finding.valid, finding.reasons.map(({ code }) => code)]).toEqual([false, ["KEY_REVOKED"]]);
  });

  test("one without the subkey that signed takes nothing from one that has it", async () => {
    const key = await readKey({ armoredKey: withSubkey.armored });
    key.subkeys = [];
    const keys = await keysOf(key.armor(), withSubkey.armored);
    expect((await find(await signedMessage(payload, withSubkey), keys)).valid).toBe(true);
  });
});

describe("time alone", () => {
  test("ends a signature whose key is retired at a moment to come", async () => {
    const atMs = Math.floor(signedAtMs / 1000) * 1000 + 9 * dayMs;
    const keys = await keysOf(await revoked(good, atMs, enums.reasonForRevocation.keyRetired));
    const before = await find(await goodFile(), keys);
    expect([before.valid, before.validUntilMs]).toEqual([true, atMs]);
    const after = await find(await goodFile(), keys, atMs);
    expect([after.valid, after.reasons.map(({ code }) => code)]).toEqual([false, ["KEY_REVOKED"]]);
    // What was found out of the future is not held against the present.
    expect((await find(await goodFile(), keys)).valid).toBe(true);
  });

  test("lets a signature from the future count when it has come, until its key ends", async () => {
    const atMs = Math.floor(signedAtMs / 1000) * 1000 + 9 * dayMs;
    const ending = await openpgpKey("ending-later", { lifeMs: 200 * dayMs });
    const keys = await keysOf(ending.armored);
    const file = await signedMessage(payload, ending, { atMs });
    const before = await find(file, keys);
    expect([before.valid, before.validFromMs, before.validUntilMs]).toEqual([false, atMs, null]);
    const after = await find(file, keys, atMs);
    expect([after.valid, "validFromMs" in after]).toEqual([true, false]);
    expect(after.validUntilMs).toBe(Math.floor(signedAtMs / 1000) * 1000 + 100 * dayMs);
  });
});

describe("a key ring", () => {
  test("of several armored blocks, or of several keys in one, gives them all", async () => {
    const binary = await Promise.all(
      [good, other].map(async ({ armored }) => (await readKey({ armoredKey: armored })).write()),
    );
    const fingerprints = [good, other].map(({ publicKey }) => publicKey.getFingerprint().toUpperCase());
    for (const file of [`${good.armored}\n${other.armored}`, Buffer.concat(binary)]) {
      const { keys, problems } = await readOpenpgpKeys(file);
      expect([keys.map(({ fingerprint }) => fingerprint), problems]).toEqual([fingerprints, []]);
    }
  });

  test("keeps its other keys beside one that cannot be read, as post-quantum ones in Red Hat's files", async () => {
    const [before, after] = [
      (await readKey({ armoredKey: good.armored })).write(),
      (await readKey({ armoredKey: other.armored })).write(),
    ];
    // A version 6 key packet of algorithm 30 (ML-DSA-65+Ed25519, draft-ietf-openpgp-pqc).
    const unknown = Buffer.from([0xc6, 12, 6, 0x65, 0, 0, 0, 30, 0, 0, 0, 2, 1, 2]);
    const { keys, problems } = await readOpenpgpKeys(Buffer.concat([before, unknown, after]));
    expect(keys.map(({ fingerprint }) => fingerprint)).toHaveLength(2);
    expect(problems).toHaveLength(1);
  });

  test.each([
    ["a private key", () => good.privateKey.armor().replaceAll("PRIVATE KEY BLOCK", "PUBLIC KEY BLOCK")],
    ["no key at all", () => "hello"],
    ["half a packet", () => Buffer.from([0xc6, 200, 1])],
    ["nothing", () => ""],
  ])("with %s gives a problem and no key", async (_, file) => {
    const { keys, problems } = await readOpenpgpKeys(file());
    expect([keys.length, problems.length]).toEqual([0, 1]);
  });

  /** The same key with other headers: gpg writes lengths of the old form, others of the new. */
  async function withHeaders(pair: OpenpgpPair, header: (tag: number, length: number) => Buffer): Promise<Buffer> {
    const packets = (await readKey({ armoredKey: pair.armored })).toPacketList();
    return Buffer.concat(
      packets.map((packet) => {
        const body = packet.write();
        return Buffer.concat([header((packet.constructor as unknown as { tag: number }).tag, body.length), body]);
      }),
    );
  }
  const uint = (value: number, size: number) => {
    const buffer = Buffer.alloc(size);
    buffer.writeUIntBE(value, 0, size);
    return buffer;
  };
  test.each<[string, (tag: number, length: number) => Buffer]>([
    [
      "the old form, of two bytes",
      (tag, length) => Buffer.concat([Buffer.from([0x80 | (tag << 2) | 1]), uint(length, 2)]),
    ],
    [
      "the old form, of four bytes",
      (tag, length) => Buffer.concat([Buffer.from([0x80 | (tag << 2) | 2]), uint(length, 4)]),
    ],
    [
      "the old form, of one byte or two",
      (tag, length) =>
        length < 256
          ? Buffer.from([0x80 | (tag << 2), length])
          : Buffer.concat([Buffer.from([0x80 | (tag << 2) | 1]), uint(length, 2)]),
    ],
    ["the new form, of five bytes", (tag, length) => Buffer.concat([Buffer.from([0xc0 | tag, 255]), uint(length, 4)])],
  ])("with lengths of %s gives its keys", async (_, header) => {
    const ring = Buffer.concat([await withHeaders(other, header), await withHeaders(good, header)]);
    const { keys, problems } = await readOpenpgpKeys(ring);
    expect(problems).toEqual([]);
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual(
      [other, good].map(({ publicKey }) => publicKey.getFingerprint().toUpperCase()),
    );
  });

  test.each([
    ["that is cut off", Buffer.from([0xc6, 200, 1])],
    ["whose length is cut off", Buffer.from([0xc6])],
    ["of a partial length", Buffer.from([0xc6, 224, 1, 2])],
    ["that is none", Buffer.from("hello")],
  ])("keeps the keys before a packet %s", async (_, end) => {
    const binary = (await readKey({ armoredKey: good.armored })).write();
    const { keys, problems } = await readOpenpgpKeys(Buffer.concat([binary, end]));
    expect([keys.length, problems.length]).toEqual([1, 1]);
  });

  test("is read up to its limits", async () => {
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, 0xc6);
    expect((await readOpenpgpKeys(large)).problems).toEqual([expect.stringContaining("bytes")]);
    const empty = Buffer.alloc(2 * 300, Buffer.from([0xc6, 0]));
    const { keys, problems } = await readOpenpgpKeys(empty);
    expect([keys.length, problems.length, problems[0]]).toEqual([0, 257, "more than 256 keys in a ring"]);
  });

  test("names a key once, however often it stands there", async () => {
    expect((await readOpenpgpKeys(`${good.armored}\n${good.armored}`)).keys).toHaveLength(1);
  });
});

test("a lookaside's files are found by the digest and a number", () => {
  expect(lookasidePath("os/desktop", `sha256:${"a".repeat(64)}`, 1)).toBe(
    `os/desktop@sha256=${"a".repeat(64)}/signature-1`,
  );
});
