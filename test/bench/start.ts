// How long the service takes from its start to ready with 100,000 repositories, and what it then holds in memory.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../bin/config.ts";
import { openStore } from "../../db/store.ts";
import { atMost, type Figure, median, noted } from "./figure.ts";
import { generateCatalog } from "./generated-catalog.ts";

const repositories = 100_000;
const rounds = 3;
const program = fileURLToPath(new URL("../../bin/signalbox", import.meta.url));

export async function benchStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const database = `file:${join(folder, "catalog.db")}`;
    const store = await openStore(database, readConfig({}).database);
    await generateCatalog(store, { repositories, channels: 0 }, Date.now());
    await store.close();
    const starts: Start[] = [];
    for (let round = 0; round < rounds; round++) starts.push(await startOnce(database, 18_300 + round));
    return [
      noted("node alone, to its first line", `${(await bareStartMs()).toFixed(0)} ms`),
      atMost("start to ready", median(starts.map(({ readyMs }) => readyMs)) / 1000, 1, "s"),
      noted(
        "start to the first search answered",
        `${(median(starts.map(({ searchedMs }) => searchedMs)) / 1000).toFixed(2)} s`,
      ),
      atMost("memory, with the search index", median(starts.map(({ rssBytes }) => rssBytes)) / 1024 / 1024, 300, "MB"),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Start = { readonly readyMs: number; readonly searchedMs: number; readonly rssBytes: number };

/** The real program, as an operator starts it; the worker stays out, so that nothing but the start is measured. */
async function startOnce(database: string, port: number): Promise<Start> {
  const started = performance.now();
  const child = spawn(program, ["serve", "--no-worker"], {
    env: { ...process.env, SIGNALBOX_DATABASE_URL: database, HOST: "127.0.0.1", PORT: String(port), LOG_LEVEL: "warn" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const closed = new Promise((resolve) => child.once("close", resolve));
  try {
    for (;;) {
      if (performance.now() - started > 30_000) throw new Error("the service was not ready within 30 s");
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        (answer) => answer.status === 200,
        () => false,
      );
      if (ready) break;
      await sleep(5);
    }
    const readyMs = performance.now() - started;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/repositories?q=gaming&facets=true`);
    if (answer.status !== 200) throw new Error(`the first search was answered with ${answer.status}`);
    const searchedMs = performance.now() - started;
    // The orders that are made after the index belong to it.
    await sleep(2_000);
    return { readyMs, searchedMs, rssBytes: residentBytes(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await closed;
  }
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

async function bareStartMs(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const child = spawn(process.execPath, ["-e", "process.stdout.write('x')"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    times.push(performance.now() - started);
    await new Promise((resolve) => child.once("close", resolve));
  }
  return median(times);
}
