// Showing a verification: the verdict and its reasons first, then who signed and who could enforce it.
import { expect, test } from "vitest";
import { showImage, showKept } from "../../../../bin/show/show-verification.ts";
import { plain } from "../../../../bin/terminal/paint.ts";
import type {
  JudgedBy,
  KeptVerifications,
  ShownVerifications,
  VerifiedImage,
} from "../../../../bin/verify/verified.ts";

const options = { paint: plain, width: 80, verbose: false };
const digest = `sha256:${"ab".repeat(32)}`;
const signature: ShownVerifications["signatures"][number] = {
  format: "cosign-tag",
  manifest: digest,
  carrier: digest,
  evidence: digest,
  valid: true,
  reasons: [],
  signer: { id: "alice", type: "key", fingerprint: "sha256:cd", issuer: null, subject: null },
  accepted: true,
  signedIdentity: "registry.example/os/desktop",
  transparencyLog: null,
  timestamp: null,
  firstSeen: "2026-11-20T10:00:00Z",
  shown: true,
};
const shown: ShownVerifications = {
  digest,
  repository: "registry.example/os/desktop",
  verdict: "verified",
  reasons: [],
  policy: "os",
  policyDigest: digest,
  trustRootDigest: null,
  checkedAt: "2026-11-20T10:00:00Z",
  recheckAt: null,
  signatures: [signature],
  signatureCount: 1,
  attestations: [],
  attestationCount: 0,
};
const judgedBy: JudgedBy = {
  policy: "file",
  trustRoot: { from: "shipped", digest: `sha256:${"ef".repeat(32)}` },
  restsOnFirstSight: false,
  restsOnRepository: false,
};
const kept: KeptVerifications = { ...shown, judgedBy };
const consumer = { verdict: "verified", reasons: [], since: "cosign 3.0", byVersion: [] } as const;
const image: VerifiedImage = {
  ...shown,
  ref: "registry.example/os/desktop:stable",
  tag: "stable",
  platform: { architecture: "amd64", digest },
  manifests: { index: "verified", platform: "unsigned" },
  consumers: {
    cosign: consumer,
    bootc: {
      ...consumer,
      verdict: "not-enforceable",
      since: null,
      reasons: [{ code: "X_CODE", message: "why", evidence: {} }],
    },
    podman: consumer,
  },
};

