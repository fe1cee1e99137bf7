// Renovate: the channels of a base image in the form of Renovate's custom datasource, the verified ones alone.
import { createRoute, z } from "@hono/zod-openapi";
import { findRepository } from "../../db/repositories.ts";
import { channelsOf } from "../../db/tags.ts";
import { findTarget } from "../../db/targets.ts";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { architecture, isArchitecture } from "../../policies/words/platform.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { isOffered, makeReleases } from "../choices/make-releases.ts";
import { judgeTarget } from "../resolve/judge-target.ts";
import { removedProblem } from "../resolve/removed.ts";
import type { UnknownReferences } from "../resolve/unknown-reference.ts";
import { type Api, takeShare } from "./api.ts";
import { Architecture } from "./plan-questions.ts";
import { refusals } from "./problem-responses.ts";
import { isVisible } from "./repository-schemas.ts";
import { Digest, Flag, RepositoryName, Time } from "./words.ts";

const Address = z.string();
const Release = z.object({
  version: z.string().openapi({ description: "The channel: a followed tag.", example: "44" }),
  digest: Digest,
  releaseTimestamp: Time.optional().openapi({ description: "When its image was built." }),
  isDeprecated: z.boolean().optional().openapi({ description: "Past its support, or left by its project." }),
  changelogUrl: Address.optional().openapi({ description: "Which digests the tag was before." }),
});

export const Releases = z
  .object({ releases: z.array(Release), sourceUrl: Address.optional(), homepage: Address.optional() })
  .openapi("RenovateReleases", {
    description: "What is not known is left out: Renovate reads no null.",
  });

const getReleases = createRoute({
  method: "get",
  path: "/api/v1/renovate",
  operationId: "getRenovateReleases",
  tags: ["choices"],
  summary: "A base image's channels for Renovate",
  description:
    "The answer of Renovate's `custom` datasource: channels that are verified and do not block, each with its digest as it is now. A switch plan says of the others why they are left out.",
  request: {
    query: z.strictObject({
      name: RepositoryName,
      arch: Architecture.optional().openapi({ description: "Default: amd64.", example: "amd64" }),
      all: Flag.optional().openapi({
        description: "Also what is not verified, or blocks.",
        example: "false",
      }),
    }),
  },
  responses: {
    200: { description: "The channels", content: { "application/json": { schema: Releases } } },
    ...refusals("invalid-parameter", "missing-architecture", "unknown-reference", "removed", "not-ready"),
  },
});

/** A repository follows a handful. */
const channelsMax = 200;

/** `publicUrl` null: nobody can be sent to the history of a tag. */
export function addRenovateRoute(api: Api, unknown: UnknownReferences, publicUrl: string | null): void {
  const { app, store, reads, now } = api;

  app.openapi(getReleases, (c) => {
    const { name, arch = "amd64", all = false } = c.req.valid("query");
    return reads.through(c, Releases, async (loaded) => {
      const wanted = architecture(arch);
      if (!isArchitecture(wanted)) {
        const detail = "`arch` is the name of an architecture, such as amd64";
        return { outcome: "refused", problem: { name: "missing-architecture", detail } };
      }
      const row = await findRepository(store, name);
      if (row === undefined || !isVisible(row)) {
        const mayCompare = () => takeShare(api, c, 1).allowed;
        return { outcome: "refused", problem: await unknown.problemForRepository(loaded, name, mayCompare) };
      }
      if (row.state === "removed") {
        const { successor } = loaded.policies.index.standingOf(name);
        return { outcome: "refused", problem: removedProblem(name, row.removedAt, row.defaultDigest, successor) };
      }
      const moment = now();
      // What no channel has needs no plans: a stranger may ask for any architecture.
      const channels = row.architectures.includes(wanted) ? await channelsOf(store, row.id, channelsMax) : [];
      const judged: Planned[] = [];
      for (const { name: tag } of channels) {
        const planned = await planOf(loaded, `${name}:${tag}`, wanted, moment);
        if (planned !== undefined) judged.push(planned);
      }
      const ends = judged.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt]));
      const historyOf =
        publicUrl === null
          ? null
          : (tag: string) =>
              `${publicUrl}/api/v1/repository/tags/history?name=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`;
      return {
        outcome: "body",
        body: makeReleases(
          judged.flatMap(({ plan }) => (all || isOffered(plan) ? [plan] : [])),
          loaded.policies.index.set,
          row.project,
          historyOf,
        ),
        about: [row.id],
        endsAt: ends.length === 0 ? null : Math.min(...ends),
      };
    });
  });

  type Planned = { readonly plan: SwitchPlan; readonly endsAt: number | null };

  /** What resolve says of it; undefined: it has no plan now. */
  async function planOf(
    loaded: LoadedCatalog,
    target: string,
    arch: string,
    moment: number,
  ): Promise<Planned | undefined> {
    const parsed = planRequestOf({ target }, { arch });
    if (parsed.outcome === "refused") return undefined;
    const { request } = parsed;
    const { repository, tag, digest } = request.reference;
    const found = await findTarget(store, { repository, tag, digest, architecture: arch, from: null });
    if (found === undefined) return undefined;
    const judged = judgeTarget(found, request, loaded, moment);
    return judged.outcome === "plan" ? { plan: judged.plan, endsAt: judged.endsAt } : undefined;
  }
}
