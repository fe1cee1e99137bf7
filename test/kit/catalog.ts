// A catalog for tests: builders that write rows straight through the store, so that a test shows its one difference.
import { eq } from "drizzle-orm";
import { type Change, commitChange, type NewEvent } from "../../db/changes.ts";
import { storeJudgements } from "../../db/judgements.ts";
import { storeLineage } from "../../db/lineage-rows.ts";
import { putInForce } from "../../db/policy-sets.ts";
import type { Store } from "../../db/store.ts";
import { folderDigest } from "../../policies/documents/policy-digest.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { ProjectDocument } from "../../policies/documents/project-document.ts";
import { RegistryDocument, visibilityOf } from "../../policies/documents/registry-document.ts";
import { ReleaseDocument } from "../../policies/documents/release-document.ts";
import { SourceDocument } from "../../policies/documents/source-document.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import { parseConfig } from "../../policies/images/image-config.ts";
import { type ImageFacts, imageFacts } from "../../policies/images/image-facts.ts";
import { parseManifest } from "../../policies/images/manifest.ts";
import { imageLineage, readStoredLineage } from "../../policies/lineage/image-lineage.ts";
import type { Verdict } from "../../policies/plan/switch-plan.ts";
import { digestOf } from "../../policies/words/digest.ts";
import { parseRepository } from "../../policies/words/reference.ts";

/** 2026-11-20T10:00:00Z. */
export const catalogTime = Date.UTC(2026, 10, 20, 10);

export type CatalogDocuments = {
  readonly registries?: readonly object[];
  readonly sources?: readonly object[];
  readonly trust?: readonly object[];
  readonly projects?: readonly object[];
  readonly releases?: readonly object[];
};

/** A policy set of documents as they would stand in files. */
export function policySetOf(documents: CatalogDocuments): PolicySet {
  const parts = {
    registries: (documents.registries ?? []).map((each) => RegistryDocument.parse(each)),
    sources: (documents.sources ?? []).map((each) => SourceDocument.parse(each)),
    trust: (documents.trust ?? []).map((each) => TrustDocument.parse(each)),
    projects: (documents.projects ?? []).map((each) => ProjectDocument.parse(each)),
    releases: (documents.releases ?? []).map((each) => ReleaseDocument.parse(each)),
    files: {},
  };
  return { ...parts, layouts: {}, digest: folderDigest(parts) };
}

export type RepositorySpec = Partial<{
  readonly sourceId: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly confirmed: boolean;
  readonly private: boolean;
  readonly active: boolean;
  readonly state: "expected" | "listed" | "removed";
  readonly addedAt: number | null;
  readonly removedAt: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly description: string | null;
  readonly popularity: number | null;
  readonly facets: Readonly<Record<string, readonly string[]>>;
  readonly architectures: readonly string[];
  readonly defaultTag: string | null;
  readonly defaultDigest: string | null;
  readonly title: string | null;
  readonly version: string | null;
  readonly updatedAt: number | null;
  readonly verdict: string;
}>;

export type TagSpec = Partial<{
  readonly digest: string | null;
  readonly followed: boolean;
  readonly present: boolean;
  readonly removedAt: number | null;
  readonly since: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly facets: Readonly<Record<string, readonly string[]>> | null;
  readonly olderThan: {
    readonly digest: string;
    readonly version: string | null;
    readonly created: string | null;
    readonly since: number;
  } | null;
}>;

export type ImageSpec = {
  /** Makes two images of one specification different. */
  readonly seed?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly created?: string;
  /** Digest seeds and sizes. */
  readonly layers?: readonly (readonly [string, number])[];
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
};

export type BuiltImage = {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly config: Buffer;
  readonly facts: ImageFacts;
  readonly architecture: string;
  readonly variant: string | null;
};

export const bootcLabels = {
  "containers.bootc": "1",
  "org.opencontainers.image.version": "44.20261120.0",
  "ostree.linux": "7.2.0-300.fc44.x86_64",
};

