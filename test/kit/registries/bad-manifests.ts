// Bad manifests: what a hostile registry sends in place of one.
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { blob, descriptorOf, ociIndex, ociManifest, sha256 } from "./build-image.ts";
import type { ManifestFault } from "./faults.ts";
import type { RegistryRequest } from "./memory-registry.ts";
import { findManifest, type RegistryContents } from "./registry-contents.ts";

export function sendBadManifest(
  fault: ManifestFault,
  { path, reference }: RegistryRequest,
  response: ServerResponse,
  contents: RegistryContents,
): boolean {
  const headers = { "content-type": ociManifest };
  switch (fault) {
    case "endless-body":
      response.writeHead(200, headers);
      pour(response, Buffer.alloc(65_536, " "));
      return true;
    case "slow-drip": {
      response.writeHead(200, { ...headers, "content-length": "100000" });
      const timer = setInterval(() => response.write("{"), 50);
      response.once("close", () => clearInterval(timer));
      return true;
    }
    case "wrong-digest": {
      const held = contents.repositories.get(path);
      const right = (held && findManifest(held, reference)?.digest) ?? sha256("right");
      response.writeHead(200, { ...headers, "docker-content-digest": right }).end('{"schemaVersion":2}');
      return true;
    }
    case "large-manifest":
      response.writeHead(200, { ...headers, "content-length": String(100 * 1024 * 1024) });
      pour(response, Buffer.alloc(65_536, " "));
      return true;
    case "self-index": {
      // A digest cannot stand in the bytes it is of, so whatever it names is answered with the index again.
      const named = /^sha256:/.test(reference) ? reference : sha256(`${path}:${reference}`);
      const index = blob(ociIndex, {
        schemaVersion: 2,
        mediaType: ociIndex,
        manifests: [descriptorOf({ mediaType: ociIndex, digest: named, bytes: Buffer.alloc(300) })],
      });
      response.writeHead(200, { "content-type": ociIndex }).end(index.bytes);
      return true;
    }
    case "gzip-bomb":
      response.writeHead(200, { ...headers, "content-encoding": "gzip, gzip" }).end(bomb());
      return true;
    case "reset":
      response.writeHead(200, { ...headers, "content-length": "1000" });
      response.write('{"schemaVersion":2');
      setImmediate(() => response.socket?.resetAndDestroy());
      return true;
    case "schema1":
      response.writeHead(200, { "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws" });
      response.end('{"schemaVersion":1,"fsLayers":[]}');
      return true;
  }
}

/** Writes for as long as the other side takes it. */
function pour(response: ServerResponse, piece: Buffer): void {
  const more = () => {
    while (!response.destroyed && response.write(piece)) {
      // Until the socket is full.
    }
  };
  response.on("drain", more);
  more();
}

/** A gigabyte of blanks, packed twice: some kilobytes. Members of a gzip file follow one another, so none is ever whole. */
function bomb(): Buffer {
  const megabyte = gzipSync(Buffer.alloc(1024 * 1024, " "));
  return gzipSync(Buffer.concat(Array.from({ length: 1024 }, () => megabyte)));
}
