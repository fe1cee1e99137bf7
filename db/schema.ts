// The schema: what the catalog remembers, defined once and made for each dialect.
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import type { BaseEvidence } from "../policies/lineage/choose-base.ts";
import type { Verdict } from "../policies/plan/switch-plan.ts";
import type { FoundEvidence } from "../policies/trust/found-evidence.ts";
import type { sqlite } from "./dialect.ts";

export type ImageKind = "index" | "image" | "artifact";
export type OlderThan = {
  readonly digest: string;
  readonly version: string | null;
  readonly created: string | null;
  readonly since: number;
  /** Told by provenance alone, which is judged anew with every change of evidence and documents. */
  readonly by?: "provenance";
};
export type Facets = Readonly<Record<string, readonly string[]>>;
/** Where evidence was found, as its reader wants it (worker/signatures/evidence.ts). */
export type EvidenceSource =
  | { readonly via: "tag"; readonly tag: string }
  | { readonly via: "referrers-api" }
  | { readonly via: "referrers-tag"; readonly tag: string }
  | { readonly via: "lookaside"; readonly url: string }
  | { readonly via: "file" };
export type EventData = Readonly<Record<string, unknown>>;

export function defineTables(d: typeof sqlite) {
  const lease = {
    /** When this row wants to be looked at (again); null: never by itself. */
    dueAt: d.integer("due_at"),
    leaseOwner: d.text("lease_owner"),
    /** Counts up with each lease: a worker that lost its lease can store nothing under the old number. */
    leaseToken: d.integer("lease_token").notNull().default(0),
    leaseUntil: d.integer("lease_until"),
  };
  const health = {
    /** The last look, whatever came of it. */
    lookedAt: d.integer("looked_at"),
    /** The last look that was complete. */
    observedAt: d.integer("observed_at"),
    /** The first failed look since `observedAt`; null while looks succeed. */
    failingSince: d.integer("failing_since"),
    failureCode: d.text("failure_code"),
    failureReason: d.text("failure_reason"),
  };

  /** One row. Its lock orders commits: see db/changes.ts. */
  const clock = d.table("clock", {
    id: d.integer("id").primaryKey(),
    /** Counts the transactions that changed what the catalog answers. */
    generation: d.integer("generation").notNull(),
    /** The id of the newest event. */
    lastEvent: d.integer("last_event").notNull(),
  });

  /** Whose records these are: 1 is this catalog, others are peers. */
  const catalogs = d.table("catalogs", {
    id: d.integer("id").primaryKey(),
    name: d.text("name").notNull(),
    url: d.text("url"),
  });

  /** Every policy set that was ever in force; the newest revision is in force. `body` is a PolicySet as JSON. */
  const policySets = d.table("policy_sets", {
    revision: d.serial("revision"),
    digest: d.text("digest").notNull(),
    body: d.json("body").notNull(),
    /** The public-good trust root in force with it; null: none. */
    publicGood: d.text("public_good"),
    /** Which checks made the findings that it was put in force with (worker/signatures/checks-version.ts). */
    checks: d.integer("checks").notNull().default(0),
    inForceAt: d.integer("in_force_at").notNull(),
  });

  /** Trust roots that belong to no folder of documents: every public-good root that was ever in force. */
  const trustRoots = d.table("trust_roots", {
    digest: d.text("digest").primaryKey(),
    content: d.text("content").notNull(),
  });

  /** What is known of the public-good root's own repository, by which newer ones are told from older ones. */
  const trustRootRefreshes = d.table("trust_root_refreshes", {
    /** `public-good`. */
    name: d.text("name").primaryKey(),
    /** TUF's metadata that was verified last, by file; null: none was. */
    metadata: d.json("metadata"),
    /** The root that it names; null: none was fetched. */
    root: d.text("root"),
    dueAt: d.integer("due_at").notNull(),
    /** When it was last found out which root is the newest. */
    refreshedAt: d.integer("refreshed_at"),
    failingSince: d.integer("failing_since"),
    failureCode: d.text("failure_code"),
    failureReason: d.text("failure_reason"),
  });

  const registries = d.table("registries", {
    host: d.text("host").primaryKey(),
    dialect: d.text("dialect").notNull(),
    private: d.boolean("private").notNull(),
    active: d.boolean("active").notNull(),
    ...health,
    /** What this registry was seen to be able to do, for example `{ "referrers": "api" }`. */
    capabilities: d.json("capabilities"),
  });

  const sources = d.table("sources", {
    id: d.text("id").primaryKey(),
    registry: d.text("registry").notNull(),
    namespace: d.text("namespace"),
    private: d.boolean("private").notNull(),
    active: d.boolean("active").notNull(),
    ...lease,
    ...health,
    attempts: d.integer("attempts").notNull().default(0),
    /** The run that is under way, or was last. */
    runId: d.integer("run_id"),
    /** The first time a listing of this source was complete. */
    listedAt: d.integer("listed_at"),
  });

  /** One round over a source: its listing, and a look at each of its repositories. */
  const runs = d.table(
    "runs",
    {
      id: d.serial("id"),
      sourceId: d
        .text("source_id")
        .notNull()
        .references(() => sources.id),
      trigger: d.text("trigger").notNull(),
      startedAt: d.integer("started_at").notNull(),
      endedAt: d.integer("ended_at"),
      /** Repositories that this run has to look at; those looked at; what was found new. */
      repositories: d.integer("repositories").notNull().default(0),
      done: d.integer("done").notNull().default(0),
      images: d.integer("images").notNull().default(0),
      tagsMoved: d.integer("tags_moved").notNull().default(0),
      failures: d.integer("failures").notNull().default(0),
      /** Of `done`, how many failed for reasons of the registry: all of them is an outage. */
      registryFailures: d.integer("registry_failures").notNull().default(0),
      /** Why the listing failed; null while it did not. */
      listingCode: d.text("listing_code"),
    },
    (t) => [d.index("runs_by_source").on(t.sourceId, t.id)],
  );

  /** Failed items of a run: what could not be looked at, and why. */
  const failures = d.table(
    "failures",
    {
      id: d.serial("id"),
      runId: d
        .integer("run_id")
        .notNull()
        .references(() => runs.id),
      sourceId: d.text("source_id").notNull(),
      repository: d.text("repository"),
      tag: d.text("tag"),
      stage: d.text("stage").notNull(),
      code: d.text("code").notNull(),
      reason: d.text("reason").notNull(),
      at: d.integer("at").notNull(),
    },
    (t) => [d.index("failures_by_run").on(t.runId, t.id)],
  );

  const repositories = d.table(
    "repositories",
    {
      id: d.serial("id"),
      catalogId: d.integer("catalog_id").notNull(),
      /** `host/path`. */
      name: d.text("name").notNull(),
      host: d.text("host").notNull(),
      path: d.text("path").notNull(),
      sourceId: d.text("source_id").notNull(),
      /** What the source in force says of it. */
      kind: d.text("kind").notNull(),
      official: d.boolean("official").notNull(),
      distribution: d.text("distribution"),
      project: d.text("project"),
      confirmed: d.boolean("confirmed").notNull(),
      private: d.boolean("private").notNull(),
      /** False where no source in force declares it any more: history, which nothing but itself speaks of. */
      active: d.boolean("active").notNull().default(true),
      /** expected: declared and never seen; listed: there; removed: a tombstone. */
      state: d.text("state").$type<"expected" | "listed" | "removed">().notNull(),
      addedAt: d.integer("added_at"),
      removedAt: d.integer("removed_at"),
      ...health,
      /** What the registry says of it, else its default channel's image. */
      description: d.text("description"),
      /** What the registry alone says of it. */
      listedDescription: d.text("listed_description"),
      popularity: d.real("popularity"),
      popularityAsOf: d.integer("popularity_as_of"),
      /** The union of its channels' facets. */
      facets: d.json("facets").$type<Facets>().notNull(),
      architectures: d.json("architectures").$type<readonly string[]>().notNull(),
      /** The channel a listing speaks of, with what a listing shows of its image. */
      defaultTag: d.text("default_tag"),
      defaultDigest: d.text("default_digest"),
      title: d.text("title"),
      version: d.text("version"),
      updatedAt: d.integer("updated_at"),
      verdict: d.text("verdict").notNull().default("pending"),
      /** The generation in which an answer about it last changed. */
      revision: d.integer("revision").notNull(),
      ...lease,
      attempts: d.integer("attempts").notNull().default(0),
      /** The run by which it is to be looked at, or was last. */
      runId: d.integer("run_id"),
      /** Whether that run still waits for it. */
      runWaits: d.boolean("run_waits").notNull().default(false),
      /** When `observedAt` last moved in answers: a look that changes nothing moves it there only now and then. */
      shownAt: d.integer("shown_at"),
      /** The digest of the last listing of tags that was believed: the same again means that nothing is to compare. */
      listing: d.text("listing"),
      /** Quay: the newest `start_ts` of tag history that was read, in seconds. */
      historyWatermark: d.integer("history_watermark"),
      /** A listing that looked too short to believe: its digest. Seen twice, it is believed. */
      suspectListing: d.text("suspect_listing"),
    },
    (t) => [
      d.uniqueIndex("repositories_by_name").on(t.name),
      d.index("repositories_by_due").on(t.dueAt),
      d.index("repositories_by_host").on(t.host, t.dueAt),
      d.index("repositories_by_source").on(t.sourceId, t.state),
      d.index("repositories_by_revision").on(t.revision),
    ],
  );

  const tags = d.table(
    "tags",
    {
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      name: d.text("name").notNull(),
      /** Null where the listing does not say it and nobody asked. */
      digest: d.text("digest"),
      followed: d.boolean("followed").notNull(),
      /** Whether `tag.added` told of it, and no `tag.removed` since. */
      announced: d.boolean("announced").notNull().default(false),
      present: d.boolean("present").notNull(),
      removedAt: d.integer("removed_at"),
      /** Since when it names this digest, as far as is known. */
      since: d.integer("since"),
      ...health,
      facets: d.json("facets").$type<Facets>(),
      /** Set while it names an older build than it named before. */
      olderThan: d.json("older_than").$type<OlderThan>(),
      /** Of a channel: the last verdict that was told of (`verdict.changed`), which is never `pending`; null: none yet. */
      verdict: d.text("verdict"),
    },
    (t) => [d.primaryKey({ columns: [t.repositoryId, t.name] }), d.index("tags_by_digest").on(t.digest)],
  );

  const tagHistory = d.table(
    "tag_history",
    {
      id: d.serial("id"),
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      tag: d.text("tag").notNull(),
      digest: d.text("digest").notNull(),
      from: d.integer("from_at").notNull(),
      /** Null: still so. */
      to: d.integer("to_at"),
    },
    (t) => [d.uniqueIndex("tag_history_by_tag").on(t.repositoryId, t.tag, t.from, t.digest)],
  );

  const images = d.table("images", {
    digest: d.text("digest").primaryKey(),
    catalogId: d.integer("catalog_id").notNull(),
    mediaType: d.text("media_type").notNull(),
    kind: d.text("kind").$type<ImageKind>().notNull(),
    artifactType: d.text("artifact_type"),
    /** The manifest as the registry sent it, and of an image its config: what every fact is derived from. */
    bytes: d.bytes("bytes").notNull(),
    config: d.bytes("config"),
    /** Of an image; null for indexes and artifacts. */
    facts: d.json("facts").$type<ImageFacts>(),
    /** Of an index, where it has any: they fill what its images do not say of themselves (withIndexAnnotations). */
    annotations: d.json("annotations").$type<Readonly<Record<string, string>>>(),
    observedAt: d.integer("observed_at").notNull(),
  });

  /** The entries of an index, in its order. */
  const imagePlatforms = d.table(
    "image_platforms",
    {
      indexDigest: d
        .text("index_digest")
        .notNull()
        .references(() => images.digest),
      position: d.integer("position").notNull(),
      os: d.text("os"),
      architecture: d.text("architecture"),
      variant: d.text("variant"),
      digest: d.text("digest").notNull(),
      mediaType: d.text("media_type").notNull(),
      sizeBytes: d.integer("size_bytes").notNull(),
      /** What the entry is for: see IndexEntry. */
      role: d.text("role").$type<IndexEntry["role"]>().notNull().default("image"),
      /** A zstd:chunked twin of another entry, which containers/image prefers. */
      zstd: d.boolean("zstd").notNull().default(false),
    },
    (t) => [d.primaryKey({ columns: [t.indexDigest, t.position] }), d.index("image_platforms_by_digest").on(t.digest)],
  );

  /** In which repositories an image was seen: verdicts, privacy and lineage hang on the pair. */
  const repositoryImages = d.table(
    "repository_images",
    {
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      digest: d
        .text("digest")
        .notNull()
        .references(() => images.digest),
      firstSeenAt: d.integer("first_seen_at").notNull(),
      /** When somebody asked for it by digest and it was last looked at; null for what tags led to. */
      observedAt: d.integer("observed_at"),
      /** Whether a tag or a question named it (`image.indexed` was recorded); false: only an index led to it. */
      named: d.boolean("named").notNull().default(false),
    },
    (t) => [d.primaryKey({ columns: [t.repositoryId, t.digest] }), d.index("repository_images_by_digest").on(t.digest)],
  );

  /**
   * The looks for signatures of one manifest in one repository, and what came of them. `found` has everything that
   * judgements are made from, so that a switch plan reads one row for each manifest; the bytes stand in `evidence`.
   */
  const signatureLooks = d.table(
    "signature_looks",
    {
      id: d.serial("id"),
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      digest: d
        .text("digest")
        .notNull()
        .references(() => images.digest),
      /** The repository's: a worker takes what is due host by host. */
      host: d.text("host").notNull(),
      ...lease,
      attempts: d.integer("attempts").notNull().default(0),
      lookedAt: d.integer("looked_at"),
      /** The last complete look. */
      checkedAt: d.integer("checked_at"),
      recheckAt: d.integer("recheck_at"),
      /** The first failed look since `checkedAt`. */
      failingSince: d.integer("failing_since"),
      failureCode: d.text("failure_code"),
      failureReason: d.text("failure_reason"),
      /** Since when a signature that the policy requires is missing: looked for more often at first. */
      missingSince: d.integer("missing_since"),
      found: d.json("found").$type<readonly FoundEvidence[]>(),
      /** Manifests that were looked into and hold no evidence: not read again. */
      barren: d.json("barren").$type<readonly string[]>(),
      /** Counts up with each change of `found` or of the look: what was worked out from an older one is not stored. */
      version: d.integer("version").notNull().default(0),
    },
    (t) => [
      d.uniqueIndex("signature_looks_by_digest").on(t.repositoryId, t.digest),
      d.index("signature_looks_by_host").on(t.host, t.dueAt),
    ],
  );

  /** Evidence that was found for a manifest in a repository. Never removed, but for what could not be read at all. */
  const evidence = d.table(
    "evidence",
    {
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      /** The manifest that it was found for. */
      subject: d.text("subject").notNull(),
      /** Its content address: SignatureFinding.evidence. */
      digest: d.text("digest").notNull(),
      /** The tag, the lookaside's base, or `referrers`, `fallback-tag`, `unread-referrers` (EvidencePlace). */
      place: d.text("place").notNull(),
      format: d.text("format").notNull(),
      source: d.json("source").$type<EvidenceSource>().notNull(),
      /** The manifest that carries it; null for a lookaside's file. Both are digests of `evidence_blobs`. */
      carrier: d.text("carrier"),
      /** Null for what could not be read. */
      blob: d.text("blob"),
      /** Never moves. */
      firstSeenAt: d.integer("first_seen_at").notNull(),
      /** Whether the last complete look saw it. */
      shown: d.boolean("shown").notNull(),
    },
    (t) => [
      d.primaryKey({ columns: [t.repositoryId, t.subject, t.digest, t.place] }),
      d.index("evidence_by_carrier").on(t.carrier),
      d.index("evidence_by_blob").on(t.blob),
    ],
  );

  /** The bytes of evidence by content address. */
  const evidenceBlobs = d.table("evidence_blobs", {
    digest: d.text("digest").primaryKey(),
    bytes: d.bytes("bytes").notNull(),
  });

  /** What the documents in force make of the findings, made again whenever documents, findings or the time change it. */
  const judgements = d.table(
    "judgements",
    {
      repositoryId: d
        .integer("repository_id")
        .notNull()
        .references(() => repositories.id),
      digest: d.text("digest").notNull(),
      verdict: d.text("verdict").$type<Verdict>().notNull(),
      /** Null: no policy speaks for the repository. */
      policyDigest: d.text("policy_digest"),
      trustRoot: d.text("trust_root"),
      judgedAt: d.integer("judged_at").notNull(),
      /** The moment at which time alone changes it. */
      changesAt: d.integer("changes_at"),
      /** When its builds ended, by provenance of those who may speak for the repository; null where none says. */
      finishedFirst: d.integer("finished_first"),
      finishedLast: d.integer("finished_last"),
    },
    (t) => [d.primaryKey({ columns: [t.repositoryId, t.digest] })],
  );

  /**
   * Runs of layers from the bottom, each under the run that it adds one layer to: images with the same bottom share its
   * rows. A chain is a number made of the digests (policies/lineage/layer-chains.ts).
   */
  const layerChains = d.table(
    "layer_chains",
    {
      chain: d.integer("chain").primaryKey(),
      /** Null: one layer. */
      parent: d.integer("parent"),
    },
    (t) => [d.index("layer_chains_by_parent").on(t.parent)],
  );

  /** All layers of an image, once for each way in which layers are told. */
  const imageChains = d.table(
    "image_chains",
    {
      digest: d
        .text("digest")
        .notNull()
        .references(() => images.digest),
      chain: d.integer("chain").notNull(),
      layers: d.integer("layers").notNull(),
    },
    (t) => [d.primaryKey({ columns: [t.digest, t.chain] }), d.index("image_chains_by_chain").on(t.chain)],
  );

  /** What is said of the base that an image was built on, to be found by that base. */
  const baseClaims = d.table(
    "base_claims",
    {
      digest: d
        .text("digest")
        .notNull()
        .references(() => images.digest),
      evidence: d.text("evidence").$type<BaseEvidence>().notNull(),
      /** In whose repository it is said (provenance); 0: in the image's own bytes, wherever it is. */
      repositoryId: d.integer("repository_id").notNull(),
      /** "" where it is not said; of the two at least one is. */
      baseDigest: d.text("base_digest").notNull(),
      /** `host/path`. */
      baseRepository: d.text("base_repository").notNull(),
      baseTag: d.text("base_tag").notNull(),
    },
    (t) => [
      d.primaryKey({ columns: [t.digest, t.evidence, t.repositoryId, t.baseDigest] }),
      d.index("base_claims_by_digest").on(t.baseDigest),
      d.index("base_claims_by_repository").on(t.baseRepository),
    ],
  );

  /** How far images that were stored before lineage was kept have been read for it: one row. */
  const lineageFill = d.table("lineage_fill", {
    id: d.integer("id").primaryKey(),
    /** The last digest that was read; null: all of them were. */
    after: d.text("after"),
  });

  /** Questions about declared repositories that nobody had looked at: the worker takes them first. */
  const wishes = d.table(
    "wishes",
    {
      id: d.serial("id"),
      /** `host/path`, and the tag or digest asked for. */
      repository: d.text("repository").notNull(),
      reference: d.text("reference").notNull(),
      askedAt: d.integer("asked_at").notNull(),
      ...lease,
      answeredAt: d.integer("answered_at"),
      /** The last answer: open (none yet), found, absent (the registry itself said so) or failed. It waits while due. */
      state: d.text("state").$type<"open" | "found" | "absent" | "failed">().notNull(),
      code: d.text("code"),
      reason: d.text("reason"),
      attempts: d.integer("attempts").notNull().default(0),
    },
    (t) => [d.uniqueIndex("wishes_by_reference").on(t.repository, t.reference), d.index("wishes_by_due").on(t.dueAt)],
  );

  const events = d.table(
    "events",
    {
      /** Given out under the clock's lock, so that their order is the order of commits. */
      id: d.integer("id").primaryKey(),
      catalogId: d.integer("catalog_id").notNull(),
      time: d.integer("time").notNull(),
      type: d.text("type").notNull(),
      subject: d.text("subject").notNull(),
      data: d.json("data").$type<EventData>().notNull(),
      private: d.boolean("private").notNull(),
    },
    (t) => [d.index("events_by_subject").on(t.subject, t.id)],
  );

  return {
    clock,
    catalogs,
    policySets,
    registries,
    sources,
    runs,
    failures,
    repositories,
    tags,
    tagHistory,
    images,
    imagePlatforms,
    repositoryImages,
    signatureLooks,
    evidence,
    evidenceBlobs,
    judgements,
    layerChains,
    imageChains,
    baseClaims,
    lineageFill,
    trustRoots,
    trustRootRefreshes,
    wishes,
    events,
  };
}

export type Tables = ReturnType<typeof defineTables>;