/** An image as it would be in a registry: real bytes with their real digests. */
export function buildImage(spec: ImageSpec = {}): BuiltImage {
  const architecture = spec.architecture ?? "amd64";
  const layers = spec.layers ?? [
    ["base", 900_000_000],
    [`top ${spec.seed ?? ""}`, 100_000_000],
  ];
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      ...(spec.variant === undefined ? {} : { variant: spec.variant }),
      os: "linux",
      created: spec.created ?? "2026-11-20T04:11:00Z",
      config: { Labels: { ...(spec.labels ?? bootcLabels), ...(spec.seed === undefined ? {} : { seed: spec.seed }) } },
      rootfs: { type: "layers", diff_ids: layers.map(([name]) => digestOf(`diff ${name}`)) },
    }),
  );
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: digestOf(config),
        size: config.byteLength,
      },
      layers: layers.map(([name, size]) => ({
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        digest: digestOf(name),
        size,
      })),
      ...(spec.annotations === undefined ? {} : { annotations: spec.annotations }),
    }),
  );
  const parsed = parseManifest(bytes, mediaType);
  const parsedConfig = parseConfig(config);
  if (parsed.outcome !== "manifest" || parsed.manifest.kind !== "image" || parsedConfig.outcome !== "config") {
    throw new Error("the builder builds no image");
  }
  return {
    digest: digestOf(bytes),
    mediaType,
    bytes,
    config,
    facts: imageFacts(parsed.manifest, parsedConfig.config),
    architecture,
    variant: spec.variant ?? null,
  };
}

export type BuiltIndex = {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly images: readonly BuiltImage[];
  readonly annotations: Readonly<Record<string, string>> | null;
};

export function buildIndex(images: readonly BuiltImage[], annotations?: Readonly<Record<string, string>>): BuiltIndex {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      manifests: images.map((image) => ({
        mediaType: image.mediaType,
        digest: image.digest,
        size: image.bytes.byteLength,
        platform: {
          architecture: image.architecture,
          os: "linux",
          ...(image.variant === null ? {} : { variant: image.variant }),
        },
      })),
      ...(annotations === undefined ? {} : { annotations }),
    }),
  );
  return { digest: digestOf(bytes), mediaType, bytes, images, annotations: annotations ?? null };
}

/** Writes rows in one committed change, and touches what it wrote, as the worker would. */
export type CatalogWriter = {
  /** Puts the documents in force, with the rows of registries and sources that follow from them. */
  documents(set: PolicySet): Promise<void>;
  repository(name: string, spec?: RepositorySpec): Promise<number>;
  tag(repository: string, name: string, spec?: TagSpec): Promise<void>;
  history(repository: string, tag: string, digest: string, from: number, to: number | null): Promise<void>;
  image(repository: string, image: BuiltImage | BuiltIndex, named?: boolean): Promise<void>;
  /** A followed tag that names the image: the usual channel. */
  channel(repository: string, tag: string, image: BuiltImage | BuiltIndex, spec?: TagSpec): Promise<void>;
  /** What is judged of a manifest in the repository. */
  verdict(repository: string, digest: string, verdict: Verdict): Promise<void>;
  event(event: Partial<NewEvent> & Pick<NewEvent, "type" | "subject">): void;
  run(sourceId: string, spec?: Partial<RunSpec>): Promise<number>;
  failure(runId: number, sourceId: string, spec: FailureSpec): Promise<void>;
  readonly tx: Store;
  readonly change: Change;
};

export type RunSpec = {
  readonly trigger: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly repositories: number;
  readonly done: number;
  readonly images: number;
  readonly tagsMoved: number;
  readonly failures: number;
};

export type FailureSpec = {
  readonly repository: string | null;
  readonly tag: string | null;
  readonly stage: string;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
};

export async function writeCatalog(
  store: Store,
  write: (catalog: CatalogWriter) => Promise<void>,
  now = catalogTime,
): Promise<void> {
  await commitChange(store, now, async (tx, change) => write(writer(tx, change, now)));
}

