// Tests of the verifications resource: contract.md, section 3, member for member.
import { expect, test } from "vitest";
import { verifications } from "../../../../policies/trust/verifications-body.ts";
import {
  anybodys,
  at,
  attestation,
  byBundle,
  byOpenpgp,
  bySig,
  fingerprint,
  found,
  identity,
  issuer,
  key,
  keyless,
  logged,
  manifest,
  now,
  pgp,
  platformDigest,
  policy,
  provenancePredicate,
  repository,
  statement,
  workflow,
  world,
} from "./trust-builders.ts";

const stamp = at("2026-10-01T00:00:00Z");
const trust = [
  policy([key("alice", { id: "ublue-2024" }), identity(workflow)], {
    attestations: [
      { predicateType: provenancePredicate, signers: ["ublue-2024"], sourceRepository: "https://github.com/desk/*" },
    ],
  }),
];
const of = (evidence: Parameters<typeof manifest>[0], documents = trust) =>
  verifications(world({ trust: documents }), repository, manifest(evidence), now).body;

const commit = "0123456789abcdef0123456789abcdef01234567";
const provenance = {
  ...{ builder: "https://github.com/builder", buildType: null, startedAt: null, finishedAt: null },
  sources: [
    { uri: "git+https://github.com/desk/os@refs/heads/main", revision: commit, member: "externalParameters.workflow" },
  ],
};

test("the example of the contract", () => {
  const signature = bySig("alice", logged(stamp, { logIndex: 123 }));
  const says = attestation("alice", { claims: statement(provenancePredicate, { provenance }) });
  const body = of([found(signature, { firstSeenAt: stamp + 5_000 }), says]);
  expect(Object.keys(body)).toEqual([
    ...["digest", "repository", "verdict", "reasons", "policy", "policyDigest", "trustRootDigest", "checkedAt"],
    ...["recheckAt", "signatures", "attestations"],
  ]);
  expect(body).toMatchObject({ digest: platformDigest, repository, verdict: "verified", reasons: [], policy: "desk" });
  expect(body.signatures).toEqual([
    {
      format: "cosign-tag",
      manifest: platformDigest,
      carrier: expect.stringMatching(/^sha256:/),
      evidence: signature.evidence,
      valid: true,
      reasons: [],
      signer: { id: "ublue-2024", type: "key", fingerprint: fingerprint("alice"), issuer: null, subject: null },
      accepted: true,
      signedIdentity: repository,
      transparencyLog: { logIndex: 123, integratedTime: "2026-10-01T00:00:00Z" },
      timestamp: null,
      firstSeen: "2026-10-01T00:00:05Z",
      shown: true,
    },
  ]);
  expect(body.attestations).toMatchObject([
    {
      ...{ predicateType: provenancePredicate, valid: true, accepted: true, subjectMatches: true },
      ...{
        builder: "https://github.com/builder",
        sourceRepository: "https://github.com/desk/os",
        sourceRevision: commit,
      },
    },
  ]);
});

test("nobody known: there is no signer, and that is said", () => {
  const [signature] = of([anybodys()]).signatures;
  expect(signature).toMatchObject({ valid: false, accepted: false, signer: null, signedIdentity: null });
  expect(signature?.unknown).toEqual([{ field: "signer", reason: "no key that is known here made it" }]);
  const [unjudged] = of([anybodys()], []).signatures;
  expect(unjudged?.unknown?.map(({ field }) => field).toSorted()).toEqual(["signer", "valid"]);
});

test("an identity that nobody declared is shown", () => {
  const [signature] = of([keyless(workflow)], []).signatures;
  expect(signature).toMatchObject({
    valid: true,
    accepted: false,
    signer: { id: null, type: "identity", issuer, subject: workflow },
    transparencyLog: { logIndex: 7 },
  });
});

test("a statement names no repository, and a stamp is shown", () => {
  const finding = byBundle("alice", { times: [{ from: "timestamp", atMs: stamp, authority: "tsa" }] });
  expect(of([finding]).signatures[0]).toMatchObject({
    signedIdentity: null,
    timestamp: "2026-10-01T00:00:00Z",
    transparencyLog: null,
  });
});

test("a lookaside's file is carried by no manifest", () => {
  const [signature] = of([byOpenpgp("erin")], [policy([pgp("erin")])]).signatures;
  expect(signature).toMatchObject({ format: "openpgp-lookaside", carrier: null, signer: { type: "openpgp" } });
});

test("an attestation that does not satisfy says why", () => {
  const other = {
    ...provenance,
    sources: [{ uri: "https://github.com/mallory/os", revision: null, member: "externalParameters.workflow" }],
  };
  const finding = attestation("alice", { claims: statement(provenancePredicate, { provenance: other }) });
  expect(of([bySig("alice"), finding]).attestations[0]).toMatchObject({
    valid: true,
    accepted: false,
    reasons: [{ code: "SOURCE_MISMATCH" }],
    sourceRepository: "https://github.com/mallory/os",
  });
});

test("an attestation of nobody known says nothing that is believed", () => {
  const [judged] = of([anybodys({ kind: "attestation" })]).attestations;
  expect(judged).toMatchObject({ valid: false, accepted: false, predicateType: null, subjectMatches: null });
  expect(judged?.unknown?.map(({ field }) => field).toSorted()).toEqual([
    ...["predicateType", "signer", "subjectMatches"],
  ]);
});

test("what was never looked at says so", () => {
  const { body, changesAt } = verifications(world({ trust }), repository, manifest([], { look: null }), now);
  expect(body).toMatchObject({ verdict: "pending", checkedAt: null, signatures: [], attestations: [] });
  expect(body.unknown?.map(({ field }) => field)).toEqual(["checkedAt", "recheckAt"]);
  expect(changesAt).toBeNull();
});

test("a broken signature still says whose it is", () => {
  const { signatures } = of([
    bySig("alice", { valid: false, reasons: [{ code: "TLOG_SET", message: "not promised" }] }),
  ]);
  expect(signatures[0]).toMatchObject({ valid: false, accepted: false, signer: { id: "ublue-2024" } });
});
