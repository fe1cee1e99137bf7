// All routes of the API, in the order of the document.
import { createUnknownReferences } from "../resolve/unknown-reference.ts";
import type { Api } from "./api.ts";
import { addOperationRoutes } from "./operation-routes.ts";
import { addResolveRoutes } from "./resolve-routes.ts";

export type RouteOptions = {
  readonly version: string;
  readonly publicUrl: string | null;
  readonly health?: () => Readonly<Record<string, unknown>>;
};

/** Gives back what ends the open streams when the server stops. */
export function addRoutes(api: Api, options: RouteOptions): { end(): void } {
  addResolveRoutes(api, createUnknownReferences());
  addOperationRoutes(api, options.version, options.health ?? (() => ({})));
  return { end: () => {} };
}
