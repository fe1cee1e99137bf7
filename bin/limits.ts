// The table of every limit, time-out and budget of the program: what it bounds, its default and why that number.
import type { DatabaseLimits } from "../db/store.ts";
import type { WishLimits } from "../db/wishes.ts";
import { type FolderLimits, folderLimits } from "../policies/documents/folder-files.ts";
import { configLimits, type DocumentLimits, manifestLimits } from "../policies/images/document-limits.ts";
import { hostLimits } from "../policies/plan/json-shape.ts";
import type { ServerLimits } from "../server/server-limits.ts";
import type { HttpLimits } from "../worker/http/http-limits.ts";
import type { RegistryLimits } from "../worker/registry/registry-environment.ts";
import { defaultSignatureLimits as evidence, type SignatureLimits } from "../worker/signatures/limits.ts";
import { defaultVerifyLimits, type VerifyLimits } from "../worker/verify/verify-limits.ts";
import type { WorkerLimits } from "../worker/worker-limits.ts";
import {
  bytes,
  bytesPerSecond,
  count,
  day,
  hour,
  KiB,
  MiB,
  minute,
  ms,
  requestsPerSecond,
  second,
  type Unit,
} from "./setting.ts";

const http = {
  connectTimeoutMs: ms(
    10 * second,
    "To resolve a name, connect and shake hands. Round trips across the world and a few lost packets fit; more is an outage.",
  ),
  headersTimeoutMs: ms(
    30 * second,
    "From the request sent to the last header received: a registry may have to read a long listing from its database.",
  ),
  idleTimeoutMs: ms(15 * second, "Between two pieces of a body. Whoever sends nothing for this long has gone."),
  deadlineMs: ms(
    2 * minute,
    "One request with all its attempts, redirects, back-off and its body. Waiting for the host's budget is not counted.",
  ),
  minBytesPerSecond: bytesPerSecond(
    1 * KiB,
    "A body slower than this, once slowAfterMs have passed, is given up: a drip would hold a place for hours.",
  ),
  slowAfterMs: ms(10 * second, "How long a body may start slowly before minBytesPerSecond counts."),
  headerBytes: bytes(
    32 * KiB,
    "All headers of an answer: twice what Node.js itself allows, for signed addresses in redirects.",
  ),
  errorBodyBytes: bytes(
    64 * KiB,
    "What is read of the body of an answer that is no success: its codes, not its prose.",
  ),
  redirects: count(
    5,
    "In a row, for one request. A registry needs one to its storage, a CDN may add another; more is a loop.",
    { min: 0 },
  ),
  attempts: count(4, "Of one idempotent request, the first included: it survives the restart of a registry's front.", {
    max: 20,
  }),
  backOffMs: ms(500, "The first back-off is drawn from 0 to this, the next from 0 to twice this, and so on."),
  backOffMaxMs: ms(30 * second, "The longest back-off: a longer pause is the circuit's and the next due time's task."),
  retryAfterMaxMs: ms(
    1 * minute,
    "The longest pause that Retry-After can bring about within a request. A host that asks for more has its items put off.",
  ),
  connectionsPerHost: count(16, "Open connections to one host; its requests per second are budgeted apart from this."),
  keepAliveMs: ms(
    20 * second,
    "An unused connection is kept this long: below the 30 s after which proxies drop theirs.",
  ),
  hosts: count(
    1_000,
    "Hosts whose budgets, circuits and connections are remembered: far more than there are registries and storages.",
  ),
  requestsPerSecond: requestsPerSecond(
    20,
    "For hosts that no document declares: the storages that registries redirect to. Declared hosts have their own.",
  ),
  circuitFailures: count(5, "Failures in a row (no connection, time-out, 5xx) that open a host's circuit."),
  circuitOpenMs: ms(30 * second, "How long a circuit stays open the first time; doubled at each trial that fails."),
  circuitOpenMaxMs: ms(15 * minute, "The longest time between two trials of a host that is down."),
} satisfies Record<keyof HttpLimits, unknown>;

