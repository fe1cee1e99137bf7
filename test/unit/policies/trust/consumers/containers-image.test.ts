// Tests of bootc and podman: every row that real programs were asked (facts, "real programs that can judge ours"), and by version.
import { describe, expect, test } from "vitest";
import type { TrustDocument } from "../../../../../policies/documents/trust-document.ts";
import type { SignatureFinding } from "../../../../../policies/trust/finding.ts";
import {
  anybodys,
  attestation,
  broken,
  byBundle,
  byOpenpgp,
  bySig,
  day,
  found,
  identity,
  identitySigner,
  index,
  indexDigest,
  key,
  keyless,
  keylessBundle,
  keySigner,
  logEntry,
  logged,
  logIdOf,
  lookaside,
  manifest,
  mirrorHost,
  mirrors,
  now,
  ofIndex,
  openpgpFingerprint,
  payload,
  pgp,
  plan,
  policy,
  repository,
  rootContent,
  rootFile,
  workflow,
} from "../trust-builders.ts";

const alice = bySig("alice");
/** A stranger's key, whom a log names. */
const mallory = bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now - day) });

const foreign = { format: "openpgp-lookaside", reasons: [{ code: "MALFORMED", message: "no signature" }] } as const;
const foreignFile = anybodys({ ...foreign, valid: false, isForeign: true });

const ranges = (consumer: ReturnType<typeof plan>["trust"]["consumers"]["bootc"]) =>
  consumer.byVersion.map(({ from, to, verdict }) => `${from} - ${to ?? ""}: ${verdict}`);

describe("an index with an instance, signed with a key of the policy (skopeo 1.18.0 and 1.22.0)", () => {
  test.each([
    {
      signed: "index only",
      top: [alice],
      platform: [],
      bootc: { verdict: "verified", since: "skopeo 1.13", ranges: [], reasons: [] },
      podman: {
        verdict: "not-enforceable",
        since: "containers/image 5.22",
        ranges: [],
        reasons: ["INSTANCE_UNSIGNED"],
      },
    },
    {
      signed: "instance only",
      top: [],
      platform: [alice],
      bootc: {
        verdict: "not-enforceable",
        since: "skopeo 1.13",
        ranges: ["skopeo 1.13 - skopeo 1.22.1: not-enforceable", "skopeo 1.22.2 - : verified"],
        reasons: ["INDEX_UNSIGNED"],
      },
      podman: { verdict: "verified", since: "containers/image 5.22", ranges: [], reasons: [] },
    },
    {
      signed: "both (cosign sign -r)",
      top: [alice],
      platform: [alice],
      bootc: { verdict: "verified", since: "skopeo 1.13", ranges: [], reasons: [] },
      podman: { verdict: "verified", since: "containers/image 5.22", ranges: [], reasons: [] },
    },
    {
      signed: "nothing",
      top: [],
      platform: [],
      bootc: { verdict: "unsigned", since: null, ranges: [], reasons: ["NO_SIGNATURE"] },
      podman: { verdict: "unsigned", since: null, ranges: [], reasons: ["NO_SIGNATURE"] },
    },
    {
      signed: "both, other key",
      top: [mallory],
      platform: [mallory],
      bootc: { verdict: "untrusted", since: null, ranges: [], reasons: ["WRONG_KEY"] },
      podman: { verdict: "untrusted", since: null, ranges: [], reasons: ["WRONG_KEY"] },
    },
    {
      signed: "index by the policy, instance by another",
      top: [alice],
      platform: [mallory],
      bootc: { verdict: "verified", since: "skopeo 1.13", ranges: [], reasons: [] },
      podman: { verdict: "not-enforceable", since: "containers/image 5.22", ranges: [], reasons: ["WRONG_KEY"] },
    },
  ])("$signed", ({ top, platform, ...expected }) => {
    const { consumers } = plan(index(top), manifest(platform)).trust;
    for (const name of ["bootc", "podman"] as const) {
      const { verdict, since, reasons } = consumers[name];
      const seen = { verdict, since, ranges: ranges(consumers[name]), reasons: reasons.map(({ code }) => code) };
      expect({ [name]: seen }).toEqual({ [name]: expected[name] });
    }
  });

  test("a tag that names a manifest: both look at that one", () => {
    const { consumers } = plan(null, manifest([alice])).trust;
    expect([consumers.bootc.verdict, consumers.podman.verdict]).toEqual(["verified", "verified"]);
  });

  test("an index without an image for the architecture: podman has nothing to pull", () => {
    const { consumers } = plan(index([alice]), null).trust;
    expect([consumers.bootc.verdict, consumers.podman.verdict]).toEqual(["verified", "not-enforceable"]);
    expect(consumers.podman.reasons).toHaveLength(1);
  });

  test("a digest's signatures under another digest's tag are refused by all", () => {
    const swapped: SignatureFinding = {
      ...alice,
      valid: false,
      claims: payload(repository, indexDigest),
      reasons: [{ code: "DIGEST_MISMATCH", message: "of another digest" }],
    };
    const { consumers, hostFiles } = plan(null, manifest([swapped])).trust;
    expect([consumers.cosign.verdict, consumers.bootc.verdict, consumers.podman.verdict]).toEqual(
      Array(3).fill("invalid"),
    );
    expect(hostFiles).toEqual([]);
  });

  test("a signature copied from another repository: cosign takes it, containers/image does not", () => {
    const copied = bySig("alice", { claims: payload("registry.example/other/os") });
    const { verdict, consumers } = plan(null, manifest([copied])).trust;
    expect(verdict).toBe("invalid");
    expect([consumers.cosign.verdict, consumers.bootc.verdict, consumers.podman.verdict]).toEqual([
      ...["verified", "invalid", "invalid"],
    ]);
  });
});

