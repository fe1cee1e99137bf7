// The delta: exact bytes by the digests of layers, each blob once, and null with its reason where layers are not known.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareLayers } from "../../../../policies/plan/make-delta.ts";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import { digest, entry, facts, image, input, layers, single } from "./plan-builders.ts";

const digestsOf = (list: ReturnType<typeof layers>) => list.map((layer) => layer.digest);

const missing = "the layers that are missing, times 3 once they are unpacked";

describe("compareLayers", () => {
  test.each([
    { title: "nothing in common", from: layers([1, 10]), to: layers([2, 20], [3, 30]), is: [0, 2, 0, 50] },
    { title: "some in common", from: layers([1, 10], [2, 20]), to: layers([2, 20], [3, 30]), is: [1, 1, 20, 30] },
    { title: "the same image", from: layers([1, 10], [2, 20]), to: layers([1, 10], [2, 20]), is: [2, 0, 30, 0] },
    {
      title: "a layer that is there twice",
      from: layers([1, 10]),
      to: layers([2, 20], [2, 20], [1, 10], [1, 10]),
      is: [1, 1, 10, 20],
    },
    { title: "a host without layers", from: [], to: layers([1, 10]), is: [0, 1, 0, 10] },
    { title: "an image without layers", from: layers([1, 10]), to: [], is: [0, 0, 0, 0] },
    { title: "an empty layer", from: layers([1, 10]), to: layers([2, 0]), is: [0, 1, 0, 0] },
  ])("counts $title", ({ from, to, is }) => {
    const [layersShared, layersNew, bytesShared, bytesNew] = is;
    expect(compareLayers(digestsOf(from), to)).toEqual({ layersShared, layersNew, bytesShared, bytesNew });
  });

  test("splits the target into shared and new without rest or overlap", () => {
    const list = fc.array(fc.nat({ max: 12 }).map((n) => ({ digest: digest(n), sizeBytes: n * 7 })));
    fc.assert(
      fc.property(list, list, (from, to) => {
        const delta = compareLayers(digestsOf(from), to);
        const blobs = new Map(to.map((each) => [each.digest, each.sizeBytes]));
        expect(delta.layersShared + delta.layersNew).toBe(blobs.size);
        expect(delta.bytesShared + delta.bytesNew).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
      }),
    );
  });
});

describe("the plan's delta", () => {
  const target = image({ entries: [entry(0x64, {}, { layers: layers([1, 10], [2, 20]) })] });
  const booted = single({ digest: digest(0xb), layers: layers([1, 10]) });
  const asked = { from: digest(0xb) };
  const deltaOf = (change: Parameters<typeof input>[0]) => makePlan(input({ image: target, ...change })).plan.delta;

  test("compares what the host has with the manifest of its architecture", () => {
    expect(deltaOf({ request: asked, from: booted })).toEqual({
      from: digest(0xb),
      layersShared: 1,
      layersNew: 1,
      bytesShared: 10,
      bytesNew: 20,
      disk: { bytes: 60, method: missing },
    });
  });

  test("takes the manifest of the same architecture where `from` is an index", () => {
    const from = image({
      digest: digest(0xb),
      entries: [entry(1, { architecture: "arm64" }), entry(2, {}, { layers: layers([2, 20]) })],
    });
    expect(deltaOf({ request: asked, from })).toMatchObject({ layersShared: 1, bytesNew: 10 });
  });

  test.each([digest(0x64), digest(0x111)])("is nothing new where the host has booted the target itself: %s", (from) => {
    expect(deltaOf({ request: { from } })).toEqual({
      from,
      layersShared: 2,
      layersNew: 0,
      bytesShared: 30,
      bytesNew: 0,
      disk: { bytes: 0, method: missing },
    });
  });

  test.each([
    { title: "none was given", change: {}, from: null },
    { title: "the catalog does not have it", change: { request: asked, from: null }, from: digest(0xb) },
    {
      title: "its layers were not read",
      change: { request: asked, from: single({ layers: null }) },
      from: digest(0xb),
    },
    {
      title: "it is of another architecture",
      change: { request: asked, from: image({ entries: [] }) },
      from: digest(0xb),
    },
    {
      title: "the target's layers were not read",
      change: { request: asked, from: booted, image: image() },
      from: digest(0xb),
    },
    {
      title: "the target has no such architecture",
      change: { request: { ...asked, architecture: "s390x" }, from: booted },
      from: digest(0xb),
    },
  ])("is null with a reason where $title", ({ change, from }) => {
    const delta = deltaOf(change);
    expect(delta).toMatchObject({ from, layersShared: null, layersNew: null, bytesShared: null, bytesNew: null });
    const named = delta.unknown?.map(({ field }) => field) ?? [];
    expect(named).toEqual([...(from === null ? ["from"] : []), "layersShared", "layersNew", "bytesShared", "bytesNew"]);
  });
});

describe("what the host has beside its booted image", () => {
  const target = single({ layers: layers([1, 10], [2, 20], [3, 30]), facts: facts({ layerBytes: 60 }) });
  const booted = single({ digest: digest(0xb), layers: layers([1, 10]) });
  const asked = { from: digest(0xb) };
  const host = (cachedLayers: string[] = []) => ({ document: null, facts: { cachedLayers } });
  const deltaOf = (change: Parameters<typeof input>[0]) => makePlan(input({ image: target, ...change })).plan.delta;

  test("is not downloaded again: other deployments and what is cached", () => {
    const request = { ...asked, host: host([digest(3), digest(99)]) };
    expect(deltaOf({ request, from: booted, held: [layers([2, 20]), layers([1, 10])] })).toEqual({
      from: digest(0xb),
      layersShared: 3,
      layersNew: 0,
      bytesShared: 60,
      bytesNew: 0,
      disk: { bytes: 0, method: missing },
    });
  });

  test("makes an estimate where the booted image is not known, with its method", () => {
    const request = { ...asked, host: host([digest(3)]) };
    expect(deltaOf({ request })).toMatchObject({
      bytesNew: null,
      estimate: { bytesNew: 30, method: expect.stringContaining("cache") },
    });
    expect(deltaOf({ request: { ...asked, host: host() } }).estimate).toEqual({
      bytesNew: 60,
      method: "every layer of the target",
    });
  });

  test("takes room for all of it where nobody said what is there, or nothing is known to be", () => {
    const disk = { bytes: 180, method: "all layers that are not known to be there, times 3 once they are unpacked" };
    for (const request of [{}, asked, { ...asked, host: host() }]) expect(deltaOf({ request })).toMatchObject({ disk });
    const cached = { ...asked, host: host([digest(3)]) };
    expect(deltaOf({ request: cached }).disk?.bytes).toBe(90);
    expect(deltaOf({ image: single({ layers: null, facts: null }) })).not.toHaveProperty("disk");
  });

  test("is never estimated for a host that said nothing of itself", () => {
    expect(deltaOf({ request: asked })).not.toHaveProperty("estimate");
  });
});
