// Registries, sources and runs as answers show them.
import { z } from "@hono/zod-openapi";
import type { FailureReport, RegistryReport, RunReport, SourceReport } from "../../db/source-reports.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { privateNames } from "../../policies/documents/private-names.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { Shown } from "../hot/read-through.ts";
import { showFailure } from "./repository-schemas.ts";
import { Failure, Kind, Next, Time, timeOf, Unknown } from "./words.ts";

const health = {
  lookedAt: Time.nullable().openapi({ description: "The last look, whatever came of it." }),
  observedAt: Time.nullable().openapi({ description: "The last look that was complete." }),
  staleSince: Time.nullable().openapi({ description: "The first failed look since then; null while looks succeed." }),
  failure: Failure.nullable().openapi({ description: "Why looks fail; null while they succeed." }),
  unknown: Unknown.optional(),
};

const Registry = z
  .object({
    host: z.string().openapi({ example: "quay.io" }),
    dialect: z.string().openapi({ description: "oci, quay or layout.", example: "quay" }),
    mirrorOf: z.string().nullable().openapi({ description: "Null: it is no mirror." }),
    requestsPerSecond: z.number().openapi({ description: "The budget of all that is asked of it." }),
    capabilities: z
      .record(z.string(), z.unknown())
      .openapi({ description: "What it was seen to be able to do.", example: { referrers: "api" } }),
    ...health,
  })
  .openapi("Registry");

const Run = z
  .object({
    id: z.string().openapi({ example: "17" }),
    source: z.string().openapi({ example: "ublue" }),
    trigger: z.string().openapi({ description: "Why it ran.", example: "due" }),
    startedAt: Time,
    endedAt: Time.nullable().openapi({ description: "Null: it is under way." }),
    repositories: z.int().openapi({ description: "How many it has to look at." }),
    done: z.int().openapi({ description: "How many of these were looked at." }),
    images: z.int().openapi({ description: "Images that were found new." }),
    tagsMoved: z.int(),
    failed: z.int().openapi({ description: "How many items failed." }),
  })
  .openapi("Run");

const FailedItem = z
  .object({
    source: z.string().openapi({ description: "Whose run it was.", example: "ublue" }),
    repository: z.string().nullable().openapi({ description: "Null: the source as a whole." }),
    tag: z.string().nullable().openapi({ description: "Null: the repository as a whole." }),
    stage: z.string().openapi({ example: "tags" }),
    code: z.string().openapi({ example: "unreachable" }),
    reason: z.string(),
    at: Time,
  })
  .openapi("FailedItem");

export const Source = z
  .object({
    id: z.string().openapi({ example: "ublue" }),
    registry: z.string().openapi({ example: "ghcr.io" }),
    namespace: z.string().nullable().openapi({ description: "Null: it names its repositories." }),
    repositories: z.array(z.string()).nullable().openapi({ description: "Those it names; null: all of a namespace." }),
    kind: Kind,
    official: z.boolean(),
    distribution: z.string().nullable().openapi({ description: "Null: none is declared." }),
    project: z.string().nullable().openapi({ description: "Null: none is declared." }),
    confirmed: z.boolean(),
    listed: z.int().nullable().openapi({ description: "Repositories of it that are there; null before any look." }),
    listedAt: Time.nullable().openapi({ description: "The first complete listing." }),
    dueAt: Time.nullable().openapi({
      description: "When it is gone through next; each of its repositories has a due time of its own besides.",
    }),
    ...health,
    run: Run.nullable().openapi({ description: "The run under way, else the last; null: it never ran." }),
  })
  .openapi("Source");

export const RegistryList = z.object({ items: z.array(Registry), next: Next }).openapi("RegistryList");
export const SourceList = z.object({ items: z.array(Source), next: Next }).openapi("SourceList");
export const RunPage = z.object({ items: z.array(Run), next: Next }).openapi("RunPage");
export const RunDetail = Run.extend({
  failures: z.array(FailedItem).openapi({ description: "A page of what failed, in the order in which it was noted." }),
  next: Next,
}).openapi("RunDetail");

function showHealth(row: RegistryReport | SourceReport) {
  return {
    lookedAt: timeOf(row.lookedAt),
    observedAt: timeOf(row.observedAt),
    staleSince: timeOf(row.failingSince),
    failure: showFailure(row.failureCode, row.failureReason),
  };
}

const never = { lookedAt: "it was not looked at yet", observedAt: "no look at it was complete yet" };

export function showRegistry(row: RegistryReport, set: PolicySet): Shown<typeof Registry> {
  const document = set.registries.find(({ host }) => host === row.host);
  return withUnknown(
    {
      host: row.host,
      dialect: row.dialect,
      mirrorOf: document?.mirrorOf === undefined || privateNames(set)(document.mirrorOf) ? null : document.mirrorOf,
      requestsPerSecond: document?.requestsPerSecond ?? 0,
      capabilities: isObject(row.capabilities) ? row.capabilities : {},
      ...showHealth(row),
    },
    never,
  );
}

/** Nothing of a source whose document is not in force any more. */
export function showSource(row: SourceReport, set: PolicySet, listed: number): Shown<typeof Source>[] {
  const document = set.sources.find(({ id }) => id === row.id);
  if (document === undefined) return [];
  return [
    withUnknown(
      {
        id: row.id,
        registry: row.registry,
        namespace: row.namespace,
        repositories: document.repositories ?? null,
        kind: document.kind,
        official: document.official,
        distribution: document.distribution ?? null,
        project: document.project ?? null,
        confirmed: document.confirmed,
        listed: row.observedAt === null && listed === 0 ? null : listed,
        listedAt: timeOf(row.listedAt),
        dueAt: timeOf(row.dueAt),
        ...showHealth(row),
        run: row.run === null ? null : showRun(row.run, row.id),
      },
      {
        ...never,
        listed: never.observedAt,
        listedAt: row.namespace === null ? "it names its repositories" : "no listing of it was complete yet",
        dueAt: "no worker has planned it",
      },
    ),
  ];
}

export function showRun(run: RunReport, source: string): Shown<typeof Run> {
  const { id, trigger, startedAt, endedAt, failures, ...counts } = run;
  return {
    id: String(id),
    source,
    trigger,
    startedAt: timeOf(startedAt) ?? "",
    endedAt: timeOf(endedAt),
    ...counts,
    failed: failures,
  };
}

/** What failed, without the number it has in the database. */
export function showFailedItem({ id: _, at, ...failure }: FailureReport): Shown<typeof FailedItem> {
  return { ...failure, at: timeOf(at) ?? "" };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
