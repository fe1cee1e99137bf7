// Answers: conditions, lifetimes and headers of finished bytes.
import { describe, expect, test } from "vitest";
import { headersAt, isFresh, makeAnswer, toResponse } from "../../../../server/hot/answer.ts";

const now = 1_000_000;
const body = Buffer.from('{"a":1}');
const answer = makeAnswer({ body, mediaType: "application/json" }, now);
const { etag } = answer;

const valueAt = (made: typeof answer, moment: number) => headersAt(made, made.headers, moment)[1];

describe("conditions", () => {
  test.each([
    { title: "the same tag", condition: etag, fresh: true },
    { title: "the same tag, weakly", condition: `W/${etag}`, fresh: true },
    { title: "a list that has it", condition: `"a",W/"b" , ${etag}`, fresh: true },
    { title: "anything", condition: "*", fresh: true },
    { title: "anything, with blanks", condition: " * ", fresh: true },
    { title: "another tag", condition: '"a"', fresh: false },
    { title: "a tag without quotes", condition: etag.slice(1, -1), fresh: false },
    { title: "a tag of which it is a part", condition: `"x${etag.slice(1)}`, fresh: false },
    { title: "nothing", condition: "", fresh: false },
    { title: "a star among tags", condition: '"a", *', fresh: false },
  ])("$title: $fresh", ({ condition, fresh }) => {
    expect(isFresh(answer, condition)).toBe(fresh);
  });

  test("other bytes have another tag, the same bytes the same", () => {
    expect(makeAnswer({ body: Buffer.from("{}"), mediaType: "application/json" }, now).etag).not.toBe(etag);
    expect(makeAnswer({ body: Buffer.from(body), mediaType: "text/plain", about: [1] }, now + 5).etag).toBe(etag);
  });
});

describe("lifetimes", () => {
  test.each([
    { title: "nothing ends it", endsAt: null, at: now, expected: "public, max-age=60" },
    { title: "its end is far", endsAt: now + 60_000, at: now, expected: "public, max-age=60" },
    { title: "its end is near", endsAt: now + 60_000, at: now + 1, expected: "public, max-age=59" },
    { title: "its end has come", endsAt: now + 60_000, at: now + 60_000, expected: "public, max-age=0" },
    { title: "its end has gone", endsAt: now + 60_000, at: now + 90_000, expected: "public, max-age=0" },
  ])("$title: $expected", ({ endsAt, at, expected }) => {
    expect(valueAt(makeAnswer({ body, mediaType: "application/json", endsAt }, now), at)).toBe(expected);
  });

  test("what follows from bytes alone lives for ever", () => {
    const forever = makeAnswer({ body, mediaType: "application/json", lifetime: "forever" }, now);
    expect(valueAt(forever, now + 1e12)).toBe("public, max-age=31536000, immutable");
    expect(forever.keepUntil).toBe(Number.POSITIVE_INFINITY);
  });

  test("what no generation counts is made again after a second, and may be kept by others for a minute", () => {
    const uncounted = makeAnswer({ body, mediaType: "application/json", topics: ["catalog"] }, now);
    expect(uncounted.keepUntil).toBe(now + 1_000);
    expect(valueAt(uncounted, now)).toBe("public, max-age=60");
  });
});

describe("responses", () => {
  const ask = (method: string, headers: Record<string, string> = {}) =>
    toResponse(answer, new Request("http://server.example/x", { method, headers }), now);

  test("GET has the bytes, HEAD their length, and a 304 neither", async () => {
    expect(await ask("GET").text()).toBe('{"a":1}');
    const head = ask("HEAD");
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["7", ""]);
    const same = ask("GET", { "if-none-match": etag });
    expect(same.status).toBe(304);
    expect(same.headers.get("etag")).toBe(etag);
    expect(same.headers.get("cache-control")).toBe("public, max-age=60");
    expect(same.headers.get("access-control-allow-origin")).toBe("*");
    expect(same.headers.get("content-length")).toBeNull();
  });
});
