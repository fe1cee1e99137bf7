// A hostile registry at the catalog's level: each fault is a failed item with its reason, and everything else is indexed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registriesOver } from "../../../worker/open-registries.ts";
import { buildDeepIndex, buildImage, buildIndex, buildMultiArch } from "../../kit/registries/build-image.ts";
import type { Fault } from "../../kit/registries/faults.ts";
import { type HostileRegistry, startHostileRegistry } from "../../kit/registries/hostile-registry.ts";
import { createTestHttpClient, testRegistryLimits } from "../../kit/registries/open-test-registry.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { repositoryNamed, tagsOf, workerBench, workerLimits } from "./harness.ts";

const image = buildMultiArch("good");

/** The fault, and the failed item that the catalog shows of it. `tag` null: the repository as a whole. */
const faults: readonly (readonly [title: string, fault: Fault, code: string, tag: string | null])[] = [
  ["a body without end", "endless-body", "too-large", "stable"],
  ["a slow drip", "slow-drip", "timeout", "stable"],
  ["silence", "silence", "timeout", null],
  ["bytes of another digest", "wrong-digest", "digest-mismatch", "stable"],
  ["a manifest of 100 MB", "large-manifest", "too-large", "stable"],
  ["an index that contains itself", "self-index", "digest-mismatch", "stable"],
  ["a redirect loop", "redirect-loop", "redirect-refused", null],
  ["a redirect to a private address", "redirect-private", "address-refused", null],
  ["a redirect to the cloud's metadata", "redirect-metadata", "address-refused", null],
  ["a loop of 401", "auth-loop", "unauthorized", null],
  ["a token of another host", { kind: "foreign-realm", realm: "http://127.0.0.1:1/token" }, "address-refused", null],
  ["a gzip bomb", "gzip-bomb", "too-large", "stable"],
  ["a tag list that never ends", "endless-tags", "too-many", null],
  ["a tag list that goes in a circle", "circular-tags", "malformed", null],
  ["a next page at another host", "foreign-link", "malformed", null],
  ["what is not UTF-8", "not-utf8", "malformed", null],
  ["a web page in place of JSON", "web-page", "malformed", null],
  ["a web page that says 429", "html-429", "rate-limited", null],
  ["a server error", "server-error", "server-error", null],
  ["a Docker schema 1 manifest", "schema1", "unsupported-media-type", "stable"],
  ["a connection that breaks", "reset", "unreachable", "stable"],
  ["tags that change between list and read", "vanishing-tags", "tag-dangling", "stable"],
];

const limits = { ...workerLimits, perHostConcurrency: 16, storeLingerMs: 20 };

describe.each(storeKinds)("%s", (kind) => {
  let registry: HostileRegistry;
  beforeAll(async () => {
    registry = await startHostileRegistry();
  });
  afterAll(() => registry.close());

  async function index(kind: StoreKind, paths: readonly string[]) {
    const http = createTestHttpClient({
      http: { deadlineMs: 10_000, idleTimeoutMs: 5_000, headersTimeoutMs: 5_000, circuitFailures: 1_000 },
    });
    const environment = {
      limits: { ...testRegistryLimits, tagsPerRepository: 2_000, manifestBytes: 1024 * 1024 },
      credentials: () => undefined,
      now: Date.now,
    };
    const bench = await workerBench(kind, [], { registries: registriesOver(http, environment), limits, now: Date.now });
    await bench.adopt({
      registries: [{ host: registry.host, dialect: "oci", plainHttp: true, requestsPerSecond: 100_000 }],
      sources: [
        {
          id: "os",
          registry: registry.host,
          repositories: paths,
          kind: "remix",
          tags: { channels: ["stable", "deep", "mixed"] },
        },
      ],
    });
    const report = await bench.worker.runOnce();
    await http.close();
    return { ...bench, report };
  }

  test("one run over every fault at once indexes all that is good", async () => {
    const paths = faults.map((_, i) => `broken/r${i}`);
    for (const [i, [, fault]] of faults.entries()) {
      registry.contents.push(`broken/r${i}`, image, "stable");
      registry.break(`broken/r${i}`, fault);
    }
    for (let i = 0; i < 5; i++) registry.contents.push(`good/r${i}`, image, "stable");
    const good = Array.from({ length: 5 }, (_, i) => `good/r${i}`);
    const { store, report, log } = await index(kind, [...paths, ...good]);

    const shown = new Map(report.failures.map((item) => [item.repository, item]));
    const seen = faults.map(([title], i) => {
      const item = shown.get(`${registry.host}/broken/r${i}`);
      return [title, item?.code, item?.tag];
    });
    expect(seen).toEqual(faults.map(([title, , code, tag]) => [title, code, tag]));
    expect(report.failures).toHaveLength(faults.length);
    for (const item of report.failures) {
      expect(item.reason.length).toBeGreaterThan(10);
      expect(item.reason).not.toMatch(/\p{Cc}/u);
    }
    for (const path of good) {
      expect((await tagsOf(store, `${registry.host}/${path}`)).stable).toMatchObject({ digest: image.digest });
      expect(await repositoryNamed(store, `${registry.host}/${path}`)).toMatchObject({
        state: "listed",
        failingSince: null,
      });
    }
    expect(report.sources).toMatchObject([{ done: paths.length + good.length, failing: false }]);
    expect(log.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("indexes too deep, too wide or with unreadable parts fail by themselves, beside a good tag", async () => {
    const path = "odd/indexes";
    const wide = buildIndex(
      Array.from({ length: 60 }, (_, i) => ({
        manifest: buildImage({ seed: `wide ${i}` }),
        platform: { os: "linux", architecture: `arch${i}` },
      })),
    );
    const broken = buildImage({ seed: "broken", manifest: { layers: "none" } });
    const mixed = buildIndex([
      { manifest: buildImage({ seed: "fine" }), platform: { os: "linux", architecture: "amd64" } },
      { manifest: broken, platform: { os: "linux", architecture: "arm64" } },
      { manifest: buildImage({ seed: "windows", os: "windows" }), platform: { os: "windows", architecture: "amd64" } },
    ]);
    registry.contents.push(path, image, "stable");
    registry.contents.push(path, buildDeepIndex(5), "deep");
    registry.contents.push(path, mixed, "mixed");
    const { store, report } = await index(kind, [path]);
    const items = report.failures.map(({ tag, stage, code }) => [tag, stage, code]).toSorted();
    expect(items).toEqual([
      ["deep", "inspect", "too-deep"],
      ["mixed", "inspect", "malformed"],
    ]);
    expect(await tagsOf(store, `${registry.host}/${path}`)).toMatchObject({
      stable: { digest: image.digest, failingSince: null },
      deep: { digest: null, failureCode: "too-deep" },
      mixed: { digest: mixed.digest, failingSince: null },
    });
    registry.contents.push("odd/wide", wide, "stable");
    const second = await index(kind, ["odd/wide"]);
    expect(second.report.failures).toMatchObject([{ tag: "stable", stage: "inspect", code: "too-many" }]);
  });
});
