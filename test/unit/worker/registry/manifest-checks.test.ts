// What must hold of bytes before they are believed to be a manifest.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import type { HttpAnswer } from "../../../../worker/http/http.ts";
import { checkManifestAnswer } from "../../../../worker/registry/manifest-checks.ts";

const ociIndex = "application/vnd.oci.image.index.v1+json";
const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
const schema1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";

function check(body: string | Buffer, headers: Record<string, string>, digest: string | null = null) {
  const url = new URL("https://registry.example/");
  const answer: HttpAnswer = { status: 200, headers, body: Buffer.from(body), url, cut: false };
  return checkManifestAnswer(answer, digest, "registry.example/a:b");
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a manifest's media type", () => {
  const bare = '{"schemaVersion":2,"layers":[]}';
  const index = '{"schemaVersion":2,"manifests":[]}';
  const named = (mediaType: string) => JSON.stringify({ schemaVersion: 2, mediaType });
  test.each([
    [ociManifest, bare, ociManifest],
    [ociIndex, index, ociIndex],
    [dockerManifest, named(dockerManifest), dockerManifest],
    [dockerList, named(dockerList), dockerList],
    [`${ociManifest}; charset=utf-8`, bare, ociManifest],
    [ociManifest.toUpperCase(), bare, ociManifest],
    ["application/json", named(ociIndex), ociIndex],
    ["application/octet-stream", named(dockerManifest), dockerManifest],
    ["text/plain; charset=utf-8", bare, ociManifest],
    [undefined, index, ociIndex],
  ])("sent as %s, with the body %s, is %s", (contentType, body, mediaType) => {
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    expect(check(body, headers).mediaType).toBe(mediaType);
  });

  test.each([
    ["text/html", "<html>", "unsupported-media-type"],
    ["text/html", bare, "unsupported-media-type"],
    [schema1, '{"schemaVersion":1}', "unsupported-media-type"],
    ["application/json", JSON.stringify({ mediaType: schema1 }), "unsupported-media-type"],
    ["application/json", JSON.stringify({ mediaType: "application/x-other" }), "unsupported-media-type"],
    ["application/vnd.oci.artifact.manifest.v1+json", bare, "unsupported-media-type"],
    [ociManifest, named(ociIndex), "malformed"],
    [ociIndex, named(ociManifest), "malformed"],
    [dockerManifest, named(ociManifest), "malformed"],
    [ociManifest, JSON.stringify({ mediaType: 5 }), "malformed"],
    [ociManifest, "<html>", "malformed"],
    [ociManifest, "[]", "malformed"],
    [ociManifest, "", "malformed"],
    [ociManifest, Buffer.from([0x7b, 0xff, 0x7d]), "malformed"],
  ])("sent as %s, with the body %s, is refused as %s", (contentType, body, expected) => {
    expect(() => check(body, { "content-type": contentType })).toThrow(code(expected));
  });
});

describe("a manifest's digest", () => {
  const body = '{"schemaVersion":2}';
  const headers = { "content-type": ociManifest };
  const sha256 = digestOf(body);
  const sha512 = `sha512:${createHash("sha512").update(body).digest("hex")}`;
  const other = digestOf("other");

  test.each([
    { title: "nothing is said", asked: null, announced: undefined, digest: sha256 },
    { title: "the header is right", asked: null, announced: sha256, digest: sha256 },
    { title: "the header is empty", asked: null, announced: "", digest: sha256 },
    { title: "the header has the longer one", asked: null, announced: sha512, digest: sha512 },
    { title: "it was asked for", asked: sha256, announced: sha256, digest: sha256 },
    { title: "the longer one was asked for", asked: sha512, announced: sha256, digest: sha512 },
  ])("is taken where $title", ({ asked, announced, digest }) => {
    const all = announced === undefined ? headers : { ...headers, "docker-content-digest": announced };
    expect(check(body, all, asked)).toMatchObject({ digest, bytes: Buffer.from(body) });
  });

  test.each([
    { title: "the header is another's", asked: null, announced: other, expected: "digest-mismatch" },
    { title: "another was asked for", asked: other, announced: undefined, expected: "digest-mismatch" },
    { title: "another was asked for and announced", asked: other, announced: other, expected: "digest-mismatch" },
    {
      title: "the header is another's than was asked for",
      asked: sha256,
      announced: other,
      expected: "digest-mismatch",
    },
    { title: "the header is no digest", asked: null, announced: "md5:abc", expected: "malformed" },
    {
      title: "the header has a path in it",
      asked: null,
      announced: `sha256:../${"a".repeat(61)}`,
      expected: "malformed",
    },
  ])("is refused where $title", ({ asked, announced, expected }) => {
    const all = announced === undefined ? headers : { ...headers, "docker-content-digest": announced };
    expect(() => check(body, all, asked)).toThrow(code(expected));
  });
});
