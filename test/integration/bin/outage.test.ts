// An outage as it reaches an installer: what was known stays, and every answer says since when nobody could look.
import { describe, expect, test } from "vitest";
import { Repository, TagPage } from "../../../server/api/repository-schemas.ts";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { bodyOf, testServer } from "../../kit/server.ts";
import { storeKinds } from "../../kit/stores.ts";
import { failing, fakeRegistry, type Method } from "../worker/fake-registry.ts";
import { workerBench } from "../worker/harness.ts";

const host = "registry.example";
const path = "os/desktop";
const documents = {
  registries: [{ host, dialect: "oci" }],
  sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
};

describe.each(storeKinds)("on %s", (kind) => {
  test.each<{ title: string; method: Method }>([
    { title: "the list of tags", method: "listTags" },
    { title: "the tag", method: "lookAtTag" },
  ])("from the first failed look at $title until one succeeds", async ({ method }) => {
    const registry = fakeRegistry(host);
    registry.put(path, { stable: buildMultiArch("one", ["amd64"]) });
    const { store, clock, adopt, run } = await workerBench(kind, [registry]);
    const server = testServer(store);
    const say = async (at: string) => {
      server.clock.now = clock.now();
      await server.refresh();
      return server.get(at);
    };
    const plan = async () =>
      bodyOf(SwitchPlanSchema, await say(`/api/v1/resolve?ref=${host}/${path}:stable&arch=amd64`));
    const staleSince = async () => {
      const repository = await bodyOf(Repository, await say(`/api/v1/repository?name=${host}/${path}`));
      const tags = await bodyOf(TagPage, await say(`/api/v1/repository/tags?name=${host}/${path}`));
      return [(await plan()).staleSince, repository.channels[0]?.staleSince, tags.items[0]?.staleSince];
    };
    await adopt(documents);
    await run();
    const { observedAt, target } = await plan();
    expect(await staleSince()).toEqual([null, null, null]);

    registry.before(failing("server-error", (call) => call.method === method));
    await run();
    const [since] = await staleSince();
    expect(Date.parse(since ?? "")).toBeGreaterThan(Date.parse(observedAt ?? ""));
    expect(await staleSince()).toEqual([since, since, since]);
    await run();
    expect(await staleSince()).toEqual([since, since, since]);
    expect(await plan()).toMatchObject({ observedAt, target: { digest: target.digest } });

    registry.before(() => {});
    await run();
    expect(await staleSince()).toEqual([null, null, null]);
  });
});
