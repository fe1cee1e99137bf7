// The lanes of a worker: wishes, and of each declared host its sources, repositories and signatures, each in its own lane.
import type { Lane } from "./lane.ts";
import { openRepositoryLane } from "./repository-lane.ts";
import { openSourceLane } from "./source-lane.ts";
import { openSignatureLane } from "./verify/signature-lane.ts";
import { openWishLane } from "./wish-lane.ts";
import type { Scope, WorkerContext } from "./worker-context.ts";

export type Lanes = {
  /** Opens lanes for hosts that are declared now, ends those of hosts that are not, and tells all that something may be due. */
  poke(): Promise<void>;
  stop(): Promise<void>;
};

export function openLanes(context: WorkerContext, scope?: Scope): Lanes {
  const wishes = scope?.wishes !== false ? openWishLane(context) : undefined;
  const hosts = new Map<string, readonly Lane[]>();
  const ending = new Set<Promise<unknown>>();
  let revision: number | undefined;
  let stopped = false;

  function end(lanes: readonly Lane[]): void {
    const ended: Promise<unknown> = Promise.all(lanes.map((lane) => lane.stop())).finally(() => ending.delete(ended));
    ending.add(ended);
  }

  async function follow(): Promise<void> {
    const documents = await context.documents.current();
    if (documents === undefined || documents.revision === revision || stopped) return;
    revision = documents.revision;
    const declared = new Set(
      [...documents.sources.values()]
        .filter(({ id }) => scope === undefined || scope.sources.includes(id))
        .map(({ registry }) => registry),
    );
    for (const [host, lanes] of hosts) {
      if (declared.has(host)) continue;
      hosts.delete(host);
      end(lanes);
    }
    for (const host of declared) {
      if (hosts.has(host)) continue;
      hosts.set(host, [
        openSourceLane(context, host, scope),
        openRepositoryLane(context, host, scope),
        openSignatureLane(context, host, scope),
      ]);
    }
  }

  return {
    async poke() {
      await follow();
      if (stopped) return;
      wishes?.poke();
      for (const lanes of hosts.values()) for (const lane of lanes) lane.poke();
    },
    async stop() {
      stopped = true;
      if (wishes !== undefined) end([wishes]);
      for (const lanes of hosts.values()) end(lanes);
      hosts.clear();
      await Promise.all(ending);
    },
  };
}
