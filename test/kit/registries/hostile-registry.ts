// A registry that misbehaves: each fault is a switch for one repository, and the others are served as they should be.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendBadManifest } from "./bad-manifests.ts";
import { ociManifest } from "./build-image.ts";
import { type FakeServer, sendJson, sendOciError, startFake } from "./fake-server.ts";
import type { Fault, NamedFault } from "./faults.ts";
import {
  type MemoryRegistryOptions,
  parseRegistryRequest,
  type RegistryRequest,
  registryHandler,
} from "./memory-registry.ts";
import { createContents, type RegistryContents } from "./registry-contents.ts";

export type HostileRegistry = FakeServer & {
  readonly contents: RegistryContents;
  /** Turns a fault on for a repository; undefined turns it off. */
  break(path: string, fault: Fault | undefined): void;
};

/** Faults begin in repositories that are not there too, so that a test need not fill them. */
export async function startHostileRegistry(options: MemoryRegistryOptions = {}): Promise<HostileRegistry> {
  const contents = createContents();
  const faults = new Map<string, Fault>();
  const tries = new Map<string, number>();
  const good = registryHandler(contents, options);
  const server = await startFake((request, response) => {
    if (request.url?.startsWith("/token") === true) return sendJson(response, 200, { token: "good-for-nothing" });
    const asked = parseRegistryRequest(request);
    const fault = asked === undefined ? undefined : faults.get(asked.path);
    if (asked === undefined || fault === undefined) return good(request, response);
    if (typeof fault === "string") {
      const handled = misbehave(fault, asked, request, response, contents);
      return handled ? undefined : good(request, response);
    }
    switch (fault.kind) {
      case "redirect":
        response.writeHead(307, { location: fault.to }).end();
        return;
      case "foreign-realm":
        challenge(response, fault.realm, asked.path);
        return;
      case "retry-after": {
        const tried = (tries.get(asked.path) ?? 0) + 1;
        tries.set(asked.path, tried);
        if (tried > fault.times) return good(request, response);
        response.setHeader("retry-after", fault.header);
        return sendOciError(response, 429, "TOOMANYREQUESTS", "slow down");
      }
    }
  });
  return {
    ...server,
    contents,
    break(path, fault) {
      tries.delete(path);
      if (fault === undefined) faults.delete(path);
      else faults.set(path, fault);
    },
  };
}

function challenge(response: ServerResponse, realm: string, path: string): void {
  response.setHeader("www-authenticate", `Bearer realm="${realm}",service="fake",scope="repository:${path}:pull"`);
  sendOciError(response, 401, "UNAUTHORIZED", "authentication required");
}

/** Answers with the fault; false where the request is none that this fault is about. */
function misbehave(
  fault: NamedFault,
  asked: RegistryRequest,
  request: IncomingMessage,
  response: ServerResponse,
  contents: RegistryContents,
): boolean {
  const { kind, path } = asked;
  const isManifest = kind === "manifests";
  switch (fault) {
    case "silence":
      return true;
    case "redirect-loop": {
      const step = Number(new URL(request.url ?? "/", "http://x").searchParams.get("step") ?? 0);
      response.writeHead(302, { location: `/v2/${path}/${kind}/${asked.reference}?step=${(step + 1) % 3}` }).end();
      return true;
    }
    case "redirect-private":
      response.writeHead(307, { location: "https://10.0.0.1/secret" }).end();
      return true;
    case "redirect-metadata":
      response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" }).end();
      return true;
    case "auth-loop":
      challenge(response, `http://${request.headers.host}/token`, path);
      return true;
    case "html-429":
      sendPage(response, 429, "<html><h1>429 Too Many Requests</h1></html>");
      return true;
    case "web-page":
      sendPage(response, 200, "<html><h1>Please sign in</h1></html>");
      return true;
    case "web-404":
      sendPage(response, 404, "<html><h1>Not Found</h1></html>");
      return true;
    case "server-error":
      sendOciError(response, 500, "UNKNOWN", "the \u0007database\u001b[31m is away");
      return true;
    case "unknown":
      sendOciError(response, 404, "NAME_UNKNOWN", "repository name not known to registry");
      return true;
    case "endless-tags":
    case "circular-tags":
    case "foreign-link":
      return kind === "tags" && sendTags(fault, asked, response);
    case "not-utf8":
      if (kind !== "tags" && !isManifest) return false;
      response.writeHead(200, { "content-type": kind === "tags" ? "application/json" : ociManifest });
      response.end(Buffer.concat([Buffer.from('{"tags":["a'), Buffer.from([0xff, 0xfe]), Buffer.from('"]}')]));
      return true;
    case "vanishing-tags":
      if (!isManifest) return false;
      sendOciError(response, 404, "MANIFEST_UNKNOWN", "manifest unknown");
      return true;
    default:
      return isManifest && sendBadManifest(fault, asked, response, contents);
  }
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(html);
}

function sendTags(
  fault: "endless-tags" | "circular-tags" | "foreign-link",
  { path, query }: RegistryRequest,
  response: ServerResponse,
): boolean {
  const page = Number(query.get("page") ?? 0);
  const tags = Array.from({ length: 100 }, (_, i) => `t${fault === "endless-tags" ? page * 100 + i : i}`);
  const next = {
    "endless-tags": `/v2/${path}/tags/list?page=${page + 1}`,
    "circular-tags": `/v2/${path}/tags/list?page=${(page + 1) % 2}`,
    "foreign-link": `https://elsewhere.example/v2/${path}/tags/list`,
  }[fault];
  sendJson(response, 200, { name: path, tags }, { link: `<${next}>; rel="next"` });
  return true;
}
