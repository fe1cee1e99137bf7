// A Quay in the process: its REST API, and a /v2 with Quay's own habits.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type FakeServer, sendJson, sendOciError, startFake } from "./fake-server.ts";
import { parseRegistryRequest, registryHandler } from "./memory-registry.ts";
import { answerQuayApi } from "./quay-api-fake.ts";
import { createQuayContents, type QuayContents } from "./quay-contents.ts";
import { findManifest } from "./registry-contents.ts";

export type QuayFakeOptions = {
  readonly nowS?: () => number;
  /** Default true. */
  readonly anonymous?: boolean;
  /** Sees private repositories through the API. */
  readonly oauthToken?: string;
  /** Sees private repositories through /v2, as a robot account does. */
  readonly robot?: { readonly username: string; readonly password: string };
};

export type QuayFake = FakeServer & {
  readonly contents: QuayContents;
  /** Manifests that were fetched or looked at by HEAD: each counts as a pull. */
  readonly pulls: string[];
  /** The next requests to the API get nginx's 429: HTML, no Retry-After, and the connection ends. */
  limitNext(count: number): void;
  /** From now on page tokens are taken for expired ones. */
  forgetPages(): void;
  /** Does something when the n-th request to the API comes, before it is answered. */
  onApiRequest(count: number, action: () => void): void;
};

export async function startQuayFake(options: QuayFakeOptions = {}): Promise<QuayFake> {
  const nowS = options.nowS ?? (() => Date.now() / 1000);
  const contents = createQuayContents(nowS);
  const pulls: string[] = [];
  const actions = new Map<number, () => void>();
  let apiRequests = 0;
  let limited = 0;
  let forgetful = false;
  const v2 = registryHandler(contents.registry, {
    etag: false,
    pageSize: 100,
    absoluteLinks: true,
    referrers: "api",
  });

  function answerApi(request: IncomingMessage, response: ServerResponse) {
    apiRequests += 1;
    actions.get(apiRequests)?.();
    if (limited > 0) {
      limited -= 1;
      response.writeHead(429, { "content-type": "text/html", connection: "close" });
      response.end("<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n</html>\r\n");
      return;
    }
    answerQuayApi(request, response, contents, {
      nowS,
      anonymous: options.anonymous ?? true,
      oauthToken: options.oauthToken,
      forgetsPages: () => forgetful,
    });
  }

  /** A token is given to everybody who names a scope; whether it is good for anything shows later. */
  function giveToken(request: IncomingMessage, response: ServerResponse) {
    const scope = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("scope");
    if (scope === null && request.headers.authorization === undefined) {
      return sendOciError(response, 401, "UNAUTHORIZED", "authentication required");
    }
    const iat = Math.trunc(nowS());
    const isRobot = options.robot !== undefined && request.headers.authorization === basicOf(options.robot);
    const claims = { iss: "quay", iat, nbf: iat, exp: iat + 3600, robot: isRobot };
    const token = ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");
    sendJson(response, 200, { token });
  }

  function answerV2(request: IncomingMessage, response: ServerResponse) {
    const { host } = request.headers;
    const asked = parseRegistryRequest(request);
    if (request.url?.startsWith("/v2/_catalog") === true) return sendJson(response, 200, { repositories: [] });
    const repository = contents.repositories.get(asked?.path ?? "");
    const isOpen = repository?.isPublic === true && (options.anonymous ?? true);
    if (asked === undefined || (!isOpen && (repository === undefined || !isRobotToken(request)))) {
      const scope = asked === undefined ? "" : `,scope="repository:${asked.path}:pull"`;
      response.setHeader("www-authenticate", `Bearer realm="http://${host}/v2/auth",service="${host}"${scope}`);
      return sendOciError(response, 401, "UNAUTHORIZED", "access to the requested resource is not authorized");
    }
    const held = contents.registry.repositories.get(asked.path);
    if (asked.kind === "manifests") {
      pulls.push(asked.reference);
      const row = repository?.rows.findLast(({ name }) => name === asked.reference);
      if (row?.endS != null && row.endS <= nowS()) return sendOciError(response, 404, "TAG_EXPIRED", "Tag has expired");
      const manifest = held && findManifest(held, asked.reference);
      if (manifest !== undefined && !(request.headers.accept ?? "").includes(manifest.mediaType)) {
        response.writeHead(200, { "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws" });
        response.end('{"schemaVersion":1}');
        return;
      }
    }
    if (asked.kind === "referrers" && held?.manifests.has(asked.reference) !== true) {
      return sendOciError(response, 400, "MANIFEST_INVALID", "manifest invalid");
    }
    if (asked.kind === "tags" && asked.query.get("n") === "0")
      return sendJson(response, 200, { name: asked.path, tags: [] });
    return void v2(request, response);
  }

  const server = await startFake((request, response) => {
    if (request.url?.startsWith("/api/") === true) return answerApi(request, response);
    if (request.url?.startsWith("/v2/auth") === true) return giveToken(request, response);
    return answerV2(request, response);
  });
  return {
    ...server,
    contents,
    pulls,
    limitNext: (count) => {
      limited = count;
    },
    forgetPages: () => {
      forgetful = true;
    },
    onApiRequest: (count, action) => void actions.set(count, action),
  };
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function isRobotToken(request: IncomingMessage): boolean {
  const [, claims] = (request.headers.authorization ?? "").split(".");
  try {
    return JSON.parse(Buffer.from(claims ?? "", "base64url").toString()).robot === true;
  } catch {
    return false;
  }
}
