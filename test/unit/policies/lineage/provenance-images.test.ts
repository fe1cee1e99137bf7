// Whose provenance is believed to say what an image was built on.
import { expect, test } from "vitest";
import { namesImages, provenanceImages, soleImage } from "../../../../policies/lineage/provenance-images.ts";
import type { ImageMaterial, SignedClaims } from "../../../../policies/trust/finding.ts";
import { attestation, found, keySigner, now, provenancePredicate, repository, world } from "../trust/trust-builders.ts";

const sha256 = "a".repeat(64);
const base = { repository: "quay.io/fedora/fedora-bootc", tag: "44", digest: `sha256:${sha256}` };
const image: ImageMaterial = { uri: `docker://${base.repository}:44`, sha256 };
const says = (images: readonly ImageMaterial[], subjectMatches = true): SignedClaims => ({
  type: "statement",
  statementType: "https://in-toto.io/Statement/v1",
  predicateType: provenancePredicate,
  subjects: [],
  subjectMatches,
  provenance: { builder: null, buildType: null, sources: [], startedAt: null, finishedAt: null, images },
});
const by = (name: string, change: Parameters<typeof attestation>[1] = {}) =>
  found(attestation(name, { claims: says([image]), ...change }));
const imagesBy = (evidence: ReturnType<typeof by>, policies: Parameters<typeof world>[0] = {}) =>
  provenanceImages([evidence], world(policies).rulesFor(repository), now);

const broken = { valid: false, reasons: [{ code: "TLOG_SET" as const, message: "it does not hold" }] };

test("a signer of the policy is believed, a stranger is not", () => {
  expect(imagesBy(by("alice"))).toEqual([base]);
  expect(imagesBy(by("mallory"))).toEqual([]);
});

test("where no policy speaks, whoever signed is", () => {
  expect(imagesBy(by("mallory", { signer: keySigner("mallory", "log") }), { trust: [] })).toEqual([base]);
});

test.each([
  { title: "a statement about another image", change: { claims: says([image], false) } },
  { title: "a signature that does not hold", change: broken },
  { title: "nobody known", change: { valid: null } },
  { title: "no image", change: { claims: says([]) } },
  { title: "an image without a digest", change: { claims: says([{ ...image, sha256: null }]) } },
])("nothing is learned from $title", ({ change }) => {
  expect(imagesBy(by("alice", change))).toEqual([]);
});

test("an image is found from below by provenance that names it alone", () => {
  const other = { uri: "oci://registry.example/tool", sha256: "b".repeat(64) };
  expect(soleImage([by("alice"), by("mallory")])).toEqual(base);
  expect(soleImage([by("alice", { claims: says([image, other]) })])).toBeUndefined();
  expect(soleImage([by("alice", broken)])).toBeUndefined();
  expect([by("alice"), by("alice", { claims: says([]) })].map(namesImages)).toEqual([true, false]);
});
