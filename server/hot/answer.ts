// Answers: the finished bytes and headers of one read, ready to be sent any number of times.
import { hash } from "node:crypto";
import { commonHeaders } from "../problems.ts";

/**
 * What an answer is made from, beside the repositories it speaks of; it is forgotten when that changes. `listing`:
 * what can be found. `catalog`: anything at all, and what changes without being counted.
 */
export type Topic = "catalog" | "listing";

export type Answer = {
  readonly body: Buffer;
  /** Strong: the same bytes have the same one, in every process. */
  readonly etag: string;
  /** Names and values in turn, as node:http takes them. */
  readonly headers: readonly string[];
  /** The headers that a 304 repeats. */
  readonly headersOf304: readonly string[];
  readonly about: readonly number[];
  readonly topics: readonly Topic[];
  /** The next moment at which time alone would change it, in milliseconds; Infinity: never. */
  readonly endsAt: number;
  /** It is made again after this moment, though it may turn out the same. */
  readonly keepUntil: number;
  /** From here on `Cache-Control` may no longer say a whole minute. */
  readonly wholeMinuteUntil: number;
  readonly lifetime: Lifetime;
  /** A media type that this answer is not for: who names it in `Accept` is answered with another representation. */
  readonly unlessAccepts: string | null;
};

/** `minute`: at most 60 s in a shared cache. `forever`: derived from a digest's bytes alone. */
export type Lifetime = "minute" | "forever";

export type AnswerParts = {
  readonly body: Buffer;
  readonly mediaType: string;
  readonly about?: readonly number[];
  readonly topics?: readonly Topic[];
  /** Null: time alone never changes it. */
  readonly endsAt?: number | null;
  readonly lifetime?: Lifetime;
  readonly headers?: Readonly<Record<string, string>>;
  readonly unlessAccepts?: string;
};

const minuteMs = 60_000;

/** What no generation speaks of, such as the progress of a run, is seen by others within 2 s all the same. */
const uncountedMs = 1_000;

export function makeAnswer(parts: AnswerParts, now: number): Answer {
  const { body, mediaType, about = [], topics = [], lifetime = "minute" } = parts;
  const endsAt = parts.endsAt ?? Number.POSITIVE_INFINITY;
  const etag = `"${hash("sha256", body, "base64url").slice(0, 27)}"`;
  const shared: readonly string[] = [
    // First, so that it can be replaced by its place: see headersAt.
    "Cache-Control",
    cacheControl(lifetime, Number.POSITIVE_INFINITY),
    "ETag",
    etag,
    ...(parts.unlessAccepts === undefined ? [] : ["Vary", "Accept"]),
    ...Object.entries(commonHeaders).flat(),
  ];
  return {
    body,
    etag,
    headers: [
      ...shared,
      "Content-Type",
      mediaType,
      "Content-Length",
      String(body.byteLength),
      ...Object.entries(parts.headers ?? {}).flat(),
    ],
    headersOf304: shared,
    about,
    topics,
    endsAt,
    keepUntil: topics.includes("catalog") ? Math.min(endsAt, now + uncountedMs) : endsAt,
    wholeMinuteUntil: lifetime === "forever" ? Number.POSITIVE_INFINITY : endsAt - minuteMs,
    lifetime,
    unlessAccepts: parts.unlessAccepts ?? null,
  };
}

/** The headers as they are at `now`: no cache may keep the answer past the moment at which time changes it. */
export function headersAt(answer: Answer, headers: readonly string[], now: number): readonly string[] {
  if (now <= answer.wholeMinuteUntil) return headers;
  return [
    "Cache-Control",
    cacheControl(answer.lifetime, Math.max(0, Math.floor((answer.endsAt - now) / 1000))),
    ...headers.slice(2),
  ];
}

function cacheControl(lifetime: Lifetime, remainingS: number): string {
  if (lifetime === "forever") return "public, max-age=31536000, immutable";
  return `public, max-age=${Math.min(60, remainingS)}`;
}

/** Whether the client has these bytes already (RFC 9110, 13.1.2: weak comparison, lists and `*`). */
export function isFresh(answer: Answer, ifNoneMatch: string): boolean {
  if (ifNoneMatch === answer.etag) return true;
  if (ifNoneMatch.trim() === "*") return true;
  for (const [, tag] of ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)) if (tag === answer.etag) return true;
  return false;
}

/** The answer to one request, for hono: 200, or 304 where the client has it. */
export function toResponse(answer: Answer, request: Request, now: number): Response {
  const ifNoneMatch = request.headers.get("if-none-match");
  const fresh = ifNoneMatch !== null && isFresh(answer, ifNoneMatch);
  const headers = headersAt(answer, fresh ? answer.headersOf304 : answer.headers, now);
  const body = fresh || request.method === "HEAD" ? null : new Uint8Array(answer.body);
  return new Response(body, { status: fresh ? 304 : 200, headers: pairs(headers) });
}

function pairs(headers: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) list.push([headers[i] ?? "", headers[i + 1] ?? ""]);
  return list;
}
