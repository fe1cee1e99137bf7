// Resolving a reference: the plan from the store, or the one refusal that fits, with a wish where nobody has looked yet.
import { sourceListing } from "../../db/source-reports.ts";
import { channelsNaming, channelsOf } from "../../db/tags.ts";
import { findTarget, type Target, type TargetWish } from "../../db/targets.ts";
import { askFor, findWish, type WishLimits } from "../../db/wishes.ts";
import { visibilityOf } from "../../policies/documents/registry-document.ts";
import { sourceOf } from "../../policies/documents/source-of.ts";
import type { Layer } from "../../policies/images/layer.ts";
import { followedDigest, heldDigests } from "../../policies/plan/host-state.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PlanRequest } from "../../policies/plan/plan-input.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import type { Api } from "../api/api.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Subject } from "../hot/kept.ts";
import type { Problem } from "../problems.ts";
import type { RateState } from "../rate-limit.ts";
import type { HostAnswer } from "./host-answers.ts";
import { type HostImages, isOld, type Judged, judgeTarget, noImages, planOf, repeatMs } from "./judge-target.ts";
import { planParts, writeHost } from "./plan-bytes.ts";
import type { KnownTarget } from "./target-memory.ts";
import type { MayCompare, UnknownReferences } from "./unknown-reference.ts";

export type Resolved =
  | {
      readonly outcome: "plan";
      readonly plan: SwitchPlan;
      /** The plan as JSON, in parts. */
      parts(): readonly Buffer[];
      /** The next moment at which time alone changes the plan or asks for another look; null: never. */
      readonly endsAt: number | null;
      readonly repositoryId: number;
      /** What the same question is answered from; null: the answer may not be kept. */
      readonly answer: HostAnswer | null;
    }
  | {
      readonly outcome: "refused";
      readonly problem: Problem;
      /** True where it speaks of the share of whoever asked. */
      readonly personal: boolean;
    };

export type ResolveOptions = {
  /** Whether the question waits for the worker of this process. */
  readonly mayWait: boolean;
  /** Takes from the client's share what a question costs that no cache can answer. */
  readonly take: () => RateState;
  readonly mayCompare: MayCompare;
};

export type Resolver = (catalog: LoadedCatalog, request: PlanRequest, options: ResolveOptions) => Promise<Resolved>;