const registry = {
  manifestBytes: bytes(
    4 * MiB,
    "One manifest or index. The distribution specification asks registries to take at least 4 MB, and promises no more.",
  ),
  listBytes: bytes(
    4 * MiB,
    "One page of a listing: 10,000 names of the longest that are allowed, 255 characters, fit.",
  ),
  tokenBytes: bytes(64 * KiB, "The answer of a token service: a token has to fit in a header, so this is plenty."),
  blobDeadlineMs: ms(10 * minute, "One blob, in place of http.deadlineMs: an SBOM of 64 MiB over a slow line."),
  repositoriesPerNamespace: count(
    20_000,
    "Twice the 10,000 repositories that a whole catalog is planned for: a namespace beyond it is a listing without end.",
  ),
  tagsPerRepository: count(100_000, "Ten years of 25 tags a day; a listing without end stops here."),
  historyRows: count(
    50_000,
    "Rows of Quay's tag history read in one look; what is older than that is left out, and noted.",
  ),
  referrers: count(
    1_000,
    "Referrers of one image: signatures, attestations and SBOMs come in tens; more than this is a flood.",
  ),
  pages: count(2_000, "Pages of one listing, whatever they hold."),
  idlePages: count(
    3,
    "Pages in a row that bring nothing new: a registry whose `last` does not move would page for ever.",
  ),
  pageSize: count(100, "Entries asked for in a page. Quay cuts at 100 and has refused more.", { max: 10_000 }),
  capabilityMs: ms(
    1 * day,
    "How long it is remembered what a host can do (referrers, listing): they change with releases.",
  ),
  tokens: count(1_000, "Tokens kept in memory: one for each scope that is in use."),
  tokenMaxMs: ms(
    1 * hour,
    "The longest that a token is used, whatever its issuer says: a revoked account ends within it.",
  ),
  layoutDepth: count(8, "Folders below each other that are searched for image layouts.", { max: 64 }),
} satisfies Record<keyof RegistryLimits, unknown>;

const worker = {
  pollMs: ms(
    1 * second,
    "How often an idle worker asks for due rows: a wish made by another process is seen within it.",
  ),
  concurrency: count(
    16,
    "Repositories that one process looks at at once: enough to keep a dozen hosts' budgets busy.",
    {
      max: 1_000,
    },
  ),
  perHostConcurrency: count(8, "Of these, how many of one host: a slow registry leaves room for the others.", {
    max: 1_000,
  }),
  perRepositoryConcurrency: count(4, "Requests that one repository's look makes at once.", { max: 100 }),
  perHostWishes: count(4, "Wishes about one host that are answered at once, in a lane of their own.", { max: 100 }),
  leaseMs: ms(1 * minute, "A killed worker's rows are taken over after this; work that goes on extends it.", {
    min: 1 * second,
  }),
  sourceIntervalMs: ms(
    6 * hour,
    "Between two runs of a source: repositories are added rarely, and each listing is long.",
  ),
  repositoryIntervalMs: ms(1 * hour, "Between two looks at a repository: images are built daily at most, as a rule."),
  retryMs: ms(5 * minute, "What failed is looked at again after this, doubled with each failure in a row."),
  retryMaxMs: ms(6 * hour, "The longest time between two looks at what keeps failing."),
  observedStepMs: ms(
    10 * minute,
    "A look that changes nothing moves `observedAt` in answers at most this often: caches stay of use.",
    { max: 10 * minute },
  ),
  indexEntries: count(
    200,
    "Entries of one index that are inspected: one for each platform that can be built for, and more.",
  ),
  indexDepth: count(2, "Indexes within one another. Nobody builds them; an index that contains itself stops here.", {
    max: 10,
  }),
  configBytes: bytes(8 * MiB, "One image config: rechunked images carry a whole package list in their labels.", {
    max: configLimits.maxBytes,
  }),
  failuresPerRun: count(1_000, "Failed items kept of one run, which counts them all."),
  runsPerSource: count(100, "Runs kept of one source: a month of them, at four a day."),
  answeredWishes: count(10_000, "Answers to wishes that nobody asked for again: how many are kept."),
  answeredWishMs: ms(7 * day, "And for how long."),
  storeLingerMs: ms(20, "How long a finished look may wait for others, to be stored in one transaction with them.", {
    min: 0,
    max: 1 * second,
  }),
  storeGroup: count(32, "Finished looks in one transaction.", { max: 1_000 }),
  shutdownMs: ms(10 * second, "After SIGTERM, how long work under way may take to store what it has."),
} satisfies Record<keyof WorkerLimits, unknown>;

const wishes = {
  wishes: count(10_000, "Wishes that may wait at once: what strangers ask for must not become an endless queue."),
  wishesPerRepository: count(100, "Of these, for one repository: nobody fills the queue through one name."),
  wishRepeatMs: ms(10 * minute, "How old an answer is before the next question makes the worker look again.", {
    max: 10 * minute,
  }),
} satisfies Record<keyof WishLimits, unknown>;

