// A front before a registry without a referrers API that answers in its place, in each way that registries do.
import { request as ask } from "node:http";
import { ociIndex } from "./build-image.ts";
import { type FakeServer, type Handler, sendJson, sendOciError, startFake } from "./fake-server.ts";

/** What the front says where referrers are asked for. */
export type ReferrersWay =
  /** Whatever the registry itself says. */
  | { readonly way: "pass" }
  /** A page; `lists` what the fallback tag has, or nothing; `next`: all of it is on a second one. */
  | {
      readonly way: "page";
      readonly lists: "all" | "nothing";
      readonly type?: string;
      readonly next?: true;
      /** Beside what is listed. */
      readonly more?: readonly unknown[];
    }
  | { readonly way: "status"; readonly status: number; readonly code?: string }
  /** A page of a web site; `elsewhere`: by a redirect to another host. */
  | { readonly way: "web"; readonly elsewhere?: true };

export type ReferrersFront = FakeServer & {
  /** `hidesTag`: nobody is shown the fallback tag. */
  answer(way: ReferrersWay, options?: { readonly hidesTag?: boolean }): void;
};

const page = "<!doctype html><title>packages</title>";

/** `upstream`: the registry, as `http://127.0.0.1:PORT`. */
export async function startReferrersFront(upstream: string): Promise<ReferrersFront> {
  let now: { readonly way: ReferrersWay; readonly hidesTag: boolean } = { way: { way: "pass" }, hidesTag: false };

  const pass: Handler = (request, response) => {
    const { method, url, headers } = request;
    // Its own addresses are the front's: the registry names itself as it was asked for.
    const passed = ask(new URL(url ?? "/", upstream), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", (error) => response.destroy(error));
    request.pipe(passed);
  };

  const listedUnder = async (path: string, digest: string): Promise<readonly unknown[]> => {
    const url = new URL(`/v2/${path}/manifests/${digest.replace(":", "-")}`, upstream);
    const answer = await fetch(url, { headers: { accept: ociIndex } });
    return answer.ok ? ((await answer.json()) as { manifests: readonly unknown[] }).manifests : [];
  };

  const server = await startFake(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://front.example");
    const [, path = "", digest = ""] = /^\/v2\/(.+)\/referrers\/(sha256:[0-9a-f]{64})$/.exec(url.pathname) ?? [];
    const { way, hidesTag } = now;
    if (url.pathname === "/web") {
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    } else if (hidesTag && /\/manifests\/sha256-[0-9a-f]{64}$/.test(url.pathname)) {
      sendOciError(response, 404, "MANIFEST_UNKNOWN");
    } else if (digest === "" || way.way === "pass") {
      await pass(request, response);
    } else if (way.way === "status") {
      if (way.code === undefined) response.writeHead(way.status).end();
      else sendOciError(response, way.status, way.code);
    } else if (way.way === "web") {
      // Another name of this machine: another host to whoever asks.
      if (way.elsewhere === true) {
        const { port } = new URL(`http://${request.headers.host}`);
        response.writeHead(303, { location: `http://localhost:${port}/web` }).end();
      } else response.writeHead(200, { "content-type": "text/html" }).end(page);
    } else {
      const isFirst = way.next === true && !url.searchParams.has("next");
      const listed = way.lists === "nothing" || isFirst ? [] : await listedUnder(path, digest);
      const manifests = [...(way.more ?? []), ...listed];
      const link = isFirst ? { link: `<${url.pathname}?next=1>; rel="next"` } : {};
      const headers = { "content-type": way.type ?? ociIndex, ...link };
      sendJson(response, 200, { schemaVersion: 2, mediaType: ociIndex, manifests }, headers);
    }
  });
  return {
    ...server,
    answer(way, { hidesTag = false } = {}) {
      now = { way, hidesTag };
    },
  };
}
