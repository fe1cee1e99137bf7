// How fast the search with facets answers, and how it grows with the catalog.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { readConfig } from "../../bin/config.ts";
import { openStore } from "../../db/store.ts";
import { startChild } from "./child.ts";
import { atMost, type Figure, noted, quantile } from "./figure.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { seeded } from "./seeded.ts";

const sizes = [10_000, 100_000] as const;
const questions = 1_500;

export async function benchSearch(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const medians: number[] = [];
  for (const size of sizes) {
    const times = await timesAt(size);
    medians.push(quantile(times, 0.5));
    figures.push(noted(`${size} repositories, median`, `${quantile(times, 0.5).toFixed(2)} ms`));
    figures.push(atMost(`${size} repositories, p99`, quantile(times, 0.99), 20, "ms"));
  }
  const [small = Number.NaN, large = Number.NaN] = medians;
  figures.push(atMost("growth, 10,000 to 100,000", large / small, 2, "×"));
  return figures;
}

async function timesAt(repositories: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const database = `file:${join(folder, "catalog.db")}`;
    const store = await openStore(database, readConfig({}).database);
    await generateCatalog(store, { repositories, channels: 0 }, Date.now());
    await store.close();
    const server = await startChild("serve-catalog.ts", [database]);
    const pool = new Pool(`http://127.0.0.1:${server.ready.port}`, { connections: 1 });
    try {
      const times: number[] = [];
      for (const path of mix(repositories)) {
        const start = performance.now();
        const answer = await pool.request({ method: "GET", path });
        const body = await answer.body.text();
        times.push(performance.now() - start);
        if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${body}`);
      }
      // The first hundred warm what a running server has warm.
      return times.slice(100);
    } finally {
      await pool.close();
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A third each: no word, a common one, a rare one; none to three filters; every question is another, so none is cached. */
function mix(repositories: number): string[] {
  const random = seeded(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: questions }, (_, i) => {
    const query = new URLSearchParams({ facets: "true", limit: String(10 + (i % 90)) });
    const word = i % 3;
    if (word === 1) query.set("q", pick(["system", "bootable", "gaming", "desktop server", "min"]));
    if (word === 2) query.set("q", `system-${Math.floor(random() * repositories).toString(36)}`);
    const filters: [string, string][] = [
      ["desktop", pick(["gnome", "kde", "sway"])],
      ["hardware", pick(["nvidia", "deck"])],
      ["arch", pick(["amd64", "arm64"])],
      ["kind", pick(["base", "remix"])],
      ["use", pick(["gaming", "iot"])],
    ];
    for (let n = 0; n < i % 4; n++) query.set(...pick(filters));
    if (word !== 2) query.set("sort", pick(["name", "-updated", "-popularity"]));
    return `/api/v1/repositories?${query}`;
  });
}
