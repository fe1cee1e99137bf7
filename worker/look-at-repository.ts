// A look at a repository: everything that is asked of its registry, before anything is stored.
import pLimit from "p-limit";
import type { RepositoryToLookAt } from "../db/repository-sync.ts";
import type { FailedItem } from "../db/runs.ts";
import { danglingTag } from "../policies/words/dangling-tag.ts";
import { type Failure, failureOf } from "./failures.ts";
import { type Inspector, inspectImage, type UnreadableEntry } from "./inspect-image.ts";
import { listingDigest } from "./listing.ts";
import type { ListedTag, ManifestAnswer, TagHistory } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";
import type { TagSight } from "./tag-changes.ts";
import { type PlannedLook, planLooks } from "./tag-looks.ts";

export type RepositoryLook = { readonly lookedAt: number } & (
  | {
      readonly outcome: "looked";
      readonly listing: { readonly digest: string; readonly tags: readonly ListedTag[] };
      readonly sights: ReadonlyMap<string, TagSight>;
      readonly history: TagHistory | undefined;
      /** Whether the listing differs from the last one that was believed. */
      readonly fresh: boolean;
      readonly failures: readonly FailedItem[];
      /** Not before this long is there any sense in asking again for what failed. */
      readonly retryAfterMs: number | null;
      /** Nothing is different from what was read before the look. */
      readonly quiet: boolean;
    }
  | { readonly outcome: "absent" }
  | { readonly outcome: "failed"; readonly failure: Failure }
);

export type Looker = Omit<Inspector, "path"> & {
  /** The followed tags of a listing, by the documents in force. */
  readonly isFollowed: (tag: string) => boolean;
  /** Whether the registry answers for some other repository that it had: see isGone. */
  readonly anotherAnswers: (path: string) => Promise<boolean>;
  /** Told of what is a mistake of this program. */
  readonly report: (error: unknown) => void;
};

/** Never throws but where the signal was aborted: what could not be found out is a part of the answer. */
export async function lookAtRepository(looker: Looker, repository: RepositoryToLookAt): Promise<RepositoryLook> {
  const lookedAt = looker.now();
  try {
    return await look(looker, repository, lookedAt);
  } catch (error) {
    looker.signal.throwIfAborted();
    return { outcome: "failed", lookedAt, failure: asFailure(looker, error) };
  }
}

