// Fetching a root by TUF from a repository on loopback: what is newer and rightly signed is taken, and nothing else.
import { expect, onTestFinished, test, vi } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import type { FetchedRoot } from "../../../../worker/trust-root/fetch-root.ts";
import { fetchRoot } from "../../../../worker/trust-root/fetch-root.ts";
import { createTestHttpClient } from "../../../kit/registries/open-test-registry.ts";
import { makeAuthority, trustedRootOf } from "../../../kit/signing/authority.ts";
import { startTufRepository, type TufRepository } from "../../../kit/tuf-repository.ts";

const rootOf = (name: string) => Buffer.from(JSON.stringify(trustedRootOf(makeAuthority(name))));
const [first, second, third] = [rootOf("first"), rootOf("second"), rootOf("third")];
const limits = { rootTimeoutMs: 10_000, rootBytes: 256 * 1024 };
const nothing = { metadata: null, root: null };

async function served(): Promise<TufRepository> {
  const repository = await startTufRepository();
  onTestFinished(() => repository.fake.close());
  return repository;
}

async function fetchFrom(
  { url, anchor }: Pick<TufRepository, "url" | "anchor">,
  kept: Parameters<typeof fetchRoot>[2] = nothing,
  change: Partial<typeof limits> = {},
): Promise<FetchedRoot> {
  const http = createTestHttpClient();
  http.declare([{ origin: new URL(url).origin, addresses: "loopback" }]);
  try {
    return await fetchRoot(http, { url, anchor }, kept, { ...limits, ...change }, new AbortController().signal);
  } finally {
    await http.close();
  }
}

function keptOf(fetched: FetchedRoot) {
  if (fetched.outcome !== "root") throw new Error(`${fetched.code}: ${fetched.reason}`);
  return { metadata: fetched.metadata, root: fetched.root };
}

test("the newest root is fetched, with the metadata by which the next one is held against it", async () => {
  const repository = await served();
  repository.publish(first);
  const fetched = await fetchFrom(repository);
  expect(fetched).toMatchObject({ outcome: "root", root: { digest: digestOf(first), content: first.toString() } });
  expect(Object.keys(fetched.metadata ?? {})).toEqual(["root.json", "snapshot.json", "targets.json", "timestamp.json"]);
});

test("what is kept is not fetched again", async () => {
  const repository = await served();
  repository.publish(first);
  const kept = keptOf(await fetchFrom(repository));
  const before = repository.fake.requests.length;
  expect(keptOf(await fetchFrom(repository, kept)).root).toEqual(kept.root);
  const asked = repository.fake.requests.slice(before).map(({ url }) => url);
  expect(asked).toEqual(["/2.root.json", "/timestamp.json"]);
});

test("a newer root is taken, also by keys that came with TUF's next root", async () => {
  const repository = await served();
  repository.publish(first);
  const kept = keptOf(await fetchFrom(repository));
  repository.publish(second);
  const newer = keptOf(await fetchFrom(repository, kept));
  expect(newer.root.digest).toBe(digestOf(second));
  repository.rotate();
  repository.publish(third);
  const newest = keptOf(await fetchFrom(repository, newer));
  expect(newest.root.digest).toBe(digestOf(third));
  expect(JSON.parse(newest.metadata?.["root.json"] ?? "").signed.version).toBe(2);
});

test("an older one is not taken, though it was right once", async () => {
  const repository = await served();
  repository.publish(first);
  const old = repository.saved();
  repository.publish(second);
  const kept = keptOf(await fetchFrom(repository));
  for (const [path, bytes] of old) repository.files.set(path, bytes);
  const fetched = await fetchFrom(repository, kept);
  expect(fetched).toMatchObject({ outcome: "failed", code: "not-trusted" });
  expect(fetched.metadata).toEqual(kept.metadata);
});

test("an older snapshot under a newer timestamp is not taken either", async () => {
  const repository = await served();
  repository.publish(first);
  const old = repository.saved();
  repository.publish(second);
  const kept = keptOf(await fetchFrom(repository));
  repository.publish(third);
  repository.files.set("3.snapshot.json", old.get("1.snapshot.json") ?? Buffer.from(""));
  expect(await fetchFrom(repository, kept)).toMatchObject({ outcome: "failed", code: "not-trusted" });
});

test("what has expired is not taken: somebody may be keeping newer ones back", async () => {
  const repository = await served();
  repository.publish(first, { expires: "2020-01-01T00:00:00Z" });
  expect(await fetchFrom(repository)).toMatchObject({ outcome: "failed", code: "not-trusted" });
});

test("another's keys sign nothing", async () => {
  const [repository, other] = [await served(), await served()];
  repository.publish(first, { signedBy: other });
  expect(await fetchFrom(repository)).toMatchObject({ outcome: "failed", code: "not-trusted" });
  other.publish(first);
  expect(await fetchFrom({ url: other.url, anchor: repository.anchor })).toMatchObject({ code: "not-trusted" });
});

test("a target that is not what its metadata says is not taken", async () => {
  const repository = await served();
  repository.publish(first);
  const path = [...repository.files.keys()].find((each) => each.startsWith("targets/")) ?? "";
  const meddled = Buffer.from(first);
  meddled[100] = (meddled[100] ?? 0) ^ 1;
  repository.files.set(path, meddled);
  expect(await fetchFrom(repository)).toMatchObject({ outcome: "failed", code: "not-trusted" });
});

test("a root that passes and cannot be used is not taken", async () => {
  const repository = await served();
  repository.publish(Buffer.from("{}"));
  expect(await fetchFrom(repository)).toMatchObject({ outcome: "failed", code: "unusable" });
});

test("a program with a newer root of TUF begins there, and keeps what it knows", async () => {
  const repository = await served();
  repository.publish(first);
  const kept = keptOf(await fetchFrom(repository));
  repository.rotate();
  repository.publish(second);
  const anchor = repository.files.get("2.root.json")?.toString() ?? "";
  repository.files.delete("2.root.json");
  expect(keptOf(await fetchFrom({ url: repository.url, anchor }, kept)).root.digest).toBe(digestOf(second));
});

test("no network, a wrong answer and one that is too long are no answer", async () => {
  const repository = await served();
  repository.publish(first);
  const kept = keptOf(await fetchFrom(repository));
  expect(await fetchFrom(repository, nothing, { rootBytes: 200 })).toMatchObject({ code: "unreachable" });
  repository.files.delete("timestamp.json");
  expect(await fetchFrom(repository, kept)).toMatchObject({
    code: "unreachable",
    reason: expect.stringContaining("404"),
  });
  await repository.fake.close();
  const fetched = await fetchFrom(repository, kept);
  expect(fetched).toMatchObject({ outcome: "failed", code: "unreachable" });
  expect(fetched.metadata).toEqual(kept.metadata);
});

test("a machine without room for temporary files says so", async () => {
  const repository = await served();
  repository.publish(first);
  vi.stubEnv("TMPDIR", "/nowhere/at/all");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await fetchFrom(repository)).toMatchObject({ outcome: "failed", code: "no-folder", metadata: null });
});

test("a stop ends it", async () => {
  const repository = await served();
  const http = createTestHttpClient();
  const stopped = AbortSignal.abort(new Error("stopped"));
  await expect(fetchRoot(http, repository, nothing, limits, stopped)).rejects.toThrow("stopped");
  await http.close();
});
