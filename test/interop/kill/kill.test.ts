// Killed at any instant and started again, the program comes to the same catalog, and no event is lost or doubled.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore, type Store } from "../../../db/store.ts";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import { type ProgramEnvironment, runProgram, startProgram, temporaryFolder } from "../../kit/program.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import type { RegistryContents } from "../../kit/registries/registry-contents.ts";
import { createTestDatabase, type StoreKind, storeKinds, testDatabaseLimits } from "../../kit/stores.ts";
import { dumpCatalog, eventIds } from "./dump-catalog.ts";
import { type Stage, type StagedRegistry, secondWorkerUrl, stages, startStagedRegistry } from "./staged-registry.ts";

/** Of each stage: this often while everything is new, and this often while something has changed. */
const killsWhileNew = 3;
const killsWhileChanged = 2;

const attempts = 5;

const seed = 20_261_120;

const atFirst = 3;

function addRepository(contents: RegistryContents, i: number): void {
  const path = `os/r${i}`;
  contents.push(path, buildMultiArch(`${i} stable 1`), "stable");
  contents.push(path, buildMultiArch(`${i} testing 1`), "testing");
  contents.push(path, buildImage({ seed: `${i} build` }), "build-1");
}

/** A tag moves in each; in some another goes or appears; one repository goes altogether. Nothing changes twice. */
function changeRepository(contents: RegistryContents, i: number): void {
  const path = `os/r${i}`;
  if (i === 5) {
    contents.remove(path);
    return;
  }
  contents.push(path, buildMultiArch(`${i} stable 2`), "stable");
  if (i % 3 === 0) contents.untag(path, "testing");
  if (i % 3 === 1) contents.push(path, buildImage({ seed: `${i} edge` }), "edge");
}

/** The same instants in every run (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Instant = { readonly stage: Stage; readonly nth: number; readonly delayMs: number };

/** Early and later questions of each stage, and moments up to the storing of what came of them. */
function instantsOf(count: number, random: () => number): Instant[] {
  const upTo = (most: number) => Math.floor(random() * most);
  // At least as many there are in every round into which something new was put.
  const questions = { discover: 3, tags: 8, inspect: 4 };
  return stages.flatMap((stage) =>
    Array.from({ length: count }, () => ({ stage, nth: 1 + upTo(questions[stage]), delayMs: upTo(40) })),
  );
}

type Catalog = { readonly url: string; readonly environment: ProgramEnvironment };

async function emptyCatalog(kind: StoreKind, policies: string): Promise<Catalog> {
  const { url, drop } = await createTestDatabase(kind);
  onTestFinished(drop);
  const environment = {
    SIGNALBOX_DATABASE_URL: url,
    SIGNALBOX_POLICIES: policies,
    SIGNALBOX_WORKER_LEASE_MS: "2000",
    SIGNALBOX_WORKER_POLL_MS: "100",
  };
  return { url, environment };
}

function policiesFor(registry: StagedRegistry): string {
  const tags = { channels: ["stable", "testing", "edge"], default: "stable" };
  return writePolicies(temporaryFolder(), {
    registries: [loopbackRegistry(registry.host)],
    sources: [{ id: "os", registry: registry.host, namespace: "os", kind: "base", tags }],
  });
}

async function inStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url, testDatabaseLimits);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function finish({ environment }: Catalog): Promise<void> {
  const { code, stdout, stderr } = await runProgram(["index", "--once"], environment);
  expect(code, `${stdout}${stderr}`).toBe(0);
}

/** Starts the program, and kills it when it has asked the registry what the instant says. */
async function killAt(
  registry: StagedRegistry,
  { environment }: Catalog,
  { stage, nth, delayMs }: Instant,
  addMore: () => void,
): Promise<void> {
  const reached = registry.reached(stage, nth);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { child, ended } = startProgram(["index", "--once"], environment);
    const first = await Promise.race([reached.then(() => "reached"), ended.then(() => "ended")]);
    if (first === "reached") {
      await sleep(delayMs);
      child.kill("SIGKILL");
      expect(await ended).toMatchObject({ code: null, signal: "SIGKILL" });
      return;
    }
    // Another worker has done it all: again, with something new.
    const { code, stdout, stderr } = await ended;
    expect(code, `${stdout}${stderr}`).toBe(0);
    addMore();
  }
  throw new Error(`${stage} did not come to ${nth} questions`);
}

async function expectSame(killed: Catalog, undisturbed: Catalog): Promise<void> {
  const [found, wanted] = [await inStore(killed.url, dumpCatalog), await inStore(undisturbed.url, dumpCatalog)];
  expect(wanted.events?.length).toBeGreaterThan(0);
  for (const table of Object.keys(wanted)) expect(found[table], table).toEqual(wanted[table]);
  const ids = await inStore(killed.url, eventIds);
  expect(ids).toEqual(ids.map((_, i) => i + 1));
}

describe.each(storeKinds)("%s", (kind) => {
  test("the catalog is that of an undisturbed run", async () => {
    const random = seededRandom(seed);
    const registry = await startStagedRegistry();
    onTestFinished(() => registry.close());
    const { contents } = registry;
    const policies = policiesFor(registry);
    const [undisturbed, killed] = [await emptyCatalog(kind, policies), await emptyCatalog(kind, policies)];
    let repositories = 0;
    const addOne = () => addRepository(contents, repositories++);
    for (let i = 0; i < atFirst; i++) addOne();
    // On PostgreSQL another worker lives through it all, and does its part of the work.
    const second = kind === "postgres" ? startProgram(["index"], secondOf(killed)) : undefined;
    await second?.waitFor(/"indexing"/);

    for (const instant of instantsOf(killsWhileNew, random)) {
      addOne();
      await killAt(registry, killed, instant, addOne);
    }
    await finish(killed);
    await finish(undisturbed);
    await expectSame(killed, undisturbed);

    for (const [i, instant] of instantsOf(killsWhileChanged, random).entries()) {
      changeRepository(contents, 2 * i);
      changeRepository(contents, 2 * i + 1);
      await killAt(registry, killed, instant, addOne);
    }
    await finish(killed);
    if (second !== undefined) expect(await second.stop("SIGTERM")).toMatchObject({ code: 0 });
    await finish(undisturbed);
    await expectSame(killed, undisturbed);
  });
});

/** It asks seldom, so that the first one comes to its turn. */
function secondOf({ environment }: Catalog): ProgramEnvironment {
  return {
    ...environment,
    SIGNALBOX_PUBLIC_URL: secondWorkerUrl,
    SIGNALBOX_WORKER_POLL_MS: "1500",
    SIGNALBOX_WORKER_CONCURRENCY: "1",
    SIGNALBOX_WORKER_PER_HOST_CONCURRENCY: "1",
  };
}
