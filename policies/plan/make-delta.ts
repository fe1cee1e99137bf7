// The plan's delta: what a host that has one image still has to download of another, by the digests of their layers.
import type { Layer } from "../images/layer.ts";
import { type Choice, choosePlatform } from "./choose-platform.ts";
import type { PlanInput } from "./plan-input.ts";
import type { PlanDelta } from "./switch-plan.ts";
import { withUnknown } from "./unknown-fields.ts";

export function makeDelta(input: PlanInput, choice: Choice): PlanDelta {
  const { from } = input.request;
  const booted = bootedLayers(input, choice);
  if (from !== null && choice.outcome === "manifest" && choice.layers !== null && booted.outcome === "layers") {
    const there = [...booted.layers.map(({ digest }) => digest), ...otherLayers(input)];
    const compared = compareLayers(there, choice.layers);
    return { from, ...compared, disk: diskOf(compared.bytesNew, "the layers that are missing") };
  }
  const reason = booted.outcome === "unknown" ? booted.reason : "the target's layers were not read";
  const estimate = estimateOf(input, choice);
  const most = estimate?.bytesNew ?? (choice.outcome === "none" ? undefined : choice.facts?.layerBytes);
  const delta = {
    from,
    layersShared: null,
    layersNew: null,
    bytesShared: null,
    bytesNew: null,
    ...(estimate === undefined ? {} : { estimate }),
    ...(most === undefined ? {} : { disk: diskOf(most, "all layers that are not known to be there") }),
  };
  return withUnknown(delta, {
    ...(from === null ? { from: reason } : {}),
    layersShared: reason,
    layersNew: reason,
    bytesShared: reason,
    bytesNew: reason,
  });
}

/** Layers are compressed and are stored unpacked: system images are packed to a third or less of their size. */
const unpackedTimes = 3;

function diskOf(bytesNew: number, what: string): NonNullable<PlanDelta["disk"]> {
  return { bytes: bytesNew * unpackedTimes, method: `${what}, times ${unpackedTimes} once they are unpacked` };
}

type BootedLayers =
  | { readonly outcome: "layers"; readonly layers: readonly Layer[] }
  | { readonly outcome: "unknown"; readonly reason: string };

function bootedLayers(input: PlanInput, choice: Choice): BootedLayers {
  const { from } = input.request;
  const unknown = (reason: string): BootedLayers => ({ outcome: "unknown", reason });
  if (from === null) return unknown("`from` was not given: the digest that the host has booted");
  if (choice.outcome === "none") return unknown(choice.reason);
  if (choice.layers === null) return unknown("the target's layers were not read");
  // The host is there already: that takes no look at what it has.
  if (from === choice.digest || from === input.image.digest) return { outcome: "layers", layers: choice.layers };
  if (input.from === null) return unknown("this catalog does not have the image that the host has booted");
  const booted = choosePlatform(input.from, input.request.architecture);
  if (booted.outcome === "none") return unknown(`of the image that the host has booted: ${booted.reason}`);
  if (booted.layers === null) return unknown("the layers of the image that the host has booted were not read");
  return { outcome: "layers", layers: booted.layers };
}

/** What the host has beside the image that it has booted. */
function otherLayers({ held = [], request }: PlanInput): readonly string[] {
  const cached = request.host?.facts?.cachedLayers ?? [];
  return [...held.flatMap((layers) => layers.map(({ digest }) => digest)), ...cached];
}

/** Only for a host that said something of itself: for any other there is nothing to tell it by. */
function estimateOf(input: PlanInput, choice: Choice): PlanDelta["estimate"] {
  if (input.request.host === undefined || choice.outcome === "none") return undefined;
  const there = otherLayers(input);
  if (choice.layers !== null && there.length > 0) {
    const { bytesNew } = compareLayers(there, choice.layers);
    return { bytesNew, method: "every layer of the target that no other deployment and no cache of the host has" };
  }
  const bytesNew = choice.facts?.layerBytes;
  return bytesNew === undefined ? undefined : { bytesNew, method: "every layer of the target" };
}

export type LayerComparison = {
  readonly layersShared: number;
  readonly layersNew: number;
  readonly bytesShared: number;
  readonly bytesNew: number;
};

/** `from`: digests. A layer that a manifest lists twice is one blob, downloaded once and counted once. */
export function compareLayers(from: readonly string[], to: readonly Layer[]): LayerComparison {
  const there = new Set(from);
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
