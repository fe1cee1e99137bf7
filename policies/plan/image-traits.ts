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
  /** Whether a facet that is not there is not set; false: a pattern of tags might set it. */
  readonly facetsCertain: boolean;
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
  /** As `valuesOf`, and a curated source that is silent says that there is none. */
  const declaredOf = (facet: string) => valuesOf(facet) ?? (declared !== null && question.facetsCertain ? [] : null);
  const kernel = facts?.kernel ?? null;
  const distribution = valuesOf("family")?.[0] ?? declared?.distribution ?? osId;
  const streams = valuesOf("stream");
  const backend = backendOf(valuesOf("backend"), streams, declared !== null);
  const desktops = valuesOf("desktop");
  const hardware = declaredOf("hardware");
  return {
    family: valuesOf("family") === null ? familyOfImage(kernel, distribution) : familyOf(distribution),
    distribution,
    release,
    major: majorOf(release),
    kernel,
    version: facts?.version ?? null,
    created: facts?.created ?? null,
    desktops: desktops === null ? null : desktops.filter((desktop) => desktop !== "none"),
    displayManagers: valuesOf("display-manager") ?? displayManagersOf(desktops),
    hardware,
    streams,
    backend,
    bootloaders: valuesOf("bootloader")?.map(bootloaderName) ?? bootloadersOf(backend, declared),
    secureBoot: secureBootOf(valuesOf("secure-boot"), { declared, backend, hardware, distribution }),
    boundImages: withoutNone(valuesOf("bound-images")),
    kernelArguments: withoutNone(valuesOf("kernel-arguments")),
    builder,
  };
}

/** A kernel of Enterprise Linux runs nowhere else; one of Fedora is also what EL images call `hwe`. */
function familyOfImage(kernel: string | null, distribution: string | null): Family | null {
  const byKernel = familyOfKernel(kernel);
  return byKernel === "el" ? "el" : (familyOf(distribution) ?? byKernel);
}

/** Sealed images are experiments, and a source that lists one says so. */
function backendOf(
  said: readonly string[] | null,
  streams: readonly string[] | null,
  isDeclared: boolean,
): ImageTraits["backend"] {
  if (said?.includes("composefs") || streams?.includes("sealed")) return "composefs";
  return said?.includes("ostree") || isDeclared ? "ostree" : null;
}

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

function bootloadersOf(
  backend: ImageTraits["backend"],
  declared: TraitsQuestion["declared"],
): readonly string[] | null {
  if (backend === "composefs") return ["systemd"];
  const family = familyOf(declared?.distribution ?? null);
  return declared?.official && (family === "fedora" || family === "el") ? ["grub"] : null;
}

function secureBootOf(
  said: readonly string[] | null,
  {
    declared,
    backend,
    hardware,
    distribution,
  }: Pick<ImageTraits, "backend" | "hardware" | "distribution"> & Pick<TraitsQuestion, "declared">,
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
  return declared?.official && isPlain ? { by: "distribution" } : null;
}

function withoutNone(values: readonly string[] | null): readonly string[] | null {
  return values === null ? null : values.filter((value) => value !== "none");
}
