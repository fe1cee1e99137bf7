// Tests of a manifest's verdict: best of several, looks, thresholds, attestations; sentence by sentence.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrustDocument } from "../../../../policies/documents/trust-document.ts";
import { verdicts } from "../../../../policies/plan/switch-plan.ts";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import type { FoundEvidence, SignatureLook } from "../../../../policies/trust/found-evidence.ts";
import { judgeManifest } from "../../../../policies/trust/judge-manifest.ts";
import type { TrustRules } from "../../../../policies/trust/trust-rules.ts";
import {
  anybodys,
  at,
  attestation,
  broken,
  byBundle,
  byOpenpgp,
  bySig,
  day,
  failing,
  found,
  identity,
  identitySigner,
  key,
  keyless,
  keySigner,
  logged,
  look,
  manifest,
  neverComplete,
  now,
  payload,
  pgp,
  policy,
  provenancePredicate,
  publicGood,
  repository,
  statement,
  workflow,
  world,
} from "./trust-builders.ts";

type Evidence = readonly (SignatureFinding | FoundEvidence)[];
const alice = policy([key("alice")]);
const alone = [alice];

/** Made once for each set of documents, as a program does it. */
const rulesOf = new Map<readonly TrustDocument[], TrustRules>();

function judge(
  evidence: Evidence,
  {
    trust = alone,
    look: latest = look(),
  }: { readonly trust?: readonly TrustDocument[]; readonly look?: SignatureLook | null } = {},
) {
  const rules = rulesOf.get(trust) ?? world({ trust }).rulesFor(repository);
  rulesOf.set(trust, rules);
  return judgeManifest(manifest(evidence, { look: latest }), rules, now);
}

const summary = ({ verdict, reasons }: ReturnType<typeof judge>) =>
  [verdict, ...reasons.map(({ code }) => code)].join(" ");

const good = bySig("alice");
const stranger = bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now - day) });
const bad = broken("DIGEST_MISMATCH");
const unclear = anybodys({ reasons: [{ code: "ALG_UNSUPPORTED", message: "an unknown kind of key" }] });
const sbom = attestation("alice", { claims: statement("https://spdx.dev/Document") });

describe("several signatures on one manifest: the best counts", () => {
  test.each([
    { evidence: [good, bad, stranger, unclear], summary: "verified" },
    { evidence: [bad, stranger, unclear], summary: "indeterminate ALG_UNSUPPORTED" },
    { evidence: [bad, stranger], summary: "untrusted WRONG_KEY" },
    { evidence: [bad, anybodys()], summary: "invalid DIGEST_MISMATCH SIGNATURE_ERROR" },
    { evidence: [bad], summary: "invalid DIGEST_MISMATCH" },
    { evidence: [], summary: "unsigned NO_SIGNATURE" },
    { evidence: [sbom], summary: "unsigned NO_SIGNATURE" },
    { evidence: [sbom, attestation("alice")], summary: "unsigned NO_SIGNATURE" },
    { evidence: [sbom, good], summary: "verified" },
    { evidence: [broken("PREDICATE_TYPE", { format: "sigstore-bundle" })], summary: "invalid PREDICATE_TYPE" },
  ])("$summary", ({ evidence, summary: expected }) => {
    expect(summary(judge(evidence))).toBe(expected);
    expect(summary(judge(evidence.toReversed()))).toContain(expected.split(" ")[0]);
  });

  test("bad ones are listed beside a good one", () => {
    const judged = judge([good, bad]);
    expect(judged.signatures.map(({ verdict }) => verdict)).toEqual(["verified", "invalid"]);
    expect(judged.reasons).toEqual([]);
  });

  test("two policies: the one with the longest scope speaks, by whole path segments", () => {
    const trust = [
      policy([key("alice")], { id: "wide", scopes: ["registry.example"] }),
      policy([key("bob")], { id: "narrow", scopes: ["registry.example/desk"] }),
      policy([key("carol")], { id: "beside", scopes: ["registry.example/des"] }),
    ];
    expect(summary(judge([bySig("bob")], { trust }))).toBe("verified");
    expect(summary(judge([bySig("alice")], { trust }))).toBe("invalid SIGNATURE_ERROR");
    expect(summary(judge([bySig("carol")], { trust }))).toBe("invalid SIGNATURE_ERROR");
  });

  test("a reason that a thousand signatures share stands once, and names some of them", () => {
    const strangers = Array.from({ length: 1_000 }, (_, index) =>
      bySig(`m${index % 3}`, { signer: keySigner(`m${index % 3}`, "log"), ...logged(now - index * 1_000) }),
    );
    const [reason, ...others] = judge(strangers).reasons;
    expect(others).toEqual([]);
    expect(reason?.evidence.signatures).toHaveLength(20);
  });
});

