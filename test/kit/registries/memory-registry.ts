// A well-behaved registry in the process; each option is a way in which real registries differ.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type BuiltBlob, descriptorOf, ociIndex } from "./build-image.ts";
import { type FakeServer, type Handler, sendJson, sendOciError, startFake } from "./fake-server.ts";
import { createContents, findManifest, type HeldRepository, type RegistryContents } from "./registry-contents.ts";

export type MemoryRegistryOptions = {
  /** ETag with the digest, and 304 to If-None-Match, as distribution and Harbor do. Default true. */
  readonly etag?: boolean;
  /** Docker-Content-Digest; version 1.0 of the specification did not ask for it. Default true. */
  readonly digestHeader?: boolean;
  /** HEAD is answered. Default true. */
  readonly head?: boolean;
  /** The largest page of a listing. Default: everything. */
  readonly pageSize?: number;
  /** Next pages as whole URLs, not as paths. */
  readonly absoluteLinks?: boolean;
  readonly catalog?: boolean;
  /** api: as Zot; none: 404, as distribution; web: leads to a page of another host, as GHCR did. Default none. */
  readonly referrers?: "api" | "none" | { readonly web: string };
  /** Sent with every answer to a manifest request. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type RegistryRequest = {
  readonly path: string;
  readonly kind: "manifests" | "blobs" | "tags" | "referrers";
  readonly reference: string;
  readonly query: URLSearchParams;
};

/** The parts of `/v2/PATH/KIND/REFERENCE`; undefined for anything else. */
export function parseRegistryRequest(request: IncomingMessage): RegistryRequest | undefined {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const match = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(decodeURIComponent(url.pathname));
  if (match === null) return undefined;
  const [, path = "", kind = "", reference = ""] = match;
  return { path, kind: kind as RegistryRequest["kind"], reference, query: url.searchParams };
}

export function registryHandler(contents: RegistryContents, options: MemoryRegistryOptions = {}): Handler {
  function sendManifest(request: IncomingMessage, response: ServerResponse, manifest: BuiltBlob): void {
    const etag = `"${manifest.digest}"`;
    const headers = {
      ...(options.etag === false ? {} : { etag }),
      ...(options.digestHeader === false ? {} : { "docker-content-digest": manifest.digest }),
      ...options.headers,
    };
    if (options.etag !== false && request.headers["if-none-match"] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      "content-type": manifest.mediaType,
      "content-length": String(manifest.bytes.length),
    });
    response.end(request.method === "HEAD" ? undefined : manifest.bytes);
  }

  function sendBlob(request: IncomingMessage, response: ServerResponse, part: BuiltBlob): void {
    const range = /^bytes=([0-9]+)-([0-9]+)$/.exec(request.headers.range ?? "");
    if (range === null) {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": part.bytes.length });
      response.end(part.bytes);
      return;
    }
    const piece = part.bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    const end = Number(range[1]) + piece.length - 1;
    response.writeHead(206, { "content-range": `bytes ${range[1]}-${end}/${part.bytes.length}` }).end(piece);
  }

  function sendPage(request: IncomingMessage, response: ServerResponse, member: string, names: string[], more: object) {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const asked = Number(url.searchParams.get("n") ?? Number.POSITIVE_INFINITY);
    const size = Math.min(asked, options.pageSize ?? Number.POSITIVE_INFINITY);
    const last = url.searchParams.get("last");
    const from = last === null ? 0 : names.indexOf(last) + 1;
    const page = names.slice(from, from + size);
    const headers: Record<string, string> = {};
    if (from + page.length < names.length) {
      url.searchParams.set("last", page.at(-1) ?? "");
      const target = options.absoluteLinks === true ? url.href : `${url.pathname}${url.search}`;
      headers.link = `<${target}>; rel="next"`;
    }
    sendJson(response, 200, { ...more, [member]: page }, headers);
  }

  function sendReferrers(response: ServerResponse, held: HeldRepository, digest: string): void {
    const { referrers = "none" } = options;
    if (referrers === "none") {
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
    } else if (typeof referrers === "object") {
      response.writeHead(303, { location: referrers.web }).end();
    } else {
      const manifests = [...held.manifests.values()].flatMap((manifest) => {
        const { subject, artifactType, annotations, config } = JSON.parse(manifest.bytes.toString());
        if (subject?.digest !== digest) return [];
        return [descriptorOf(manifest, { artifactType: artifactType ?? config?.mediaType, annotations })];
      });
      sendJson(response, 200, { schemaVersion: 2, mediaType: ociIndex, manifests }, { "content-type": ociIndex });
    }
  }

  return (request, response) => {
    const asked = parseRegistryRequest(request);
    if (asked === undefined) {
      const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
      if (pathname === "/v2/") sendJson(response, 200, {});
      else if (pathname === "/v2/_catalog" && options.catalog !== false) {
        sendPage(request, response, "repositories", [...contents.repositories.keys()].sort(), {});
      } else sendOciError(response, 404, "UNSUPPORTED");
      return;
    }
    const held = contents.repositories.get(asked.path);
    if (request.method === "HEAD" && options.head === false) {
      response.writeHead(405).end();
    } else if (held === undefined) {
      sendOciError(response, 404, "NAME_UNKNOWN", "repository name not known to registry");
    } else if (asked.kind === "tags") {
      sendPage(request, response, "tags", [...held.tags.keys()].sort(), { name: asked.path });
    } else if (asked.kind === "referrers") {
      sendReferrers(response, held, asked.reference);
    } else if (asked.kind === "blobs") {
      const part = held.blobs.get(asked.reference);
      if (part === undefined) sendOciError(response, 404, "BLOB_UNKNOWN");
      else sendBlob(request, response, part);
    } else {
      const manifest = findManifest(held, asked.reference);
      if (manifest === undefined) sendOciError(response, 404, "MANIFEST_UNKNOWN", "manifest unknown");
      else sendManifest(request, response, manifest);
    }
  };
}

export type MemoryRegistry = FakeServer & { readonly contents: RegistryContents };

export async function startMemoryRegistry(
  options: MemoryRegistryOptions = {},
  contents: RegistryContents = createContents(),
): Promise<MemoryRegistry> {
  const server = await startFake(registryHandler(contents, options));
  return { ...server, contents };
}
