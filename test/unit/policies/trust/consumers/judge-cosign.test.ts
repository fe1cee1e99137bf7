// Tests of cosign: what its sources say it looks at, by version, and what it does not compare (facts, 1b and "what they do").
import { describe, expect, test } from "vitest";
import type { TrustDocument } from "../../../../../policies/documents/trust-document.ts";
import type { SignatureFinding } from "../../../../../policies/trust/finding.ts";
import type { FoundEvidence } from "../../../../../policies/trust/found-evidence.ts";
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
  index,
  key,
  keyless,
  keylessBundle,
  keySigner,
  logEntry,
  logged,
  manifest,
  now,
  payload,
  pgp,
  plan,
  platformDigest,
  policy,
  provenancePredicate,
  publicGood,
  statement,
  workflow,
} from "../trust-builders.ts";

const staleTag = { place: { via: "fallback-tag" } } as const;
const laterPage = { place: { via: "unread-referrers" } } as const;
const alice = bySig("alice");
const bundle = byBundle("alice");
/** GitHub's build provenance, which many publishers push beside a `.sig` tag. */
const provenance = keylessBundle("https://github.com/actions/attest@refs/heads/main", {
  kind: "attestation",
  claims: statement(provenancePredicate),
});

type Row = {
  readonly title: string;
  readonly trust?: TrustDocument;
  readonly evidence: readonly (SignatureFinding | FoundEvidence)[];
  readonly verdict: string;
  readonly reasons?: readonly string[];
  readonly ranges?: readonly string[];
};

const onlySince3 = ["cosign 2.0 - cosign 2.6: not-enforceable", "cosign 3.0 - : verified"];
const onlyBefore3 = ["cosign 2.0 - cosign 2.6: verified", "cosign 3.0 - : not-enforceable"];
const unseen = { verdict: "not-enforceable", reasons: ["FORMAT_UNSEEN_BY_CONSUMER"] };
const ci = policy([identity(workflow)]);
const keys = policy([key("alice"), key("bob")]);
const rekor2Entry = logEntry({ version: "0.0.2", promise: "absent", inclusion: "holds", integratedAtMs: null });
const rekor2 = {
  log: [rekor2Entry],
  times: [{ from: "timestamp" as const, atMs: now - 30 * day, authority: "tsa" }],
  trustRoot: { name: "public-good", digest: publicGood.digest },
};

