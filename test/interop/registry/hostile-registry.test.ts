// A hostile registry: each fault has its code and its end in time, and the repositories beside it are read as ever.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Registry } from "../../../worker/registry/registry.ts";
import { buildDeepIndex, buildMultiArch, sha256 } from "../../kit/registries/build-image.ts";
import { startFake } from "../../kit/registries/fake-server.ts";
import type { Fault } from "../../kit/registries/faults.ts";
import { type HostileRegistry, startHostileRegistry } from "../../kit/registries/hostile-registry.ts";
import { never, openTestRegistry, type TestRegistry } from "../../kit/registries/open-test-registry.ts";

const image = buildMultiArch("one");
const ends: (() => Promise<void>)[] = [];
let hostile: HostileRegistry;
let client: TestRegistry;

beforeEach(async () => {
  hostile = await startHostileRegistry();
  hostile.contents.push("good/neighbour", image, "stable");
  hostile.contents.push("bad/one", image, "stable");
  const http = { headersTimeoutMs: 400, idleTimeoutMs: 400, deadlineMs: 1_500, slowAfterMs: 300 };
  client = openTestRegistry({ host: hostile.host }, { http });
  ends.push(client.close, hostile.close);
});
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

type Question = (registry: Registry) => Promise<unknown>;
const listTags: Question = (registry) => registry.listTags("bad/one", never);
const lookAtTag: Question = (registry) => registry.lookAtTag("bad/one", "stable", null, never);
const readManifest: Question = (registry) => registry.readManifest("bad/one", image.digest, never);
const readBlob: Question = (registry) => registry.readBlob("bad/one", sha256("x"), 1_000_000, never);
const readReferrers: Question = (registry) => registry.readReferrers("bad/one", image.digest, never);
const findRepository: Question = (registry) => registry.findRepository("bad/one", never);