test("an image: verdict, parts, signatures, and what each program would do", () => {
  const text = showImage(image, options);
  expect(text).toMatch(/^registry\.example\/os\/desktop:stable\nverdict {2}verified; by the policy os; checked 2026/);
  expect(text).toContain("index verified; amd64 unsigned");
  expect(text.replaceAll(/\n {9}/g, " ")).toContain(
    "  yes    alice; the index; cosign-tag; first seen 2026-11-20T10:00:00Z; key sha256:cd",
  );
  expect(text).toMatch(/ {2}cosign verified since cosign 3\.0\n {2}bootc {2}not-enforceable\n {9}X_CODE: why\n/);
  expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test("what is wrong with the image itself is said once, and each signature says of which part it is", () => {
  const reasons = [{ code: "X_CODE", message: "why", evidence: {} }];
  const other = { ...signature, manifest: `sha256:${"cd".repeat(32)}` };
  const text = showImage({ ...image, reasons, signatures: [other] }, options);
  expect(text.split("X_CODE")).toHaveLength(2);
  expect(text).toContain("the image for amd64");
});

test("an index without the architecture, and a manifest that is no index", () => {
  expect(showImage({ ...image, platform: null }, options)).toContain("index verified; no image for this architecture");
  const single = { ...image, manifests: { index: null, platform: "verified" as const } };
  expect(showImage(single, options)).not.toContain("parts");
});

test("kept evidence is never plainly verified where nobody but the file vouches for its policy", () => {
  const text = showKept(kept, "saved.json", options).replaceAll(/\n {9}/g, " ");
  expect(text).toContain(`${kept.repository}@${digest}`);
  expect(text).toContain("verdict  verified, by the file's own policy os; checked");
  expect(text).not.toContain("verified;");
  expect(text).toContain(`policy   ${digest}\n`);
  expect(text).toContain("judged   nobody but saved.json vouches for this policy: compare the policy digest");
  expect(text).not.toContain("first seen; it is verified only");
});

test.each<{ title: string; by: Partial<JudgedBy>; says: string }>([
  {
    title: "by the policy of a digest",
    by: { policy: "policy-digest" },
    says: "judged   by the documents of the digest that you gave",
  },
  { title: "by a signer", by: { policy: "signer" }, says: "judged   by the signer that you gave alone: no document" },
  { title: "by nobody", by: { policy: null }, says: "judged   by no policy" },
])("kept evidence $title says so beside a plain verdict", ({ by, says }) => {
  const text = showKept({ ...kept, judgedBy: { ...judgedBy, ...by } }, "saved.json", options);
  expect(text).toContain("verdict  verified; by the policy os");
  expect(text.replaceAll(/\n {9}/g, " ")).toContain(says);
  const [, ...lines] = text.split("\n");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

test.each([
  { from: "shipped", says: "as it comes with this program" },
  { from: "given", says: "the trust root that you gave" },
  { from: "policy", says: "not that of this program; the policy digest covers it" },
  { from: "file", says: "not that of this program: nobody but saved.json vouches for it" },
] as const)("the root ($from) is named with where it comes from, once", ({ from, says }) => {
  const trustRoot = { from, digest: `sha256:${"ef".repeat(32)}` };
  const judged = { ...kept, judgedBy: { ...judgedBy, trustRoot } };
  const flat = (each: KeptVerifications) => showKept(each, "saved.json", options).replaceAll(/\n {9}/g, " ");
  expect(flat(judged)).toContain(`root     ${trustRoot.digest} `);
  expect(flat(judged)).toContain(`${says}; the verdict does not rest on it`);
  const resting = flat({ ...judged, trustRootDigest: trustRoot.digest });
  expect(resting).toContain(says);
  expect(resting).not.toContain("does not rest on it");
  expect(resting.split(trustRoot.digest)).toHaveLength(2);
});

test("an incomplete policy is not taken for none", () => {
  const unknown = [{ field: "policy", reason: "incomplete" }];
  const judged = { ...kept, verdict: "indeterminate" as const, policy: null, policyDigest: null, unknown };
  const text = showKept({ ...judged, judgedBy: { ...judgedBy, policy: null } }, "f", options);
  expect(text).toContain("verdict  indeterminate, by no policy: the file's own is incomplete");
});

test("a verdict that rests on first sight says so, and one under no root names none", () => {
  const text = showKept({ ...kept, judgedBy: { ...judgedBy, trustRoot: null, restsOnFirstSight: true } }, "f", options);
  expect(text.replaceAll(/\s+/g, " ")).toContain("verified only since f says when the signatures were first seen");
  expect(text).not.toContain("root ");
});

test("a repository that no signature names is told to be the file's word", () => {
  const text = showKept({ ...kept, judgedBy: { ...judgedBy, restsOnRepository: true } }, "saved.json", options);
  const flat = text.replaceAll(/\s+/g, " ");
  expect(flat).toContain(`that the image is of ${kept.repository} is what saved.json says; compare it, or give --repo`);
});

test("strangers, what was refused and what is gone are said, and nothing of theirs moves the cursor", () => {
  const identity = {
    id: null,
    type: "identity",
    fingerprint: "f",
    issuer: "https://token.example",
    subject: "\u001b[2Jme",
  } as const;
  const stranger = {
    ...signature,
    ...{ accepted: false, signer: identity, shown: false, timestamp: "2026-01-01T00:00:00Z" },
    transparencyLog: { logIndex: 5, integratedTime: "2026-01-01T00:00:00Z" },
    reasons: [{ code: "IDENTITY_MISMATCH", message: "not one of the policy's", evidence: {} }],
  };
  const nobody = { ...signature, accepted: false, valid: false, signer: null };
  const judged = {
    ...kept,
    verdict: "untrusted" as const,
    policy: null,
    policyDigest: null,
    signatures: [stranger, nobody],
  };
  const text = showKept(judged, "-", options).replaceAll(/\n {9}/g, " ");
  expect(text).toContain("a stranger: \\u{1b}[2Jme (https://token.example)");
  expect(text).toContain("logged 2026-01-01T00:00:00Z; stamped 2026-01-01T00:00:00Z");
  expect(text).toContain("no longer in the registry");
  expect(text).toContain("IDENTITY_MISMATCH: not one of the policy's");
  expect(text).toContain("  no     by nobody known");
  expect(text).toContain("no trust policy speaks for it");
});

test("attestations say what was built where; of many, the first are shown and the others counted", () => {
  const attestation: ShownVerifications["attestations"][number] = {
    ...{ format: "cosign-tag", evidence: digest, predicateType: "https://slsa.dev/provenance/v1", valid: true },
    ...{ reasons: [], signer: signature.signer, accepted: true, subjectMatches: true, builder: "https://b.example" },
    ...{ sourceRepository: "https://s.example", sourceRevision: null, firstSeen: null, shown: true },
  };
  const many = { ...kept, attestations: Array.from({ length: 25 }, () => attestation), attestationCount: 25 };
  const text = showKept({ ...many, trustRootDigest: digest }, "f", options).replaceAll(/\n {9}/g, " ");
  expect(text.split("built by https://b.example; from https://s.example")).toHaveLength(21);
  expect(text).toContain("  and 5 more (--json shows them)");
  expect(text).toContain(`root     ${digest}`);
});
