// Inspection: reads everything of one image that is derived from its digest, once for ever.
import pLimit from "p-limit";
import type { ImageRecord } from "../db/image-store.ts";
import { type ImageConfig, parseConfig } from "../policies/images/image-config.ts";
import { imageFacts } from "../policies/images/image-facts.ts";
import {
  type IndexEntry,
  type ParsedImage,
  type ParsedIndex,
  type ParsedManifest,
  parseManifest,
} from "../policies/images/manifest.ts";
import { imageLineage, readLineage } from "../policies/lineage/image-lineage.ts";
import type { FailureCode } from "./failures.ts";
import type { ManifestAnswer, Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type Inspector = {
  readonly registry: Registry;
  readonly path: string;
  readonly limits: Pick<WorkerLimits, "indexEntries" | "indexDepth" | "configBytes" | "perRepositoryConcurrency">;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Which of these images the store has, with all below them (see db/image-store.ts). */
  readonly known: (digests: readonly string[]) => Promise<ReadonlyMap<string, "here" | "elsewhere">>;
  /** Takes an image that is complete: an index comes after everything it leads to. */
  readonly keep: (record: ImageRecord) => Promise<void>;
  /** Takes an image that the store has from another repository. */
  readonly borrow: (digest: string) => Promise<void>;
};

/** An entry of an index that has no readable image behind it, while others have. */
export type UnreadableEntry = { readonly digest: string; readonly code: FailureCode; readonly reason: string };

/**
 * Reads an image and, of an index, the images of the platforms it could be installed on. Throws RegistryError where the
 * image could not be read now; what is kept depends on verified bytes alone, so that it never has to be read again.
 */
export async function inspectImage(
  inspector: Inspector,
  digest: string,
  answer: ManifestAnswer | undefined,
): Promise<readonly UnreadableEntry[]> {
  const unreadable: UnreadableEntry[] = [];
  await inspectUnknown(inspector, [digest], (unknown) => inspect(inspector, unknown, answer, 0, unreadable));
  return unreadable;
}

/** Asks for all of them at once, and goes on with those that the store does not have. */
async function inspectUnknown(
  inspector: Inspector,
  digests: readonly string[],
  go: (digest: string) => Promise<void>,
): Promise<void> {
  const known = await inspector.known(digests);
  await pLimit(inspector.limits.perRepositoryConcurrency).map(digests, async (digest) => {
    const where = known.get(digest);
    if (where === undefined) await go(digest);
    else if (where === "elsewhere") await inspector.borrow(digest);
  });
}

async function inspect(
  inspector: Inspector,
  digest: string,
  given: ManifestAnswer | undefined,
  depth: number,
  unreadable: UnreadableEntry[],
): Promise<void> {
  const answer = given ?? (await inspector.registry.readManifest(inspector.path, digest, inspector.signal));
  if (answer === undefined) throw new RegistryError("not-found", `the registry does not have the manifest ${digest}`);
  const parsed = parseManifest(answer.bytes, answer.mediaType);
  if (parsed.outcome === "invalid") throw new UnusableManifest(parsed.code, `${digest} is ${parsed.reason}`);
  const { manifest } = parsed;
  switch (manifest.kind) {
    case "index":
      await inspectEntries(inspector, digest, manifest, depth, unreadable);
      return inspector.keep(recordOf(inspector, answer, manifest, null, null));
    case "image":
      return inspector.keep(await inspectConfig(inspector, answer, manifest));
    case "artifact":
      return inspector.keep(recordOf(inspector, answer, manifest, null, null));
  }
}

/** What is wrong with these bytes will always be wrong: there is no sense in asking for them again. */
class UnusableManifest extends RegistryError {}

async function inspectConfig(
  inspector: Inspector,
  answer: ManifestAnswer,
  manifest: ParsedImage,
): Promise<ImageRecord> {
  const { digest, size } = manifest.config;
  const limit = inspector.limits.configBytes;
  if (size > limit) {
    const unreadable = `it has ${size} bytes, more than ${limit}`;
    return recordOf(inspector, answer, manifest, null, imageFacts(manifest, { unreadable }));
  }
  const bytes = await inspector.registry.readBlob(inspector.path, digest, limit, inspector.signal);
  if (bytes === undefined) {
    throw new RegistryError("not-found", `the registry does not have the config ${digest} of ${answer.digest}`);
  }
  const parsed = parseConfig(bytes);
  const facts = imageFacts(manifest, parsed.outcome === "config" ? parsed.config : { unreadable: parsed.reason });
  const config = parsed.outcome === "config" ? parsed.config : null;
  return recordOf(inspector, answer, manifest, { bytes, parsed: config }, facts);
}

function recordOf(
  inspector: Inspector,
  answer: ManifestAnswer,
  manifest: ParsedManifest,
  config: { readonly bytes: Buffer; readonly parsed: ImageConfig | null } | null,
  facts: ImageRecord["facts"],
): ImageRecord {
  const annotations =
    manifest.kind === "index" && Object.keys(manifest.annotations).length > 0 ? manifest.annotations : null;
  return {
    digest: answer.digest,
    mediaType: manifest.mediaType,
    kind: manifest.kind,
    artifactType: manifest.artifactType,
    bytes: answer.bytes,
    config: config?.bytes ?? null,
    facts,
    annotations,
    observedAt: inspector.now(),
    lineage: manifest.kind === "artifact" ? null : imageLineage(readLineage(manifest, config?.parsed ?? null)),
    entries: manifest.kind === "index" ? manifest.entries : [],
  };
}

/**
 * One entry that the registry does not have, or that nobody can read, does not hide the others: a mirror may hold one
 * architecture of an index. Where none is left, the first one's reason is the index's.
 */
async function inspectEntries(
  inspector: Inspector,
  digest: string,
  index: ParsedIndex,
  depth: number,
  unreadable: UnreadableEntry[],
): Promise<void> {
  const wanted = new Map(index.entries.filter(isWanted).map((entry) => [entry.digest, entry]));
  if (wanted.size > inspector.limits.indexEntries) {
    throw new UnusableManifest("too-many", `${digest} has more than ${inspector.limits.indexEntries} images in it`);
  }
  let fatal: unknown;
  const lasting: RegistryError[] = [];
  await inspectUnknown(inspector, [...wanted.keys()], async (child) => {
    if (fatal !== undefined) return;
    try {
      if (wanted.get(child)?.role === "index" && depth >= inspector.limits.indexDepth) {
        throw new UnusableManifest("too-deep", `${digest} has indexes within one another, more than can be followed`);
      }
      await inspect(inspector, child, undefined, depth + 1, unreadable);
    } catch (error) {
      if (!isLasting(error)) {
        fatal ??= error;
        return;
      }
      lasting.push(error);
      unreadable.push({ digest: child, code: error.code, reason: error.message });
    }
  });
  if (fatal !== undefined) throw fatal;
  const [first] = lasting;
  if (first !== undefined && lasting.length === wanted.size) throw first;
}

function isWanted({ role, platform }: IndexEntry): boolean {
  return role === "index" || (role === "image" && (platform === null || platform.os === "linux"));
}

function isLasting(error: unknown): error is RegistryError {
  return error instanceof UnusableManifest || (error instanceof RegistryError && error.code === "not-found");
}