const cases: readonly [Fault, string, readonly Question[]][] = [
  ["endless-body", "too-large", [lookAtTag, readManifest]],
  ["slow-drip", "timeout", [lookAtTag, readManifest]],
  ["silence", "timeout", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  ["wrong-digest", "digest-mismatch", [lookAtTag, readManifest]],
  ["large-manifest", "too-large", [lookAtTag, readManifest]],
  ["self-index", "digest-mismatch", [readManifest]],
  ["redirect-loop", "redirect-refused", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  ["redirect-private", "address-refused", [listTags, lookAtTag, readManifest, readBlob, findRepository]],
  ["redirect-metadata", "address-refused", [listTags, lookAtTag, readManifest, readBlob, findRepository]],
  ["auth-loop", "unauthorized", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  ["gzip-bomb", "too-large", [lookAtTag, readManifest]],
  ["endless-tags", "too-many", [listTags]],
  ["circular-tags", "malformed", [listTags]],
  ["foreign-link", "malformed", [listTags]],
  ["not-utf8", "malformed", [listTags, lookAtTag]],
  ["html-429", "rate-limited", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  ["reset", "unreachable", [lookAtTag, readManifest]],
  ["web-page", "unsupported-media-type", [lookAtTag]],
  ["web-page", "malformed", [listTags]],
  ["web-page", "digest-mismatch", [readManifest, readBlob]],
  ["schema1", "unsupported-media-type", [lookAtTag]],
  ["server-error", "server-error", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  ["web-404", "not-found", [listTags, lookAtTag, readManifest, readBlob, readReferrers, findRepository]],
  [{ kind: "redirect", to: "http://127.0.0.1:1/" }, "address-refused", [lookAtTag, readBlob]],
  [{ kind: "redirect", to: "http://cdn.example/" }, "redirect-refused", [lookAtTag, readBlob]],
  [{ kind: "redirect", to: "ftp://cdn.example/" }, "redirect-refused", [lookAtTag, readBlob]],
  [{ kind: "foreign-realm", realm: "http://169.254.169.254/token" }, "address-refused", [lookAtTag, listTags]],
  [{ kind: "foreign-realm", realm: "http://127.0.0.1:1/token" }, "address-refused", [lookAtTag, listTags]],
  [{ kind: "foreign-realm", realm: "http://auth.example/token" }, "redirect-refused", [lookAtTag, listTags]],
  [{ kind: "retry-after", header: "86400", times: 1_000 }, "rate-limited", [lookAtTag]],
];

const cut = (fault: Fault) => (typeof fault === "string" ? fault : JSON.stringify(fault));

describe.each(cases.map(([fault, code, questions]) => ({ name: cut(fault), fault, code, questions })))(
  "$name",
  ({ fault, code, questions }) => {
    test.each(questions.map((question) => ({ name: String(question).match(/registry\.(\w+)/)?.[1], question })))(
      `$name ends as ${code} in time, and the neighbour is read`,
      async ({ question }) => {
        hostile.break("bad/one", fault);
        const started = performance.now();
        await expect(question(client.registry)).rejects.toMatchObject({ name: "RegistryError", code });
        expect(performance.now() - started).toBeLessThan(4_000);
        const isPaused = typeof fault === "object" && fault.kind === "retry-after";
        const neighbour = client.registry.lookAtTag("good/neighbour", "stable", null, never);
        if (isPaused) await expect(neighbour).rejects.toMatchObject({ code: "rate-limited" });
        else expect(await neighbour).toMatchObject({ outcome: "manifest" });
      },
    );
  },
);

test("an error's words are the registry's own, and fit to be shown", async () => {
  hostile.break("bad/one", "server-error");
  const error = await listTags(client.registry).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ said: { status: 500, code: "UNKNOWN", message: "the database [31m is away" } });
  expect(String(error)).not.toMatch(/\p{Cc}/u);
});

test("an index within an index within an index is read level by level: how deep is for the reader to say", async () => {
  const deep = buildDeepIndex(50);
  hostile.contents.push("bad/deep", deep, "stable");
  let digest = deep.digest;
  for (let level = 0; level < 50; level += 1) {
    const manifest = await client.registry.readManifest("bad/deep", digest, never);
    digest = JSON.parse(manifest?.bytes.toString() ?? "{}").manifests[0].digest;
  }
  expect((await client.registry.readManifest("bad/deep", digest, never))?.mediaType).toContain("image.manifest");
});

test("an index that names itself never comes a second time: the digest is another's", async () => {
  hostile.break("bad/one", "self-index");
  const look = await client.registry.lookAtTag("bad/one", "stable", null, never);
  if (look.outcome !== "manifest") throw new Error(look.outcome);
  const [entry] = JSON.parse(look.manifest.bytes.toString()).manifests;
  await expect(client.registry.readManifest("bad/one", entry.digest, never)).rejects.toMatchObject({
    code: "digest-mismatch",
  });
});

test("tags that are gone when they are read are absent, one by one", async () => {
  hostile.break("bad/one", "vanishing-tags");
  expect((await client.registry.listTags("bad/one", never))?.map(({ name }) => name)).toEqual(["stable"]);
  expect(await client.registry.lookAtTag("bad/one", "stable", image.digest, never)).toEqual({ outcome: "absent" });
});

test("tags that move between the list and the look are what they are when they are looked at", async () => {
  const next = buildMultiArch("two");
  expect((await client.registry.listTags("bad/one", never))?.length).toBe(1);
  hostile.contents.push("bad/one", next, "stable");
  expect(await client.registry.lookAtTag("bad/one", "stable", image.digest, never)).toMatchObject({
    outcome: "digest",
    digest: next.digest,
  });
});

test("a token for another host is fetched there without our password, if that host may be asked at all", async () => {
  const thief = await startFake((_, response) => void response.end('{"token":"theirs"}'));
  const server = await startHostileRegistry();
  server.break("bad/one", { kind: "foreign-realm", realm: `${thief.url}/token` });
  const credentials = { outcome: "set", username: "alice", password: "s3cret" } as const;
  const opened = openTestRegistry(
    { host: server.host, credentials: { username: "U", password: "P" } },
    { credentials },
  );
  ends.push(opened.close, server.close, thief.close);
  await expect(lookAtTag(opened.registry)).rejects.toMatchObject({ code: "address-refused" });
  expect(thief.requests).toEqual([]);
  opened.http.declare([server, thief].map(({ url }) => ({ origin: url, addresses: "loopback" })));
  await expect(lookAtTag(opened.registry)).rejects.toMatchObject({ code: "unauthorized" });
  expect(thief.requests.length).toBeGreaterThan(0);
  expect(thief.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain("Basic");
});

test("Retry-After is waited for, and then all is well", async () => {
  hostile.break("bad/one", { kind: "retry-after", header: "1", times: 1 });
  const started = performance.now();
  expect(await lookAtTag(client.registry)).toMatchObject({ outcome: "manifest" });
  expect(performance.now() - started).toBeGreaterThanOrEqual(990);
});

test("many faults at once leave the neighbour alone, and nothing under way", async () => {
  const faults = [
    "endless-body",
    "slow-drip",
    "silence",
    "gzip-bomb",
    "large-manifest",
    "reset",
    "redirect-loop",
  ] as const;
  for (const fault of faults) hostile.break(`bad/${fault}`, fault);
  const all = faults.map((fault) => client.registry.lookAtTag(`bad/${fault}`, "x", null, never).catch(() => "failed"));
  const neighbours = Array.from({ length: 20 }, () =>
    client.registry.lookAtTag("good/neighbour", "stable", null, never),
  );
  for (const look of await Promise.all(neighbours)) expect(look.outcome).toMatch(/manifest|unchanged/);
  expect(await Promise.all(all)).toEqual(faults.map(() => "failed"));
});
