// Killed while it looks for signatures and started again, the program comes to the same findings and verdicts.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../db/store.ts";
import { builtOf, signatureTag } from "../../integration/worker/signing-bench.ts";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import { type ProgramEnvironment, runProgram, startProgram, temporaryFolder } from "../../kit/program.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { startFake } from "../../kit/registries/fake-server.ts";
import { parseRegistryRequest, registryHandler } from "../../kit/registries/memory-registry.ts";
import { createContents } from "../../kit/registries/registry-contents.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { cosignPayload, predicateTypes, statement } from "../../kit/signing/payloads.ts";
import { keyAttestation, keyBundle, keySignature, signStatement } from "../../kit/signing/scenes.ts";
import { createTestDatabase, type StoreKind, storeKinds, testDatabaseLimits } from "../../kit/stores.ts";
import { dumpCatalog } from "./dump-catalog.ts";

const alice = signingKey("alice");
const mallory = signingKey("mallory");

/** At which question about signatures the program is killed, counted from its start, and how long after it. */
const instants = [
  { nth: 1, delayMs: 0 },
  { nth: 2, delayMs: 25 },
  { nth: 4, delayMs: 5 },
  { nth: 6, delayMs: 40 },
  { nth: 9, delayMs: 12 },
] as const;

/** There are instants between a question and its answer, as on a network. */
const answerMs = 4;

async function signedRegistry() {
  const contents = createContents();
  const answers = registryHandler(contents, { referrers: "api" });
  let asked = 0;
  let waiting: { readonly at: number; readonly reach: () => void } | undefined;
  const server = await startFake(async (request, response) => {
    const { kind, reference } = parseRegistryRequest(request) ?? {};
    if (kind === "referrers" || reference?.startsWith("sha256-")) {
      asked++;
      if (waiting !== undefined && asked >= waiting.at) waiting.reach();
    }
    await sleep(answerMs);
    return answers(request, response);
  });
  onTestFinished(() => server.close());
  const { host } = new URL(server.url);

  /** Signed by who may and by who may not, as a tag and as a bundle, with an attestation; one is not signed at all. */
  function addRepository(i: number): void {
    const path = `os/r${i}`;
    const image = buildMultiArch(`kill ${i}`, ["amd64", "arm64"]);
    const [amd64] = image.children;
    if (amd64 === undefined) throw new Error("the index has images");
    contents.push(path, image, "stable");
    if (i % 4 === 3) return;
    const payload = cosignPayload(`${host}/${path}`, image.digest);
    const layers = [keySignature(alice, payload), keySignature(mallory, payload)];
    contents.push(path, builtOf(layersManifest(i % 4 === 2 ? layers.slice(1) : layers)), signatureTag(image.digest));
    const sbom = keyAttestation([alice], statement(image.digest, predicateTypes.spdx), predicateTypes.spdx);
    contents.push(path, builtOf(layersManifest([sbom])), `${image.digest.replace(":", "-")}.att`);
    contents.push(path, builtOf(bundleManifest(keyBundle(alice, signStatement(amd64.digest)), amd64.digest)));
  }

  return {
    host,
    addRepository,
    reached: (nth: number) =>
      new Promise<void>((reach) => {
        waiting = { at: asked + nth, reach };
      }),
  };
}

function policiesFor(host: string): string {
  const folder = writePolicies(temporaryFolder(), {
    registries: [loopbackRegistry(host)],
    sources: [{ id: "os", registry: host, namespace: "os", kind: "base", tags: { channels: ["stable"] } }],
    trust: [{ id: "os", scopes: [host], signers: [{ id: "alice", key: "keys/alice.pub" }] }],
  });
  mkdirSync(join(folder, "trust", "keys"));
  writeFileSync(join(folder, "trust", "keys", "alice.pub"), alice.pem);
  return folder;
}

async function emptyCatalog(kind: StoreKind, policies: string): Promise<ProgramEnvironment & { readonly url: string }> {
  const { url, drop } = await createTestDatabase(kind);
  onTestFinished(drop);
  return { url, SIGNALBOX_DATABASE_URL: url, SIGNALBOX_POLICIES: policies, SIGNALBOX_WORKER_LEASE_MS: "2000" };
}

async function finish({ url: _, ...environment }: ProgramEnvironment): Promise<void> {
  const { code, stdout, stderr } = await runProgram(["index", "--once"], environment);
  expect(code, `${stdout}${stderr}`).toBe(0);
}

/**
 * What is known of signatures, without when it was seen and how often it was stored, and without since when one is missed:
 * that says when the image is looked at next, and depends on whether its repository had answered by referrers before.
 */
async function findingsIn(url: string) {
  const store = await openStore(url, testDatabaseLimits);
  try {
    const { evidence, evidenceBlobs, signatureLooks, judgements, tags, repositories } = await dumpCatalog(store);
    const known = { evidence, evidenceBlobs, signatureLooks, judgements, tags, repositories };
    const bare = (line: string) =>
      line.replaceAll(/"(?:(?:firstSeenAt|version)":\d+|missing_since":(?:null|"a time")),?/g, "");
    return Object.fromEntries(
      Object.entries(known).map(([table, lines]) => [table, (lines ?? []).map(bare).toSorted()]),
    );
  } finally {
    await store.close();
  }
}

describe.each(storeKinds)("%s", (kind) => {
  test("the findings and verdicts are those of an undisturbed run", async () => {
    const registry = await signedRegistry();
    const policies = policiesFor(registry.host);
    const [undisturbed, killed] = [await emptyCatalog(kind, policies), await emptyCatalog(kind, policies)];
    let repositories = 0;
    for (const { nth, delayMs } of instants) {
      // Something that nobody has looked at yet, each time.
      for (let i = 0; i < 3; i++) registry.addRepository(repositories++);
      const reached = registry.reached(nth);
      const { url: _, ...environment } = killed;
      const { child, ended } = startProgram(["index", "--once"], environment);
      const first = await Promise.race([reached.then(() => "reached"), ended.then(() => "ended")]);
      expect(first).toBe("reached");
      await sleep(delayMs);
      child.kill("SIGKILL");
      expect(await ended).toMatchObject({ code: null, signal: "SIGKILL" });
    }
    await finish(killed);
    await finish(undisturbed);
    const [found, wanted] = [await findingsIn(killed.url), await findingsIn(undisturbed.url)];
    // Of four repositories three are signed, in three places, and one of those by a stranger alone.
    const verdicts = (wanted.judgements ?? []).map((line) => JSON.parse(line).verdict);
    expect(
      Object.fromEntries(
        Map.groupBy(verdicts, String)
          .entries()
          .map(([verdict, all]) => [verdict, all.length]),
      ),
    ).toEqual({
      verified: 20,
      invalid: 4,
      unsigned: 21,
    });
    expect(wanted.evidence?.length).toBe(44);
    for (const [table, lines] of Object.entries(wanted)) expect(found[table], table).toEqual(lines);
  });
});
