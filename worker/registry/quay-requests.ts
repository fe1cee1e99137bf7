// Requests to Quay's REST API: who asks, and what its refusals mean.
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import type { HttpAnswer } from "../http/http.ts";
import { readSaid, saysAbsent } from "./refusals.ts";
import type { RegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";

/** The user name under which Quay takes an OAuth token as the password; the API takes it as a bearer token. */
const tokenUser = "$oauthtoken";

export type QuayRequests = {
  /** Whether there are credentials that the API does not take (a robot account's): then it may hide what they open. */
  readonly isOpaque: boolean;
  /** Below `/repository/PATH`. undefined: there is none, or it is private: Quay says neither. */
  askRepository(
    path: string,
    rest: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer | undefined>;
  askListing(parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer>;
};

export function createQuayRequests(
  client: RegistryClient,
  document: NetworkRegistry,
  environment: RegistryEnvironment,
): QuayRequests {
  const { limits } = environment;
  const credentials = environment.credentials(document.host);
  const token = credentials?.outcome === "set" && credentials.username === tokenUser ? credentials.password : undefined;

  function ask(
    target: string,
    parameters: Readonly<Record<string, string>>,
    path: string | undefined,
    signal: AbortSignal,
  ) {
    const query = new URLSearchParams(parameters);
    return client.askWith(
      token === undefined ? undefined : `Bearer ${token}`,
      {
        target: `/api/v1${target}?${query}`,
        path,
        headers: { accept: "application/json" },
        limitBytes: limits.listBytes,
        // The API leads nowhere else; a page to sign in at would be another host's.
        redirects: "same-origin",
      },
      signal,
    );
  }

  return {
    isOpaque: credentials?.outcome === "set" && token === undefined,

    async askRepository(path, rest, parameters, signal) {
      const answer = await ask(`/repository/${path}${rest}`, parameters, path, signal);
      if (answer.status === 200) return answer;
      if (saysAbsent(answer) || (token === undefined && isHidden(answer))) return undefined;
      throw client.refusal(answer);
    },

    async askListing(parameters, signal) {
      // Without `public` an anonymous listing is empty with status 200, as if the namespace had nothing.
      const asked = token === undefined ? { ...parameters, public: "true" } : parameters;
      const answer = await ask("/repository", asked, undefined, signal);
      if (answer.status === 200) return answer;
      throw client.refusal(answer);
    },
  };
}

/**
 * 401 `invalid_token` is how Quay answers a stranger for what is missing or private; where nobody may ask at all it says
 * so in words alone. To somebody with a token it would mean that the token is no more good, and then nothing is known.
 */
function isHidden(answer: HttpAnswer): boolean {
  return answer.status === 401 && readSaid(answer).code === "invalid_token";
}
