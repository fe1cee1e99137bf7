// What registries answer to the question for referrers, and what a look then says, by what is known of their API.
import { afterEach, expect, test } from "vitest";
import type { KnownReferrers } from "../../../../worker/registry/registry.ts";
import { buildReferrer, buildReferrersIndex } from "../../../kit/registries/build-artifact.ts";
import { buildImage, descriptorOf, ociIndex } from "../../../kit/registries/build-image.ts";
import { sendJson, sendOciError, startFake } from "../../../kit/registries/fake-server.ts";
import { never, openTestRegistry } from "../../../kit/registries/open-test-registry.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const image = buildImage({ seed: "signed" });
const bundle = buildReferrer(image, "application/vnd.dev.sigstore.bundle.v0.3+json", "a bundle");
const tagged = buildReferrersIndex([bundle]);
const start = 1_800_000_000_000;
const minute = 60_000;

type Answer = { readonly status: number; readonly code?: string; readonly body?: string; readonly location?: string };
/** `error`: the look has failed. `tag`: what the fallback tag says is everything. `none`: the API lists nothing. */
type Said = "tag" | "none" | "error";

/** A registry whose API gives pages until `answer` is set, and from then on to those of other repositories. */
async function open(hasTag: boolean) {
  const state: { answer: Answer | undefined; clock: number; pauses: number } = {
    answer: undefined,
    clock: start,
    pauses: 0,
  };
  const server = await startFake((request, response) => {
    const url = request.url ?? "";
    if (!url.includes("/referrers/")) {
      if (hasTag) response.writeHead(200, { "content-type": ociIndex }).end(tagged.bytes);
      else sendOciError(response, 404, "MANIFEST_UNKNOWN");
      return;
    }
    const { answer } = state;
    if (answer === undefined || url.includes("/v2/a/else/")) {
      const body = { schemaVersion: 2, mediaType: ociIndex, manifests: [descriptorOf(bundle)] };
      sendJson(response, 200, body, { "content-type": ociIndex });
    } else if (answer.code !== undefined) {
      sendOciError(response, answer.status, answer.code);
    } else {
      const location = answer.location === undefined ? {} : { location: answer.location };
      response.writeHead(answer.status, { "content-type": "text/html", ...location }).end(answer.body ?? "");
    }
  });
  const opened = openTestRegistry(
    { host: server.host },
    {
      now: () => state.clock,
      http: { attempts: 1 },
      async pause() {
        state.pauses += 1;
      },
    },
  );
  ends.push(opened.close, server.close);
  const read = (path = "a/b", known?: KnownReferrers) =>
    opened.registry.readReferrers(path, image.digest, never, known === undefined ? {} : { known });
  return { state, server, read };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function say(read: Promise<{ via: string; doubt?: Error }>): Promise<Said> {
  try {
    const { via } = await read;
    return via === "api" ? "none" : "tag";
  } catch {
    return "error";
  }
}

const page = "<html>";
const answers: readonly [string, Answer, Said, Said, Said][] = [
  // What is answered; then: nothing is known, this repository had the API, another of this host has it.
  ["404 without a body", { status: 404 }, "tag", "error", "error"],
  ["404 with a page", { status: 404, body: page }, "tag", "error", "error"],
  ["404 of a router", { status: 404, body: "404 page not found\n" }, "tag", "error", "error"],
  ["404 NOT_FOUND", { status: 404, code: "NOT_FOUND" }, "tag", "error", "tag"],
  ["404 NAME_UNKNOWN", { status: 404, code: "NAME_UNKNOWN" }, "tag", "error", "tag"],
  ["404 MANIFEST_UNKNOWN", { status: 404, code: "MANIFEST_UNKNOWN" }, "tag", "error", "tag"],
  ["404 UNSUPPORTED", { status: 404, code: "UNSUPPORTED" }, "tag", "error", "error"],
  ["400 UNSUPPORTED", { status: 400, code: "UNSUPPORTED" }, "tag", "error", "error"],
  ["400 NAME_INVALID", { status: 400, code: "NAME_INVALID" }, "tag", "error", "error"],
  ["400 with a page", { status: 400, body: page }, "tag", "error", "error"],
  ["400 MANIFEST_INVALID, Quay's word for none", { status: 400, code: "MANIFEST_INVALID" }, "none", "none", "none"],
  ["405", { status: 405 }, "tag", "error", "error"],
  ["406", { status: 406 }, "tag", "error", "error"],
  ["410", { status: 410 }, "tag", "error", "error"],
  ["501", { status: 501 }, "tag", "error", "error"],
  ["303 to another host", { status: 303, location: "https://web.example/x" }, "tag", "error", "error"],
  ["307 to another host", { status: 307, location: "https://web.example/x" }, "tag", "error", "error"],
  ["a page of HTML", { status: 200, body: page }, "tag", "error", "error"],
  ["401", { status: 401 }, "tag", "error", "error"],
  ["403", { status: 403 }, "tag", "error", "error"],
  ["429", { status: 429 }, "error", "error", "error"],
  ["500", { status: 500 }, "error", "error", "error"],
  ["503", { status: 503 }, "error", "error", "error"],
];

const had: KnownReferrers = { apiUntilMs: start + 7 * 24 * 60 * minute, failingSinceMs: null };

test.each(answers)("%s", async (_, answer, unknown, ofRepository, ofHost) => {
  const fresh = await open(false);
  fresh.state.answer = answer;
  expect(await say(fresh.read())).toBe(unknown);
  expect(fresh.state.pauses).toBe(unknown === "tag" ? 1 : 0);

  const listed = await open(false);
  await listed.read();
  listed.state.answer = answer;
  expect(await say(listed.read())).toBe(ofRepository);
  const earlier = await open(false);
  earlier.state.answer = answer;
  expect(await say(earlier.read("a/b", had))).toBe(ofRepository);

  const front = await open(false);
  await front.read("a/else");
  front.state.answer = answer;
  expect(await say(front.read())).toBe(ofHost);
});

const notFound: Answer = { status: 404, body: "404 page not found\n" };

test("the second of two answers counts, where the first was a stray", async () => {
  const { state, read } = await open(false);
  let asked = 0;
  Object.defineProperty(state, "answer", { get: () => (asked++ === 0 ? notFound : undefined) });
  expect(await read()).toMatchObject({ via: "api", descriptors: [{ digest: bundle.digest }] });
  expect(state.pauses).toBe(1);
});

test("what the fallback tag has counts while it is doubted that the API is gone, and the reason says until when", async () => {
  const { state, read } = await open(true);
  state.answer = notFound;
  const found = await read("a/b", had);
  expect(found).toMatchObject({ via: "tag", descriptors: [{ digest: bundle.digest }], doubt: { code: "not-found" } });
  expect(found.doubt?.message).toContain("2027-01-22T08:00:00.000Z");
  state.clock = start + 7 * 24 * 60 * minute;
  expect(await read("a/b", had)).not.toHaveProperty("doubt");
});

test("that other repositories have the API is a reason for ten minutes, whatever they answer meanwhile", async () => {
  const { state, read }: Opened = await open(false);
  await read("a/else");
  state.answer = notFound;
  expect(await say(read())).toBe("error");
  for (let i = 0; i < 9; i += 1) {
    state.clock += minute;
    await read("a/else");
    expect(await say(read())).toBe("error");
  }
  state.clock += minute;
  await read("a/else");
  expect(await say(read())).toBe("tag");
  expect(await say(read("a/new"))).toBe("error");
  expect(await say(read("a/else"))).toBe("none");
});

test("a new process counts the ten minutes from when the look began to fail", async () => {
  const { state, read } = await open(false);
  await read("a/else");
  state.answer = notFound;
  const failing = (failingSinceMs: number): KnownReferrers => ({ apiUntilMs: null, failingSinceMs });
  expect(await say(read("a/b", failing(start - 9 * minute)))).toBe("error");
  expect(await say(read("a/b", failing(start - 10 * minute)))).toBe("tag");
});
