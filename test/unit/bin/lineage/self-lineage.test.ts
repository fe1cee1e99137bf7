// What an image says itself of its base: the strongest of it, and everything else unknown with a reason.
import { describe, expect, test } from "vitest";
import { selfLineage } from "../../../../bin/lineage/self-lineage.ts";
import type { BaseClaim } from "../../../../policies/lineage/base-claim.ts";
import type { ImageLineage } from "../../../../policies/lineage/image-lineage.ts";
import { Lineage } from "../../../../server/api/lineage-routes.ts";
import { digest, entry, image, single } from "../../policies/plan/plan-builders.ts";

const ref = "registry.example/desk/os:stable";
const [manifest, other] = [digest(0x64), digest(0xbad)];
const base = (n: number, tag: string | null = "44"): BaseClaim => ({
  repository: "registry.example/base/os",
  tag,
  digest: digest(n),
});
const named: BaseClaim = { repository: "registry.example/base/os", tag: "44", digest: null };
const says = (said: Partial<ImageLineage>): ImageLineage => ({ chains: [], annotation: null, label: null, ...said });

type Case = {
  readonly lineages?: ReadonlyMap<string, ImageLineage | null>;
  readonly materials?: Readonly<Record<string, readonly BaseClaim[]>>;
  readonly architecture?: string;
  readonly of?: Parameters<typeof selfLineage>[1]["image"];
};

function lineageOf({ lineages = new Map(), materials = {}, architecture = "amd64", of = image() }: Case) {
  const body = selfLineage(ref, { image: of, lineages, materials: (each) => materials[each] ?? [] }, architecture);
  const shown = Lineage.parse(body);
  return { ...shown, why: shown.unknown?.find(({ field }) => field === "bases")?.reason };
}

describe("the base", () => {
  test.each<{ title: string; of: Case; is: object }>([
    {
      title: "believed provenance names, whatever an annotation says",
      of: { materials: { [manifest]: [base(1)] }, lineages: new Map([[manifest, says({ annotation: base(2) })]]) },
      is: { evidence: "provenance", digest: digest(1), ref: "registry.example/base/os:44" },
    },
    {
      title: "provenance of the index names",
      of: { materials: { [digest(0x111)]: [base(1, null)] } },
      is: { evidence: "provenance", ref: `registry.example/base/os@${digest(1)}` },
    },
    {
      title: "one of several materials is, which the annotation confirms",
      of: {
        materials: { [manifest]: [base(1), base(2)] },
        lineages: new Map([[manifest, says({ annotation: base(2) })]]),
      },
      is: { evidence: "provenance", digest: digest(2) },
    },
    {
      title: "the manifest's annotation names before the index's",
      of: {
        lineages: new Map([
          [manifest, says({ annotation: base(1) })],
          [digest(0x111), says({ annotation: base(2) })],
        ]),
      },
      is: { evidence: "annotation", digest: digest(1) },
    },
    {
      title: "the index's annotation names",
      of: { lineages: new Map([[digest(0x111), says({ annotation: base(2) })]]) },
      is: { evidence: "annotation", digest: digest(2) },
    },
    {
      title: "a label names",
      of: { lineages: new Map([[manifest, says({ label: base(3) })]]) },
      is: { evidence: "labels", digest: digest(3) },
    },
    {
      title: "an annotation names without a digest",
      of: { lineages: new Map([[manifest, says({ annotation: named })]]) },
      is: {
        evidence: "labels",
        digest: null,
        unknown: expect.arrayContaining([expect.objectContaining({ field: "digest" })]),
      },
    },
    {
      title: "a single manifest names",
      of: { of: single(), lineages: new Map([[digest(0x111), says({ annotation: base(4) })]]) },
      is: { evidence: "annotation", digest: digest(4) },
    },
  ])("is what $title", ({ of, is }) => {
    const { bases, derived, why, unknown } = lineageOf(of);
    expect(bases).toMatchObject([{ ...is, lagDays: null, lagBuilds: null }]);
    expect(derived).toEqual([]);
    expect(why).toContain("only a catalog knows");
    expect(unknown?.map(({ field }) => field)).toEqual(["inheritedLabels", "inheritedAnnotations", "bases", "derived"]);
  });

  test("may have been inherited from one between, unless provenance names it", () => {
    const annotated = lineageOf({ lineages: new Map([[manifest, says({ annotation: base(1) })]]) });
    expect(annotated.why).toContain("whether others stand between");
    expect(lineageOf({ materials: { [manifest]: [base(1)] } }).why).not.toContain("between");
  });

  test.each<{ title: string; of: Case; says: string }>([
    {
      title: "nothing names it",
      of: {},
      says: "no provenance, annotation or label of the image itself names its base",
    },
    {
      title: "several materials are named, and nothing tells which",
      of: { materials: { [manifest]: [base(1), base(2)] } },
      says: "its provenance names several images",
    },
    {
      title: "the image names itself",
      of: { lineages: new Map([[manifest, says({ annotation: { ...base(1), digest: manifest } })]]) },
      says: "no provenance, annotation or label",
    },
    {
      title: "what names it is another platform's",
      of: {
        of: image({ entries: [entry(0x64, {}), entry(0xbad, { architecture: "arm64" })] }),
        lineages: new Map([[other, says({ annotation: base(1) })]]),
      },
      says: "no provenance, annotation or label",
    },
    {
      title: "there is no image for the architecture",
      of: { architecture: "s390x", lineages: new Map([[digest(0x111), says({ annotation: base(1) })]]) },
      says: "the index has no image for s390x",
    },
  ])("is unknown where $title", ({ of, says }) => {
    const { bases, why } = lineageOf(of);
    expect(bases).toEqual([]);
    expect(why).toContain(says);
  });
});
