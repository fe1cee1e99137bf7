// The server over a generated catalog, with a commit every second as a busy worker would make.
import { createInterface } from "node:readline";
import { readConfig } from "../../../bin/config.ts";
import { commitChange } from "../../../db/changes.ts";
import type { Store } from "../../../db/store.ts";
import { openStore } from "../../../db/store.ts";
import { createServer } from "../../../server/create-server.ts";
import { seeded } from "../seeded.ts";

const [database = "", commits = "none"] = process.argv.slice(2);
const config = readConfig({ SIGNALBOX_DATABASE_URL: database });
const store = await openStore(database, config.database);
const counted = countMisses(store);
const server = createServer({
  store: counted.store,
  // All load comes from one address; what asking for its share costs stays.
  limits: { ...config.server, rateMax: 1_000_000_000 },
  now: Date.now,
  log: { debug: () => {}, info: () => {}, warn: console.error, error: console.error },
  publicUrl: null,
  version: "bench",
});
const running = await server.start("127.0.0.1", 0);
const random = seeded(7);
const repositories = await store.db.select({ id: store.t.repositories.id }).from(store.t.repositories);
const timer =
  commits === "none"
    ? undefined
    : setInterval(() => {
        const chosen = repositories[Math.floor(random() * repositories.length)];
        void commitChange(store, Date.now(), async (_, change) => {
          if (chosen !== undefined) change.touch(chosen.id);
        });
      }, 1_000);
say({ port: running.port, rssBytes: process.memoryUsage().rss });

createInterface({ input: process.stdin }).on("line", () =>
  say({ misses: counted.misses(), cpuMs: cpuMs(), rssBytes: process.memoryUsage().rss }),
);
process.once("SIGTERM", () => {
  clearInterval(timer);
  void running
    .close()
    .then(() => store.close())
    .then(() => process.exit(0));
});

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A miss is one run of the query that finds a plan's target. */
function countMisses(inner: Store): { store: Store; misses(): number } {
  let misses = 0;
  const prepared: Store["prepared"] = (name, build) => {
    const statement = inner.prepared(name, build);
    if (name !== "find_target") return statement;
    const execute = (statement as { execute(values: unknown): unknown }).execute.bind(statement);
    return new Proxy(statement as object, {
      get: (target, key) =>
        key === "execute"
          ? (values: unknown) => {
              misses++;
              return execute(values);
            }
          : Reflect.get(target, key),
    }) as never;
  };
  return { store: { ...inner, prepared }, misses: () => misses };
}
