// Discovery: what is here, for programs that start at the address alone and for people who open it.
import { createRoute, z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { makeAnswer, toResponse } from "../hot/answer.ts";
import { isForAnother } from "../hot/read-through.ts";
import { pageResponse } from "../pages/page.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";

const Discovery = z
  .object({
    name: z.literal("Signalbox"),
    version: z.string(),
    url: z
      .string()
      .nullable()
      .openapi({ description: "Where the service is reached from outside; null: it was not told." }),
    documentation: z.string(),
    openapi: z.string(),
    resources: z
      .record(z.string(), z.string())
      .openapi({ description: "Resources of the API by name, as URI templates (RFC 6570)." }),
  })
  .openapi("Discovery");

const getDiscovery = createRoute({
  method: "get",
  path: "/api/v1",
  operationId: "getDiscovery",
  tags: ["operation"],
  summary: "What is here",
  responses: {
    200: { description: "The resources", content: { "application/json": { schema: Discovery } } },
    ...refusals("method-not-allowed"),
  },
});

const resources = {
  resolve: "/api/v1/resolve{?ref,arch,from,verbose}",
  choices: "/api/v1/choices{?arch,firmware,use,all}",
  renovate: "/api/v1/renovate{?name,arch,all}",
  repositories: "/api/v1/repositories{?q,kind*,sort,facets,cursor,limit}",
  repository: "/api/v1/repository{?name}",
  tags: "/api/v1/repository/tags{?name,prefix,artefacts,cursor,limit}",
  history: "/api/v1/repository/tags/history{?name,tag,at,cursor,limit}",
  image: "/api/v1/images/{digest}",
  registries: "/api/v1/registries",
  sources: "/api/v1/sources",
  events: "/api/v1/events{?after,limit}",
  policies: "/api/v1/policies",
};

export function addDiscoveryRoutes({ app, now }: Api, version: string, publicUrl: string | null): void {
  const body = {
    name: "Signalbox" as const,
    version,
    url: publicUrl,
    documentation: "/docs",
    openapi: "/openapi.json",
    resources,
  };
  const parts = { body: Buffer.from(JSON.stringify(body)), mediaType: "application/json" };
  const answer = makeAnswer(parts, now());
  const answerToPrograms = makeAnswer({ ...parts, unlessAccepts: "text/html" }, now());

  app.openapi(getDiscovery, (c) => toResponse(answer, c.req.raw, now()) as never);
  app.get("/", async (c) => {
    if (!isForAnother(answerToPrograms, c.req.header("accept"))) {
      return toResponse(answerToPrograms, c.req.raw, now());
    }
    return pageResponse(
      "Signalbox",
      html`<p>A catalog and policy service for bootable container images: it says which image a <code>bootc</code> host may switch to, and how.</p>
<p>Version ${version}. <a href="/docs">The API</a> · <a href="/openapi.json">OpenAPI document</a> · <a href="/problems">How it refuses</a></p>
<p>Try <a href="/api/v1/repositories?facets=true"><code>/api/v1/repositories?facets=true</code></a></p>`,
    );
  });
}
