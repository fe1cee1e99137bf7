// Chains find exactly the images whose layers are the bottom of another's, whatever the layers are.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLayerPrefix, layerChains, maxChainLayers } from "../../../../policies/lineage/layer-chains.ts";

const digests = fc.array(fc.constantFrom("sha256:a", "sha256:b", "sha256:c"), { maxLength: 12 });
const by = "layers" as const;

test("the chain of all layers of one image is among another's exactly where it is the bottom of that", () => {
  fc.assert(
    fc.property(digests, digests, (base, image) => {
      const whole = layerChains({ by, digests: base }).at(-1);
      const below = layerChains({ by, digests: image }).slice(0, -1);
      expect(whole !== undefined && below.includes(whole)).toBe(isLayerPrefix(base, image));
    }),
  );
});

test("what stands on something stands on everything below that", () => {
  fc.assert(
    fc.property(digests, digests, digests, (a, b, c) => {
      const [lower, middle, upper] = [a, [...a, ...b], [...a, ...b, ...c]];
      if (isLayerPrefix(lower, middle) && isLayerPrefix(middle, upper)) expect(isLayerPrefix(lower, upper)).toBe(true);
      expect(isLayerPrefix(upper, upper)).toBe(false);
    }),
  );
});

test("every chain is a whole number that JavaScript and both databases hold", () => {
  const chains = layerChains({ by, digests: Array.from({ length: 200 }, (_, i) => `sha256:${i}`) });
  expect(chains.every((chain) => Number.isSafeInteger(chain) && chain >= 0)).toBe(true);
  expect(new Set(chains).size).toBe(200);
});

test("layers and what is in them make different chains", () => {
  expect(layerChains({ by: "diffs", digests: ["sha256:a"] })).not.toEqual(layerChains({ by, digests: ["sha256:a"] }));
});

test("an image with more layers than any store holds is compared up to the limit", () => {
  const many = Array.from({ length: maxChainLayers + 50 }, (_, i) => `sha256:${i}`);
  expect(layerChains({ by, digests: many })).toHaveLength(maxChainLayers);
});
