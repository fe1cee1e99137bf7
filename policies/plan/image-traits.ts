// Image traits: what an image is to a host beyond its facts. Where an inventory of its packages answers one day, it
// answers here: every hazard reads traits, and none asks where they came from.
import type { ImageFacts } from "../images/image-facts.ts";
import { type Family, familyOf, familyOfKernel, majorOf } from "./distribution-family.ts";
import type { ImageBuilder } from "./image-builder.ts";

/** Null is not known; an empty list is none. */
export type ImageTraits = {
  readonly family: Family | null;
  /** The ID of the distribution itself. */
  readonly distribution: string | null;
  readonly release: string | null;
  readonly major: number | null;
  readonly kernel: string | null;
  readonly version: string | null;
  readonly created: string | null;
  readonly desktops: readonly string[] | null;
  readonly displayManagers: readonly string[] | null;
  readonly hardware: readonly string[] | null;
  readonly streams: readonly string[] | null;
  /** `composefs`: sealed, a unified kernel image whose command line names its digest. */
  readonly backend: "ostree" | "composefs" | null;
  readonly bootloaders: readonly string[] | null;
  readonly secureBoot: SecureBoot | null;
  readonly boundImages: readonly string[] | null;
  readonly kernelArguments: readonly string[] | null;
  readonly builder: ImageBuilder | null;
};

/** Who signed the kernel and its modules. */
export type SecureBoot =
  | { readonly by: "distribution" }
  | { readonly by: "nobody" }
  /** SHA-256 fingerprints of certificates, one of which is enough. */
  | { readonly by: "keys"; readonly fingerprints: readonly string[] };

export type TraitsQuestion = {
  /** What a curated source says; null: none declares the repository. */
  readonly declared: {
    readonly kind: string | null;
    readonly official: boolean | null;
    readonly distribution: string | null;
  } | null;
  readonly facets: Readonly<Record<string, string | readonly string[]>>;
  /** Facets of which not even that is known whether they are set. */
  readonly openFacets: readonly string[];
  readonly facts: Pick<ImageFacts, "kernel" | "version" | "created"> | null;
  readonly osId: string | null;
  readonly release: string | null;
  readonly builder: ImageBuilder | null;
};

export function traitsOf(question: TraitsQuestion): ImageTraits {
  const { declared, facts, osId, release, builder } = question;
  const valuesOf = (facet: string): readonly string[] | null => {
    const values = Object.hasOwn(question.facets, facet) ? question.facets[facet] : undefined;
    return values === undefined ? null : [values].flat().map((value) => value.toLowerCase());
  };
  const isOpen = (facet: string) => question.openFacets.includes(facet);
  /** As `valuesOf`, and a curated source that is silent says that there is none. */
  const declaredOf = (facet: string) => valuesOf(facet) ?? (declared !== null && !isOpen(facet) ? [] : null);
  const kernel = facts?.kernel ?? null;
  const family = valuesOf("family")?.[0] ?? null;
  const source = isOpen("family") ? null : (declared?.distribution ?? null);
  const distribution = family ?? source ?? osId;
  const streams = valuesOf("stream");
  const backend = isOpen("backend") ? null : backendOf(valuesOf("backend"), streams);
  const desktops = valuesOf("desktop");
  const hardware = declaredOf("hardware");
  const known = { declared, backend, hardware, distribution };
  return {
    family: family === null ? familyOfImage(kernel, distribution) : familyOf(family),
    distribution,
    release,
    major: majorOf(release),
    kernel,
    version: facts?.version ?? null,
    created: facts?.created ?? null,
    desktops: desktops === null ? null : desktops.filter((desktop) => desktop !== "none"),
    displayManagers: valuesOf("display-manager") ?? (isOpen("display-manager") ? null : displayManagersOf(desktops)),
    hardware,
    streams,
    backend,
    bootloaders: valuesOf("bootloader")?.map(bootloaderName) ?? (isOpen("bootloader") ? null : bootloadersOf(known)),
    secureBoot: isOpen("secure-boot") ? null : secureBootOf(valuesOf("secure-boot"), known),
    boundImages: withoutNone(valuesOf("bound-images")),
    kernelArguments: withoutNone(valuesOf("kernel-arguments")),
    builder,
  };
}

/** A kernel of Enterprise Linux runs nowhere else; one of Fedora proves nothing: EL images call it `hwe`. */
function familyOfImage(kernel: string | null, distribution: string | null): Family | null {
  return familyOfKernel(kernel) === "el" ? "el" : familyOf(distribution);
}

/** Labels do not tell it: a sealed image that is built on one of ostree's inherits them (facts: 1.1, 1.7). */
function backendOf(said: readonly string[] | null, streams: readonly string[] | null): ImageTraits["backend"] {
  if (said?.includes("composefs")) return "composefs";
  if (said?.includes("ostree")) return "ostree";
  return streams?.includes("sealed") ? "composefs" : null;
}

/** What is known of an image before who signs and who starts it. */
type Known = Pick<ImageTraits, "backend" | "hardware" | "distribution"> & Pick<TraitsQuestion, "declared">;

const displayManagers: ReadonlyMap<string, string> = new Map([
  ["gnome", "gdm"],
  ["kde", "sddm"],
]);

function displayManagersOf(desktops: readonly string[] | null): readonly string[] | null {
  if (desktops === null) return null;
  const known = desktops.filter((desktop) => desktop !== "none").map((desktop) => displayManagers.get(desktop));
  return known.every((manager) => manager !== undefined) ? known : null;
}

/** One word for one program: bootc says `systemd`, people say `systemd-boot`. */
export function bootloaderName(word: string): string {
  const lower = word.toLowerCase();
  return lower === "systemd-boot" || lower === "sd-boot" ? "systemd" : lower === "grub2" ? "grub" : lower;
}

function bootloadersOf({ declared, backend, distribution }: Known): readonly string[] | null {
  if (backend === "composefs") return ["systemd"];
  const family = familyOf(distribution);
  const isPlain = declared?.official === true && backend === "ostree";
  return isPlain && (family === "fedora" || family === "el") ? ["grub"] : null;
}

function secureBootOf(
  said: readonly string[] | null,
  { declared, backend, hardware, distribution }: Known,
): SecureBoot | null {
  if (said?.includes("unsigned")) return { by: "nobody" };
  if (said?.includes("distribution")) return { by: "distribution" };
  const fingerprints =
    said?.map((text) => text.replaceAll(":", "")).filter((text) => /^[0-9a-f]{64}$/.test(text)) ?? [];
  if (fingerprints.length > 0) return { by: "keys", fingerprints };
  if (said !== null) return null;
  const family = familyOf(distribution);
  // tuna-os docs/SECURE-BOOT.md: bootable images of these distributions carry no signature that a shim knows.
  if (declared?.official !== true && (family === "arch" || family === "gentoo" || family === "debian")) {
    return { by: "nobody" };
  }
  const isPlain = backend === "ostree" && hardware !== null && !hardware.some((each) => each.startsWith("nvidia"));
  return declared?.official && isPlain && distribution !== null ? { by: "distribution" } : null;
}

function withoutNone(values: readonly string[] | null): readonly string[] | null {
  return values === null ? null : values.filter((value) => value !== "none");
}
