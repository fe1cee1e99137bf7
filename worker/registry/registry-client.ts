// Requests to one registry: its origin, its authorization, its warnings and its failures, the same for every dialect.
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import type { HttpAnswer, HttpRequest } from "../http/http.ts";
import { type AuthorizerOptions, createAuthorizer } from "./authorizer.ts";
import { parseWarnings } from "./outside-text.ts";
import { asRegistryError, refusalOf } from "./refusals.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";
import { registryOrigin } from "./registry-origin.ts";

export type RegistryQuestion = Pick<HttpRequest, "beyondLimit" | "redirects" | "deadlineMs"> & {
  readonly method?: "GET" | "HEAD";
  /** Below the registry's origin, or a whole URL there (the next page of a listing). */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limitBytes: number;
  /** The repository that is asked about; undefined for the catalog. */
  readonly path: string | undefined;
};

export type RegistryClient = {
  readonly host: string;
  readonly origin: URL;
  /** Any answer but 401; that ends in `unauthorized` once there is nothing more to show. */
  ask(question: RegistryQuestion, signal: AbortSignal): Promise<HttpAnswer>;
  /** Any answer, asked with exactly this authorization. */
  askWith(authorization: string | undefined, question: RegistryQuestion, signal: AbortSignal): Promise<HttpAnswer>;
  /** The error for an answer that is none to the question. */
  refusal(answer: HttpAnswer): RegistryError;
};

export function createRegistryClient(
  document: NetworkRegistry,
  environment: RegistryEnvironment,
  options: AuthorizerOptions,
): RegistryClient {
  const { http, now, note, priority = "normal" } = environment;
  const { host } = document;
  const origin = registryOrigin(document);
  const authorizer = createAuthorizer(document, environment, options);
  const credentials = environment.credentials(host);

  /** Asked without them, a registry that needs credentials would look as if it had nothing. */
  function needCredentials(): void {
    if (credentials?.outcome !== "unset") return;
    const names = credentials.variables.join(", ");
    throw new RegistryError(
      "no-credentials",
      `${host}: the environment variables for its credentials are not set (${names})`,
    );
  }

  async function send(
    question: RegistryQuestion,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { method = "GET", target, path, ...rest } = question;
    const url = typeof target === "string" ? new URL(`${origin.origin}${target}`) : target;
    const request: HttpRequest = {
      ...rest,
      method,
      url,
      priority,
      ...(authorization === undefined ? {} : { authorization }),
    };
    try {
      const answer = await http.request(request, signal);
      if (note !== undefined && answer.headers.warning !== undefined) {
        const repository = path === undefined ? host : `${host}/${path}`;
        for (const text of parseWarnings(answer.headers.warning)) note({ kind: "warning", repository, text });
      }
      return answer;
    } catch (error) {
      throw asRegistryError(error);
    }
  }

  return {
    host,
    origin,

    async ask(question, signal) {
      needCredentials();
      const scope = question.path === undefined ? "registry:catalog:*" : `repository:${question.path}:pull`;
      const authorization = await authorizer.authorize(scope, signal);
      const answer = await send(question, authorization, signal);
      if (answer.status !== 401) return answer;
      // Once only: a registry that refuses its own token would be asked for ever.
      const again = await send(question, await authorizer.answer(scope, answer, authorization, signal), signal);
      if (again.status === 401) throw refusalOf(again, now());
      return again;
    },

    async askWith(authorization, question, signal) {
      needCredentials();
      return send(question, authorization, signal);
    },

    refusal: (answer) => refusalOf(answer, now()),
  };
}
