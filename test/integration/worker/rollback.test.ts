// Tags that go back to a build that nothing but their own past tells from the newer one: what plans say of them.
import { describe, expect, test } from "vitest";
import { type BuiltManifest, buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { type SigningKey, signingKey } from "../../kit/signing/keys.ts";
import { predicateTypes, statement } from "../../kit/signing/payloads.ts";
import { keyAttestation } from "../../kit/signing/scenes.ts";
import { storeKinds } from "../../kit/stores.ts";
import { fakeRegistry } from "./fake-registry.ts";
import { minute, tagsOf, workerBench } from "./harness.ts";
import { builtOf, folderOf, host, name, path, planFor, signatureOf, signatureTag } from "./signing-bench.ts";

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

  describe("provenance", () => {
    const [alice, mallory] = [signingKey("alice"), signingKey("mallory")];
    const trusting = (key: SigningKey) =>
      folderOf(
        {
          ...documentsOf("oci"),
          trust: [{ id: "os", scopes: [host], signers: [{ id: "builder", key: "keys/builder.pub" }] }],
        },
        { "keys/builder.pub": key },
      );

    /** What cosign pushes beside it: a signature, and who built it when. */
    function signedTags({ digest }: BuiltManifest, finishedOn: string, builder: SigningKey) {
      const predicate = { runDetails: { builder: { id: "https://builder.example" }, metadata: { finishedOn } } };
      const said = statement(digest, predicateTypes.provenance1, { predicate });
      const attestation = keyAttestation([builder], said, predicateTypes.provenance1);
      return {
        [signatureTag(digest)]: signatureOf(alice, digest),
        [`${digest.replace(":", "-")}.att`]: builtOf(layersManifest([attestation])),
      };
    }

    async function movedBack(newer: BuiltManifest, older: BuiltManifest, told: readonly BuiltManifest[]) {
      const registry = fakeRegistry(host);
      const opened = await workerBench(kind, [registry]);
      const set = trusting(alice);
      await opened.worker.adopt(set);
      const signed = Object.assign(
        {},
        ...told.map((image, i) => signedTags(image, `2026-08-0${9 - i}T00:00:00Z`, alice)),
      );
      const move = async (image: BuiltManifest, beside: Record<string, BuiltManifest> = {}) => {
        registry.put(path, { ...signed, ...beside, stable: image });
        await opened.run();
        return planFor(opened.store, set, opened.clock.now());
      };
      const before = await move(newer);
      expect(before.decisionReasons).not.toContain("TAG_ROLLBACK");
      return { ...opened, registry, set, move, after: await move(older) };
    }

    test("tells a first move to an older build, until its signer is believed no more", async () => {
      const { after, worker, store, clock, set } = await movedBack(second, first, [second, first]);
      expect(after.decisionReasons).toContain("TAG_ROLLBACK");
      expect(after.target.olderThan).toMatchObject({ digest: second.digest, created: "2026-08-01T00:00:00Z" });
      const { since } = (await tagsOf(store, name)).stable ?? {};
      expect(Date.parse(after.target.olderThan?.since ?? "")).toBe(since);

      const stranger = trusting(mallory);
      await worker.adopt(stranger);
      expect((await planFor(store, stranger, clock.now())).target.olderThan).toBeNull();
      await worker.adopt(set);
      expect((await planFor(store, set, clock.now())).target.olderThan).toEqual(after.target.olderThan);
    });

    test("of a platform's image speaks of its index", async () => {
      const [newer, older] = ["newer", "older"].map((seed) => buildMultiArch(seed, ["amd64", "arm64"], { labels }));
      if (newer === undefined || older === undefined) throw new Error("there are two");
      const arm = [newer, older].flatMap(({ children }) => children.slice(1));
      const { after } = await movedBack(newer, older, arm);
      expect(after.target.olderThan).toMatchObject({ digest: newer.digest });
    });

    test("that a stranger signed tells nothing", async () => {
      const registry = fakeRegistry(host);
      const { worker, run, store, clock } = await workerBench(kind, [registry]);
      const set = trusting(alice);
      await worker.adopt(set);
      const beside = {
        ...signedTags(second, "2026-08-09T00:00:00Z", alice),
        ...signedTags(first, "2026-08-08T00:00:00Z", mallory),
      };
      for (const image of [second, first]) {
        registry.put(path, { ...beside, stable: image });
        await run();
      }
      const plan = await planFor(store, set, clock.now());
      expect([plan.trust.verdict, plan.target.olderThan]).toEqual(["verified", null]);
    });

    test("is compared with the newest that the tag ever named, and forgotten when it goes on", async () => {
      const third = buildImage({ seed: "third", labels });
      const newest = buildImage({ seed: "newest", labels });
      const { move, clock } = await movedBack(second, first, [second, third, first]);
      clock.advance(minute);
      // Half a step forward does not make two steps back good.
      expect((await move(third)).target.olderThan).toMatchObject({ digest: second.digest });
      clock.advance(minute);
      const forward = await move(newest, signedTags(newest, "2026-08-10T00:00:00Z", alice));
      expect([forward.trust.verdict, forward.target.olderThan]).toEqual(["verified", null]);
    });
  });
});
