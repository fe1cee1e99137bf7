// Operation: whether the process lives, and whether it can answer.
import { createRoute, z } from "@hono/zod-openapi";
import { notReady } from "../hot/read-through.ts";
import { commonHeaders, problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";

const Health = z
  .object({
    status: z.literal("ok"),
    version: z.string().openapi({ example: "0.1.0" }),
    generation: z.int().nullable().openapi({
      description: "The last commit that answers are made from; null: nothing is loaded yet.",
      example: 4711,
    }),
    policyRevision: z.int().nullable().openapi({ description: "The documents in force; null: none are.", example: 3 }),
  })
  .loose()
  .openapi("Health", { description: "The process lives. What else it says of itself depends on how it runs." });

const getHealth = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  tags: ["operation"],
  summary: "Whether the process lives",
  responses: {
    200: { description: "It lives", content: { "application/json": { schema: Health } } },
    ...refusals("internal-error", "method-not-allowed"),
  },
});

const Ready = z.object({ status: z.literal("ready"), repositories: z.int().nullable() }).openapi("Ready");

const getReady = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReady",
  tags: ["operation"],
  summary: "Whether the catalog can answer",
  description:
    "200 once policy documents are in force. `repositories`: how many can be found; null while the search index is being loaded, which questions to it wait for.",
  responses: {
    200: { description: "It can answer", content: { "application/json": { schema: Ready } } },
    ...refusals("method-not-allowed", "not-ready"),
  },
});

export function addOperationRoutes(
  { app, catalog }: Api,
  version: string,
  health: () => Readonly<Record<string, unknown>>,
): void {
  const headers = { "Cache-Control": "no-store", ...commonHeaders };
  app.openapi(getHealth, (c) => {
    const generation = catalog.loaded?.generation ?? null;
    const policyRevision = catalog.loaded?.policies.revision ?? null;
    return c.json({ ...health(), status: "ok" as const, version, generation, policyRevision }, 200, headers);
  });
  app.openapi(getReady, (c) => {
    if (catalog.loaded === undefined) return problem(c, notReady) as never;
    return c.json({ status: "ready" as const, repositories: catalog.findable }, 200, headers);
  });
}
