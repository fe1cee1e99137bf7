// Tests of an image's verdict: the better of index and platform, and what is said where one has nothing.
import { expect, test } from "vitest";
import type { ManifestEvidence } from "../../../../policies/trust/found-evidence.ts";
import { judgeImage } from "../../../../policies/trust/judge-image.ts";
import { judgeManifest } from "../../../../policies/trust/judge-manifest.ts";
import { broken, bySig, failing, index, look, manifest, now, repository, world } from "./trust-builders.ts";

const rules = world().rulesFor(repository);
const judged = (evidence: ManifestEvidence | null) => (evidence === null ? null : judgeManifest(evidence, rules, now));
const judge = (top: ManifestEvidence | null, platform: ManifestEvidence | null) =>
  judgeImage(judged(top), judged(platform), now);

const good = bySig("alice");
const bad = broken("DIGEST_MISMATCH");
const unlooked = { look: null };

test.each([
  {
    title: "both",
    top: index([good]),
    platform: manifest([good]),
    verdict: "verified",
    reasons: [],
    manifests: ["verified", "verified"],
  },
  {
    title: "the index alone",
    top: index([good]),
    platform: manifest([]),
    verdict: "verified",
    reasons: ["INSTANCE_UNSIGNED"],
    manifests: ["verified", "unsigned"],
  },
  {
    title: "the instance alone",
    top: index([]),
    platform: manifest([good]),
    verdict: "verified",
    reasons: ["INDEX_UNSIGNED"],
    manifests: ["unsigned", "verified"],
  },
  {
    title: "nothing",
    top: index([]),
    platform: manifest([]),
    verdict: "unsigned",
    reasons: ["NO_SIGNATURE"],
    manifests: ["unsigned", "unsigned"],
  },
  {
    title: "a bad one on the instance",
    top: index([]),
    platform: manifest([bad]),
    verdict: "invalid",
    reasons: ["DIGEST_MISMATCH", "INDEX_UNSIGNED"],
    manifests: ["unsigned", "invalid"],
  },
  {
    title: "a good and a bad one",
    top: index([bad]),
    platform: manifest([good]),
    verdict: "verified",
    reasons: [],
    manifests: ["invalid", "verified"],
  },
  {
    title: "a manifest that a tag names",
    top: null,
    platform: manifest([good]),
    verdict: "verified",
    reasons: [],
    manifests: [null, "verified"],
  },
  {
    title: "an instance that nobody looked at",
    top: index([good]),
    platform: manifest([], unlooked),
    verdict: "verified",
    reasons: [],
    manifests: ["verified", "pending"],
  },
  {
    title: "an image for no such architecture",
    top: index([good]),
    platform: null,
    verdict: "verified",
    reasons: [],
    manifests: ["verified", "pending"],
  },
  {
    title: "a failing look at one of them",
    top: index([good]),
    platform: manifest([good], { look: failing }),
    verdict: "verified",
    reasons: ["REGISTRY_ERROR"],
    manifests: ["verified", "verified"],
  },
  {
    title: "neither looked at",
    top: index([], unlooked),
    platform: manifest([], unlooked),
    verdict: "pending",
    reasons: ["PENDING"],
    manifests: ["pending", "pending"],
  },
])("$verdict for $title", ({ top, platform, verdict, reasons, manifests }) => {
  const image = judge(top, platform);
  expect(image.verdict).toBe(verdict);
  expect(image.reasons.map(({ code }) => code)).toEqual(reasons);
  expect([image.manifests.index, image.manifests.platform]).toEqual(manifests);
});

test("a signature of the index says nothing of the instance: digests are compared", () => {
  const swapped = manifest([
    { ...good, valid: false, reasons: [{ code: "DIGEST_MISMATCH", message: "of the index" }] },
  ]);
  expect(judge(index([]), swapped).verdict).toBe("invalid");
});

test("it was checked when the older of both looks was, and is checked again when the earlier is due", () => {
  const older = look({ checkedAt: now - 9_000_000, recheckAt: now + 1_000 });
  const image = judge(index([good], { look: older }), manifest([good]));
  expect(image).toMatchObject({ checkedAt: older.checkedAt, recheckAt: older.recheckAt, changesAt: now + 1_000 });
});