describe("looks", () => {
  test.each([
    { title: "nobody looked", evidence: [], latest: null, summary: "pending PENDING" },
    {
      title: "no look was ever complete",
      evidence: [],
      latest: neverComplete,
      summary: "indeterminate REGISTRY_ERROR",
    },
    { title: "a complete look found nothing", evidence: [], latest: look(), summary: "unsigned NO_SIGNATURE" },
    {
      title: "the last look failed after a complete one",
      evidence: [],
      latest: failing,
      summary: "unsigned NO_SIGNATURE REGISTRY_ERROR",
    },
    {
      title: "the last look failed, and evidence is kept",
      evidence: [good],
      latest: failing,
      summary: "verified REGISTRY_ERROR",
    },
    {
      title: "evidence of a look that was not complete",
      evidence: [good],
      latest: neverComplete,
      summary: "verified REGISTRY_ERROR",
    },
    { title: "evidence, and nobody has noted a look", evidence: [good], latest: null, summary: "verified" },
    {
      title: "a stranger's, and no look was ever complete",
      evidence: [stranger],
      latest: neverComplete,
      summary: "indeterminate REGISTRY_ERROR",
    },
    {
      title: "a stranger's, and nobody has noted a look",
      evidence: [stranger],
      latest: null,
      summary: "pending PENDING",
    },
    {
      title: "a signature whose bytes could not be fetched",
      evidence: [anybodys({ reasons: [{ code: "REGISTRY_ERROR", message: "no answer" }] })],
      latest: look(),
      summary: "indeterminate REGISTRY_ERROR",
    },
  ])("$summary where $title", ({ evidence, latest, summary: expected }) => {
    expect(summary(judge(evidence, { look: latest }))).toBe(expected);
  });

  test("evidence that the registry no longer shows counts", () => {
    expect(summary(judge([found(good, { shown: false })]))).toBe("verified");
  });

  test("a failed look moves nothing but the reason, which says why", () => {
    const judged = judge([good], { look: failing });
    expect(judged.checkedAt).toBe(look().checkedAt);
    expect(judged.reasons[0]?.message).toContain("registry.example did not answer");
  });
});

describe("no policy speaks", () => {
  test.each([
    { evidence: [keyless(workflow)], summary: "no-policy NO_POLICY" },
    { evidence: [good], summary: "indeterminate SIGNATURE_ERROR" },
    { evidence: [keyless(workflow), bad], summary: "no-policy NO_POLICY" },
    { evidence: [keyless(workflow), good], summary: "indeterminate SIGNATURE_ERROR" },
    { evidence: [], summary: "unsigned NO_SIGNATURE" },
    { evidence: [bad], summary: "invalid DIGEST_MISMATCH" },
  ])("$summary", ({ evidence, summary: expected }) => {
    expect(summary(judge(evidence, { trust: [] }))).toBe(expected);
  });
});