const policies = {
  documentBytes: bytes(folderLimits.documentBytes, "One YAML file: far above what people write by hand."),
  keyBytes: bytes(
    folderLimits.keyBytes,
    "One file of keys: a PEM key has 200 bytes, a keyring of a whole distribution some thousands.",
  ),
  trustRootBytes: bytes(
    folderLimits.trustRootBytes,
    "One trusted_root.json: it holds a handful of certificates and keys.",
  ),
  totalBytes: bytes(folderLimits.totalBytes, "All files of the folder together: it is kept whole in the database."),
  entries: count(folderLimits.entries, "All entries of the folder and of its folders, and all files that are read."),
} satisfies Record<keyof FolderLimits, unknown>;

const signatures = {
  manifestBytes: bytes(
    evidence.manifestBytes,
    "A .sig, .att or bundle manifest. The distribution specification asks registries to take 4 MB.",
  ),
  layersPerManifest: count(
    evidence.layersPerManifest,
    "Signatures or attestations in one manifest; cosign's own bound.",
  ),
  payloadBytes: bytes(evidence.payloadBytes, "A simple-signing payload, and all annotations of one layer."),
  bundleBytes: bytes(evidence.bundleBytes, "A bundle, or a DSSE envelope: whole SBOMs travel in them."),
  lookasideBytes: bytes(evidence.lookasideBytes, "A file of a lookaside, and what it holds when decompressed."),
  jsonDepth: count(evidence.jsonDepth, "How deep one JSON document may be nested.", { max: 1_000 }),
  jsonValues: count(evidence.jsonValues, "Members and elements of one JSON document: an SBOM has many."),
  signaturesPerEnvelope: count(evidence.signaturesPerEnvelope, "Signatures in one DSSE envelope: each costs a check."),
  proofsPerSignature: count(
    evidence.proofsPerSignature,
    "Log entries, timestamps or certificates that come with one signature: each costs a check.",
  ),
} satisfies Record<keyof SignatureLimits, unknown>;

const verify = {
  evidenceBytes: bytes(
    defaultVerifyLimits.evidenceBytes,
    "Evidence fetched in one look at one manifest: two bundles with a whole SBOM each, and all signatures, fit.",
  ),
  lookasideFiles: count(
    defaultVerifyLimits.lookasideFiles,
    "Signatures of one manifest in one lookaside; the bound of containers/image.",
    { max: 10_000 },
  ),
  signatureIntervalMs: ms(
    defaultVerifyLimits.signatureIntervalMs,
    "Between two looks for the signatures of one manifest: what was found counts meanwhile, and after.",
  ),
  missingSignatureMs: ms(
    defaultVerifyLimits.missingSignatureMs,
    "The same while a signature that the policy requires is missing: it comes after its image, as a rule within minutes. It grows to signatureIntervalMs.",
  ),
  rootIntervalMs: ms(
    defaultVerifyLimits.rootIntervalMs,
    "Between two refreshes of the public-good trust root by TUF; 0: never, where no network is. The shipped one works.",
    { min: 0 },
  ),
  rootRetryMs: ms(defaultVerifyLimits.rootRetryMs, "The same after a refresh that failed."),
  rootTimeoutMs: ms(defaultVerifyLimits.rootTimeoutMs, "One refresh: half a dozen small files from one host."),
  rootBytes: bytes(
    defaultVerifyLimits.rootBytes,
    "The root, and each file of the metadata by which it is verified: the largest has some 10 KB.",
  ),
} satisfies Record<keyof VerifyLimits, unknown>;

