// Image facts: what the catalog knows of one image from that image's own bytes.
import type { ImageConfig, Labels } from "./image-config.ts";
import {
  absent,
  findAddress,
  findLine,
  findText,
  findTime,
  findWord,
  type Places,
  readTime,
  type Said,
  said,
} from "./label-values.ts";
import type { Annotations, ParsedImage } from "./manifest.ts";

/** Derived from a digest once and kept for ever. `null` is not known, and `unknown` then says why. */
export type ImageFacts = {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  /** RFC 3339, UTC. */
  readonly created: string | null;
  readonly version: string | null;
  readonly kernel: string | null;
  /** What the image's labels say of its os-release; a derived image inherits these labels from its base. */
  readonly osRelease: { readonly id: string | null; readonly versionId: string | null };
  /** Whether a label that bootc asks for is there; null where the config could not be read. */
  readonly bootable: boolean | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly licenses: string | null;
  readonly source: string | null;
  readonly logo: string | null;
  /** Quay deletes a tag of this image that long after it was pushed, as in `14d`. */
  readonly expiresAfter: string | null;
  readonly layerCount: number;
  /** Compressed bytes of all layers. */
  readonly layerBytes: number;
  /** Why a fact above is null, by its name (`osRelease.id` for a nested one). */
  readonly unknown: Readonly<Record<string, string>>;
};

/** Facts of one image: labels of its config before annotations of its manifest, as bootc reads them (facts: 1.1). */
export function imageFacts(manifest: ParsedImage, config: ImageConfig | { readonly unreadable: string }): ImageFacts {
  const readable = "unreadable" in config ? null : config;
  const labels = readable?.labels ?? {};
  const found = {
    os: part(readable?.os, "os"),
    architecture: part(readable?.architecture, "architecture"),
    created: findCreated(labels, readable?.created ?? null, manifest.annotations),
    "osRelease.id": findWord([labels], "redhat.id"),
    "osRelease.versionId": findWord([labels], "redhat.version-id"),
    ...findDescription([labels, manifest.annotations]),
  };
  const unknown = reasons(found);
  if ("unreadable" in config) {
    const reason = `the config could not be read: ${config.unreadable}`;
    for (const name of [...Object.keys(unknown), "bootable"]) unknown[name] = reason;
  }
  return {
    os: value(found.os),
    architecture: value(found.architecture),
    variant: readable?.variant ?? null,
    created: value(found.created),
    version: value(found.version),
    kernel: value(found.kernel),
    osRelease: { id: value(found["osRelease.id"]), versionId: value(found["osRelease.versionId"]) },
    bootable: readable === null ? null : isBootable(labels),
    title: value(found.title),
    description: value(found.description),
    licenses: value(found.licenses),
    source: value(found.source),
    logo: value(found.logo),
    expiresAfter: value(found.expiresAfter),
    layerCount: manifest.layers.length,
    layerBytes: manifest.layers.reduce((sum, { size }) => sum + size, 0),
    unknown,
  };
}

/**
 * Fills what an image does not say of itself from the annotations of the index that was asked for. Kept apart from
 * imageFacts: one manifest may stand in several indexes, and its own facts must not depend on which was seen first.
 */
export function withIndexAnnotations(facts: ImageFacts, annotations: Annotations): ImageFacts {
  if (Object.keys(annotations).length === 0) return facts;
  const found = { ...findDescription([annotations]), created: findCreated({}, null, annotations) };
  const unknown: Record<string, string> = { ...facts.unknown };
  const filled: { -readonly [Name in keyof typeof found]?: string } = {};
  for (const name of Object.keys(found) as (keyof typeof found)[]) {
    const each = found[name];
    if (facts[name] !== null || each.outcome !== "said") continue;
    filled[name] = each.value;
    delete unknown[name];
  }
  return { ...facts, ...filled, unknown };
}

/** Only the presence of a label counts to bootc, whatever its value: `ostree.bootable=false` is bootable (facts: 4a). */
export function isBootable(labels: Labels): boolean {
  return Object.hasOwn(labels, "containers.bootc") || Object.hasOwn(labels, "ostree.bootable");
}

/** What labels and annotations say alike. */
function findDescription(places: Places) {
  return {
    version: findWord(places, "org.opencontainers.image.version", "version"),
    kernel: findWord(places, "ostree.linux"),
    title: findLine(places, "org.opencontainers.image.title"),
    description: findText(places, "org.opencontainers.image.description"),
    licenses: findLine(places, "org.opencontainers.image.licenses", "io.artifacthub.package.license"),
    source: findLine(places, "org.opencontainers.image.source"),
    logo: findAddress(places, "io.artifacthub.package.logo-url"),
    expiresAfter: findWord(places, "quay.expires-after"),
  };
}

/**
 * bootc's timestamp: the label, else the config's `created`; annotations only where both are silent. A label that is
 * there and wrong is not passed over, because the host does not pass over it either.
 */
function findCreated(labels: Labels, created: string | null, annotations: Annotations): Said {
  const key = "org.opencontainers.image.created";
  const label = findTime([labels], key);
  if (label.outcome !== "absent") return label;
  const config = created === null ? absent("") : readTime(created);
  if (config.outcome !== "absent") return config;
  const annotation = findTime([annotations], key);
  return annotation.outcome === "absent" ? absent("nothing says when it was built") : annotation;
}

function part(text: string | null | undefined, name: string): Said {
  return text ? said(text) : absent(`the config names no ${name}`);
}

function value(each: Said): string | null {
  return each.outcome === "said" ? each.value : null;
}

function reasons(found: Readonly<Record<string, Said>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, each]) => (each.outcome === "said" ? [] : [[name, each.reason]])),
  );
}
