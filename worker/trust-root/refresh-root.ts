// Refreshing the public-good root: fetched when it is due, kept, and brought into force like new documents.
import { policySetInForce } from "../../db/policy-sets.ts";
import type { Store } from "../../db/store.ts";
import {
  claimRootRefresh,
  expectRootRefresh,
  type RootRefreshRow,
  readRootRefresh,
  storeRootRefresh,
} from "../../db/trust-root-refreshes.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { type Adoption, adopt } from "../adoption.ts";
import type { SignatureLimits } from "../signatures/limits.ts";
import type { ShippedRoot } from "../signatures/public-good-root.ts";
import type { WorkerLog } from "../worker-log.ts";
import type { FetchedRoot, FetchRootLimits } from "./fetch-root.ts";
import { metadataVersion } from "./metadata-version.ts";

export type RootLimits = FetchRootLimits & {
  /** Between two refreshes; 0: never. */
  readonly rootIntervalMs: number;
  /** After one that failed. */
  readonly rootRetryMs: number;
};

export type RootFetcher = (kept: Pick<RootRefreshRow, "metadata" | "root">, stop: AbortSignal) => Promise<FetchedRoot>;

export type RootRefresher = {
  readonly store: Store;
  readonly fetch: RootFetcher;
  readonly shipped: ShippedRoot;
  readonly limits: RootLimits & { readonly signatures: SignatureLimits };
  readonly now: () => number;
  readonly log: WorkerLog;
  /** The set as this process loaded it, where it is the one in force: it knows where layouts lie. */
  readonly loaded: (inForce: PolicySet) => PolicySet;
};

/** A program that is started for a moment asks nobody. */
const firstAfterMs = 5 * 60_000;

/**
 * The root that new documents come into force with: the newest that was fetched. The shipped one passes it where its
 * own TUF root is newer, which only a newer version of the program can have.
 */
export async function newestRoot(store: Store, shipped: ShippedRoot): Promise<Uint8Array> {
  const { root, metadata } = (await readRootRefresh(store)) ?? { root: null, metadata: null };
  if (root === null || metadataVersion(shipped.anchor) > metadataVersion(metadata?.["root.json"] ?? "")) {
    return shipped.root;
  }
  return Buffer.from(root.content);
}

/** undefined: it is not due, or another worker does it. */
export async function refreshRoot(refresher: RootRefresher, stop: AbortSignal): Promise<Adoption | undefined> {
  const { store, limits, now, log } = refresher;
  if (limits.rootIntervalMs === 0) return undefined;
  await expectRootRefresh(store, now() + firstAfterMs);
  if (!(await claimRootRefresh(store, now(), now() + limits.rootTimeoutMs * 2))) return undefined;
  const before = await readRootRefresh(store);
  const fetched = await refresher.fetch({ metadata: before?.metadata ?? null, root: before?.root ?? null }, stop);
  const at = now();
  if (fetched.outcome === "failed") {
    const failingSince = before?.failingSince ?? at;
    const { metadata, code, reason } = fetched;
    await storeRootRefresh(store, {
      ...{ metadata, root: null, refreshedAt: null, failingSince, failure: { code, reason } },
      dueAt: at + Math.min(limits.rootRetryMs, limits.rootIntervalMs),
    });
    const fields = { code, reason, since: new Date(failingSince).toISOString() };
    log.warn(fields, "the public-good trust root could not be refreshed: the one in force stays");
    return undefined;
  }
  const { root, metadata } = fetched;
  await storeRootRefresh(store, {
    ...{ metadata, root, refreshedAt: at, failingSince: null, failure: null },
    dueAt: at + limits.rootIntervalMs,
  });
  log.info({ root: root.digest }, "the public-good trust root was refreshed");
  return bringIntoForce(refresher);
}

/** Kept before it comes into force: what a killed worker left is brought in by the next. */
async function bringIntoForce({
  store,
  shipped,
  limits,
  now,
  log,
  loaded,
}: RootRefresher): Promise<Adoption | undefined> {
  const inForce = await policySetInForce(store);
  if (inForce === undefined) return undefined;
  const adoption = await adopt(store, loaded(inForce.set), now(), {
    limits: limits.signatures,
    publicGoodRoot: await newestRoot(store, shipped),
    replaces: inForce.revision,
  });
  if (adoption.outcome === "adopted") {
    log.info({ revision: adoption.revision }, "a new public-good trust root is in force");
  }
  return adoption;
}
