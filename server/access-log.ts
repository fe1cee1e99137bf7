// The access log: one request of many, and each that was slow or failed. Queries are not logged: they may tell of a host.
import type { IncomingMessage, RequestListener } from "node:http";
import type { ServerLog } from "./server-log.ts";

export type AccessLog = {
  /** For what is answered from memory, which is never slow. */
  note(request: IncomingMessage, status: number): void;
  wrap(listener: RequestListener): RequestListener;
};

export function createAccessLog(log: ServerLog, sample: number, slowMs: number): AccessLog {
  let count = 0;
  const isSampled = () => count++ % sample === 0;
  const write = (request: IncomingMessage, status: number, ms: number | null, why: string) =>
    log.info({ method: request.method, path: pathOf(request), status, ...(ms === null ? {} : { ms }) }, why);

  return {
    note: (request, status) => {
      if (isSampled()) write(request, status, null, "request");
    },
    wrap: (listener) => (request, response) => {
      const started = performance.now();
      const isPicked = isSampled();
      response.once("close", () => {
        const ms = Math.round(performance.now() - started);
        const status = response.statusCode;
        // The stream of events is long by its nature. Headers that went out in one call cannot be asked for any more.
        const isStream = request.headers.accept?.includes("text/event-stream") ?? false;
        if (status >= 500 && status !== 503) write(request, status, ms, "failed request");
        else if (ms > slowMs && !isStream) write(request, status, ms, "slow request");
        else if (isPicked) write(request, status, ms, "request");
      });
      listener(request, response);
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?")[0]?.slice(0, 500) ?? "";
}