describe("a threshold of different signers", () => {
  const two = [
    policy([key("alice"), key("bob"), identity("https://github.com/desk/*"), pgp("erin")], { threshold: 2 }),
  ];
  const ci = (path: string) => keyless(`https://github.com/desk/${path}`);
  test.each([
    { title: "two keys", evidence: [bySig("alice"), bySig("bob")], summary: "verified" },
    { title: "one key", evidence: [bySig("alice")], summary: "untrusted THRESHOLD" },
    { title: "one key twice", evidence: [bySig("alice"), byBundle("alice")], summary: "untrusted THRESHOLD" },
    { title: "one key and a stranger", evidence: [bySig("alice"), stranger], summary: "untrusted THRESHOLD WRONG_KEY" },
    { title: "two workflows of one template", evidence: [ci("os"), ci("dx")], summary: "untrusted THRESHOLD" },
    { title: "a key and a workflow", evidence: [bySig("bob"), ci("os")], summary: "verified" },
    {
      title: "an OpenPGP key and a key, in two formats",
      evidence: [byOpenpgp("erin"), byBundle("bob")],
      summary: "verified",
    },
    {
      title: "one key and what cannot be judged",
      evidence: [bySig("alice"), unclear],
      summary: "indeterminate ALG_UNSUPPORTED",
    },
    { title: "one key twice, once broken", evidence: [bySig("alice"), bad], summary: "untrusted THRESHOLD" },
  ])("$summary for $title", ({ evidence, summary: expected }) => {
    expect(summary(judge(evidence, { trust: two }))).toBe(expected);
  });

  test("one key that a set has under two ids, and that signs twice, counts once", () => {
    const trust = [policy([key("alice"), key("alice", { id: "again" })], { threshold: 2 })];
    expect(summary(judge([bySig("alice"), byBundle("alice")], { trust }))).toBe("untrusted THRESHOLD");
  });

  test("a signer outside its window does not count", () => {
    const trust = [policy([key("alice"), key("bob", { validUntil: "2026-01-01T00:00:00Z" })], { threshold: 2 })];
    expect(summary(judge([bySig("alice"), bySig("bob")], { trust }))).toBe("untrusted THRESHOLD KEY_WINDOW");
  });

  test("the reason says who has signed and how many are wanted", () => {
    const [reason] = judge([bySig("alice")], { trust: two }).reasons;
    expect(reason?.evidence).toMatchObject({ reached: 1, threshold: 2, signers: ["alice"] });
  });
});

