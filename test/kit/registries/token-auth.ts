// Authentication before a fake registry: challenges, a token service, and a note of what credentials it saw.
import type { IncomingMessage } from "node:http";
import { type Handler, sendJson, sendOciError } from "./fake-server.ts";
import { parseRegistryRequest } from "./memory-registry.ts";

export type TokenServiceOptions = {
  /** `Basic …` that it accepts; undefined: anonymous requests get tokens too. */
  readonly accepts?: { readonly username: string; readonly password: string };
  /** Which of the two members holds the token. Default token. */
  readonly member?: "token" | "access_token";
  /** Left out where undefined, as Quay does. */
  readonly expiresInS?: number;
};

export type TokenService = {
  readonly handler: Handler;
  /** Whether the request carries a token that is good for this repository now. */
  admits(request: IncomingMessage, scope: string): boolean;
  /** Makes all tokens given out so far useless. */
  revoke(): void;
  /** The Authorization header of each request for a token. */
  readonly seen: (string | undefined)[];
};

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

export function createTokenService(options: TokenServiceOptions = {}): TokenService {
  const tokens = new Map<string, readonly string[]>();
  const seen: (string | undefined)[] = [];
  let count = 0;
  return {
    seen,
    handler(request, response) {
      seen.push(request.headers.authorization);
      if (options.accepts !== undefined && request.headers.authorization !== basic(options.accepts)) {
        sendOciError(response, 401, "UNAUTHORIZED", "authentication required");
        return;
      }
      const scopes = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.getAll("scope");
      count += 1;
      const token = `token-${count}`;
      tokens.set(token, scopes);
      const expiry = options.expiresInS === undefined ? {} : { expires_in: options.expiresInS };
      sendJson(response, 200, { [options.member ?? "token"]: token, ...expiry });
    },
    admits(request, scope) {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      return token !== undefined && (tokens.get(token)?.includes(scope) ?? false);
    },
    revoke: () => tokens.clear(),
  };
}

/** Puts a challenge before a registry: whoever has no token of this service is sent to the realm. */
export function behindToken(
  inner: Handler,
  service: TokenService,
  realm: (request: IncomingMessage) => string,
): Handler {
  return (request, response) => {
    if (request.url?.startsWith("/token") === true) return service.handler(request, response);
    const asked = parseRegistryRequest(request);
    const scope = asked === undefined ? "registry:catalog:*" : `repository:${asked.path}:pull`;
    if (service.admits(request, scope)) return inner(request, response);
    response.setHeader("www-authenticate", `Bearer realm="${realm(request)}",service="fake",scope="${scope}"`);
    return sendOciError(response, 401, "UNAUTHORIZED", "authentication required");
  };
}

export function behindPassword(inner: Handler, username: string, password: string): Handler {
  return (request, response) => {
    if (request.headers.authorization === basic({ username, password })) return inner(request, response);
    response.setHeader("www-authenticate", 'Basic realm="fake"');
    return sendOciError(response, 401, "UNAUTHORIZED", "authentication required");
  };
}