const rows: readonly Row[] = [
  { title: "the .sig tag alone", evidence: [alice], verdict: "verified" },
  { title: "a bundle alone", evidence: [bundle], verdict: "verified", ranges: onlySince3 },
  { title: "both", evidence: [alice, bundle], verdict: "verified" },
  {
    title: "a good .sig tag, hidden by somebody's bundle",
    evidence: [alice, provenance],
    ...unseen,
    ranges: onlyBefore3,
  },
  { title: "a bundle under a fallback tag that it does not read", evidence: [found(bundle, staleTag)], ...unseen },
  { title: "a bundle on a page of the API that it does not read", evidence: [found(bundle, laterPage)], ...unseen },
  {
    title: "one bundle under both, by the API and under the fallback tag",
    evidence: [bundle, found(bundle, staleTag)],
    verdict: "verified",
    ranges: onlySince3,
  },
  {
    title: "a bundle that the fallback tag had where the API lists it now",
    evidence: [bundle, found(bundle, { ...staleTag, shown: false })],
    verdict: "verified",
    ranges: onlySince3,
  },
  {
    title: "a good .sig tag, beside somebody's bundles where it does not read them",
    evidence: [alice, found(provenance, staleTag), found(anybodys({ format: "sigstore-bundle" }), laterPage)],
    verdict: "verified",
  },
  {
    title: "the policy's bundle where it does not read it, and somebody's where it does",
    evidence: [found(bundle, staleTag), provenance],
    ...unseen,
  },
  {
    title: "two keys, one in the .sig tag and one where it does not read it",
    trust: policy([key("alice"), key("bob")], { threshold: 2 }),
    evidence: [alice, found(byBundle("bob"), staleTag)],
    ...unseen,
    ranges: [],
  },
  {
    title: "a good .sig tag, hidden by a bundle of nobody known",
    evidence: [alice, anybodys({ format: "sigstore-bundle" })],
    ...unseen,
    ranges: onlyBefore3,
  },
  {
    title: "a good .sig tag beside a bundle that is none",
    evidence: [
      alice,
      {
        ...broken("MALFORMED", {
          format: "sigstore-bundle",
          signer: null,
          claims: null,
          signature: { holds: null, algorithm: null },
        }),
      },
    ],
    verdict: "verified",
  },
  {
    title: "a good .sig tag beside bundles of version 0.1 and 0.2, which it passes over",
    evidence: [
      alice,
      { ...provenance, bundleVersion: "0.1" },
      { ...provenance, bundleVersion: "0.2", evidence: "sha256:2" },
    ],
    verdict: "verified",
  },
  { title: "a bundle of version 0.2 alone", evidence: [{ ...bundle, bundleVersion: "0.2" }], ...unseen },
  {
    title: "a bundle whose version nobody said",
    evidence: [withoutVersion(bundle)],
    verdict: "verified",
    ranges: onlySince3,
  },
  { title: "the old experiment among referrers", evidence: [bySig("alice", { format: "cosign-referrer" })], ...unseen },
  {
    title: "a signature in the .att tag",
    evidence: [found(alice, { place: { via: "tag", tag: "sha256-0.att" } })],
    ...unseen,
  },
  {
    title: "a good .sig tag with a bundle in the same tag",
    evidence: [alice, found(provenance, { place: { via: "tag", tag: "sha256-0.sig" } })],
    verdict: "verified",
  },
  {
    title: "a bundle with a bare message",
    evidence: [byBundle("alice", { claims: { type: "message", digest: alice.manifest } })],
    ...unseen,
  },
  {
    title: "OpenPGP alone",
    trust: policy([pgp("erin")]),
    evidence: [byOpenpgp("erin")],
    verdict: "not-enforceable",
    reasons: ["POLICY_INEXPRESSIBLE"],
  },
  {
    title: "P-384 with SHA-384",
    evidence: [bySig("alice", { signature: { holds: true, algorithm: "ecdsa-p384-sha384" } })],
    verdict: "not-enforceable",
    reasons: ["ALG_UNSUPPORTED"],
  },
  {
    title: "a retired key's",
    trust: policy([key("alice", { role: "retired" })]),
    evidence: [alice],
    verdict: "verified",
  },
  { title: "a workflow's .sig tag", trust: ci, evidence: [keyless(workflow)], verdict: "verified" },
  {
    title: "a workflow's bundle",
    trust: ci,
    evidence: [keylessBundle(workflow)],
    verdict: "verified",
    ranges: onlySince3,
  },
  {
    title: "a workflow's bundle by Rekor 2 (cosign#4666)",
    trust: ci,
    evidence: [keylessBundle(workflow, rekor2)],
    ...unseen,
    ranges: ["cosign 2.0 - cosign 3.0.4: not-enforceable", "cosign 3.0.5 - : verified"],
  },
  {
    title: "a workflow's bundle by Rekor 2 whose entry is of kind dsse, which is no bundle to it",
    trust: ci,
    evidence: [keylessBundle(workflow, { ...rekor2, log: [{ ...rekor2Entry, kind: "dsse" }] })],
    ...unseen,
  },
  {
    title: "a good .sig tag beside such a bundle",
    evidence: [alice, keylessBundle(workflow, { ...rekor2, log: [{ ...rekor2Entry, kind: "dsse" }] })],
    verdict: "verified",
  },
  {
    title: "a workflow's bundle by Rekor 1 without a promise, though a timestamp lies beside it",
    trust: ci,
    evidence: [
      keylessBundle(workflow, {
        ...rekor2,
        log: [logEntry({ kind: "dsse", promise: "absent", inclusion: "holds", integratedAtMs: null })],
      }),
    ],
    ...unseen,
  },
  {
    title: "a template of workflows",
    trust: policy([identity("https://github.com/desk/*/.github/workflows/*@refs/heads/*")]),
    evidence: [keyless(workflow)],
    verdict: "verified",
  },
  {
    title: "two of two keys",
    trust: policy([key("alice"), key("bob")], { threshold: 2 }),
    evidence: [alice, bySig("bob")],
    verdict: "verified",
  },
  {
    title: "two of three keys",
    trust: policy([key("alice"), key("bob"), key("carol")], { threshold: 2 }),
    evidence: [alice, bySig("bob")],
    verdict: "verified",
  },
  {
    title: "two keys, one in a bundle and one in the tag that it hides",
    trust: policy([key("alice"), key("bob")], { threshold: 2 }),
    evidence: [alice, byBundle("bob")],
    ...unseen,
    ranges: [],
  },
  {
    title: "a log that it must be in",
    trust: policy([key("alice")], { transparencyLog: "required" }),
    evidence: [bySig("alice", logged(now - day))],
    verdict: "verified",
  },
  {
    title: "a log that it must be in, without a promise in the .sig tag",
    trust: policy([key("alice")], { transparencyLog: "required" }),
    evidence: [bySig("alice", logged(now - day, { promise: "absent", inclusion: "holds", integratedAtMs: null }))],
    ...unseen,
  },
  {
    title: "a key beside whose signature a certificate lies",
    evidence: [bySig("alice", { attached: { certificate: true, chain: false, timestamps: 0 } })],
    ...unseen,
  },
  { title: "one of two keys", trust: keys, evidence: [bySig("bob")], verdict: "verified" },
];

