// Referrers: what refers to a manifest, by the API or, where a registry has none, by the fallback tag.
import { setTimeout as sleep } from "node:timers/promises";
import type { Descriptor } from "../../policies/images/manifest.ts";
import { bareMediaType, isIndexType, ociIndex } from "../../policies/images/media-types.ts";
import type { HttpAnswer } from "../http/http.ts";
import { descriptorsIn } from "./descriptors.ts";
import { readListing } from "./listing.ts";
import { acceptedManifests, checkManifestAnswer } from "./manifest-checks.ts";
import { isIndexToGo, isReadableByGo, isTagReadAfter } from "./read-by-go.ts";
import { createReferrersMemory, type NoApi } from "./referrers-memory.ts";
import { readSaid, saysAbsent } from "./refusals.ts";
import type { ReferrersAnswer, ReferrersWish, UnreadReferrers } from "./registry.ts";
import type { RegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

export type ReferrersReader = (
  path: string,
  digest: string,
  signal: AbortSignal,
  wish?: ReferrersWish,
) => Promise<ReferrersAnswer>;

/** `cut`: why there are more. */
type Found = { readonly descriptors: readonly Descriptor[]; readonly cut?: string };

/** `read`: the digests that Go's registry clients read of it; undefined: it is no page to them, and they read the tag. */
type FoundByApi = Found & { readonly read: ReadonlySet<string> | undefined };

/** `isReadable`: Go's registry clients can read it, if they come to it. */
type FoundByTag = Found & { readonly isReadable: boolean };

type PageJudgement =
  | { readonly outcome: "page" }
  | { readonly outcome: "none" }
  | ({ readonly outcome: "no-api" } & NoApi);

/** Long enough for another process behind the same gateway, short enough for somebody who waits. */
const askAgainMs = 500;

/** What an answer of the referrers endpoint means. Throws nothing: what is no page and no such word is an error later. */
function judgePage(answer: HttpAnswer): "page" | "none" | NoApi["of"] | undefined {
  const { status } = answer;
  if (status === 200) return bareMediaType(answer.headers["content-type"] ?? null) === ociIndex ? "page" : "host";
  // Quay's word for a subject it does not have, where the specification wants an empty list.
  if (status === 400 && readSaid(answer).code === "MANIFEST_INVALID") return "none";
  // GHCR answers 404 or leads to a web page of another host. A 404 may also mean this repository alone.
  if (status === 404) return saysAbsent(answer) ? "absent" : "host";
  if (status >= 300 && status <= 399) return "host";
  if (status === 405 || status === 406 || status === 501) return "host";
  // Go's registry clients, and cosign with them, read the tag after a 400. It may be of this question alone.
  if (status === 400 || status === 410) return "repository";
  if (status === 401 || status === 403) return "repository";
  return undefined;
}

export function createReferrersReader(client: RegistryClient, environment: RegistryEnvironment): ReferrersReader {
  const { limits, now, pause = defaultPause } = environment;
  const memory = createReferrersMemory(limits.capabilityMs, now);

  async function readPage(path: string, url: URL, signal: AbortSignal): Promise<HttpAnswer | PageJudgement> {
    let answer: HttpAnswer;
    try {
      answer = await client.ask(
        // Not followed to another host: what is there is a web page, and it ends in hours of 429.
        {
          target: url,
          path,
          headers: { accept: ociIndex },
          limitBytes: limits.manifestBytes,
          redirects: "same-origin",
        },
        signal,
      );
    } catch (error) {
      if (error instanceof RegistryError && error.code === "unauthorized") {
        return { outcome: "no-api", of: "repository", refusal: error, isTagRead: false };
      }
      throw error;
    }
    const judgement = judgePage(answer);
    if (judgement === undefined) throw client.refusal(answer);
    if (judgement === "page") return answer;
    return judgement === "none"
      ? { outcome: "none" }
      : {
          outcome: "no-api",
          of: judgement,
          refusal: client.refusal(answer),
          isTagRead: isTagReadAfter(answer.status),
        };
  }

  async function byApi(
    path: string,
    digest: string,
    signal: AbortSignal,
    takesFirst: boolean,
  ): Promise<FoundByApi | PageJudgement> {
    const what = `the list of referrers of ${client.host}/${path}@${digest}`;
    let judged: PageJudgement | undefined;
    const known = new Map<string, Descriptor>();
    let read: ReadonlySet<string> | undefined;
    let pages = 0;
    const listing = readListing<Descriptor>(
      new URL(`/v2/${path}/referrers/${digest}`, client.origin),
      {
        what,
        async readPage(url) {
          const page = await readPage(path, url, signal);
          if (!("outcome" in page)) return page;
          judged = page;
          return undefined;
        },
        entriesOf: (answer) => {
          const descriptors = descriptorsIn(answer.body, what);
          pages += 1;
          if (pages === 1 && isIndexToGo(answer.headers["content-type"])) {
            read = new Set(isReadableByGo(answer.body, what) ? descriptors.map(({ digest: each }) => each) : []);
          }
          return descriptors.map((descriptor) => {
            if (known.size < limits.referrers) known.set(descriptor.digest, descriptor);
            return [descriptor.digest, descriptor];
          });
        },
      },
      { entries: limits.referrers, pages: limits.pages, idlePages: limits.idlePages },
    );
    try {
      const entries = await listing;
      if (entries !== undefined) return { descriptors: [...entries.values()], read };
      return judged ?? { outcome: "none" };
    } catch (error) {
      if (takesFirst && isTooMany(error)) {
        return { descriptors: [...known.values()], read, cut: error.message };
      }
      throw error;
    }
  }

  async function byTag(path: string, digest: string, signal: AbortSignal, takesFirst: boolean): Promise<FoundByTag> {
    const tag = fallbackTag(digest);
    const what = `${client.host}/${path}:${tag}`;
    const answer = await client.ask(
      {
        target: `/v2/${path}/manifests/${tag}`,
        path,
        headers: { accept: acceptedManifests },
        limitBytes: limits.manifestBytes,
      },
      signal,
    );
    if (saysAbsent(answer)) return { descriptors: [], isReadable: true };
    if (answer.status !== 200) throw client.refusal(answer);
    const manifest = checkManifestAnswer(answer, null, what);
    // Distribution specification: anything but an index under this name is somebody's tag, and there are none.
    if (!isIndexType(manifest.mediaType)) return { descriptors: [], isReadable: true };
    const descriptors = descriptorsIn(manifest.bytes, what);
    const isReadable = isReadableByGo(manifest.bytes, what);
    if (descriptors.length <= limits.referrers) return { descriptors, isReadable };
    const cut = `${what} has more than ${limits.referrers} entries`;
    if (!takesFirst) throw new RegistryError("too-many", cut);
    return { descriptors: descriptors.slice(0, limits.referrers), isReadable, cut };
  }

  /** A single answer in a new process may be a stray: that there is no API is asked twice. */
  async function askApi(path: string, digest: string, signal: AbortSignal, wish: ReferrersWish) {
    const takesFirst = wish.beyondLimit === "cut";
    const first = await byApi(path, digest, signal, takesFirst);
    if (!("outcome" in first) || first.outcome !== "no-api" || !memory.isNews(path, wish.known)) return first;
    await pause(askAgainMs, signal);
    return memory.isNews(path, wish.known) ? byApi(path, digest, signal, takesFirst) : first;
  }

  /** What the tag has is there, whoever lists it; that it has nothing is no word of a registry whose API has. */
  async function byTagInDoubt(
    path: string,
    digest: string,
    signal: AbortSignal,
    wish: ReferrersWish,
    { doubt, isTagRead }: { readonly doubt: Error; readonly isTagRead: boolean },
  ): Promise<ReferrersAnswer> {
    if (wish.fallbackTag === "unlisted") throw doubt;
    let found: FoundByTag;
    try {
      found = await byTag(path, digest, signal, wish.beyondLimit === "cut");
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof RegistryError ? doubt : error;
    }
    if (found.descriptors.length === 0) throw doubt;
    return { ...taggedAnswer(found, isTagRead), doubt };
  }

  return async (path, digest, signal, wish = {}) => {
    const { fallbackTag: tagged, beyondLimit, known } = wish;
    const takesFirst = beyondLimit === "cut";
    const whereNoApi = async (isTagRead: boolean): Promise<ReferrersAnswer> =>
      tagged === "unlisted"
        ? { via: "tag", descriptors: [] }
        : taggedAnswer(await byTag(path, digest, signal, takesFirst), isTagRead);
    if (!memory.isAsked(path, known)) return whereNoApi(memory.isTagRead());
    const found = await askApi(path, digest, signal, wish);
    if (!("outcome" in found)) {
      memory.learnPage(path);
      // Where a page is none to Go's registry clients, the tag says what they read.
      const isTagWanted = tagged === "listed" || (found.read === undefined && tagged === undefined);
      return joined(found, isTagWanted ? await byTag(path, digest, signal, takesFirst) : undefined);
    }
    // Its 400 is to Go's registry clients what any other is: they read the tag.
    if (found.outcome === "none" && tagged !== "listed") return { via: "api", descriptors: [] };
    if (found.outcome !== "no-api") return whereNoApi(true);
    const doubt = memory.learnNoApi(path, found, known);
    const { isTagRead } = found;
    return doubt === undefined ? whereNoApi(isTagRead) : byTagInDoubt(path, digest, signal, wish, { doubt, isTagRead });
  };
}

function defaultPause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

/** What the fallback tag has where the API lists nothing. */
function taggedAnswer({ descriptors, isReadable, cut }: FoundByTag, isTagRead: boolean): ReferrersAnswer {
  const isRead = isTagRead && isReadable;
  return answerOf(
    { via: "tag", descriptors: isRead ? descriptors : [] },
    { api: [], tag: isRead ? [] : descriptors },
    cut,
  );
}

/** What the API lists and what the tag has, if that was asked, each once: where Go's registry clients read it, or else. */
function joined(api: FoundByApi, tag: FoundByTag | undefined): ReferrersAnswer {
  const { read } = api;
  const cut = api.cut ?? tag?.cut;
  const tagged = tag?.descriptors ?? [];
  if (read === undefined) {
    const isRead = tag?.isReadable ?? true;
    const unread = {
      api: without(api.descriptors, isRead ? tagged : []),
      tag: isRead ? [] : without(tagged, api.descriptors),
    };
    return answerOf({ via: "tag", descriptors: isRead ? tagged : [] }, unread, cut);
  }
  const descriptors = api.descriptors.filter(({ digest }) => read.has(digest));
  const unread = { api: without(api.descriptors, descriptors), tag: without(tagged, api.descriptors) };
  return answerOf({ via: "api", descriptors }, unread, cut);
}

function answerOf(
  found: Pick<ReferrersAnswer, "via" | "descriptors">,
  unread: UnreadReferrers,
  cut: string | undefined,
): ReferrersAnswer {
  const isAll = unread.api.length + unread.tag.length === 0;
  return { ...found, ...(isAll ? {} : { unread }), ...(cut === undefined ? {} : { cut }) };
}

function without(all: readonly Descriptor[], others: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Set(others.map(({ digest }) => digest));
  return all.filter(({ digest }) => !known.has(digest));
}

function isTooMany(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === "too-many";
}

/** Distribution specification, "Referrers Tag Schema": the algorithm cut at 32, the rest at 64 characters. */
export function fallbackTag(digest: string): string {
  const colon = digest.indexOf(":");
  const algorithm = digest.slice(0, colon).slice(0, 32);
  const encoded = digest.slice(colon + 1).slice(0, 64);
  return `${algorithm}-${encoded}`.replace(/[^A-Za-z0-9._-]/g, "-");
}
