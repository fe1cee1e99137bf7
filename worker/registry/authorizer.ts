// Authorization: which token or password goes with a request, and to whom it may be shown.
import { LRUCache } from "lru-cache";
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import type { HttpAnswer } from "../http/http.ts";
import { type ChallengeAnswer, chooseChallenge } from "./challenge.ts";
import { asRegistryError, refusalOf } from "./refusals.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";
import { registryOrigin } from "./registry-origin.ts";
import { readToken, type Token } from "./token.ts";

type Plan = Exclude<ChallengeAnswer, { readonly kind: "none" }>;

export type Authorizer = {
  /** What to send along at first: nothing, until the registry asked for something. `scope` is whatever is asked about. */
  authorize(scope: string, signal: AbortSignal): Promise<string | undefined>;
  /** What to send after a 401; `sent` is what was refused. Throws `unauthorized` where there is nothing more to show. */
  answer(scope: string, refusal: HttpAnswer, sent: string | undefined, signal: AbortSignal): Promise<string>;
};

export type AuthorizerOptions = {
  /**
   * Whether one repository's challenge is taken for all the others', which spares each its own 401. Not for registries
   * that answer without a token (Quay): there it would cost a token where none is needed.
   */
  readonly foresee: boolean;
};

export function createAuthorizer(
  document: NetworkRegistry,
  environment: RegistryEnvironment,
  options: AuthorizerOptions,
): Authorizer {
  const { http, limits, now, priority = "normal" } = environment;
  const origin = registryOrigin(document).origin;
  const credentials = environment.credentials(document.host);
  const realmOrigin = document.credentials?.realm === undefined ? null : new URL(document.credentials.realm).origin;
  const plans = new LRUCache<string, Plan>({ max: limits.tokens });
  const tokens = new LRUCache<string, Token>({ max: limits.tokens });
  const pending = new Map<string, Promise<Token>>();
  let seen: { readonly realm: URL; readonly service: string | null } | undefined;

  /** The realm is whatever the registry says, so credentials go only to the registry itself and to the realm that its document names. */
  function basicFor(target: string): string | undefined {
    if (credentials?.outcome !== "set" || (target !== origin && target !== realmOrigin)) return undefined;
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  }

  async function fetchToken(url: URL): Promise<Token> {
    const askedAtMs = now();
    const authorization = basicFor(url.origin);
    const answer = await http
      .request(
        {
          method: "GET",
          url,
          headers: { accept: "application/json" },
          ...(authorization === undefined ? {} : { authorization }),
          limitBytes: limits.tokenBytes,
          priority,
        },
        // Several requests wait for this one; the client's deadline ends it.
        new AbortController().signal,
      )
      .catch((error: unknown) => {
        throw asRegistryError(error);
      });
    if (answer.status !== 200) throw refusalOf(answer, now());
    return readToken(answer.body, askedAtMs, limits.tokenMaxMs, `the answer of the token service ${url.host}`);
  }

  async function tokenFor(plan: Plan & { readonly kind: "bearer" }, signal: AbortSignal): Promise<string> {
    const url = new URL(plan.realm);
    url.hash = "";
    if (plan.service !== null) url.searchParams.set("service", plan.service);
    for (const scope of plan.scopes) url.searchParams.append("scope", scope);
    // One registry has one credential, so realm, service and scope are the whole key.
    const key = url.href;
    const kept = tokens.get(key);
    if (kept !== undefined && kept.expiresAtMs > now()) return `Bearer ${kept.value}`;
    let fetching = pending.get(key);
    if (fetching === undefined) {
      fetching = fetchToken(url).finally(() => pending.delete(key));
      // Those who wait may all have gone away by the time it fails.
      fetching.catch(() => undefined);
      pending.set(key, fetching);
    }
    const token = await untilAborted(fetching, signal);
    tokens.set(key, token);
    return `Bearer ${token.value}`;
  }

  function foreseen(scope: string): Plan | undefined {
    if (!options.foresee || seen === undefined || !scope.startsWith("repository:")) return undefined;
    return { kind: "bearer", ...seen, scopes: [scope] };
  }

  async function follow(plan: Plan, signal: AbortSignal): Promise<string> {
    if (plan.kind === "bearer") return tokenFor(plan, signal);
    const basic = basicFor(origin);
    if (basic !== undefined) return basic;
    throw new RegistryError("unauthorized", `${document.host} wants a user name and a password`);
  }

  return {
    async authorize(scope, signal) {
      const plan = plans.get(scope) ?? foreseen(scope);
      if (plan === undefined) return undefined;
      try {
        return await follow(plan, signal);
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        // The realm may have moved, and what one repository says need not hold for the next: the registry is asked anew.
        if (!plans.delete(scope)) seen = undefined;
        return undefined;
      }
    },

    async answer(scope, refusal, sent, signal) {
      const plan = chooseChallenge(refusal.headers["www-authenticate"]);
      // Who was redirected to and asks for credentials is not the registry.
      if (plan.kind === "none" || refusal.url.origin !== origin) throw refusalOf(refusal, now());
      plans.set(scope, plan);
      if (plan.kind === "bearer") {
        if (plan.scopes.length === 1 && plan.scopes[0] === scope) seen = { realm: plan.realm, service: plan.service };
        for (const [key, token] of tokens.entries()) if (sent === `Bearer ${token.value}`) tokens.delete(key);
      }
      const authorization = await follow(plan, signal);
      if (authorization === sent) throw refusalOf(refusal, now());
      return authorization;
    },
  };
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