type Row = {
  readonly title: string;
  readonly trust?: TrustDocument;
  readonly evidence: readonly SignatureFinding[];
  readonly verdict: string;
  readonly since?: string | null;
  readonly ranges?: readonly string[];
  readonly reasons?: readonly string[];
  readonly root?: ReturnType<typeof rootFile>;
};

const email = "alice@desk.example";
const byEmail = policy([identity(email)]);
const twoKeys = policy([key("alice"), key("bob")]);

const unenforceable = (...reasons: string[]) => ({ verdict: "not-enforceable", since: null, reasons });
const refused = (since: string, ...reasons: string[]) => ({ verdict: "not-enforceable", since, reasons });
const current = { verdict: "verified", since: "containers/image 5.22" };

const rows: readonly Row[] = [
  // Formats.
  {
    title: "a bundle alone (projectbluefin/common#977)",
    evidence: [byBundle("alice")],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  { title: "a bundle and a .sig tag", evidence: [byBundle("alice"), alice], ...current },
  {
    title: "the old experiment among referrers",
    evidence: [bySig("alice", { format: "cosign-referrer" })],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "a bad signature beside a good one",
    evidence: [broken("PAYLOAD_FORMAT", { claims: null }), mallory, alice],
    ...current,
  },
  {
    title: "a layer of the .sig tag that cannot be fetched keeps it from the others",
    evidence: [alice, anybodys({ reasons: [{ code: "REGISTRY_ERROR", message: "not there" }] })],
    ...unenforceable("REGISTRY_ERROR"),
  },
  {
    title: "an attestation's bytes that cannot be fetched do not",
    evidence: [alice, anybodys({ kind: "attestation", reasons: [{ code: "REGISTRY_ERROR", message: "not there" }] })],
    ...current,
  },
  {
    title: "an SBOM that the same key signed is no signature to it",
    evidence: [attestation("alice"), byBundle("alice")],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  // Keys.
  {
    title: "P-384 with SHA-384",
    evidence: [bySig("alice", { signature: { holds: true, algorithm: "ecdsa-p384-sha384" } })],
    ...unenforceable("ALG_UNSUPPORTED"),
  },
  {
    title: "P-384 with SHA-256",
    evidence: [bySig("alice", { signature: { holds: true, algorithm: "ecdsa-p384-sha256" } })],
    ...current,
  },
  { title: "Ed25519", evidence: [bySig("alice", { signature: { holds: true, algorithm: "ed25519" } })], ...current },
  {
    title: "RSA PKCS #1",
    evidence: [bySig("alice", { signature: { holds: true, algorithm: "rsa-pkcs1v15-2048-sha256" } })],
    ...current,
  },
  {
    title: "RSA-PSS",
    evidence: [bySig("alice", { signature: { holds: true, algorithm: "rsa-pss-2048-sha256" } })],
    ...unenforceable("ALG_UNSUPPORTED"),
  },
  {
    title: "two keys of one policy (Universal Blue's): keyPaths",
    trust: twoKeys,
    evidence: [bySig("bob")],
    verdict: "verified",
    since: "containers/image 5.33",
    ranges: ["containers/image 5.22 - containers/image 5.32: not-enforceable", "containers/image 5.33 - : verified"],
  },
  {
    title: "a retired signer's: verified, and no host is given it",
    trust: policy([key("alice"), key("bob", { role: "retired" })]),
    evidence: [bySig("bob")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "a signer in force beside a retired one: one keyPath",
    trust: policy([key("alice"), key("bob", { role: "retired" })]),
    evidence: [alice],
    ...current,
  },
  {
    title: "a signer whose window is over",
    trust: policy([key("alice"), key("bob", { validUntil: "2026-11-15T00:00:00Z" })]),
    evidence: [bySig("bob")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "a superseded signer's old signature",
    trust: policy([key("alice"), key("bob", { revoked: { at: "2026-11-15T00:00:00Z", reason: "superseded" } })]),
    evidence: [bySig("bob")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "no signer in force at all",
    trust: policy([key("alice", { role: "retired" })]),
    evidence: [alice],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  // Thresholds, logs and attestations.
  {
    title: "both of two keys",
    trust: policy([key("alice"), key("bob")], { threshold: 2 }),
    evidence: [alice, bySig("bob")],
    ...current,
  },
  {
    title: "two of three keys",
    trust: policy([key("alice"), key("bob"), key("carol")], { threshold: 2 }),
    evidence: [alice, bySig("bob")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "both of two, one in a bundle",
    trust: policy([key("alice"), key("bob")], { threshold: 2 }),
    evidence: [alice, byBundle("bob")],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "both of a key and an OpenPGP key",
    trust: policy([key("alice"), pgp("erin")], { threshold: 2 }),
    evidence: [alice, byOpenpgp("erin")],
    ...current,
  },
  {
    title: "a log that keys must be in",
    trust: policy([key("alice")], { transparencyLog: "required" }),
    evidence: [bySig("alice", logged(now - day))],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "a required attestation",
    trust: policy([key("alice")], {
      attestations: [{ predicateType: "https://slsa.dev/provenance/v1", signers: ["alice"], required: true }],
    }),
    evidence: [alice, attestation("alice")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  // Identities.
  {
    title: "a workflow",
    trust: policy([identity(workflow)]),
    evidence: [keyless(workflow)],
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "an e-mail",
    trust: byEmail,
    evidence: [keyless(email)],
    verdict: "verified",
    since: "containers/image 5.24",
    ranges: ["containers/image 5.22 - containers/image 5.23: not-enforceable", "containers/image 5.24 - : verified"],
  },
  {
    title: "two e-mails",
    trust: policy([identity(email), identity("bob@desk.example", { id: "bob" })]),
    evidence: [keyless(email)],
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "an e-mail and a workflow, signed by the e-mail",
    trust: policy([identity(email), identity(workflow, { id: "workflow" })]),
    evidence: [keyless(email)],
    verdict: "verified",
    since: "containers/image 5.24",
    ranges: ["containers/image 5.22 - containers/image 5.23: not-enforceable", "containers/image 5.24 - : verified"],
  },
  {
    title: "an e-mail and a workflow, signed by the workflow",
    trust: policy([identity(email), identity(workflow, { id: "workflow" })]),
    evidence: [keyless(workflow)],
    ...unenforceable("POLICY_INEXPRESSIBLE", "IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "a template of e-mails",
    trust: policy([identity("*@desk.example")]),
    evidence: [keyless(email)],
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "a key and a workflow, signed by the key",
    trust: policy([key("alice"), identity(workflow)]),
    evidence: [alice],
    ...current,
  },
  {
    title: "a key and a workflow, signed by the workflow",
    trust: policy([key("alice"), identity(workflow)]),
    evidence: [keyless(workflow)],
    ...unenforceable("POLICY_INEXPRESSIBLE", "IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "an e-mail's bundle",
    trust: byEmail,
    evidence: [keylessBundle(email)],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "an e-mail, by a log that promises nothing (Rekor 2)",
    trust: byEmail,
    evidence: [
      keyless(email, {
        log: [logEntry({ promise: "absent", inclusion: "holds", integratedAtMs: null })],
        times: [{ from: "timestamp", atMs: now - day, authority: "tsa" }],
      }),
    ],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "an e-mail, by an entry of another kind",
    trust: byEmail,
    evidence: [keyless(email, logged(now - 30 * day, { kind: "rekord" }))],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "an e-mail, by another log of the root",
    trust: byEmail,
    evidence: [keyless(email, logged(now - 30 * day, { logId: logIdOf("other log") }))],
    ...unenforceable("FORMAT_UNSEEN_BY_CONSUMER"),
  },
  {
    title: "an e-mail that stands there as a URI",
    trust: byEmail,
    evidence: [keyless(email, { signer: identitySigner(email, { subjects: [{ type: "uri", value: email }] }) })],
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "an e-mail, issued by an authority that is no longer in use",
    trust: byEmail,
    evidence: [keyless(email, logged(Date.parse("2021-01-01T00:00:00Z")))],
    root: rootFile(rootContent("good", { end: "2022-01-01T00:00:00Z" })),
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  {
    title: "a root that nobody has",
    trust: byEmail,
    evidence: [keyless(email)],
    root: rootFile("{}"),
    ...unenforceable("IDENTITY_INEXPRESSIBLE"),
  },
  // OpenPGP.
  { title: "an OpenPGP key", trust: policy([pgp("erin")]), evidence: [byOpenpgp("erin")], ...current },
  {
    title: "one of two OpenPGP keys (Fedora's of each release)",
    trust: policy([pgp("erin"), pgp("frank")]),
    evidence: [byOpenpgp("frank")],
    ...current,
  },
  {
    title: "an OpenPGP subkey",
    trust: policy([pgp("erin")]),
    evidence: [
      byOpenpgp("erin", { signer: { type: "openpgp", fingerprint: openpgpFingerprint("erin"), signingKey: "AB" } }),
    ],
    ...refused("containers/image 5.22", "FORMAT_UNSEEN_BY_CONSUMER"),
    ranges: [],
  },
  {
    title: "a file of the lookaside that is no signature, which hides the others",
    trust: policy([pgp("erin")]),
    evidence: [byOpenpgp("erin"), foreignFile],
    ...unenforceable("MALFORMED"),
  },
  {
    title: "such a file in a lookaside that the host does not read",
    evidence: [alice, foreignFile],
    ...current,
  },
  {
    title: "a file of the lookaside that begins like a signature and is none",
    trust: policy([pgp("erin")]),
    evidence: [byOpenpgp("erin"), anybodys({ ...foreign, valid: false })],
    ...current,
  },
  {
    title: "OpenPGP beside a key: hosts are given the key",
    trust: policy([key("alice"), pgp("erin")]),
    evidence: [byOpenpgp("erin")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "OpenPGP without a lookaside",
    trust: policy([{ id: "erin", openpgp: "keys/erin.asc" }]),
    evidence: [byOpenpgp("erin")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
  {
    title: "OpenPGP in two lookasides",
    trust: policy([pgp("erin"), pgp("frank", { lookaside: "https://other.example" })]),
    evidence: [byOpenpgp("erin")],
    ...unenforceable("POLICY_INEXPRESSIBLE"),
  },
];

describe("podman and a manifest, by version of containers/image", () => {
  test.each(rows)("$verdict: $title", ({ trust, evidence, root, ...expected }) => {
    const documents = trust === undefined ? {} : { trust: [trust] };
    const planned = plan(null, manifest(evidence), { ...documents, ...(root === undefined ? {} : { root }) }).trust;
    const { verdict, since, reasons } = planned.consumers.podman;
    if (expected.verdict === "not-enforceable") expect(planned.verdict).toBe("verified");
    // Without an accepting consumer no files are given, and no version reads any.
    const isGiven = planned.hostFiles.length > 0;
    expect({
      verdict,
      since,
      ranges: ranges(planned.consumers.podman),
      reasons: reasons.map(({ code }) => code),
    }).toEqual({
      verdict: expected.verdict,
      since: isGiven ? (expected.since ?? null) : null,
      ranges: expected.ranges ?? [],
      reasons: expected.reasons ?? [],
    });
  });
});

describe("bootc, by version of skopeo", () => {
  test.each([
    { title: "one key", trust: policy([key("alice")]), evidence: alice, since: "skopeo 1.13", ranges: [] },
    {
      title: "two keys",
      trust: twoKeys,
      evidence: alice,
      since: "skopeo 1.17",
      ranges: ["skopeo 1.13 - skopeo 1.16: not-enforceable", "skopeo 1.17 - : verified"],
    },
    { title: "an e-mail", trust: byEmail, evidence: keyless(email), since: "skopeo 1.13", ranges: [] },
    { title: "OpenPGP", trust: policy([pgp("erin")]), evidence: byOpenpgp("erin"), since: "skopeo 1.13", ranges: [] },
  ])("$title", ({ trust, evidence, since, ranges: expected }) => {
    const { bootc } = plan(index([evidence]), manifest([evidence]), { trust: [trust] }).trust.consumers;
    expect([bootc.verdict, bootc.since, ranges(bootc)]).toEqual(["verified", since, expected]);
  });

  test("an OpenPGP subkey since 1.21: not enforceable, because older versions read the files and refuse", () => {
    const subkey = byOpenpgp("erin", {
      signer: { type: "openpgp", fingerprint: openpgpFingerprint("erin"), signingKey: "AB" },
    });
    const { bootc } = plan(index([byOpenpgp("erin")]), manifest([subkey]), { trust: [policy([pgp("erin")])] }).trust
      .consumers;
    expect(bootc.verdict).toBe("verified");
    const other = plan(index([subkey]), manifest([byOpenpgp("erin")]), { trust: [policy([pgp("erin")])] }).trust
      .consumers;
    expect([other.bootc.verdict, ranges(other.bootc)]).toEqual([
      "not-enforceable",
      ["skopeo 1.13 - skopeo 1.20: not-enforceable", "skopeo 1.21 - : verified"],
    ]);
  });
});

describe("evidence that only this catalog still has", () => {
  const gone = (finding: SignatureFinding) => found(finding, { shown: false });
  test("is of no use to a program", () => {
    const { verdict, consumers, hostFiles } = plan(null, manifest([gone(alice)])).trust;
    expect(verdict).toBe("verified");
    for (const consumer of Object.values(consumers)) {
      expect([consumer.verdict, consumer.reasons.map(({ code }) => code)]).toEqual([
        "not-enforceable",
        ["SIGNATURE_GONE"],
      ]);
    }
    expect(hostFiles).toEqual([]);
  });

  test("does not matter beside what is shown", () => {
    const { consumers } = plan(null, manifest([gone(alice), bySig("alice", logged(now - day))])).trust;
    expect(consumers.podman.verdict).toBe("verified");
  });

  test("of the index, where the instance's is shown", () => {
    const top = index([], { found: [gone(ofIndex(alice))] });
    const { consumers } = plan(top, manifest([alice])).trust;
    expect([consumers.podman.verdict, consumers.bootc.verdict]).toEqual(["verified", "not-enforceable"]);
    expect(consumers.bootc.reasons.map(({ code }) => code)).toEqual(["SIGNATURE_GONE"]);
    expect(ranges(consumers.bootc)).toEqual([
      ...["skopeo 1.13 - skopeo 1.22.1: not-enforceable", "skopeo 1.22.2 - : verified"],
    ]);
  });
});

describe("a mirror", () => {
  const mirrored = { repository: `${mirrorHost}/os`, registries: mirrors };
  const tagged = { ...mirrored, reference: `${mirrorHost}/os:stable` };
  const pinned = { ...mirrored, reference: `${mirrorHost}/os@${alice.manifest}` };
  const scopeOf = (planned: ReturnType<typeof plan>) => planned.trust.policyScope;

  test.each([
    {
      title: "a signature with this tag",
      signed: `${repository}:stable`,
      change: tagged,
      verdict: "verified",
      identity: "remapIdentity",
    },
    {
      title: "a signature with a tag, pulled by digest",
      signed: `${repository}:other`,
      change: pinned,
      verdict: "verified",
      identity: "remapIdentity",
    },
    {
      title: "cosign's, which names no tag: the one repository is named",
      signed: repository,
      change: tagged,
      verdict: "verified",
      identity: "exactRepository",
    },
    {
      title: "a signature with another tag",
      signed: `${repository}:other`,
      change: tagged,
      verdict: "verified",
      identity: "exactRepository",
    },
  ])("$verdict by $identity for $title", ({ signed, change, verdict, identity }) => {
    const planned = plan(null, manifest([bySig("alice", { claims: payload(signed) })]), change);
    expect(planned.trust.verdict).toBe("verified");
    expect(planned.trust.consumers.podman.verdict).toBe(verdict);
    const [requirement] = Object.values(scopeOf(planned) ?? {}).flat();
    expect((requirement as { signedIdentity?: { type: string } } | undefined)?.signedIdentity?.type ?? null).toBe(
      identity,
    );
  });

  test.each(["registry.example/other/os", `${mirrorHost}/os`, `${mirrorHost}/os:stable`])(
    "is refused for %s, which is not what is mirrored",
    (signed) => {
      const planned = plan(null, manifest([bySig("alice", { claims: payload(signed) })]), tagged);
      expect([planned.trust.verdict, planned.trust.reasons.map(({ code }) => code)]).toEqual([
        "invalid",
        ["REFERENCE_MISMATCH"],
      ]);
    },
  );

  test("its scope is the policy's as the mirror names it, and says what it stands for", () => {
    const planned = plan(null, manifest([bySig("alice", { claims: payload(`${repository}:stable`) })]), tagged);
    expect(scopeOf(planned)).toEqual({
      [mirrorHost]: [
        {
          type: "sigstoreSigned",
          keyPath: "/etc/pki/containers/desk.pub",
          signedIdentity: { type: "remapIdentity", prefix: mirrorHost, signedPrefix: "registry.example/desk" },
        },
      ],
    });
  });
});

test("what the plan says is said of a consumer that refuses what is not verified anyway", () => {
  for (const [evidence, verdict] of [
    [[broken("TLOG_SET", { signature: { holds: null, algorithm: null }, signer: null })], "invalid"],
    [[anybodys({ reasons: [{ code: "LIMIT_EXCEEDED", message: "too large" }] })], "indeterminate"],
  ] as const) {
    const { consumers } = plan(null, manifest([...evidence])).trust;
    expect(consumers.podman.verdict).toBe(verdict);
  }
  const { consumers } = plan(null, manifest([], { look: null })).trust;
  expect([consumers.cosign, consumers.bootc, consumers.podman].map(({ verdict }) => verdict)).toEqual(
    Array(3).fill("pending"),
  );
});

test("containers/image looks at no log where a key is asked for: it takes what a contradicted entry makes invalid", () => {
  const contradicted = bySig("alice", { valid: false, reasons: [{ code: "TLOG_SET", message: "not promised" }] });
  const { verdict, consumers } = plan(null, manifest([contradicted])).trust;
  expect([verdict, consumers.podman.verdict]).toEqual(["invalid", "verified"]);
});

test("a layer of another type is no signature to it, though its payload is right", () => {
  const { consumers } = plan(null, manifest([broken("PAYLOAD_TYPE")])).trust;
  expect([consumers.podman.verdict, consumers.cosign.verdict]).toEqual(["invalid", "verified"]);
});

test("gpg takes what is signed by SHA-1, which the plan does not judge", () => {
  const ask = (change: Partial<SignatureFinding>) => {
    const reasons = [{ code: "ALG_UNSUPPORTED", message: "SHA-1" }] as const;
    const finding = byOpenpgp("erin", {
      ...{ valid: null, reasons, signature: { holds: true, algorithm: "openpgp-rsaEncryptSign-sha1" } },
      ...change,
    });
    const { verdict, consumers } = plan(null, manifest([finding]), { trust: [policy([pgp("erin")])] }).trust;
    return [verdict, consumers.podman.verdict];
  };
  expect(ask({})).toEqual(["indeterminate", "verified"]);
  const md5 = { signature: { holds: true, algorithm: "openpgp-rsaEncryptSign-md5" } } as const;
  expect(ask(md5)).toEqual(["indeterminate", "indeterminate"]);
  expect(ask({ signature: { holds: null, algorithm: "openpgp-rsaEncryptSign-sha1" } })[1]).toBe("indeterminate");
  const wrong = [{ code: "DIGEST_MISMATCH", message: "another" }] as const;
  expect(ask({ valid: false, reasons: wrong })[1]).toBe("invalid");
});

test("an OpenPGP key that has expired meanwhile is refused as gpg refuses it", () => {
  const expired = byOpenpgp("erin", { validUntilMs: now - 1 });
  const { verdict, consumers } = plan(null, manifest([expired]), { trust: [policy([pgp("erin")])] }).trust;
  expect([verdict, consumers.podman.verdict]).toEqual(["untrusted", "untrusted"]);
});

test("a signature in another lookaside is not the one that a host finds", () => {
  const trust = [policy([pgp("erin", { lookaside: `${lookaside}/` }), pgp("frank", { lookaside: `${lookaside}/` })])];
  const elsewhere = found(byOpenpgp("erin"), { place: { via: "lookaside", base: "https://elsewhere.example" } });
  expect(plan(null, manifest([elsewhere]), { trust }).trust.consumers.podman.verdict).toBe("not-enforceable");
  expect(plan(null, manifest([byOpenpgp("erin")]), { trust }).trust.consumers.podman.verdict).toBe("verified");
});