function withoutVersion({ bundleVersion: _, ...finding }: SignatureFinding): SignatureFinding {
  return finding;
}

describe("a manifest that the policy accepts", () => {
  test.each(rows)("$verdict: $title", ({ trust, evidence, verdict, reasons = [], ranges = [] }) => {
    const planned = plan(null, manifest(evidence), trust === undefined ? {} : { trust: [trust] }).trust;
    expect(planned.verdict).toBe("verified");
    const { cosign } = planned.consumers;
    const given = cosign.byVersion.map((range) => `${range.from} - ${range.to ?? ""}: ${range.verdict}`);
    expect([cosign.verdict, cosign.reasons.map(({ code }) => code), given]).toEqual([verdict, reasons, ranges]);
    expect(cosign.since).toBe(reasons.includes("POLICY_INEXPRESSIBLE") ? null : "cosign 3.0");
  });
});

describe("what it does not compare", () => {
  test.each([
    {
      title: "the repository in the payload",
      evidence: [bySig("alice", { claims: payload("registry.example/other/os") })],
      plan: "invalid",
    },
    {
      title: "the predicate: an SBOM that is announced as a signature",
      evidence: [
        byBundle("alice", {
          valid: false,
          reasons: [{ code: "PREDICATE_TYPE", message: "an SBOM" }],
          claims: statement("https://spdx.dev/Document"),
        }),
      ],
      plan: "invalid",
    },
    {
      title: "the predicate: an SBOM that is announced as one",
      evidence: [byBundle("alice", { kind: "attestation", claims: statement("https://spdx.dev/Document") })],
      plan: "unsigned",
    },
    {
      title: "what else is in a payload whose digest is right",
      evidence: [broken("PAYLOAD_FORMAT", { claims: null, looseDigest: platformDigest })],
      plan: "invalid",
    },
    {
      title: "the type of the layer",
      evidence: [broken("PAYLOAD_TYPE")],
      plan: "invalid",
    },
    {
      title: "a contradicted log entry, where the log is optional",
      evidence: [bySig("alice", { valid: false, reasons: [{ code: "TLOG_SET", message: "not promised" }] })],
      plan: "invalid",
    },
  ])("verified for $title, which the plan calls $plan", ({ evidence, plan: verdict }) => {
    const planned = plan(null, manifest(evidence)).trust;
    expect([planned.verdict, planned.consumers.cosign.verdict]).toEqual([verdict, "verified"]);
  });
});

