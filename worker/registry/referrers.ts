// Referrers: what refers to a manifest, by the API or, where a registry has none, by the fallback tag.
import { setTimeout as sleep } from "node:timers/promises";
import type { Descriptor } from "../../policies/images/manifest.ts";
import { bareMediaType, isIndexType, ociIndex } from "../../policies/images/media-types.ts";
import type { HttpAnswer } from "../http/http.ts";
import { descriptorsIn } from "./descriptors.ts";
import { readListing } from "./listing.ts";
import { acceptedManifests, checkManifestAnswer } from "./manifest-checks.ts";
import { createReferrersMemory, type NoApi } from "./referrers-memory.ts";
import { readSaid, saysAbsent } from "./refusals.ts";
import type { ReferrersAnswer, ReferrersWish } from "./registry.ts";
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
        return { outcome: "no-api", of: "repository", refusal: error };
      }
      throw error;
    }
    const judgement = judgePage(answer);
    if (judgement === undefined) throw client.refusal(answer);
    if (judgement === "page") return answer;
    return judgement === "none"
      ? { outcome: "none" }
      : { outcome: "no-api", of: judgement, refusal: client.refusal(answer) };
  }

  async function byApi(
    path: string,
    digest: string,
    signal: AbortSignal,
    takesFirst: boolean,
  ): Promise<Found | PageJudgement> {
    const what = `the list of referrers of ${client.host}/${path}@${digest}`;
    let judged: PageJudgement | undefined;
    const read = new Map<string, Descriptor>();
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
        entriesOf: (answer) =>
          descriptorsIn(answer.body, what).map((descriptor) => {
            if (read.size < limits.referrers) read.set(descriptor.digest, descriptor);
            return [descriptor.digest, descriptor];
          }),
      },
      { entries: limits.referrers, pages: limits.pages, idlePages: limits.idlePages },
    );
    try {
      const entries = await listing;
      if (entries !== undefined) return { descriptors: [...entries.values()] };
      return judged ?? { outcome: "none" };
    } catch (error) {
      if (takesFirst && isTooMany(error)) return { descriptors: [...read.values()], cut: error.message };
      throw error;
    }
  }

  async function byTag(path: string, digest: string, signal: AbortSignal, takesFirst: boolean): Promise<Found> {
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
    if (saysAbsent(answer)) return { descriptors: [] };
    if (answer.status !== 200) throw client.refusal(answer);
    const manifest = checkManifestAnswer(answer, null, what);
    // Distribution specification: anything but an index under this name is somebody's tag, and there are none.
    if (!isIndexType(manifest.mediaType)) return { descriptors: [] };
    const descriptors = descriptorsIn(manifest.bytes, what);
    if (descriptors.length <= limits.referrers) return { descriptors };
    const cut = `${what} has more than ${limits.referrers} entries`;
    if (!takesFirst) throw new RegistryError("too-many", cut);
    return { descriptors: descriptors.slice(0, limits.referrers), cut };
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
  async function byTagInDoubt(path: string, digest: string, signal: AbortSignal, wish: ReferrersWish, doubt: Error) {
    if (wish.fallbackTag === "unlisted") throw doubt;
    let found: Found;
    try {
      found = await byTag(path, digest, signal, wish.beyondLimit === "cut");
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof RegistryError ? doubt : error;
    }
    if (found.descriptors.length === 0) throw doubt;
    return { via: "tag" as const, ...found, doubt };
  }

  return async (path, digest, signal, wish = {}) => {
    const { fallbackTag: tagged, beyondLimit, known } = wish;
    const takesFirst = beyondLimit === "cut";
    if (memory.isAsked(path, known)) {
      const found = await askApi(path, digest, signal, wish);
      const isPage = !("outcome" in found);
      if (isPage) memory.learnPage(path);
      if (isPage || found.outcome === "none") {
        const shown: Found = isPage ? found : { descriptors: [] };
        if (tagged !== "listed") return { via: "api", ...shown };
        return { via: "api", ...join(shown, await byTag(path, digest, signal, takesFirst)) };
      }
      const doubt = found.outcome === "no-api" ? memory.learnNoApi(path, found, known) : undefined;
      if (doubt !== undefined) return byTagInDoubt(path, digest, signal, wish, doubt);
    }
    if (tagged === "unlisted") return { via: "tag", descriptors: [] };
    return { via: "tag", ...(await byTag(path, digest, signal, takesFirst)) };
  };
}

function defaultPause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

/** Each once. */
function join(api: Found, tag: Found): Found {
  const all = new Map([...tag.descriptors, ...api.descriptors].map((descriptor) => [descriptor.digest, descriptor]));
  const cut = api.cut ?? tag.cut;
  return { descriptors: [...all.values()], ...(cut === undefined ? {} : { cut }) };
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
