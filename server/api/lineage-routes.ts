// Lineage: what an image was built on, down to the distribution, how far each base is behind, and who builds on it.
import { createRoute, z } from "@hono/zod-openapi";
import { findLineageImage } from "../../db/lineage.ts";
import { baseEvidences } from "../../policies/lineage/choose-base.ts";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import { architecture, isArchitecture } from "../../policies/words/platform.ts";
import { readLineageOf } from "../lineage/read-lineage.ts";
import { problem } from "../problems.ts";
import type { Resolver } from "../resolve/resolve-reference.ts";
import { type Api, takeShare } from "./api.ts";
import { Architecture, exampleReference, refusalOf } from "./plan-questions.ts";
import { refusals, wrongParameters } from "./problem-responses.ts";
import { missingParameter } from "./resolve-routes.ts";
import { Digest, RepositoryName, Unknown } from "./words.ts";

const Evidence = z.enum(baseEvidences).openapi({
  description:
    "How it is known, the strongest first: signed provenance names it; an annotation of the image's own names its digest; its layers are the image's lowest; a label or a name without a digest says so. What a base said of itself and the image merely inherited counts for nothing.",
});

const Base = z
  .object({
    ref: z.string().nullable().openapi({ example: "quay.io/fedora/fedora-bootc:44" }),
    digest: Digest.nullable().openapi({ description: "What it was built on; null: only a name is known." }),
    evidence: Evidence,
    lagDays: z.int().min(0).nullable().openapi({
      description: "Whole days between its channel's first sight of this build and of its newest.",
      example: 3,
    }),
    lagBuilds: z.int().min(0).nullable().openapi({ description: "Builds its channel named since.", example: 2 }),
    unknown: Unknown.optional(),
  })
  .openapi("LineageBase");

export const Lineage = z
  .object({
    ref: z.string().openapi({ example: exampleReference }),
    digest: Digest,
    bases: z.array(Base).openapi({
      description: "The nearest first. Why they do not go on is in `unknown`, unless a distribution made the last.",
    }),
    derived: z
      .array(z.object({ repository: z.string().openapi({ example: "ghcr.io/ublue-os/bazzite" }), evidence: Evidence }))
      .openapi({
        description: "Repositories of which a tag now names something built on it, or on an earlier build of the tag.",
      }),
    inheritedLabels: z
      .array(z.string())
      .nullable()
      .openapi({ description: "Labels that it has from its base, with the same value: they say nothing of itself." }),
    inheritedAnnotations: z.array(z.string()).nullable().openapi({ description: "The same of annotations." }),
    unknown: Unknown.optional(),
  })
  .openapi("Lineage");
export type Lineage = z.output<typeof Lineage>;

const getLineage = createRoute({
  method: "get",
  path: "/api/v1/lineage",
  operationId: "getLineage",
  tags: ["images"],
  summary: "What an image was built on, and who builds on it",
  description: "The reference is read, and refused, as by `/resolve`.",
  request: {
    query: z.strictObject({
      ref: z.string().max(1_024).openapi({
        description: "`host/path[:tag]` or `host/path@digest`. Without a tag: `latest`.",
        example: exampleReference,
      }),
      arch: Architecture,
    }),
  },
  responses: {
    200: { description: "The lineage", content: { "application/json": { schema: Lineage } } },
    ...refusals(
      "invalid-reference",
      "missing-architecture",
      "invalid-parameter",
      "unknown-reference",
      "removed",
      "rate-limited",
      "not-yet-indexed",
      "not-ready",
    ),
  },
});

