// Bodies of log entries: for each kind, every part that must be this signature's.
import { describe, expect, test } from "vitest";
import { checkLogBody, type LoggedSignature } from "../../../../worker/signatures/log-body.ts";
import { makeAuthority } from "../../../kit/signing/authority.ts";
import { inToto, type SignedEnvelope, signEnvelope } from "../../../kit/signing/bundle.ts";
import { signBytes, signingKey } from "../../../kit/signing/keys.ts";
import { bodies } from "../../../kit/signing/rekor.ts";
import { keyless, signStatement } from "../../../kit/signing/scenes.ts";

const key = signingKey("logged");
const { certificate } = keyless(makeAuthority());
const envelope = signEnvelope(signStatement(), [key]);
const [signature = Buffer.alloc(0)] = envelope.signatures;
const other = signEnvelope(Buffer.from("{}"), [key]);

type Kind = keyof typeof bodies;
const make = (
  kind: Kind,
  by: object = { key },
  { payload, signed, stored }: SignedEnvelope = envelope,
  made = signature,
) => {
  const logged = { signature: made, signed, verifier: by as { key: typeof key } };
  switch (kind) {
    case "hashedrekord001":
    case "hashedrekord002":
      return bodies[kind](logged);
    case "dsse001":
    case "intoto001":
      return bodies[kind](logged, payload, stored);
    case "dsse002":
      return bodies[kind](logged, payload);
    case "intoto002":
      return bodies[kind](logged, payload, inToto);
  }
};

const whole: LoggedSignature = {
  signature,
  signed: { bytes: envelope.signed },
  envelope: { payload: envelope.payload, stored: envelope.stored },
};

const check = (body: object, logged: LoggedSignature = whole) => {
  const { kind, apiVersion } = body as { kind: string; apiVersion: string };
  return checkLogBody(kind, apiVersion, Buffer.from(JSON.stringify(body)), logged);
};

const kinds = Object.keys(bodies) as Kind[];

describe.each(kinds)("an entry of %s", (kind) => {
  test("is of this signature, and names the key or certificate", () => {
    expect(check(make(kind))).toEqual({ outcome: "holds", verifiers: [{ label: "PUBLIC KEY", der: key.spki }] });
    expect(check(make(kind, { certificate }))).toEqual({
      outcome: "holds",
      verifiers: [{ label: "CERTIFICATE", der: certificate }],
    });
  });

  test("of another payload is of another signature", () => {
    expect(check(make(kind, { key }, other)).outcome).toBe("fails");
  });

  test("of another signature is not of this one", () => {
    const made = signBytes(key, Buffer.from("something else"));
    // Rekor kept no signature in intoto 0.0.1: the envelope's digest stands for it.
    expect(check(make(kind, { key }, envelope, made)).outcome).toBe(kind === "intoto001" ? "holds" : "fails");
  });

  test("said to be of another kind or version is neither", () => {
    const body = make(kind);
    const bytes = Buffer.from(JSON.stringify(body));
    const { kind: name, apiVersion } = body as { kind: string; apiVersion: string };
    expect(checkLogBody("hashedrekord", "0.0.9", bytes, whole).outcome).toBe("fails");
    expect(checkLogBody(`${name}x`, apiVersion, bytes, whole).outcome).toBe("fails");
  });

  test("without any one of its parts is malformed", () => {
    const text = JSON.stringify(make(kind));
    const members = [...new Set([...text.matchAll(/"([A-Za-z0-9]+)":/g)].map(([, member]) => member ?? ""))];
    const unread = ["keyDetails", "payloadType", ...(kind === "intoto001" ? ["payloadHash"] : [])];
    for (const member of members.filter((name) => !unread.includes(name))) {
      const without = text.replaceAll(`"${member}":`, `"x${member}":`);
      const { kind: name, apiVersion } = make(kind) as { kind: string; apiVersion: string };
      // Of intoto 0.0.2, only the payload's digest is compared: the envelope's own is over bytes that nobody has.
      const isUnread = kind === "intoto002" && member === "hash";
      expect([member, checkLogBody(name, apiVersion, Buffer.from(without), whole).outcome]).toEqual([
        member,
        isUnread ? "holds" : "fails",
      ]);
    }
  });
});