export function createResolver(api: Api, unknown: UnknownReferences): Resolver {
  const { store, limits, memory, now } = api;
  const wishLimits: WishLimits = {
    wishes: limits.wishesMax,
    wishesPerRepository: limits.wishesPerRepositoryMax,
    wishRepeatMs: repeatMs,
  };
  let waiting = 0;

  /** What a question is told that the worker has yet to answer. */
  async function wish(
    catalog: LoadedCatalog,
    request: PlanRequest,
    options: ResolveOptions,
    stored: Stored | null,
    lastReason: string | null,
  ): Promise<Resolved> {
    const { repository, tag, digest } = request.reference;
    const reference = tag ?? digest ?? "";
    const isAnswered = stored !== null && !stored.waiting && now() < (stored.answeredAt ?? 0) + repeatMs;
    const reason = stored?.reason ?? lastReason;
    if (isAnswered && stored.state === "failed") {
      const againMs = (stored.answeredAt ?? 0) + repeatMs - now();
      return notYet(request, reason, Math.max(1, Math.ceil(againMs / 1000)), {});
    }
    let headers: Readonly<Record<string, string>> = {};
    if (stored?.waiting !== true) {
      const share = options.take();
      if (!share.allowed) return tooMany(share);
      headers = share.headers;
      const asked = await askFor(store, now(), { repository, reference }, wishLimits);
      if (asked === "full") return notYet(request, reason, 60, headers, "too many others wait to be looked at; ");
    }
    if (options.mayWait && api.waitForWish !== null && waiting < limits.wishWaitersMax) {
      waiting++;
      try {
        await api.waitForWish(repository, reference, limits.wishWaitMs);
      } finally {
        waiting--;
      }
      return resolve(catalog, request, { ...options, mayWait: false, take: () => ({ allowed: true, headers }) }, true);
    }
    return notYet(request, reason, 5, headers);
  }

  async function resolve(
    catalog: LoadedCatalog,
    request: PlanRequest,
    options: ResolveOptions,
    hasWaited = false,
  ): Promise<Resolved> {
    const { reference } = request;
    const refuse = async (): Promise<Resolved> => ({
      outcome: "refused",
      problem: await unknown.problemFor(catalog, reference, options.mayCompare),
      personal: false,
    });
    const isOfHost = request.host !== undefined || request.from !== null;
    const { has, about } = isOfHost ? await readHostImages(catalog, request) : nothing;
    // What is in memory rests on the documents in force: nothing is made of two generations and kept.
    const isCurrent = catalog === api.catalog.loaded;
    // A digest that a host has booted is never that of an index; what of its entries is meant the database tells.
    const isIndex = has.from?.kind === "index";
    const known = isOfHost && !isIndex && isCurrent ? memory.targets.get(request, now()) : undefined;
    if (known !== undefined) return answered(known, planOf(known, request, catalog, now(), has), about);
    const ticket = isCurrent ? memory.targets.ticket() : null;
    const target = await findTarget(store, {
      repository: reference.repository,
      tag: reference.tag,
      digest: reference.digest,
      architecture: request.architecture,
      from: isIndex ? request.from : null,
      manifests: isOfHost,
    });
    if (target === undefined) {
      const declared = await readDeclared(catalog, reference.repository);
      if (declared === undefined) return refuse();
      const stored = (await findWish(store, wishOf(request))) ?? null;
      if (stored?.state === "absent") {
        if (isOld(stored.answeredAt, now())) await lookAgain(request, options, stored);
        return refuse();
      }
      if (hasWaited) return notYet(request, stored?.reason ?? declared.reason, 5, options.take().headers);
      return wish(catalog, request, options, stored, declared.reason);
    }
    // What is private or no longer declared is answered like what nobody has heard of, to the byte.
    if ((target.repository.private && !api.seesPrivate) || !target.repository.active) return refuse();
    const { repository, digest } = reference;
    const channels = digest === null ? [] : await readChannels(catalog, { repository, digest });
    const judged = judgeTarget(
      target,
      request,
      catalog,
      now(),
      isIndex ? { ...has, from: target.from === null ? null : planImage(target.from) } : has,
      channels,
    );
    if (judged.outcome !== "not-seen" && judged.isDue) await lookAgain(request, options, target.wish);
    switch (judged.outcome) {
      case "plan":
        if (!isOfHost || judged.isDue || target.repository.private) return unkept(judged);
        return answered(memory.targets.put(request, judged.target, ticket), judged.plan, isIndex ? null : about);
      case "removed":
        return { outcome: "refused", problem: judged.problem, personal: false };
      case "absent":
        return {
          outcome: "refused",
          problem: unknown.problemNear(reference, await channelReferences(target), judged.denied),
          personal: false,
        };
      case "not-seen":
        if (hasWaited) return notYet(request, target.wish?.reason ?? judged.reason, 5, options.take().headers);
        return wish(catalog, request, options, target.wish, judged.reason);
    }
  }

  /** By a digest nobody knows the tag: the channels that named it tell of which kind it is. */
  async function readChannels(
    { policies }: LoadedCatalog,
    { repository, digest }: { readonly repository: string; readonly digest: string },
  ): Promise<string[]> {
    return policies.index.dependsOnTag(repository) ? channelsNaming(store, { repository, digest }) : [];
  }

  async function readHostImages(catalog: LoadedCatalog, request: PlanRequest): Promise<ReadHost> {
    const about: Subject[] = [];
    const read = async (digest: string) => {
      const found = await memory.readImage(digest);
      about.push(...found.about);
      return found.image;
    };
    const from = request.from === null ? null : await read(request.from);
    const held: (readonly Layer[])[] = [];
    for (const digest of heldDigests(request)) {
      const image = await read(digest);
      if (image?.layers != null) held.push(image.layers);
    }
    const followed = followedDigest(request);
    if (followed === null) return { has: { from, held, bootedChannels: [] }, about };
    return { has: { from, held, bootedChannels: await readChannels(catalog, followed) }, about: null };
  }

  /** The stored answer is old: it is given all the same, and the worker looks again. */
  async function lookAgain(request: PlanRequest, options: ResolveOptions, stored: Stored | null): Promise<void> {
    if (stored?.waiting === true || !options.take().allowed) return;
    await askFor(store, now(), wishOf(request), wishLimits);
  }

  async function channelReferences({ repository }: Target): Promise<string[]> {
    const channels = await channelsOf(store, repository.id, 200);
    return channels.map(({ name }) => `${repository.name}:${name}`);
  }

  /** Undefined: no public source declares the repository, or its listing was complete and did not show it. */
  async function readDeclared(
    { policies }: LoadedCatalog,
    repository: string,
  ): Promise<{ readonly reason: string | null } | undefined> {
    const { set } = policies.index;
    const source = sourceOf(set, repository)?.source;
    const registry = set.registries.find(({ host }) => host === source?.registry);
    if (source === undefined || registry === undefined) return undefined;
    if (visibilityOf(registry) === "private" && !api.seesPrivate) return undefined;
    const listing = await sourceListing(store, source.id);
    if (source.namespace !== undefined && listing?.listedAt != null) return undefined;
    return { reason: listing?.failureReason ?? null };
  }

  return (catalog, request, options) => resolve(catalog, request, options);
}

