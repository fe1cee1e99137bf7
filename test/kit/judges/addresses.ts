// Where things of one run are: what a row's repositories, tags and policies are called there.

import type { Digest } from "../../../policies/words/digest.ts";
import { type BuiltManifest, buildImage, buildIndex } from "../registries/build-image.ts";
import type { Place, Row, SingleTarget, Target } from "./row.ts";

/** Each `127.0.0.1:PORT`; the lookaside is served under `http://`. */
export type Addresses = { readonly registry: string; readonly mirror: string; readonly lookaside: string };

/** The tag that is pulled, and the other image's. */
export const tag = "stable";
export const otherTag = "next";

/** What the mirror mirrors, as a registry document says it. */
export function mirrorOf({ registry }: Addresses): string {
  return `${registry}/upstream`;
}

/** The path of a row's repository in its registry. */
export function pathOf(row: Row, place: Place = "own"): string {
  switch (place) {
    case "own":
      return `${row.id}/desktop`;
    case "elsewhere":
      return `${row.id}-elsewhere/desktop`;
    case "upstream":
      return `upstream/${row.id}/desktop`;
  }
}

export function registryOf(row: Row, place: Place, addresses: Addresses): string {
  return row.mirror && place === "own" ? addresses.mirror : addresses.registry;
}

export function repositoryOf(row: Row, place: Place, addresses: Addresses): string {
  return `${registryOf(row, place, addresses)}/${pathOf(row, place)}`;
}

/** The places that a row has images in. */
export function placesOf(row: Row): readonly Place[] {
  const places = row.acts.flatMap((act) => {
    if (act.act === "sign") return [act.at ?? "own"];
    return act.act === "copy" ? [act.from.at ?? "own", act.to.at ?? "own"] : [];
  });
  return [...new Set<Place>(["own", ...(row.mirror ? (["upstream"] as const) : []), ...places])];
}

export type RowImages = { readonly top: BuiltManifest; readonly other: BuiltManifest };

const built = new Map<string, RowImages>();

/** The same bytes in every run. */
export function imagesOf(row: Row): RowImages {
  const images = built.get(row.id) ?? buildImages(row);
  built.set(row.id, images);
  return images;
}

/** One layer: what is in an image is nobody's question here, and each blob is two requests. */
function buildImages(row: Row): RowImages {
  const make = (seed: string): BuiltManifest => {
    const format = row.image.startsWith("docker") ? "docker" : "oci";
    const build = (architecture: string) =>
      buildImage({ seed, architecture, format, layers: [`${seed} ${architecture}`] });
    if (row.image === "manifest" || row.image === "docker-manifest") return build("amd64");
    const children = ["amd64", "arm64"].map((architecture) => ({
      manifest: build(architecture),
      platform: { os: "linux", architecture },
    }));
    return buildIndex(children, { format });
  };
  return { top: make(row.id), other: make(`${row.id}, another`) };
}

/** Whether the other image has to be there. */
export function needsOther({ acts }: Row): boolean {
  return acts.some((act) => act.act === "retag" || ("on" in act && act.on === "other"));
}

export function digestOfTarget({ top, other }: RowImages, target: SingleTarget): Digest {
  const of = (manifest: BuiltManifest | undefined): Digest => {
    if (manifest === undefined) throw new Error(`a single manifest has no ${target}`);
    return manifest.digest as Digest;
  };
  switch (target) {
    case "top":
      return of(top);
    case "other":
      return of(other);
    case "amd64":
      return of(top.children[0]);
    case "arm64":
      return of(top.children[1]);
  }
}

export function isList({ image }: Row): boolean {
  return image === "index" || image === "docker-list";
}

/** The manifests that a target stands for. */
export function singlesOf(row: Row, target: Target): readonly SingleTarget[] {
  switch (target) {
    case "all":
      return isList(row) ? ["top", "amd64", "arm64"] : ["top"];
    case "pulled":
      return isList(row) ? ["top", "amd64"] : ["top"];
    default:
      return [target];
  }
}

/** What is pulled. */
export function referenceOf(row: Row, addresses: Addresses): string {
  const repository = repositoryOf(row, "own", addresses);
  switch (row.pull) {
    case "tag":
      return `${repository}:${tag}`;
    case "digest":
      return `${repository}@${digestOfTarget(imagesOf(row), "top")}`;
    case "platform-digest":
      return `${repository}@${digestOfTarget(imagesOf(row), "amd64")}`;
  }
}