describe("what it refuses", () => {
  const required = policy([key("alice")], { transparencyLog: "required" });
  test.each([
    {
      title: "another digest",
      evidence: [broken("DIGEST_MISMATCH", { claims: payload("registry.example/desk/os", "sha256:0") })],
      verdict: "invalid",
    },
    {
      title: "another digest in a payload that is wrong otherwise, too",
      evidence: [broken("PAYLOAD_FORMAT", { claims: null, looseDigest: "sha256:0" })],
      verdict: "invalid",
    },
    {
      title: "a payload that it cannot read either",
      evidence: [broken("PAYLOAD_FORMAT", { claims: null })],
      verdict: "invalid",
    },
    {
      title: "a bundle of another digest",
      evidence: [
        byBundle("alice", {
          valid: false,
          claims: statement("https://sigstore.dev/cosign/sign/v1", { subjectMatches: false }),
          reasons: [{ code: "SUBJECT_MISMATCH", message: "of another" }],
        }),
      ],
      verdict: "invalid",
    },
    {
      title: "another key",
      evidence: [bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now) })],
      verdict: "untrusted",
    },
    {
      title: "a key that was compromised",
      trust: policy([key("alice", { revoked: { at: "2026-01-01T00:00:00Z", reason: "compromised" } })]),
      evidence: [alice],
      verdict: "untrusted",
    },
    {
      title: "a key that has ended",
      trust: policy([key("alice", { validUntil: "2026-01-01T00:00:00Z" })]),
      evidence: [alice],
      verdict: "untrusted",
    },
    {
      title: "one of two keys",
      trust: policy([key("alice"), key("bob")], { threshold: 2 }),
      evidence: [alice],
      verdict: "untrusted",
    },
    {
      title: "one key twice",
      trust: policy([key("alice"), key("bob")], { threshold: 2 }),
      evidence: [alice, bySig("alice", logged(now))],
      verdict: "untrusted",
    },
    { title: "no log entry, where the log is required", trust: required, evidence: [alice], verdict: "untrusted" },
    {
      title: "no required attestation",
      trust: policy([key("alice")], {
        attestations: [{ predicateType: provenancePredicate, signers: ["alice"], required: true }],
      }),
      evidence: [alice],
      verdict: "untrusted",
    },
    { title: "nothing", evidence: [], verdict: "unsigned" },
    {
      title: "a log entry that holds beside proofs that do not, where the log is required",
      trust: required,
      evidence: [
        bySig("alice", { ...logged(now), valid: false, reasons: [{ code: "TSA", message: "it does not hold" }] }),
      ],
      verdict: "invalid",
    },
    {
      title: "a certificate that was over when it signed",
      trust: ci,
      evidence: [keyless(workflow, { valid: false, reasons: [{ code: "CERT_EXPIRED", message: "over" }] })],
      verdict: "invalid",
    },
    {
      title: "a signature whose arithmetic nobody has done",
      evidence: [
        bySig("alice", {
          valid: null,
          reasons: [{ code: "LIMIT_EXCEEDED", message: "too large" }],
          signature: { holds: null, algorithm: "ed25519" },
        }),
      ],
      verdict: "indeterminate",
    },
  ])("$verdict for $title", ({ trust, evidence, verdict }) => {
    const planned = plan(null, manifest(evidence), trust === undefined ? {} : { trust: [trust] }).trust;
    expect([planned.verdict, planned.consumers.cosign.verdict]).toEqual([verdict, verdict]);
    expect(planned.consumers.cosign.reasons).toEqual(planned.reasons);
  });

  test("no policy: there is no key to give it", () => {
    const { consumers } = plan(null, manifest([keyless(workflow)]), { trust: [] }).trust;
    expect(consumers.cosign).toMatchObject({ verdict: "no-policy", since: null, byVersion: [] });
  });
});

describe("a required attestation, by verify-attestation", () => {
  const trust = [
    policy([key("alice")], {
      attestations: [{ predicateType: provenancePredicate, signers: ["alice"], required: true }],
    }),
  ];
  const att = attestation("alice");
  test.each([
    { title: "in the .att tag, beside the .sig tag", evidence: [alice, att], verdict: "verified", ranges: [] },
    {
      title: "in a bundle, beside one",
      evidence: [bundle, attestation("alice", { format: "sigstore-bundle" })],
      verdict: "verified",
      ranges: onlySince3,
    },
    {
      title: "in a bundle that it does not read, beside one that it does",
      evidence: [bundle, found(attestation("alice", { format: "sigstore-bundle" }), staleTag)],
      verdict: "not-enforceable",
      ranges: [],
    },
    {
      title: "in the .att tag, beside bundles that it does not read",
      evidence: [alice, found(attestation("alice", { format: "sigstore-bundle" }), laterPage), att],
      verdict: "verified",
      ranges: [],
    },
    {
      title: "in the .att tag, which a bundle hides",
      evidence: [alice, bundle, att],
      verdict: "not-enforceable",
      ranges: onlyBefore3,
    },
  ])("$verdict $title", ({ evidence, verdict, ranges }) => {
    const { cosign } = plan(null, manifest(evidence), { trust }).trust.consumers;
    const given = cosign.byVersion.map((range) => `${range.from} - ${range.to ?? ""}: ${range.verdict}`);
    expect([cosign.verdict, given]).toEqual([verdict, ranges]);
  });
});

test("it looks at the digest that the tag names, never at its instances", () => {
  const { verdict, consumers } = plan(index([]), manifest([alice])).trust;
  expect([verdict, consumers.cosign.verdict]).toEqual(["verified", "not-enforceable"]);
  expect(consumers.cosign.reasons.map(({ code }) => code)).toEqual(["INDEX_UNSIGNED"]);
  expect(plan(index([alice]), manifest([])).trust.consumers.cosign.verdict).toBe("verified");
});

