// What has the form of a digest, and which bytes it names.
import { expect, test } from "vitest";
import { Digest, digestOf, isDigest, matchesDigest } from "../../../../policies/words/digest.ts";

const empty256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test.each([
  [empty256, true],
  [`sha512:${"a".repeat(128)}`, true],
  [`sha512:${"a".repeat(64)}`, false],
  [`sha256:${"a".repeat(63)}`, false],
  [`sha256:${"A".repeat(64)}`, false],
  [`sha256:${"g".repeat(64)}`, false],
  [`sha1:${"a".repeat(40)}`, false],
  [`sha256:${"a".repeat(64)}\n`, false],
  ["a".repeat(64), false],
])("%j is a digest: %s", (text, valid) => {
  expect(isDigest(text)).toBe(valid);
  expect(Digest.safeParse(text).success).toBe(valid);
});

test("bytes have the digest that the specification gives them, by either algorithm", () => {
  expect(digestOf("")).toBe(empty256);
  expect(digestOf("abc", "sha512")).toMatch(/^sha512:ddaf35a193617abacc417349ae204131/);
});

test("only the very bytes match", () => {
  const bytes = Buffer.from("manifest");
  expect(matchesDigest(bytes, digestOf(bytes))).toBe(true);
  expect(matchesDigest(bytes, digestOf(bytes, "sha512"))).toBe(true);
  expect(matchesDigest(Buffer.from("manifesT"), digestOf(bytes))).toBe(false);
});
