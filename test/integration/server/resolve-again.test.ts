// Resolve asked again: the same question by POST is answered from memory, with what a fresh answer would say.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildImage, policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, fedora, fedoraOlder, gone, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const path = "/api/v1/resolve";
const local = buildImage({ seed: "local" });
const deployment = (imageDigest: string) => ({
  image: {
    image: { image: `${fedora}:44`, transport: "registry" },
    ...{ imageDigest, version: "44", architecture: "amd64" },
  },
  incompatible: false,
  pinned: false,
});
const question = JSON.stringify({
  target: `${bazzite}:stable`,
  host: {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    status: { booted: deployment(fedoraOlder.digest), rollback: deployment(local.digest) },
  },
});
const newDocuments = policySetOf({
  registries: [{ host: "ghcr.io", dialect: "oci" }],
  sources: [{ id: "ublue", registry: "ghcr.io", namespace: "ublue-os", kind: "remix", project: "bazzite" }],
  projects: [{ id: "bazzite", name: "Renamed", repositories: { [bazzite]: { successor: fedora } } }],
});

describe.each(storeKinds)("the same POST again on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  /** What is answered from memory is not even parsed. */
  async function ask(body: string = question, query = "", to: TestServer = server) {
    const parsing = vi.spyOn(JSON, "parse");
    try {
      const answer = await to.post(`${path}${query}`, body);
      return { answer, text: await answer.text(), isFromMemory: parsing.mock.calls.length === 0 };
    } finally {
      parsing.mockRestore();
    }
  }

  async function fresh(body: string = question, query = "") {
    const another = testServer(store);
    await another.refresh();
    another.clock.now = server.clock.now;
    return (await ask(body, query, another)).text;
  }

  async function touch(name: string, change: object = {}): Promise<void> {
    await writeCatalog(store, async (catalog) => {
      const { repositories } = catalog.tx.t;
      const rows = await catalog.tx.db
        .update(repositories)
        .set({ revision: 1, ...change })
        .where(eq(repositories.name, name))
        .returning({ id: repositories.id });
      for (const { id } of rows) catalog.change.touch(id);
    });
    await server.refresh();
  }

  test("gets the bytes that were made for the first, and those are what a fresh server makes", async () => {
    const first = await ask();
    const second = await ask();
    expect(first.answer.status).toBe(200);
    expect([first.isFromMemory, second.isFromMemory]).toEqual([false, true]);
    expect(second.text).toBe(first.text);
    expect(await fresh()).toBe(first.text);
    const plain = (answer: Response) => [...answer.headers].filter(([name]) => name !== "ratelimit");
    expect(plain(second.answer)).toEqual(plain(first.answer));
    expect(second.answer.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    { title: "another host", body: question.replace(local.digest, fedoraOlder.digest) },
    { title: "one byte more", body: `${question} ` },
    { title: "all hazards", query: "?verbose=true" },
    { title: "an architecture beside the host's", query: "?arch=arm64" },
  ])("$title is another question", async ({ body = question, query = "" }) => {
    await ask();
    const other = await ask(body, query);
    expect(other.isFromMemory).toBe(false);
    expect(other.text).toBe(await fresh(body, query));
  });

  test.each([
    { title: "of another type", headers: { "content-type": "text/plain" }, status: 415 },
    { title: "with an encoding", headers: { "content-encoding": "gzip" }, status: 415 },
    { title: "with a parameter that is none", query: "?depth=3", status: 400 },
  ])("a known body $title is refused as ever", async ({ headers = {}, query = "", status }) => {
    await ask();
    expect((await server.post(`${path}${query}`, question, headers)).status).toBe(status);
  });

  test("a refusal is not kept", async () => {
    const unknown = question.replace(`${bazzite}:stable`, `${bazzite}:none`);
    expect((await ask(unknown)).answer.status).toBe(503);
    expect((await ask(unknown)).isFromMemory).toBe(false);
    expect((await ask("{")).answer.status).toBe(400);
    expect((await ask("{")).answer.status).toBe(400);
  });

  test.each([
    { title: "the target", name: bazzite },
    { title: "the repository of what the host has booted", name: fedora },
  ])("a commit to $title ends it", async ({ name }) => {
    await ask();
    await touch(name);
    expect((await ask()).isFromMemory).toBe(false);
    expect((await ask()).isFromMemory).toBe(true);
  });

  test("a commit to what it does not speak of leaves it", async () => {
    await ask();
    await touch(gone);
    expect((await ask()).isFromMemory).toBe(true);
  });

  test("an image that the host keeps and nobody had ends it where it comes in", async () => {
    await ask();
    await writeCatalog(store, (catalog) => catalog.image(gone, local));
    await server.refresh();
    const again = await ask();
    expect(again.isFromMemory).toBe(false);
    expect(again.text).toBe(await fresh());
  });

  test("new documents end it", async () => {
    const before = await ask();
    await writeCatalog(store, (catalog) => catalog.documents(newDocuments));
    await server.refresh();
    const after = await ask();
    expect(after.isFromMemory).toBe(false);
    expect(after.text).not.toBe(before.text);
    expect(after.text).toBe(await fresh());
  });

  test("time alone ends it where it changes the plan, and after its minutes", async () => {
    const body = question.replace(`${bazzite}:stable`, `${fedora}:44`);
    server.clock.now = Date.parse("2027-05-11T23:59:59Z");
    const before = await ask(body);
    expect((await ask(body)).isFromMemory).toBe(true);
    server.clock.now += 1_000;
    const after = await ask(body);
    expect(after.isFromMemory).toBe(false);
    expect(after.text).not.toBe(before.text);
    expect(after.text).toBe(await fresh(body));
    server.clock.now += 15 * 60_000;
    expect((await ask(body)).isFromMemory).toBe(false);
  });

  test("what becomes private is not told again", async () => {
    await ask();
    await touch(fedora, { private: true });
    const ofAnother = await ask();
    expect(ofAnother.isFromMemory).toBe(false);
    expect(ofAnother.text).toBe(await fresh());
    await touch(bazzite, { private: true });
    expect((await ask()).answer.status).toBe(404);
    expect((await ask()).answer.status).toBe(404);
  });

  test("costs its share of the rate limit", async () => {
    const limited = testServer(store, { limits: { rateMax: 3 } });
    await limited.refresh();
    const asked = [];
    for (let i = 0; i < 4; i++) asked.push((await ask(question, "", limited)).answer);
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(asked.map(({ headers }) => headers.get("ratelimit")?.split(";")[1])).toEqual(["r=2", "r=1", "r=0", "r=0"]);
  });

  test("an operator may have none kept", async () => {
    const none = testServer(store, { limits: { hostAnswerBytes: 0 } });
    await none.refresh();
    const first = await ask(question, "", none);
    const second = await ask(question, "", none);
    expect(second.isFromMemory).toBe(false);
    expect(second.text).toBe(first.text);
  });

  test("a body that is too large is refused however often it comes", async () => {
    const large = question.replace("44", "4".repeat(70_000));
    for (let i = 0; i < 2; i++) expect((await ask(large)).answer.status).toBe(413);
    const stream = () => new Blob([large]).stream();
    for (let i = 0; i < 2; i++) {
      const request = new Request(`http://x${path}`, {
        ...{ method: "POST", body: stream(), duplex: "half" },
        headers: { "content-type": "application/json" },
      });
      expect((await server.app.request(request)).status).toBe(413);
    }
  });

  test("documents that come while a question is under way: nothing of before is kept for the next", async () => {
    let change = async () => {};
    const slow = testServer({
      ...store,
      prepared: (name, build) => {
        const statement = store.prepared(name, build);
        if (name !== "find_public_image") return statement;
        const { execute } = statement as { execute(values: unknown): Promise<unknown> };
        return { execute: (values: unknown) => change().then(() => execute.call(statement, values)) } as never;
      },
    });
    await slow.refresh();
    change = async () => {
      change = async () => {};
      await writeCatalog(store, (catalog) => catalog.documents(newDocuments));
      await slow.refresh();
    };
    await slow.post(path, question);
    const after = await slow.post(path, question);
    expect(await bodyOf(SwitchPlanSchema, after.clone())).toMatchObject({ lifecycle: { successor: fedora } });
    expect(await after.text()).toBe(await fresh());
  });

  test("documents that come while a body is still on its way are what it is judged by", async () => {
    const rest = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const body = new ReadableStream({
      async pull(controller) {
        started.resolve();
        await rest.promise;
        controller.enqueue(Buffer.from(question));
        controller.close();
      },
    });
    const headers = { "content-type": "application/json" };
    const dripping = server.app.request(
      new Request(`http://x${path}`, { method: "POST", headers, body, duplex: "half" }),
    );
    await started.promise;
    await writeCatalog(store, (catalog) => catalog.documents(newDocuments));
    await server.refresh();
    rest.resolve();
    expect(await (await dripping).text()).toBe(await fresh());
  });
});