type ReadHost = {
  readonly has: HostImages;
  /** What that depends on; null: not all of it can be told. */
  readonly about: readonly Subject[] | null;
};

const nothing: ReadHost = { has: noImages, about: [] };

function answered(known: KnownTarget, plan: SwitchPlan, ofHost: ReadHost["about"]): Resolved {
  const { repositoryId, written, weakWritten: target } = known;
  const endsAt = Number.isFinite(known.endsAt) ? known.endsAt : null;
  const host = writeHost(plan, written);
  const about = ofHost === null ? null : [...new Set([repositoryId, ...ofHost])];
  const answer = about === null ? null : { target, host, about, endsAt };
  return { outcome: "plan", plan, parts: () => planParts(host, written), endsAt, repositoryId, answer };
}

function unkept({ plan, endsAt, target }: Extract<Judged, { outcome: "plan" }>): Resolved {
  const parts = () => [Buffer.from(JSON.stringify(plan))];
  return { outcome: "plan", plan, parts, endsAt, repositoryId: target.repositoryId, answer: null };
}

/** Of a stored wish, what an answer depends on. */
type Stored = Pick<TargetWish, "state" | "waiting" | "answeredAt" | "reason">;

function wishOf({ reference }: PlanRequest) {
  return { repository: reference.repository, reference: reference.tag ?? reference.digest ?? "" };
}

function notYet(
  { reference }: PlanRequest,
  reason: string | null,
  retryAfterS: number,
  headers: Readonly<Record<string, string>>,
  cause = "",
): Resolved {
  const last = reason === null ? "" : `; the last look failed: ${reason}`;
  return {
    outcome: "refused",
    problem: {
      name: "not-yet-indexed",
      detail: `${cause}${reference.text} belongs to a declared source and was not looked at yet${last}`,
      members: { reason },
      headers: { ...headers, "Retry-After": String(retryAfterS) },
    },
    personal: false,
  };
}

function tooMany({ headers }: RateState): Resolved {
  return {
    outcome: "refused",
    problem: {
      name: "rate-limited",
      detail: "this address has asked for too much that was not looked at yet",
      headers,
    },
    personal: true,
  };
}