function writer(tx: Store, change: Change, now: number): CatalogWriter {
  const { db, t } = tx;
  const ids = new Map<string, number>();

  async function idOf(name: string): Promise<number> {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const rows = await db.select({ id: t.repositories.id, name: t.repositories.name }).from(t.repositories);
    for (const row of rows) ids.set(row.name, row.id);
    const id = ids.get(name);
    if (id === undefined) throw new Error(`${name} was not written`);
    return id;
  }

  async function storeManifest(image: BuiltImage | BuiltIndex): Promise<void> {
    const isIndex = "images" in image;
    await db
      .insert(t.images)
      .values({
        digest: image.digest,
        catalogId: 1,
        mediaType: image.mediaType,
        kind: isIndex ? "index" : "image",
        bytes: image.bytes,
        config: isIndex ? null : image.config,
        facts: isIndex ? null : image.facts,
        annotations: isIndex ? image.annotations : null,
        observedAt: now,
      })
      .onConflictDoNothing();
    const read = readStoredLineage(image.bytes, isIndex ? null : image.config);
    const lineage = read === undefined ? null : imageLineage(read);
    if (lineage !== null) await storeLineage(tx, [{ digest: image.digest, lineage }]);
    if (!isIndex) return;
    await db
      .insert(t.imagePlatforms)
      .values(
        image.images.map((each, position) => ({
          indexDigest: image.digest,
          position,
          os: "linux",
          architecture: each.architecture,
          variant: each.variant,
          digest: each.digest,
          mediaType: each.mediaType,
          sizeBytes: each.bytes.byteLength,
        })),
      )
      .onConflictDoNothing();
  }

  const catalog: CatalogWriter = {
    tx,
    change,
    documents: async (set) => {
      await putInForce(tx, now, set);
      const hidden = new Set(set.registries.filter((each) => visibilityOf(each) === "private").map(({ host }) => host));
      for (const { host, ...registry } of set.registries) {
        const dialect = "layout" in registry ? "layout" : registry.dialect;
        const row = { dialect, private: hidden.has(host), active: true };
        await db
          .insert(t.registries)
          .values({ host, ...row })
          .onConflictDoUpdate({ target: t.registries.host, set: row });
      }
      for (const { id, registry, namespace } of set.sources) {
        const row = { registry, namespace: namespace ?? null, private: hidden.has(registry), active: true };
        await db
          .insert(t.sources)
          .values({ id, ...row })
          .onConflictDoUpdate({ target: t.sources.id, set: row });
      }
      change.touchCatalog();
    },
    repository: async (name, spec = {}) => {
      const parts = parseRepository(name);
      if (parts === undefined) throw new Error(`${name} is no repository`);
      const row = {
        catalogId: 1,
        name,
        ...parts,
        sourceId: "source",
        kind: "remix",
        official: false,
        confirmed: true,
        private: false,
        state: "listed" as const,
        addedAt: now,
        observedAt: now,
        facets: {},
        architectures: ["amd64"],
        revision: 0,
        ...spec,
      };
      const [stored] = await db
        .insert(t.repositories)
        .values(row)
        .onConflictDoUpdate({ target: t.repositories.name, set: row })
        .returning({ id: t.repositories.id });
      if (stored === undefined) throw new Error("the repository was not stored");
      ids.set(name, stored.id);
      change.touch(stored.id);
      return stored.id;
    },
    tag: async (repository, name, spec = {}) => {
      const repositoryId = await idOf(repository);
      const row = { repositoryId, name, followed: true, present: true, observedAt: now, lookedAt: now, ...spec };
      await db
        .insert(t.tags)
        .values(row)
        .onConflictDoUpdate({ target: [t.tags.repositoryId, t.tags.name], set: row });
      change.touch(repositoryId);
    },
    history: async (repository, tag, digest, from, to) => {
      const repositoryId = await idOf(repository);
      await db.insert(t.tagHistory).values({ repositoryId, tag, digest, from, to });
      change.touch(repositoryId);
    },
    image: async (repository, image, named = true) => {
      const repositoryId = await idOf(repository);
      const parts = "images" in image ? [...image.images, image] : [image];
      for (const part of parts) {
        await storeManifest(part);
        await db
          .insert(t.repositoryImages)
          .values({ repositoryId, digest: part.digest, firstSeenAt: now, named: named && part === image })
          .onConflictDoNothing();
      }
      change.touch(repositoryId);
    },
    channel: async (repository, tag, image, spec = {}) => {
      await catalog.image(repository, image);
      await catalog.tag(repository, tag, { digest: image.digest, ...spec });
    },
    verdict: async (repository, digest, verdict) => {
      const repositoryId = await idOf(repository);
      const judged = { policyDigest: null, trustRoot: null, judgedAt: now, changesAt: null, finished: null };
      await storeJudgements(tx, [{ repositoryId, digest, verdict, ...judged }]);
      change.touch(repositoryId);
    },
    event: (event) => change.event({ data: {}, private: false, ...event }),
    run: async (sourceId, spec = {}) => {
      const row = { trigger: "due", startedAt: now, endedAt: now, ...spec };
      const [stored] = await db
        .insert(t.runs)
        .values({ sourceId, ...row })
        .returning({ id: t.runs.id });
      if (stored === undefined) throw new Error("the run was not stored");
      await db.update(t.sources).set({ runId: stored.id }).where(eq(t.sources.id, sourceId));
      change.touchCatalog();
      return stored.id;
    },
    failure: async (runId, sourceId, spec) => {
      await db.insert(t.failures).values({ runId, sourceId, ...spec });
      change.touchCatalog();
    },
  };
  return catalog;
}
