// The worker in the log: each round over a source; and outages, told once when they begin and once when they end.
import type { FailedItem } from "../db/runs.ts";
import type { Worker } from "../worker/worker.ts";
import type { Logger } from "./logging.ts";

export function logRounds(worker: Pick<Worker, "onProgress">, log: Logger): void {
  const outages = new Map<string, string>();
  const lastFailures = new Map<string, FailedItem>();
  worker.onProgress((event) => {
    if (event.type === "failure") {
      lastFailures.set(event.source, event.item);
      log.debug({ source: event.source, ...event.item }, "an item failed");
    }
    if (event.type !== "source-done") return;
    const { source, run, failing } = event;
    const since = outages.get(source);
    const failure = lastFailures.get(source);
    lastFailures.delete(source);
    if (failing && since === undefined) {
      outages.set(source, new Date(event.at).toISOString());
      log.warn({ source, run, code: failure?.code, reason: failure?.reason }, "a source is out of reach; trying again");
    } else if (!failing && since !== undefined) {
      outages.delete(source);
      log.info({ source, run, since }, "a source can be reached again");
    } else log[failing ? "debug" : "info"]({ source, run, failing, since }, "a source was looked at");
  });
}