const getImageLineage = createRoute({
  method: "get",
  path: "/api/v1/images/{digest}/lineage",
  operationId: "getImageLineage",
  tags: ["images"],
  summary: "What an image was built on, by its digest",
  description:
    "As `/lineage` of `repository@digest`, by what the catalog holds already. Without `repository` it is taken as an image of the likeliest of those that hold it: official ones first, then bases, then the first that was seen to.",
  request: {
    params: z.object({ digest: Digest.openapi({ param: { name: "digest", in: "path" } }) }),
    query: z.strictObject({
      arch: Architecture,
      repository: RepositoryName.optional().openapi({
        description: "`host/path`: in whose name its signatures speak, and whose later builds count as built on it.",
        example: "ghcr.io/ublue-os/bazzite",
      }),
    }),
  },
  responses: {
    200: { description: "The lineage", content: { "application/json": { schema: Lineage } } },
    ...refusals("missing-architecture", "invalid-parameter", "not-found", "not-ready"),
  },
});

export function addLineageRoutes(api: Api, resolve: Resolver): void {
  const { app, store, reads, seesPrivate } = api;
  app.openapi(
    getLineage,
    (c) => {
      const { ref, arch } = c.req.valid("query");
      const parsed = planRequestOf({ target: ref }, { arch });
      return reads.through(c, Lineage, async (loaded) => {
        if (parsed.outcome === "refused") return { outcome: "refused", problem: refusalOf(parsed, "ref") };
        const take = () => takeShare(api, c, 1);
        const options = { mayWait: true, take, mayCompare: () => take().allowed };
        const resolved = await resolve(loaded, parsed.request, options);
        if (resolved.outcome === "refused") return resolved;
        const { target } = resolved.plan;
        const { body, about, changesAt } = await readLineageOf(
          { store, seesPrivate },
          {
            ref: target.ref,
            digest: target.digest,
            tag: target.tag,
            architecture: parsed.request.architecture,
            repository: {
              id: resolved.repositoryId,
              name: target.repository,
              kind: target.kind ?? "",
              official: target.official ?? false,
            },
          },
          { index: loaded.policies.index.trust, now: api.now() },
        );
        const ends = [resolved.endsAt, changesAt].filter((moment) => moment !== null);
        return {
          outcome: "body",
          body,
          about,
          // Any repository may come to build on it, or turn out to be what it was built on.
          topics: ["catalog"],
          endsAt: ends.length === 0 ? null : Math.min(...ends),
        };
      });
    },
    (result, c) => {
      // The hook's type asks for this route's own responses; a problem is one, whatever its status.
      if (!result.success) return problem(c, missingParameter(result.error.issues)) as never;
      return undefined;
    },
  );

  app.openapi(
    getImageLineage,
    (c) => {
      const { digest } = c.req.valid("param");
      const { arch, repository } = c.req.valid("query");
      const wanted = architecture(arch);
      return reads.through(c, Lineage, async (loaded) => {
        if (!isArchitecture(wanted)) return { outcome: "refused", problem: noArchitecture };
        const viewer = { store, seesPrivate };
        const holders = (await findLineageImage(viewer, digest))?.holders ?? [];
        const holder = repository === undefined ? holders[0] : holders.find(({ name }) => name === repository);
        if (holder === undefined) {
          const detail =
            repository === undefined
              ? `no public repository of this catalog holds an image ${digest}`
              : `${repository} is not known to hold an image ${digest}`;
          return { outcome: "refused", problem: { name: "not-found", detail } };
        }
        const question = {
          ref: `${holder.name}@${digest}`,
          digest,
          tag: null,
          architecture: wanted,
          repository: holder,
        };
        const trust = { index: loaded.policies.index.trust, now: api.now() };
        const { body, about, changesAt } = await readLineageOf(viewer, question, trust);
        return { outcome: "body", body, about, topics: ["catalog"], endsAt: changesAt };
      });
    },
    (result, c) => {
      if (result.success) return undefined;
      const { issues } = result.error;
      const isMissing = issues.some(({ path }) => path[0] === "arch");
      // The hook's type asks for this route's own responses; a problem is one, whatever its status.
      return problem(c, isMissing ? noArchitecture : wrongParameters(issues)) as never;
    },
  );
}

const noArchitecture = { name: "missing-architecture", detail: "`arch` is one architecture, such as amd64" } as const;