describe("required attestations", () => {
  const rule = {
    predicateType: provenancePredicate,
    signers: ["bob"],
    builder: "https://github.com/*/*/.github/workflows/*@refs/*/*",
    sourceRepository: "https://github.com/desk/*",
  };
  const signers = [key("alice"), key("bob"), pgp("erin")];
  const required = [policy(signers, { attestations: [{ ...rule, required: true }] })];
  const optional = [policy(signers, { attestations: [rule] })];
  const provenance = (builder: string | null, uri: string) => ({
    ...{ builder, buildType: "https://actions.github.io/buildtypes/workflow/v1", startedAt: null, finishedAt: null },
    sources: [{ uri, revision: null, member: "externalParameters.workflow" }],
  });
  const builder = "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main";
  const source = "git+https://github.com/desk/os@refs/heads/main";
  const says = (facts: ReturnType<typeof provenance> | null, change = {}) =>
    attestation("bob", { claims: statement(provenancePredicate, { provenance: facts }), ...change });
  const right = says(provenance(builder, source));

  test.each([
    { title: "it is there", evidence: [good, right], summary: "verified" },
    { title: "there is none", evidence: [good], summary: "untrusted ATTESTATION_MISSING" },
    { title: "another predicate", evidence: [good, sbom], summary: "untrusted ATTESTATION_MISSING" },
    {
      title: "an older predicate's type",
      evidence: [good, attestation("bob", { claims: statement("https://slsa.dev/provenance/v0.2") })],
      summary: "untrusted ATTESTATION_MISSING",
    },
    {
      title: "by a signer who may not say so",
      evidence: [good, attestation("alice", { claims: right.claims })],
      summary: "untrusted ATTESTATION_MISSING",
    },
    {
      title: "by a stranger",
      evidence: [
        good,
        attestation("mallory", { claims: right.claims, signer: keySigner("mallory", "log"), ...logged(now) }),
      ],
      summary: "untrusted ATTESTATION_MISSING",
    },
    {
      title: "of another digest",
      evidence: [
        good,
        { ...right, valid: false, reasons: [{ code: "SUBJECT_MISMATCH" as const, message: "of another" }] },
      ],
      summary: "untrusted ATTESTATION_MISSING",
    },
    {
      title: "another builder",
      evidence: [good, says(provenance("https://github.com.evil/x/y/.github/workflows/a@refs/heads/b", source))],
      summary: "untrusted BUILDER_MISMATCH",
    },
    { title: "no builder", evidence: [good, says(provenance(null, source))], summary: "untrusted BUILDER_MISMATCH" },
    {
      title: "another source",
      evidence: [good, says(provenance(builder, "git+https://github.com/mallory/os"))],
      summary: "untrusted SOURCE_MISMATCH",
    },
    {
      title: "neither",
      evidence: [good, says(provenance("x", "y"))],
      summary: "untrusted BUILDER_MISMATCH SOURCE_MISMATCH",
    },
    {
      title: "no provenance in it",
      evidence: [good, says(null)],
      summary: "untrusted BUILDER_MISMATCH SOURCE_MISMATCH",
    },
    {
      title: "a wrong one beside a right one",
      evidence: [good, says(provenance("x", "y")), right],
      summary: "verified",
    },
    {
      title: "one that could not be fetched",
      evidence: [good, anybodys({ kind: "attestation", reasons: [{ code: "REGISTRY_ERROR", message: "no answer" }] })],
      summary: "indeterminate REGISTRY_ERROR",
    },
    { title: "it is there, and nobody signed", evidence: [right], summary: "unsigned NO_SIGNATURE" },
    { title: "it is there, and a stranger signed", evidence: [stranger, right], summary: "untrusted WRONG_KEY" },
  ])("$summary where $title", ({ evidence, summary: expected }) => {
    expect(summary(judge(evidence, { trust: required }))).toBe(expected);
  });

  test("a missing one is not held against an image while no look was complete", () => {
    expect(summary(judge([good], { trust: required, look: neverComplete }))).toBe("indeterminate REGISTRY_ERROR");
  });

  test("one that is not required is listed as not accepted, no more", () => {
    const judged = judge([good, says(provenance("x", source))], { trust: optional });
    expect(summary(judged)).toBe("verified");
    expect(judged.attestations[0]).toMatchObject({
      valid: true,
      satisfies: [],
      reasons: [{ code: "BUILDER_MISMATCH" }],
    });
    expect(judge([good, right], { trust: optional }).attestations[0]?.satisfies).toHaveLength(1);
  });

  test("what nobody asked for is valid and satisfies nothing", () => {
    expect(judge([good, sbom]).attestations[0]).toMatchObject({ valid: true, satisfies: [], reasons: [] });
  });

  test("a log that signatures by keys must be in is not asked of attestations, which are none", () => {
    const trust = [policy(signers, { transparencyLog: "required", attestations: [{ ...rule, required: true }] })];
    expect(summary(judge([bySig("alice", logged(now - day)), right], { trust }))).toBe("verified");
  });

  test("an attestation by a signer whose window is over does not count", () => {
    const ended = [
      policy([key("alice"), key("bob", { validUntil: "2026-01-01T00:00:00Z" })], {
        attestations: [{ ...rule, required: true }],
      }),
    ];
    expect(summary(judge([good, right], { trust: ended }))).toBe("untrusted ATTESTATION_MISSING");
  });

  test("each of several is asked for", () => {
    const both = [
      policy(signers, {
        attestations: [
          { ...rule, required: true },
          { predicateType: "https://spdx.dev/Document", signers: ["alice"], required: true },
        ],
      }),
    ];
    expect(summary(judge([good, right], { trust: both }))).toBe("untrusted ATTESTATION_MISSING");
    expect(summary(judge([good, right, sbom], { trust: both }))).toBe("verified");
  });
});

