// Which evidence of a base is believed.
import { expect, test } from "vitest";
import type { BaseClaim } from "../../../../policies/lineage/base-claim.ts";
import { type BaseSigns, chooseBase } from "../../../../policies/lineage/choose-base.ts";

const claim = (name: string | null, digest: string | null, tag: string | null = "44"): BaseClaim => ({
  repository: name,
  tag: name === null ? null : tag,
  digest,
});
const nothing: BaseSigns = { own: ["self"], materials: [], annotation: null, label: null, layers: null };
const annotated = claim("r/annotated", "annotated");
const layers = { repository: "r/below", digests: ["index", "manifest"], claims: [] };

test.each<{ title: string; signs: Partial<BaseSigns>; base: readonly [evidence: string, digest: string | null] }>([
  { title: "layers where nothing else speaks", signs: { layers }, base: ["layers", "index"] },
  { title: "an annotation before layers", signs: { layers, annotation: annotated }, base: ["annotation", "annotated"] },
  {
    title: "provenance before an annotation",
    signs: { annotation: annotated, materials: [claim("r/made", "made")] },
    base: ["provenance", "made"],
  },
  {
    title: "of a build in stages the image that the layers confirm",
    signs: { layers, materials: [claim("r/tool", "tool"), claim("r/below", "manifest")] },
    base: ["provenance", "manifest"],
  },
  {
    title: "of a build in stages the image that the annotation confirms",
    signs: { annotation: annotated, materials: [claim("r/tool", "tool"), claim("r/annotated", "annotated")] },
    base: ["provenance", "annotated"],
  },
  {
    title: "the annotation where the provenance's images are others",
    signs: { annotation: annotated, materials: [claim("r/tool", "tool"), claim("r/lib", "lib")] },
    base: ["annotation", "annotated"],
  },
  {
    title: "layers where the annotation is what the base says of its own base",
    signs: { annotation: annotated, layers: { ...layers, claims: [annotated] } },
    base: ["layers", "index"],
  },
  { title: "layers before a label", signs: { layers, label: annotated }, base: ["layers", "index"] },
  { title: "a label where nothing else speaks", signs: { label: annotated }, base: ["labels", "annotated"] },
  {
    title: "an annotation without a digest as a label",
    signs: { annotation: claim("r/named", null) },
    base: ["labels", null],
  },
  {
    title: "a label before an annotation without a digest",
    signs: { annotation: claim("r/named", null), label: annotated },
    base: ["labels", "annotated"],
  },
  {
    title: "layers where the annotation names the image itself",
    signs: { layers, annotation: claim("r/self", "self") },
    base: ["layers", "index"],
  },
  {
    title: "provenance that names one image twice",
    signs: { materials: [claim("r/made", "made"), claim("r/made", "made", "x")] },
    base: ["provenance", "made"],
  },
])("$title", ({ signs, base: [evidence, digest] }) => {
  expect(chooseBase({ ...nothing, ...signs })).toMatchObject({ outcome: "base", evidence, claim: { digest } });
});

test.each<{ title: string; signs: Partial<BaseSigns>; reason: RegExp }>([
  { title: "nothing", signs: {}, reason: /no provenance, annotation or label/ },
  {
    title: "several images in the provenance",
    signs: { materials: [claim("r/a", "a"), claim("r/b", "b")] },
    reason: /several images/,
  },
  { title: "itself", signs: { label: claim("r/self", "self") }, reason: /no provenance/ },
])("unknown with a reason: $title", ({ signs, reason }) => {
  expect(chooseBase({ ...nothing, ...signs })).toEqual({ outcome: "unknown", reason: expect.stringMatching(reason) });
});
