// The plan's delta: what a host that has one image still has to download of another, by the digests of their layers.
import type { Layer } from "../images/layer.ts";
import { type Choice, choosePlatform } from "./choose-platform.ts";
import type { PlanInput } from "./plan-input.ts";
import type { PlanDelta } from "./switch-plan.ts";
import { withUnknown } from "./unknown-fields.ts";

export function makeDelta(input: PlanInput, choice: Choice): PlanDelta {
  const { from } = input.request;
  if (from === null) return nothing(null, "`from` was not given: the digest that the host has booted");
  if (choice.outcome === "none") return nothing(from, choice.reason);
  if (choice.layers === null) return nothing(from, "the target's layers were not read");
  // The host is there already: that takes no look at what it has.
  if (from === choice.digest || from === input.image.digest)
    return { from, ...compareLayers(choice.layers, choice.layers) };
  if (input.from === null) return nothing(from, "this catalog does not have the image that the host has booted");
  const booted = choosePlatform(input.from, input.request.architecture);
  if (booted.outcome === "none") return nothing(from, `of the image that the host has booted: ${booted.reason}`);
  if (booted.layers === null) return nothing(from, "the layers of the image that the host has booted were not read");
  return { from, ...compareLayers(booted.layers, choice.layers) };
}

function nothing(from: string | null, reason: string): PlanDelta {
  const delta = { from, layersShared: null, layersNew: null, bytesShared: null, bytesNew: null };
  return withUnknown(delta, {
    ...(from === null ? { from: reason } : {}),
    layersShared: reason,
    layersNew: reason,
    bytesShared: reason,
    bytesNew: reason,
  });
}

export type LayerComparison = {
  readonly layersShared: number;
  readonly layersNew: number;
  readonly bytesShared: number;
  readonly bytesNew: number;
};

/** A layer that a manifest lists twice is one blob, downloaded once and counted once. */
export function compareLayers(from: readonly Layer[], to: readonly Layer[]): LayerComparison {
  const there = new Set(from.map(({ digest }) => digest));
  const wanted = new Map(to.map(({ digest, sizeBytes }) => [digest, sizeBytes]));
  let [layersShared, layersNew, bytesShared, bytesNew] = [0, 0, 0, 0];
  for (const [digest, sizeBytes] of wanted) {
    if (there.has(digest)) {
      layersShared += 1;
      bytesShared += sizeBytes;
    } else {
      layersNew += 1;
      bytesNew += sizeBytes;
    }
  }
  return { layersShared, layersNew, bytesShared, bytesNew };
}