async function look(looker: Looker, repository: RepositoryToLookAt, lookedAt: number): Promise<RepositoryLook> {
  const { registry, signal } = looker;
  const { path } = repository;
  const tags = await registry.listTags(path, signal);
  if (tags === undefined) {
    if (await isGone(looker, repository)) return { outcome: "absent", lookedAt };
    throw new RegistryError("malformed", `${repository.name} is there, but the registry does not list its tags`);
  }
  const listing = { digest: listingDigest(tags), tags };
  const fresh = listing.digest !== repository.listing;
  const followed = new Set(repository.followed.map(({ name }) => name));
  const planned = planLooks(repository.followed, tags, fresh ? looker.isFollowed : (tag) => followed.has(tag));

  const inspect = inspectingOnce({ ...looker, path });
  const looks = await pLimit(looker.limits.perRepositoryConcurrency).map(planned, async (plan): Promise<Seen> => {
    if (signal.aborted) return { outcome: "aborted" };
    try {
      return await lookAtTag(looker, path, plan, inspect);
    } catch (error) {
      return { outcome: "failed", failure: asFailure(looker, error), stage: stageOf(error) };
    }
  });
  signal.throwIfAborted();

  const at = looker.now();
  const failures: FailedItem[] = [];
  const sights = new Map<string, TagSight>();
  let quiet = isQuiet(repository) && !fresh;
  let retryAfterMs: number | null = null;
  for (const [i, { tag }] of planned.entries()) {
    const item = { repository: repository.name, tag, at };
    const seen = looks[i];
    if (seen === undefined || seen.outcome === "aborted") continue;
    if (seen.outcome !== "unchanged") quiet = false;
    switch (seen.outcome) {
      case "unchanged":
        sights.set(tag, { outcome: "seen", digest: seen.digest });
        break;
      case "seen":
        sights.set(tag, seen);
        for (const { code, reason } of seen.unreadable) failures.push({ ...item, stage: "inspect", code, reason });
        break;
      case "absent":
        sights.set(tag, seen);
        break;
      case "failed": {
        const { code, reason } = seen.failure;
        sights.set(tag, { outcome: "failed", code, reason });
        failures.push({ ...item, stage: seen.stage, code, reason });
        retryAfterMs = Math.max(retryAfterMs ?? 0, seen.failure.retryAfterMs ?? 0);
      }
    }
  }

  let history: TagHistory | undefined;
  if (fresh) {
    try {
      history = await registry.readTagHistory(path, repository.historyWatermark, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { code, reason } = asFailure(looker, error);
      failures.push({ repository: repository.name, tag: null, stage: "tags", code, reason, at });
    }
  }
  return { outcome: "looked", lookedAt, listing, fresh, sights, history, failures, retryAfterMs, quiet };
}

/** Whether the repository was all right before: then a look that finds nothing new has nothing to store. */
function isQuiet({ failing, state, followed }: RepositoryToLookAt): boolean {
  return !failing && state === "listed" && followed.every((tag) => !tag.failing && (tag.announced || !tag.present));
}

/**
 * A listing that says "no such repository" removes nothing by itself. Quay says the same of what is gone, of what
 * became private and of everything while its anonymous access is out: there another repository has to answer.
 */
async function isGone(looker: Looker, { path, name, state }: RepositoryToLookAt): Promise<boolean> {
  if ((await looker.registry.findRepository(path, looker.signal)) === "present") return false;
  if (state !== "listed" || looker.registry.dialect !== "quay" || (await looker.anotherAnswers(path))) return true;
  throw new RegistryError("unauthorized", `the registry refuses ${name} and every other repository that was asked for`);
}

type Seen =
  | { readonly outcome: "unchanged"; readonly digest: string }
  | { readonly outcome: "seen"; readonly digest: string; readonly unreadable: readonly UnreadableEntry[] }
  | { readonly outcome: "absent" }
  | { readonly outcome: "failed"; readonly failure: Failure; readonly stage: FailedItem["stage"] }
  | { readonly outcome: "aborted" };

type Inspect = (digest: string, answer?: ManifestAnswer) => ReturnType<typeof inspectImage>;

/** An image is inspected once in a look, however many tags name it. */
function inspectingOnce(inspector: Inspector): Inspect {
  const inspected = new Map<string, ReturnType<typeof inspectImage>>();
  return (digest, answer) => {
    const running = inspected.get(digest) ?? inspectImage(inspector, digest, answer).catch(inInspection);
    inspected.set(digest, running);
    return running;
  };
}

/** Marks where it went wrong, for the failed item's stage. */
class InspectionError extends Error {}

function inInspection(cause: unknown): never {
  throw new InspectionError("the image could not be read", { cause });
}

function stageOf(error: unknown): FailedItem["stage"] {
  return error instanceof InspectionError ? "inspect" : "tags";
}

function asFailure(looker: Looker, error: unknown): Failure {
  const cause = error instanceof InspectionError ? error.cause : error;
  const failure = failureOf(cause);
  if (failure.code === "internal" && !looker.signal.aborted) looker.report(cause);
  return failure;
}

async function lookAtTag(looker: Looker, path: string, plan: PlannedLook, inspect: Inspect): Promise<Seen> {
  if (plan.how === "ask") return ask(looker, path, plan.tag, plan.known, plan.listed, inspect);
  if (plan.known) return { outcome: "unchanged", digest: plan.digest };
  try {
    return await seen(inspect, plan.digest);
  } catch (error) {
    // The tag moved since it was listed, and its old image is gone: ask once what it names now.
    if (!isImageGone(error)) throw error;
  }
  return ask(looker, path, plan.tag, null, true, inspect);
}

async function ask(
  looker: Looker,
  path: string,
  tag: string,
  known: string | null,
  listed: boolean,
  inspect: Inspect,
): Promise<Seen> {
  const look = await looker.registry.lookAtTag(path, tag, known, looker.signal);
  switch (look.outcome) {
    case "absent":
      // Two words of one registry against each other remove nothing.
      if (listed) throw new RegistryError(danglingTag, "the registry lists the tag, but says that it has none");
      return { outcome: "absent" };
    case "unchanged":
      if (known === null)
        throw new RegistryError("malformed", "the registry says that what it was not told is unchanged");
      return { outcome: "unchanged", digest: known };
    case "digest":
      if (look.digest === known) return { outcome: "unchanged", digest: known };
      return seen(inspect, look.digest);
    case "manifest":
      if (look.manifest.digest === known) return { outcome: "unchanged", digest: known };
      return seen(inspect, look.manifest.digest, look.manifest);
  }
}

async function seen(inspect: Inspect, digest: string, answer?: ManifestAnswer): Promise<Seen> {
  return { outcome: "seen", digest, unreadable: await inspect(digest, answer) };
}

function isImageGone(error: unknown): boolean {
  return error instanceof InspectionError && error.cause instanceof RegistryError && error.cause.code === "not-found";
}
