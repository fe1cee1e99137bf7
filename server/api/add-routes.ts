// All routes, in the order of the document.
import { createEventStreams } from "../events/event-streams.ts";
import { makeAnswer, toResponse } from "../hot/answer.ts";
import { addDocsPages } from "../pages/docs-pages.ts";
import { addProblemPages } from "../pages/problem-pages.ts";
import { createResolver } from "../resolve/resolve-reference.ts";
import { createUnknownReferences } from "../resolve/unknown-reference.ts";
import type { Api } from "./api.ts";
import { addChoicesRoute } from "./choices-route.ts";
import { addDiscoveryRoutes } from "./discovery-routes.ts";
import { openApiDocument } from "./document.ts";
import { addEventRoutes } from "./event-routes.ts";
import { addHostFileRoutes } from "./host-file-routes.ts";
import { addImageRoutes } from "./image-routes.ts";
import { addLineageRoutes } from "./lineage-routes.ts";
import { addOperationRoutes } from "./operation-routes.ts";
import { addPolicyRoutes } from "./policy-routes.ts";
import type { PostedQuestions } from "./posted.ts";
import { addRenovateRoute } from "./renovate-route.ts";
import { addRepositoryListRoute } from "./repository-list-route.ts";
import { addRepositoryRoutes } from "./repository-routes.ts";
import { addResolveBatchRoute } from "./resolve-batch-route.ts";
import { addResolveRoutes } from "./resolve-routes.ts";
import { addSourceRoutes } from "./source-routes.ts";

export type RouteOptions = {
  readonly version: string;
  readonly publicUrl: string | null;
  readonly health?: () => Readonly<Record<string, unknown>>;
};

export type AddedRoutes = {
  /** Ends the open streams when the server stops. */
  end(): void;
  /** Questions that the listener answers before the router is asked. */
  readonly posts: readonly PostedQuestions[];
};

export function addRoutes(api: Api, options: RouteOptions): AddedRoutes {
  const { app, now } = api;
  const unknown = createUnknownReferences();
  const streams = createEventStreams(api.store, api.limits, api.log);
  api.catalog.onChange(() => streams.wake());
  const resolve = createResolver(api, unknown);
  const posts = [addResolveRoutes(api, resolve), addResolveBatchRoute(api, resolve)];
  addLineageRoutes(api, resolve);
  addRepositoryListRoute(api);
  addRepositoryRoutes(api, unknown);
  addRenovateRoute(api, unknown, options.publicUrl);
  addChoicesRoute(api);
  addImageRoutes(api);
  addSourceRoutes(api);
  addEventRoutes(api, streams);
  addPolicyRoutes(api);
  addHostFileRoutes(api);
  addOperationRoutes(api, options.version, options.health ?? (() => ({})));
  addDiscoveryRoutes(api, options.version, options.publicUrl);

  let document: ReturnType<typeof makeAnswer> | undefined;
  app.get("/openapi.json", (c) => {
    document ??= makeAnswer(
      {
        body: Buffer.from(JSON.stringify(openApiDocument(app))),
        mediaType: "application/json",
      },
      now(),
    );
    return toResponse(document, c.req.raw, now());
  });
  addDocsPages(app, now);
  addProblemPages(app);
  return { end: () => streams.end(), posts };
}
