// Bodies that come packed though nobody asked for it.
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { unpackBody } from "../../../../worker/http/unpack.ts";

const text = Buffer.from(JSON.stringify({ tags: Array.from({ length: 500 }, (_, i) => `tag-${i}`) }));

describe("unpackBody", () => {
  test.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["GZIP", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
    ["identity", text],
    ["gzip, identity", gzipSync(text)],
    ["deflate, gzip", gzipSync(deflateSync(text))],
    [undefined, text],
  ])("%s", async (encoding, body) => {
    expect(await unpackBody(body, encoding, 100_000)).toEqual(text);
  });

  test.each([
    ["gzip", gzipSync(Buffer.alloc(2_000_000))],
    ["deflate", deflateSync(Buffer.alloc(2_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(2_000_000))],
    ["zstd", zstdCompressSync(Buffer.alloc(2_000_000))],
    ["gzip, gzip", gzipSync(gzipSync(Buffer.alloc(2_000_000)))],
  ])("%s that unpacks to more than the limit is too large", async (encoding, body) => {
    expect(body.length).toBeLessThan(10_000);
    await expect(unpackBody(body, encoding, 1_000_000)).rejects.toMatchObject({ code: "too-large" });
    expect((await unpackBody(body, encoding, 2_000_000)).length).toBe(2_000_000);
  });

  test.each([
    ["gzip", Buffer.from("not gzip")],
    ["gzip", gzipSync(text).subarray(0, 50)],
    ["br", Buffer.from("not brotli at all, surely")],
    ["zstd", Buffer.from("not zstd")],
    ["compress", text],
    ["gzip, gzip, gzip", text],
    ["__proto__", text],
  ])("%s that is not what it says is malformed", async (encoding, body) => {
    await expect(unpackBody(body, encoding, 100_000)).rejects.toMatchObject({ code: "malformed" });
  });
});
