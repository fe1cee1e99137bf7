// Quay's REST API: its answers as they are read, field by field (quay/quay, endpoints/api).
import { isDigest } from "../../policies/words/digest.ts";
import { isRepositoryPath, isTag } from "../../policies/words/reference.ts";
import { amountIn, isObject, type JsonObject, listIn, parseObject, stringIn } from "./json-body.ts";
import { cleanText } from "./outside-text.ts";
import type { ListedRepository } from "./registry.ts";

export type QuayRepositories = {
  /** Every name on the page, wanted or not: pages are told apart by them. */
  readonly names: readonly string[];
  readonly repositories: readonly ListedRepository[];
  readonly nextPage: string | undefined;
  /** Names that no reference can have. */
  readonly dropped: readonly string[];
};

const maxDescription = 10_000;

/** One page of `GET /repository`. Repositories of another namespace, and those that are being deleted, are not listed. */
export function readQuayRepositories(bytes: Uint8Array, namespace: string, what: string): QuayRepositories {
  const page = parseObject(bytes, what);
  const names: string[] = [];
  const repositories: ListedRepository[] = [];
  const dropped: string[] = [];
  for (const item of listIn(page, "repositories", what).filter(isObject)) {
    const path = `${stringIn(item, "namespace") ?? ""}/${stringIn(item, "name") ?? ""}`;
    names.push(path);
    const isImage = (stringIn(item, "kind") ?? "image") === "image";
    if (!isImage || isQuayDeleted(item) || !path.startsWith(`${namespace}/`)) continue;
    if (!isRepositoryPath(path)) {
      dropped.push(path);
      continue;
    }
    const description = stringIn(item, "description");
    const lastModifiedS = secondsIn(item, "last_modified");
    repositories.push({
      path,
      description: description === undefined || description === "" ? null : cleanLines(description),
      popularity: amountIn(item, "popularity") ?? null,
      lastModifiedMs: lastModifiedS === undefined ? null : lastModifiedS * 1000,
    });
  }
  const nextPage = stringIn(page, "next_page");
  return { names, repositories, nextPage: nextPage === "" ? undefined : nextPage, dropped };
}

/** A repository that is being deleted still answers. */
export function isQuayDeleted(repository: JsonObject): boolean {
  return repository.state === "MARKED_FOR_DELETION";
}

/** A description is Markdown of several lines: each is cleaned for itself. */
function cleanLines(text: string): string {
  return text
    .slice(0, maxDescription)
    .split(/\r?\n/)
    .map((line) => cleanText(line, maxDescription))
    .join("\n")
    .trim();
}

export type QuayTag = {
  readonly name: string;
  readonly digest: string;
  readonly startS: number;
  /** Absent while the tag is alive and nobody set an end; in the future where it will expire. */
  readonly endS: number | undefined;
};

export type QuayTags = {
  readonly tags: readonly QuayTag[];
  readonly hasMore: boolean;
  readonly dropped: readonly string[];
};

/** One page of `GET /repository/…/tag/`, newest first. */
export function readQuayTags(bytes: Uint8Array, what: string): QuayTags {
  const page = parseObject(bytes, what);
  const tags: QuayTag[] = [];
  const dropped: string[] = [];
  for (const item of listIn(page, "tags", what).filter(isObject)) {
    const name = stringIn(item, "name") ?? "";
    const digest = stringIn(item, "manifest_digest") ?? "";
    const startS = secondsIn(item, "start_ts");
    if (!isTag(name) || !isDigest(digest) || startS === undefined) dropped.push(name);
    else tags.push({ name, digest, startS, endS: secondsIn(item, "end_ts") });
  }
  return { tags, hasMore: page.has_additional === true, dropped };
}

/** Times of the API named `…_ts` and `last_modified` of a listing are whole seconds; year 9999 is far enough. */
function secondsIn(item: JsonObject, name: string): number | undefined {
  const value = amountIn(item, name);
  return value === undefined || value > 253_402_300_799 ? undefined : Math.trunc(value);
}