const server = {
  cacheBytes: bytes(160 * MiB, "Finished answers kept in memory: some 5,000 switch plans of 30 KiB.", { min: 0 }),
  targetBytes: bytes(
    256 * MiB,
    "Targets and hosts' images kept in memory for POST /resolve: some 6,000 targets of 30 KiB, 7,000 images of 8 KiB.",
    { min: 0 },
  ),
  hostAnswerBytes: bytes(
    64 * MiB,
    "Finished answers of POST /resolve kept in memory, each under a digest of its question: what some 10,000 say of their hosts. The question is not kept. 0: none.",
    { min: 0 },
  ),
  hostAnswerMs: ms(
    15 * minute,
    "How long such an answer is kept, unless a commit or the time changes it before: for hosts that are alike, and for who asks again.",
    { max: 60 * minute },
  ),
  pollMs: ms(500, "How often another process's commits are looked for: any process sees them within 2 s.", {
    max: 1_900,
  }),
  bodyMaxBytes: bytes(
    1 * MiB,
    "The body of POST /resolve: the status of a host, its policy.json and what it tells of its registries.",
  ),
  batchBodyMaxBytes: bytes(16 * MiB, "The body of POST /resolve/batch: 1,000 hosts with 16 KiB each."),
  evidenceMaxBytes: bytes(
    16 * MiB,
    "Manifests and blobs in one answer of /images/{digest}/evidence: what does not fit is left out, and named.",
  ),
  bodyMaxDepth: count(64, "How deep the JSON of a body may be nested. The status of a host has six levels.", {
    max: 1_000,
  }),
  wishWaitMs: ms(5 * second, "How long a question about an unseen tag waits for the worker of this process.", {
    min: 0,
    max: 5 * second,
  }),
  wishWaitersMax: count(100, "How many questions wait at once; further ones are told to come back.", { min: 0 }),
  wishesMax: count(10_000, "Open wishes in the whole catalog: strangers can ask, and must not fill the database."),
  wishesPerRepositoryMax: count(
    100,
    "Open wishes for one repository: one stranger's loop must not crowd out the others' questions.",
  ),
  rateMax: count(
    1_200,
    "What one client may ask, in each window, of what no cache can answer. Ten items of a batch are one.",
  ),
  rateWindowMs: ms(1 * minute, "The window of rateMax."),
  rateClientsMax: count(50_000, "Clients remembered for rateMax; beyond, the one longest unheard is forgotten."),
  proxyHops: count(
    0,
    "Proxies in front whose X-Forwarded-For entries are believed, counted from the right; 0: the header is ignored.",
    { min: 0, max: 10 },
  ),
  streamClientsMax: count(1_000, "Readers of the event stream at once: each holds a connection.", { min: 0 }),
  streamHeartbeatMs: ms(20 * second, "How often they are sent a comment: below the 30 s of impatient proxies."),
  streamBufferMaxBytes: bytes(1 * MiB, "What may wait for a slow reader of the stream before it is let go."),
  headersTimeoutMs: ms(10 * second, "To receive a request's headers."),
  requestTimeoutMs: ms(30 * second, "To receive one request whole: a slow sender holds a connection no longer."),
  keepAliveTimeoutMs: ms(
    65 * second,
    "An unused connection is kept this long: above the 60 s of usual proxies, so that they close first.",
  ),
  connectionsMax: count(10_000, "Open connections: each costs some 10 KiB and a file descriptor."),
  headerMaxBytes: bytes(16 * KiB, "All headers of one request: Node.js's own bound.", { min: 1 * KiB }),
  shutdownMs: ms(10 * second, "After SIGTERM, how long requests under way may take."),
  logSample: count(1_000, "One request of so many is logged; slow and failed ones always."),
  slowMs: ms(1 * second, "A request that takes longer is logged."),
} satisfies Record<keyof ServerLimits, unknown>;

const database = {
  busyTimeoutMs: ms(5 * second, "SQLite: how long a writer waits for another process's transaction."),
  poolMax: count(10, "PostgreSQL connections of this process: ten such processes fit a server's usual 100.", {
    min: 2,
    max: 1_000,
  }),
  statementTimeoutMs: ms(
    30 * second,
    "PostgreSQL: how long one statement may run: a runaway query must not hold a connection for ever.",
  ),
  connectTimeoutMs: ms(10 * second, "PostgreSQL: how long to wait for a connection."),
} satisfies Record<keyof DatabaseLimits, unknown>;

export const limits = { http, registry, worker, wishes, policies, signatures, verify, server, database };

/** Bounds of formats, which nobody sets: what is beyond them is no image and no host. */
export const fixedLimits: readonly FixedLimit[] = [
  ...documentLimits("manifest", manifestLimits, "One manifest or index, as parsed"),
  ...documentLimits("imageConfig", configLimits, "One image config, as parsed"),
  {
    name: "host.maxDepth",
    unit: "count",
    value: hostLimits.maxDepth,
    documentation: "A host's status: how deep its JSON may be nested.",
  },
  {
    name: "host.maxValues",
    unit: "count",
    value: hostLimits.maxValues,
    documentation: "A host's status: values in its JSON. Thousands of layered packages fit.",
  },
];

export type FixedLimit = {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly documentation: string;
};

function documentLimits(
  prefix: string,
  { maxBytes, maxDepth, maxMembers, maxItems }: DocumentLimits,
  what: string,
): FixedLimit[] {
  return [
    { name: `${prefix}.maxBytes`, unit: "bytes", value: maxBytes, documentation: `${what}: its size.` },
    {
      name: `${prefix}.maxDepth`,
      unit: "count",
      value: maxDepth,
      documentation: `${what}: arrays and objects within one another.`,
    },
    {
      name: `${prefix}.maxMembers`,
      unit: "count",
      value: maxMembers,
      documentation: `${what}: members of all objects together, labels and annotations among them.`,
    },
    {
      name: `${prefix}.maxItems`,
      unit: "count",
      value: maxItems,
      documentation: `${what}: entries, layers or steps of a history.`,
    },
  ];
}
