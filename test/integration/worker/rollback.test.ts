// Tags that go back to a build that nothing but their own past tells from the newer one: what plans say of them.
import { describe, expect, test } from "vitest";
import { buildImage } from "../../kit/registries/build-image.ts";
import { storeKinds } from "../../kit/stores.ts";
import { fakeRegistry } from "./fake-registry.ts";
import { tagsOf, workerBench } from "./harness.ts";
import { folderOf, host, name, path, planFor } from "./signing-bench.ts";

const labels = { "containers.bootc": "1", "org.opencontainers.image.created": "2026-08-01T00:00:00Z" };
/** Reproducible builds: one time, no version. */
const [first, second] = [buildImage({ seed: "first", labels }), buildImage({ seed: "second", labels })];

const documentsOf = (dialect: "oci" | "quay", rollbacks: readonly object[] = []) => ({
  registries: [{ host, dialect }],
  sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
  projects: [{ id: "os", name: "OS", repositories: { [name]: { rollbacks } } }],
});

describe.each(storeKinds)("%s", (kind) => {
  test("a plan tells of an older digest than before, until the rollback is published", async () => {
    const registry = fakeRegistry(host);
    const { store, worker, run, clock } = await workerBench(kind, [registry]);
    const silent = folderOf(documentsOf("oci"));
    await worker.adopt(silent);
    const planOfMove = async (image: typeof first) => {
      registry.put(path, { stable: image });
      await run();
      return planFor(store, silent, clock.now());
    };
    expect((await planOfMove(first)).decisionReasons).not.toContain("TAG_ROLLBACK");
    expect((await planOfMove(second)).decisionReasons).not.toContain("TAG_ROLLBACK");
    const back = await planOfMove(first);
    expect(back.decisionReasons).toContain("TAG_ROLLBACK");
    expect(back.decision).not.toBe("allow");
    expect(back.target.olderThan).toMatchObject({ digest: second.digest, created: "2026-08-01T00:00:00Z" });

    const publishes = (digest: string) => folderOf(documentsOf("oci", [{ tag: "stable", digest }]));
    const published = await planFor(store, publishes(first.digest), clock.now());
    expect(published.decisionReasons).not.toContain("TAG_ROLLBACK");
    expect(published.target.olderThan).toEqual(back.target.olderThan);
    const other = await planFor(store, publishes(second.digest), clock.now());
    expect(other.decisionReasons).toContain("TAG_ROLLBACK");
    expect((await planOfMove(second)).decisionReasons).not.toContain("TAG_ROLLBACK");
  });

  test("what a tag named before this catalog knew it counts, where its registry tells", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    const hour = (n: number) => Date.UTC(2026, 10, 1, n);
    const period = ({ digest }: typeof first, from: number, to: number | null) => ({
      tag: "stable",
      digest,
      fromMs: hour(from),
      toMs: to === null ? null : hour(to),
    });
    registry.put(path, { stable: second });
    registry.history(path, [period(second, 5, null), period(first, 1, 5)]);
    const { store, worker, run } = await workerBench(kind, [registry]);
    await worker.adopt(folderOf(documentsOf("quay")));
    await run();
    expect((await tagsOf(store, name)).stable).toMatchObject({ digest: second.digest, olderThan: null });
    registry.put(path, { stable: first });
    registry.history(path, [period(first, 9, null), period(second, 5, 9), period(first, 1, 5)]);
    await run();
    expect((await tagsOf(store, name)).stable).toMatchObject({
      digest: first.digest,
      since: hour(9),
      olderThan: { digest: second.digest },
    });
  });
});
