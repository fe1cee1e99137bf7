// Resolve by digest: the channels that named it tell what only a tag tells, of the target and of what a host follows.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildImage, buildIndex, catalogTime, policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const repository = "registry.example/desk/os";
const amd64 = (seed: string) => buildIndex([buildImage({ seed })]);
const lts = amd64("lts");
const olderLts = amd64("older-lts");
const stable = amd64("stable");
const shared = amd64("shared");
const unnamed = amd64("unnamed");
const documents = policySetOf({
  registries: [{ host: "registry.example", dialect: "oci" }],
  sources: [
    {
      id: "desk",
      registry: "registry.example",
      namespace: "desk",
      kind: "remix",
      distribution: "fedora",
      tags: { channels: ["stable", "latest", "lts"] },
      facets: { desktop: "gnome", backend: "ostree" },
      facetPatterns: [{ tag: "lts", set: { family: "centos" } }],
    },
  ],
});

const hostOf = (reference: string, index: typeof lts) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  status: {
    booted: {
      image: {
        image: { image: reference, transport: "registry" },
        ...{ imageDigest: index.images[0]?.digest, version: "44", architecture: "amd64" },
      },
      incompatible: false,
      pinned: false,
      ostree: {},
    },
  },
});

describe.each(storeKinds)("resolve by digest on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      await catalog.documents(documents);
      await catalog.repository(repository, { sourceId: "desk", distribution: "fedora" });
      await catalog.channel(repository, "lts", lts, { facets: { family: ["centos"] } });
      await catalog.channel(repository, "stable", stable, { facets: {} });
      await catalog.channel(repository, "latest", shared, { facets: {} });
      for (const image of [olderLts, unnamed]) await catalog.image(repository, image);
      await catalog.history(repository, "lts", olderLts.digest, catalogTime - 9, catalogTime - 5);
      await catalog.history(repository, "lts", shared.digest, catalogTime - 19, catalogTime - 9);
    });
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  async function familyOf(target: string, host: object) {
    const answer = await server.post("/api/v1/resolve?verbose=true", { target, host });
    const plan = await bodyOf(SwitchPlanSchema, answer);
    return plan.hazards.find(({ id }) => id === "distribution-family-change")?.status;
  }

  test.each([
    { title: "what one tag names", image: lts, is: "present" },
    { title: "what it named", image: olderLts, is: "present" },
    { title: "what a tag of the other kind names", image: stable, is: "absent" },
    { title: "what tags of both kinds named", image: shared, is: "unknown" },
    { title: "what no tag named", image: unnamed, is: "unknown" },
  ])("a change of family is $is for $title", async ({ image, is }) => {
    const host = hostOf(`${repository}:stable`, stable);
    expect(await familyOf(`${repository}@${image.digest}`, host)).toBe(is);
    // The second answer comes from memory.
    expect(await familyOf(`${repository}@${image.digest}`, host)).toBe(is);
  });

  test.each([
    { title: "what one tag names", image: lts, is: "present" },
    { title: "what a tag of the other kind names", image: stable, is: "absent" },
    { title: "what no tag named", image: unnamed, is: "unknown" },
  ])("a change of family is $is for a host that follows $title", async ({ image, is }) => {
    expect(await familyOf(`${repository}:latest`, hostOf(`${repository}@${image.digest}`, image))).toBe(is);
  });
});