describe("the next moment at which it changes", () => {
  test.each([
    { title: "the next look", evidence: [good], trust: [alice], changesAt: look().recheckAt },
    {
      title: "an OpenPGP key that ends before",
      evidence: [byOpenpgp("erin", { validUntilMs: now + 60_000 })],
      trust: [policy([pgp("erin")])],
      changesAt: now + 60_000,
    },
    {
      title: "a signer's window",
      evidence: [good],
      trust: [policy([key("alice", { validUntil: "2026-11-20T11:00:00Z" })])],
      changesAt: at("2026-11-20T11:00:00Z"),
    },
    {
      title: "a revocation to come",
      evidence: [good],
      trust: [policy([key("alice", { revoked: { at: "2026-11-20T12:00:00Z", reason: "superseded" } })])],
      changesAt: at("2026-11-20T12:00:00Z"),
    },
  ])("$title", ({ evidence, trust, changesAt }) => {
    expect(judge(evidence, { trust }).changesAt).toBe(changesAt);
  });

  test("a moment that is over is none", () => {
    expect(judge([good], { look: look({ recheckAt: now - 1 }) }).changesAt).toBeNull();
  });
});

describe("whatever else lies beside it", () => {
  const others = fc.constantFrom<SignatureFinding>(
    ...[bad, stranger, unclear, sbom, anybodys(), broken("TLOG_SET"), broken("PREDICATE_TYPE")],
    ...[keyless("https://evil.example/x"), bySig("alice", { claims: payload("registry.example/other/os") })],
    ...[keyless(workflow, { signer: identitySigner(workflow, { issuer: "https://issuer.example" }) })],
    ...[byOpenpgp("frank"), attestation("mallory"), byBundle("mallory")],
  );
  const many = fc.array(others, { maxLength: 12 });

  test("a good signature stays verified, and the reasons none", () => {
    fc.assert(
      fc.property(many, fc.nat({ max: 12 }), (beside, place) => {
        const judged = judge([...beside.slice(0, place), good, ...beside.slice(place)]);
        return judged.verdict === "verified" && judged.reasons.length === 0;
      }),
    );
  });

  test("nothing becomes verified without a good one", () => {
    fc.assert(fc.property(many, (beside) => judge(beside).verdict !== "verified"));
  });

  test("more evidence never makes a verdict worse, and the order never matters", () => {
    const rank = (evidence: Evidence) => verdicts.indexOf(judge(evidence).verdict);
    fc.assert(
      fc.property(many, others, (evidence, one) => {
        const [before, after] = [rank(evidence), rank([...evidence, one])];
        return after <= before && rank([one, ...evidence.toReversed()]) === after;
      }),
    );
  });

  test("no other policy's key, root or log makes a difference", () => {
    const root = { name: "roots/other.json", digest: "sha256:other" };
    const foreign = fc.constantFrom(bySig("bob"), keyless(workflow, { trustRoot: root }), byBundle("carol"));
    fc.assert(fc.property(fc.array(foreign), (evidence) => judge(evidence).verdict !== "verified"));
  });
});

test("a verdict by identity says the root it rests on", () => {
  expect(judge([keyless(workflow)], { trust: [policy([identity(workflow)])] }).trustRoot).toBe(publicGood.digest);
  expect(judge([good]).trustRoot).toBeNull();
  const compromised = [policy([key("alice", { revoked: { at: "2026-11-01T00:00:00Z", reason: "compromised" } })])];
  expect(judge([bySig("alice", logged(at("2026-10-01T00:00:00Z")))], { trust: compromised }).trustRoot).toBe(
    publicGood.digest,
  );
});
