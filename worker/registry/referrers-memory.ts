// What is remembered of a host's referrers API, and what an answer that looks like none of it then means.
import type { KnownReferrers } from "./registry.ts";
import { RegistryError } from "./registry-error.ts";

/**
 * An answer that is no word of the API. `host`: of none on this host. `repository`: of none for whoever asks, in this
 * repository. `absent`: the registry itself says that it does not have the repository or the manifest.
 */
export type NoApi = {
  readonly of: "host" | "repository" | "absent";
  readonly refusal: RegistryError;
  /** Whether Go's registry clients read the fallback tag after such an answer. */
  readonly isTagRead: boolean;
};

export type ReferrersMemory = {
  /** Whether the API is to be asked, or is believed not to be there. */
  isAsked(path: string, known: KnownReferrers | undefined): boolean;
  learnPage(path: string): void;
  /** Of an API that is not asked: whether Go's registry clients, who ask, then read the fallback tag. */
  isTagRead(): boolean;
  /** Whether nothing is known in this process: one answer is then too little to believe that there is no API. */
  isNews(path: string, known: KnownReferrers | undefined): boolean;
  /** Why it is not believed that there is no API; undefined: it is, and what the fallback tag says is everything. */
  learnNoApi(path: string, answer: NoApi, known: KnownReferrers | undefined): RegistryError | undefined;
};

/** A gateway in trouble answers like a registry without an API: that there is none is believed for minutes. */
const noApiMs = 10 * 60_000;
/** For how long other repositories of a host are a reason to doubt that this one has none. */
const doubtMs = 10 * 60_000;
const repositoriesRemembered = 10_000;

export function createReferrersMemory(capabilityMs: number, now: () => number): ReferrersMemory {
  let capability: { readonly via: "api" | "tag"; readonly untilMs: number; readonly isTagRead: boolean } | undefined;
  /** Repositories of which the API gave a page, until when that is believed: a host may be a front of several registries. */
  const listed = new Map<string, number>();
  /** Repositories of which it did not where others have it, since when. */
  const doubted = new Map<string, number>();
  /** Repositories of which it was believed that they have none. */
  const without = new Map<string, number>();

  function hostHas(via: "api" | "tag"): boolean {
    return capability?.via === via && capability.untilMs > now();
  }

  function believedUntil(path: string, known: KnownReferrers | undefined): number {
    return Math.max(listed.get(path) ?? 0, known?.apiUntilMs ?? 0);
  }

  function isListed(path: string, known: KnownReferrers | undefined): boolean {
    return believedUntil(path, known) > now();
  }

  return {
    isAsked: (path, known) => isListed(path, known) || !hostHas("tag"),

    learnPage(path) {
      const untilMs = now() + capabilityMs;
      capability = { via: "api", untilMs, isTagRead: false };
      remember(listed, path, untilMs);
      doubted.delete(path);
      without.delete(path);
    },

    isNews: (path, known) =>
      !isListed(path, known) && !hostHas("api") && capability?.via !== "tag" && !without.has(path),

    isTagRead: () => capability?.isTagRead ?? false,

    learnNoApi(path, { of, refusal, isTagRead }, known) {
      // Taken for an empty list, one stray answer would show every image of it as unsigned.
      if (isListed(path, known)) return doubt(refusal, "here", believedUntil(path, known));
      if (of !== "absent" && hostHas("api")) {
        const sinceMs = doubted.get(path) ?? now();
        remember(doubted, path, sinceMs);
        const untilMs = Math.min(sinceMs, known?.failingSinceMs ?? sinceMs) + doubtMs;
        if (untilMs > now()) return doubt(refusal, "for other repositories", untilMs);
      } else if (of === "host") {
        capability = { via: "tag", untilMs: now() + Math.min(noApiMs, capabilityMs), isTagRead };
      }
      remember(without, path, now());
      return undefined;
    },
  };
}

function remember(map: Map<string, number>, path: string, value: number): void {
  map.delete(path);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= repositoriesRemembered) map.delete(oldest);
  map.set(path, value);
}

function doubt(refusal: RegistryError, where: string, untilMs: number): RegistryError {
  const until = new Date(untilMs).toISOString();
  const message = `${refusal.message}; its referrers API answered ${where} before, and until ${until} what it does not show is not taken for missing`;
  const { code, said, retryAfterMs } = refusal;
  return new RegistryError(code, message, {
    cause: refusal,
    said,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}
