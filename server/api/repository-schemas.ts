// Repositories as answers show them: on a page, in detail, with their tags and history.
import { z } from "@hono/zod-openapi";
import { observedAtOf, tagObservedAt } from "../../db/observed-at.ts";
import type { RepositoryRow } from "../../db/repositories.ts";
import type { TagRow } from "../../db/tags.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import { tagStaleSince } from "../catalog/stale-since.ts";
import type { Shown } from "../hot/read-through.ts";
import { Digest, Facets, Failure, Kind, levelWords, Next, Time, timeOf, Unknown, Verdict } from "./words.ts";

const repositoryFields = {
  name: z.string().openapi({ description: "`host/path`.", example: "ghcr.io/ublue-os/bazzite" }),
  registry: z.string().openapi({ example: "ghcr.io" }),
  kind: Kind,
  official: z.boolean().openapi({ description: "Made by the distribution itself." }),
  distribution: z
    .string()
    .nullable()
    .openapi({ description: "The os-release ID of its family; null: none is declared.", example: "fedora" }),
  project: z.string().nullable().openapi({ description: "Null: none is declared.", example: "bazzite" }),
  confirmed: z
    .boolean()
    .openapi({ description: "False: taken from documents, not yet seen in the registry by a person." }),
  title: z.string().nullable().openapi({ example: "Bazzite" }),
  description: z.string().nullable(),
  facets: Facets,
  architectures: z.array(z.string()).openapi({ example: ["amd64"] }),
  defaultTag: z
    .string()
    .nullable()
    .openapi({ description: "The channel that the fields below speak of.", example: "stable" }),
  digest: Digest.nullable(),
  version: z.string().nullable().openapi({ example: "44.20260821" }),
  updatedAt: Time.nullable().openapi({ description: "When that channel's image was built." }),
  verdict: Verdict,
  level: z.enum(levelWords).nullable().openapi({ description: "Its project's level." }),
  popularity: z.number().nullable().openapi({ description: "As its registry counts it." }),
  popularityAsOf: Time.nullable(),
  observedAt: Time.nullable().openapi({ description: "The last complete look at it." }),
  staleSince: Time.nullable().openapi({ description: "The first failed look since then; null while looks succeed." }),
  unknown: Unknown.optional(),
};

export const RepositoryItem = z.object(repositoryFields).openapi("RepositoryItem");

const OlderThan = z.object({
  digest: Digest,
  version: z.string().nullable(),
  created: z.string().nullable(),
  since: Time,
  unknown: Unknown.optional(),
});

const tagFields = {
  name: z.string().openapi({ example: "stable" }),
  digest: Digest.nullable().openapi({
    description: "Null where the registry's listing does not say it and nobody asked.",
  }),
  followed: z
    .boolean()
    .openapi({ description: "Whether it is a channel: looked at by itself, inspected and verified." }),
  observedAt: Time.nullable().openapi({
    description: "The last complete look at it; where it is known by name alone, at the list that names it.",
  }),
  since: Time.nullable().openapi({ description: "Since when it names this digest, as far as is known." }),
  staleSince: Time.nullable().openapi({ description: "The first failed look since then; null while looks succeed." }),
  unknown: Unknown.optional(),
};

export const Tag = z.object(tagFields).openapi("Tag");

export const Channel = z
  .object({
    ...tagFields,
    facets: Facets,
    failure: Failure.nullable().openapi({ description: "Why looks fail; null while they succeed." }),
    olderThan: OlderThan.nullable().openapi({
      description: "The newer build that it named before; null: there is none.",
    }),
  })
  .openapi("Channel");

