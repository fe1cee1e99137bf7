// What Go's registry clients read: the type of Go's v1.IndexManifest, and the statuses of remote/referrers.go.
import { describe, expect, test } from "vitest";
import { isIndexToGo, isReadableByGo, isTagReadAfter } from "../../../../worker/registry/read-by-go.ts";

const digest = `sha256:${"a".repeat(64)}`;
const entry = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 5 };
const platform = { architecture: "amd64", os: "linux", "os.version": "1", "os.features": ["a"], variant: "v8" };
const read = (index: unknown) => isReadableByGo(Buffer.from(JSON.stringify(index)), "an index");
const readEntry = (more: object) => read({ schemaVersion: 2, manifests: [{ ...entry, ...more }] });

describe("an index", () => {
  test.each([
    {},
    { manifests: null },
    { manifests: [] },
    {
      manifests: [entry, { ...entry, platform, annotations: { a: "b" }, urls: ["u"], data: "e30=", artifactType: "a" }],
    },
    { manifests: [{ ...entry, annotations: null, artifactType: null, platform: null }] },
    { manifests: [{ ...entry, unknown: [1] }], unknown: 5 },
  ])("is read: %j", (index) => {
    expect(read({ schemaVersion: 2, ...index })).toBe(true);
  });

  test.each([
    { manifests: {} },
    { manifests: [null] },
    { manifests: [5] },
    { schemaVersion: "2" },
    { mediaType: 5 },
    { annotations: { a: 5 } },
    { annotations: ["a"] },
    { subject: { ...entry, digest: "sha256:" } },
  ])("is not: %j", (index) => {
    expect(read({ schemaVersion: 2, manifests: [entry], ...index })).toBe(false);
  });
});

test.each([
  { digest: undefined },
  { digest: "sha256:short" },
  { digest: `sha256:${"A".repeat(64)}` },
  { digest: `sha512:${"a".repeat(128)}` },
  { size: "5" },
  { size: 1.5 },
  { mediaType: 5 },
  { artifactType: 5 },
  { annotations: { a: 5 } },
  { annotations: "a" },
  { urls: [5] },
  { data: 5 },
  { platform: "linux/amd64" },
  { platform: { architecture: 5 } },
  { platform: { "os.features": "a" } },
])("one entry with %j and it is not", (more) => {
  expect(readEntry(more)).toBe(false);
});

test("the type is compared to the letter", () => {
  const type = "application/vnd.oci.image.index.v1+json";
  const others = [`${type};charset=utf-8`, `${type}; charset=utf-8`, type.toUpperCase(), `${type} `, undefined, ""];
  expect([type, ...others].map(isIndexToGo)).toEqual([true, ...others.map(() => false)]);
});

test("the fallback tag is read after these alone", () => {
  const statuses = [200, 301, 303, 307, 400, 401, 403, 404, 405, 406, 410, 429, 500, 501, 503];
  expect(statuses.filter(isTagReadAfter)).toEqual([200, 301, 303, 307, 400, 404, 406]);
});
