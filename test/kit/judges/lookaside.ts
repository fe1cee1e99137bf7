// A lookaside: OpenPGP signatures in a folder, served on loopback as a publisher's web server does.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, normalize } from "node:path";
import type { Digest } from "../../../policies/words/digest.ts";

export type Lookaside = {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  put(path: string, digest: Digest, signatures: readonly Uint8Array[], first?: number): void;
  copy(from: { path: string; digest: Digest }, to: { path: string; digest: Digest }): void;
  remove(path: string, digest: Digest): void;
  close(): Promise<void>;
};

export async function serveLookaside(folder: string): Promise<Lookaside> {
  mkdirSync(folder, { recursive: true });
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://lookaside").pathname));
    const file = join(folder, path);
    if (!/\/signature-\d+$/.test(path) || !existsSync(file)) response.writeHead(404).end();
    else response.end(readFileSync(file));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  const folderOf = (path: string, digest: Digest) => join(folder, `${path}@${digest.replace(":", "=")}`);
  const remove = (path: string, digest: Digest) => rmSync(folderOf(path, digest), { recursive: true, force: true });
  return {
    host: `127.0.0.1:${address.port}`,
    put(path, digest, signatures, first = 1) {
      const at = folderOf(path, digest);
      mkdirSync(at, { recursive: true });
      for (const [index, bytes] of signatures.entries()) writeFileSync(join(at, `signature-${first + index}`), bytes);
    },
    copy(from, to) {
      const at = folderOf(to.path, to.digest);
      mkdirSync(dirname(at), { recursive: true });
      cpSync(folderOf(from.path, from.digest), at, { recursive: true });
    },
    remove,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