export const Repository = z
  .object({
    ...repositoryFields,
    state: z
      .enum(["expected", "listed"])
      .openapi({ description: "`expected`: declared, and never seen in its registry." }),
    source: z.string().openapi({ description: "The source it belongs to.", example: "ublue" }),
    addedAt: Time.nullable().openapi({ description: "When it was first seen." }),
    failure: Failure.nullable(),
    lifecycle: z.object({
      deprecatedOn: z
        .string()
        .nullable()
        .openapi({ description: "The first day on which hosts should move away; null: none is set." }),
      deprecated: z.boolean(),
      successor: z.string().nullable().openapi({ description: "Where to go instead; null: none is declared." }),
    }),
    channels: z.array(Channel).openapi({ description: "The followed tags, by name." }),
  })
  .openapi("Repository");

export const TagPage = z.object({ items: z.array(Tag), next: Next }).openapi("TagPage");

export const HistoryPage = z
  .object({
    items: z.array(
      z
        .object({
          tag: z.string(),
          digest: Digest,
          from: Time,
          to: Time.nullable().openapi({ description: "Null: still so." }),
        })
        .openapi("TagPeriod"),
    ),
    next: Next,
  })
  .openapi("HistoryPage");

export function showItem(row: RepositoryRow): Shown<typeof RepositoryItem> {
  const noChannel = "none of its channels was seen yet";
  const silent = row.defaultTag === null ? noChannel : "its default channel's image does not say it";
  return withUnknown(
    {
      name: row.name,
      registry: row.host,
      kind: row.kind,
      official: row.official,
      distribution: row.distribution,
      project: row.project,
      confirmed: row.confirmed,
      title: row.title,
      description: row.description,
      facets: row.facets,
      architectures: row.architectures,
      defaultTag: row.defaultTag,
      digest: row.defaultDigest,
      version: row.version,
      updatedAt: timeOf(row.updatedAt),
      verdict: row.verdict as Shown<typeof Verdict>,
      level: null,
      popularity: row.popularity,
      popularityAsOf: timeOf(row.popularityAsOf),
      observedAt: timeOf(observedAtOf(row)),
      staleSince: timeOf(row.failingSince),
    },
    {
      title: silent,
      description: "neither its registry nor its default channel's image says it",
      defaultTag: noChannel,
      digest: noChannel,
      version: silent,
      updatedAt: silent,
      level: row.project === null ? "no project is declared for it" : "its project was not assessed yet",
      popularity: "its registry does not say it",
      popularityAsOf: "its registry does not say it",
      observedAt: row.failureReason ?? "it was not looked at yet",
    },
  );
}

export function showTag(row: TagRow, repository: RepositoryRow): Shown<typeof Tag> {
  const seenAt = tagObservedAt(row, repository);
  const tag = {
    name: row.name,
    digest: row.digest,
    followed: row.followed,
    // A name that nobody follows is all there is to see of it until somebody asks.
    observedAt: timeOf(row.followed ? seenAt : (seenAt ?? observedAtOf(repository))),
    since: timeOf(row.since),
    staleSince: timeOf(tagStaleSince(row, repository)),
  };
  if (!row.followed || row.digest !== null) return tag;
  const silent = row.failureReason ?? repository.failureReason ?? "it was not looked at yet";
  return withUnknown(tag, { digest: silent, observedAt: silent, since: silent });
}

export function showChannel(row: TagRow, repository: RepositoryRow): Shown<typeof Channel> {
  const { olderThan } = row;
  const silent = "the newer build did not say it";
  return {
    ...showTag(row, repository),
    facets: row.facets ?? {},
    failure: showFailure(row.failureCode, row.failureReason),
    olderThan:
      olderThan === null
        ? null
        : withUnknown(
            {
              digest: olderThan.digest,
              version: olderThan.version,
              created: olderThan.created,
              since: timeOf(olderThan.since) ?? "",
            },
            { version: silent, created: silent },
          ),
  };
}

export function showFailure(code: string | null, reason: string | null): Shown<typeof Failure> | null {
  return code === null ? null : { code, reason: reason ?? code };
}

/** What is private or no longer declared does not exist for strangers. */
export function isVisible(row: RepositoryRow): boolean {
  return row.active && !row.private;
}
