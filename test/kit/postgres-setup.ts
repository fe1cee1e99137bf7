// Vitest's global set-up: one PostgreSQL cluster for a whole run, whatever number of projects and files use it.
import type { TestProject } from "vitest/node";
import { type Cluster, findPostgres, startCluster } from "./postgres.ts";
import { programsAreRequired } from "./programs.ts";

/** What test files get by `inject("postgres")`. */
export type PostgresOffer =
  | { readonly outcome: "ready"; readonly url: string }
  | { readonly outcome: "missing"; readonly reason: string };

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be added to from outside
  export interface ProvidedContext {
    postgres: PostgresOffer;
  }
}

// Vitest loads this file once for each project, all in one process: what they share is kept where all find it.
type Shared = { users: number; cluster: Promise<Cluster> | undefined };
const key = Symbol.for("signalbox.test.postgres");
const everywhere = globalThis as unknown as Record<symbol, Shared | undefined>;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bin = findPostgres();
  if (bin === undefined) {
    const reason = "PostgreSQL is not installed (Debian: apt install postgresql)";
    if (programsAreRequired) throw new Error(reason);
    project.provide("postgres", { outcome: "missing", reason });
    return async () => {};
  }
  everywhere[key] ??= { users: 0, cluster: undefined };
  const shared = everywhere[key];
  shared.users++;
  shared.cluster ??= startCluster(bin);
  const { url, stop } = await shared.cluster;
  project.provide("postgres", { outcome: "ready", url });
  return async () => {
    shared.users--;
    if (shared.users > 0) return;
    shared.cluster = undefined;
    await stop();
  };
}
