// The typed client: every route of the API with its parameters and answers, for programs written in TypeScript.
import createOpenApiClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

export type SignalboxClient = Client<paths>;

/** The schemas of the document by their names, as in `Schema<"SwitchPlan">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type ClientOptions = {
  /** Where the service is, as in https://signalbox.example. */
  readonly baseUrl: string;
  /** In place of the platform's own `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Each call gives `{ data, response }`, or `{ error, response }` with a problem document. */
export function createClient({ baseUrl, fetch, headers }: ClientOptions): SignalboxClient {
  return createOpenApiClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...(fetch === undefined ? {} : { fetch }),
    ...(headers === undefined ? {} : { headers }),
  });
}