describe("an entry", () => {
  test.each(["dsse001", "dsse002", "intoto001", "intoto002"] as const)("of %s is of no bare signature", (kind) => {
    expect(check(make(kind), { ...whole, envelope: null }).outcome).toBe("fails");
  });

  test("of intoto 0.0.1 needs the envelope as it was stored", () => {
    const rewritten = { ...whole, envelope: { payload: envelope.payload, stored: null } };
    expect(check(make("intoto001"), rewritten).outcome).toBe("fails");
    const spaced = { payload: envelope.payload, stored: Buffer.concat([envelope.stored, Buffer.from(" ")]) };
    expect(check(make("intoto001"), { ...whole, envelope: spaced }).outcome).toBe("fails");
  });

  test("of dsse 0.0.1 is of the stored envelope, where it is stored", () => {
    const spaced = { payload: envelope.payload, stored: Buffer.concat([envelope.stored, Buffer.from(" ")]) };
    expect(check(make("dsse001"), { ...whole, envelope: spaced }).outcome).toBe("fails");
    expect(check(make("dsse001"), { ...whole, envelope: { payload: envelope.payload, stored: null } }).outcome).toBe(
      "holds",
    );
  });

  test("may use the curve's own hash, and no other digest for it", () => {
    const logged = { signature, signed: envelope.signed, verifier: { key } };
    expect(check(bodies.hashedrekord001(logged, "sha384")).outcome).toBe("holds");
    expect(check(bodies.hashedrekord001(logged, "sha512")).outcome).toBe("holds");
    expect(check(bodies.hashedrekord001(logged, "sha1")).outcome).toBe("fails");
  });

  test("is compared with a digest alone, where nobody has the bytes", () => {
    const value = Buffer.from(
      bodies.hashedrekord001({ signature, signed: envelope.signed, verifier: { key } }).spec.data.hash.value,
      "hex",
    );
    const digested: LoggedSignature = { signature, signed: { digest: { algorithm: "sha256", value } }, envelope: null };
    expect(check(make("hashedrekord001"), digested).outcome).toBe("holds");
    expect(check(make("hashedrekord002"), digested).outcome).toBe("holds");
    expect(check(make("hashedrekord001", { key }, other), digested).outcome).toBe("fails");
    const otherHash: LoggedSignature = { ...digested, signed: { digest: { algorithm: "sha512", value } } };
    expect(check(make("hashedrekord001"), otherHash).outcome).toBe("fails");
  });

  test("of an envelope that was signed twice holds for each signature, with its own key", () => {
    const second = signingKey("second");
    const both = signEnvelope(envelope.payload, [key, second]);
    const [first = Buffer.alloc(0), last = Buffer.alloc(0)] = both.signatures;
    const one = bodies.dsse001({ signature: first, signed: both.signed, verifier: { key } }, both.payload, both.stored);
    const two = bodies.dsse001(
      { signature: last, signed: both.signed, verifier: { key: second } },
      both.payload,
      both.stored,
    );
    const body = { ...one, spec: { ...one.spec, signatures: [...one.spec.signatures, ...two.spec.signatures] } };
    const of = (made: Buffer): LoggedSignature => ({
      signature: made,
      signed: { bytes: both.signed },
      envelope: { payload: both.payload, stored: both.stored },
    });
    expect(check(body, of(first))).toEqual({ outcome: "holds", verifiers: [{ label: "PUBLIC KEY", der: key.spki }] });
    expect(check(body, of(last))).toEqual({ outcome: "holds", verifiers: [{ label: "PUBLIC KEY", der: second.spki }] });
  });

  test("of a kind that is not known is unsupported, and one with a private key in it is wrong", () => {
    expect(check({ kind: "rpm", apiVersion: "0.0.1", spec: {} }).outcome).toBe("unsupported");
    const body = make("hashedrekord001") as ReturnType<typeof bodies.hashedrekord001>;
    body.spec.signature.publicKey.content = Buffer.from(key.pem.replaceAll("PUBLIC", "PRIVATE")).toString("base64");
    expect(check(body).outcome).toBe("fails");
  });

  test.each(["", "[]", "null", "{", '{"kind":"dsse","kind":"dsse","apiVersion":"0.0.1","spec":{}}'])(
    "%j is none",
    (text) => {
      expect(checkLogBody("dsse", "0.0.1", Buffer.from(text), whole).outcome).toBe("fails");
    },
  );
});
