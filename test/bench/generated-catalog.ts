// A generated catalog: as many repositories and channels as wanted, written in bulk, the same for the same numbers.
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { commitChange } from "../../db/changes.ts";
import type { Store } from "../../db/store.ts";
import { buildImage, buildIndex, policySetOf, writeCatalog } from "../kit/catalog.ts";
import { seeded } from "./seeded.ts";

const desktops = ["gnome", "kde", "sway", "cosmic", "xfce", "none"];
const hardware = ["generic", "nvidia", "nvidia-open", "deck", "asahi"];
const uses = ["workstation", "gaming", "container-host", "iot", "edge", "develop"];
const kinds = ["base", "edition", "spin", "remix"];
const words = [
  "bootable",
  "desktop",
  "server",
  "gaming",
  "minimal",
  "atomic",
  "community",
  "nightly",
  "developer",
  "edge",
];
const chunk = 200;

export const generatedHost = "registry.example";

/** 100 namespaces; the name of each repository has a word of its own. */
export function repositoryName(index: number): string {
  return `${generatedHost}/group${index % 100}/system-${index.toString(36)}`;
}

export type GeneratedSize = {
  readonly repositories: number;
  readonly channels: number;
  /** Of each image; default 6, about as much JSON as a chunked image has for its top. */
  readonly layers?: number;
};

/** Every channel names an index of amd64 and arm64 of its own, as a registry would hold it. */
export async function generateCatalog(store: Store, size: GeneratedSize, now: number): Promise<void> {
  const set = policySetOf({
    registries: [{ host: generatedHost, dialect: "oci" }],
    sources: Array.from({ length: 100 }, (_, i) => ({
      id: `source${i}`,
      registry: generatedHost,
      namespace: `group${i}`,
      kind: kinds[i % kinds.length],
      tags: { channels: ["c*"], default: "c0" },
    })),
  });
  await writeCatalog(store, (catalog) => catalog.documents(set), now);
  for (let start = 0; start < size.repositories; start += 500) {
    const count = Math.min(500, size.repositories - start);
    await commitChange(store, now, async (tx, change) => {
      const repositories = Array.from({ length: count }, (_, i) => repositoryRow(start + i, now));
      const ids: number[] = [];
      for (let at = 0; at < count; at += chunk) {
        const stored = await tx.db
          .insert(tx.t.repositories)
          .values(repositories.slice(at, at + chunk))
          .returning({ id: tx.t.repositories.id });
        ids.push(...stored.map(({ id }) => id));
      }
      for (const id of ids) change.touch(id);
      await writeChannels(tx, ids, start, size, now);
    });
  }
}

function repositoryRow(index: number, now: number) {
  const random = seeded(index + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const name = repositoryName(index);
  const path = name.slice(generatedHost.length + 1);
  const facets = {
    desktop: [pick(desktops)],
    hardware: [pick(hardware)],
    use: [pick(uses)],
    stream: [pick(["stable", "testing"])],
  };
  return {
    catalogId: 1,
    name,
    host: generatedHost,
    path,
    sourceId: `source${index % 100}`,
    kind: kinds[index % kinds.length] as string,
    official: index % 10 === 0,
    distribution: pick(["fedora", "centos", "almalinux", "debian"]),
    project: null,
    confirmed: true,
    private: false,
    state: "listed" as const,
    addedAt: now,
    observedAt: now,
    lookedAt: now,
    description: `A ${pick(words)} ${pick(words)} system for ${pick(words)} use`,
    popularity: Math.floor(random() * 100_000),
    popularityAsOf: now,
    facets,
    architectures: index % 3 === 0 ? ["amd64"] : ["amd64", "arm64"],
    defaultTag: "c0",
    title: `System ${index.toString(36)}`,
    version: `44.202611${(index % 28) + 1}.0`,
    updatedAt: now - Math.floor(random() * 90 * 86_400_000),
    revision: 0,
  };
}

async function writeChannels(
  tx: Store,
  ids: readonly number[],
  first: number,
  { channels, layers = 6 }: GeneratedSize,
  now: number,
): Promise<void> {
  if (channels === 0) return;
  const { t } = tx;
  const images: (typeof t.images.$inferInsert)[] = [];
  const platforms: (typeof t.imagePlatforms.$inferInsert)[] = [];
  const seen: (typeof t.repositoryImages.$inferInsert)[] = [];
  const tags: (typeof t.tags.$inferInsert)[] = [];
  ids.forEach((repositoryId, i) => {
    for (let c = 0; c < channels; c++) {
      const seed = `${first + i}.${c}`;
      const index = buildIndex(
        ["amd64", "arm64"].map((architecture) => buildImage({ seed, architecture, layers: layersOf(seed, layers) })),
      );
      for (const image of index.images) {
        images.push({
          digest: image.digest,
          catalogId: 1,
          mediaType: image.mediaType,
          kind: "image",
          bytes: image.bytes,
          config: image.config,
          facts: image.facts,
          observedAt: now,
        });
        seen.push({ repositoryId, digest: image.digest, firstSeenAt: now, named: false });
      }
      images.push({
        digest: index.digest,
        catalogId: 1,
        mediaType: index.mediaType,
        kind: "index",
        bytes: index.bytes,
        observedAt: now,
      });
      seen.push({ repositoryId, digest: index.digest, firstSeenAt: now, named: true });
      index.images.forEach((image, position) => {
        platforms.push({
          indexDigest: index.digest,
          position,
          os: "linux",
          architecture: image.architecture,
          variant: null,
          digest: image.digest,
          mediaType: image.mediaType,
          sizeBytes: image.bytes.byteLength,
        });
      });
      tags.push({
        repositoryId,
        name: `c${c}`,
        digest: index.digest,
        followed: true,
        present: true,
        since: now,
        observedAt: now,
        lookedAt: now,
      });
    }
  });
  await insertAll(tx, t.images, images);
  await insertAll(tx, t.imagePlatforms, platforms);
  await insertAll(tx, t.repositoryImages, seen);
  await insertAll(tx, t.tags, tags);
}

async function insertAll<Table extends SQLiteTable>(
  tx: Store,
  table: Table,
  rows: readonly Table["$inferInsert"][],
): Promise<void> {
  for (let at = 0; at < rows.length; at += chunk) {
    await tx.db.insert(table).values(rows.slice(at, at + chunk) as Table["$inferInsert"][]);
  }
}

/** The first two thirds are shared by all. */
function layersOf(seed: string, count: number): [string, number][] {
  const shared = Math.floor((count * 2) / 3);
  return Array.from({ length: count }, (_, i) => [i < shared ? `shared ${i}` : `${seed} ${i}`, 50_000_000 + i]);
}