test("why it refuses says what to do", () => {
  const { cosign } = plan(null, manifest([alice, provenance])).trust.consumers;
  expect(cosign.reasons[0]?.message).toContain("sign with a bundle as well");
  expect(cosign.reasons[0]?.evidence).toEqual({ signatures: [alice.evidence] });
});

describe("what it does not read of referrers", () => {
  const said = (evidence: readonly (SignatureFinding | FoundEvidence)[], trust = policy([key("alice"), key("bob")])) =>
    plan(null, manifest(evidence), { trust: [trust] }).trust.consumers.cosign.reasons;

  test("is said to stand under the fallback tag, with what to do", () => {
    const [reason] = said([found(bundle, staleTag)]);
    expect(reason).toMatchObject({ code: "FORMAT_UNSEEN_BY_CONSUMER", evidence: { signatures: [bundle.evidence] } });
    expect(reason?.message).toContain(`does not read the tag ${platformDigest.replace(":", "-")}`);
    expect(reason?.message).toContain("sign again and delete the tag");
  });

  test("is said to be beyond what it reads of the API, with what to do", () => {
    const [reason] = said([found(bundle, laterPage)]);
    expect(reason?.message).toContain("no more of a registry's referrers API than the first page");
    expect(reason?.message).toContain("remove referrers that nobody needs");
  });

  test("is no signature that the registry does not show, though it stood elsewhere before", () => {
    const moved = [found(bundle, { shown: false }), found(bundle, staleTag)];
    expect(said(moved).map(({ code }) => code)).toEqual(["FORMAT_UNSEEN_BY_CONSUMER"]);
    const gone = [found(bundle, { shown: false }), found(bundle, { ...staleTag, shown: false })];
    expect(said(gone).map(({ code }) => code)).toEqual(["SIGNATURE_GONE"]);
    expect(said([found(bundle, { ...staleTag, shown: false })]).map(({ code }) => code)).toEqual(["SIGNATURE_GONE"]);
  });

  test("is the reason where it is one signature of two that are wanted", () => {
    const two = policy([key("alice"), key("bob")], { threshold: 2 });
    const [reason] = said([alice, found(byBundle("bob"), staleTag)], two);
    expect(reason?.message).toContain("does not read the tag");
    const withBoth = said([bundle, found(byBundle("bob"), staleTag)], two);
    expect(withBoth.map(({ message }) => message)).toEqual([reason?.message]);
  });

  test("is the reason where it is an attestation that the policy requires", () => {
    const required = policy([key("alice")], {
      attestations: [{ predicateType: provenancePredicate, signers: ["alice"], required: true }],
    });
    const attested = attestation("alice", { format: "sigstore-bundle" });
    const [reason] = said([bundle, found(attested, staleTag)], required);
    expect(reason?.message).toContain("does not read the tag");
    expect(reason?.evidence.signatures).toEqual([attested.evidence]);
    const gone = found(attestation("alice"), { shown: false });
    expect(said([alice, gone], required).map(({ code }) => code)).toEqual(["SIGNATURE_GONE"]);
  });

  test("is not the reason where another is", () => {
    const two = policy([key("alice"), key("bob")], { threshold: 2 });
    const bobs = byBundle("bob");
    const half = said([found(bundle, staleTag), found(bobs, { shown: false })], two);
    expect(half.map(({ code }) => code)).toEqual(["SIGNATURE_GONE"]);
    // It is in no list any more.
    const [gone] = said([alice, found(bobs, { ...staleTag, shown: false })], two);
    expect(gone?.message).not.toContain("does not read the tag");
    const other = byBundle("alice", { signature: { holds: true, algorithm: "ecdsa-p384-sha384" } });
    expect(said([other]).map(({ code }) => code)).toEqual(["ALG_UNSUPPORTED"]);
    // Wherever it stands, it is no bundle to cosign.
    const [old] = said([found({ ...bundle, bundleVersion: "0.2" }, staleTag)]);
    expect(old?.message).toContain("in a format that cosign does not look for");
  });

  test("is no reason where the policy's own is seen: an attestation that nobody asks for", () => {
    const loose = found(attestation("alice", { format: "sigstore-bundle" }), staleTag);
    expect(plan(null, manifest([bundle, loose])).trust.consumers.cosign.verdict).toBe("verified");
  });
});
