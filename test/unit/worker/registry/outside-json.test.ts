// Whatever JSON comes from outside: it is read, or refused with a code, and nothing else ever happens.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../../../../worker/http/http.ts";
import { parseChallenges } from "../../../../worker/registry/challenge.ts";
import { descriptorsIn } from "../../../../worker/registry/descriptors.ts";
import { checkLayoutFile, readLayoutIndex } from "../../../../worker/registry/layout-index.ts";
import { findNextLink, nextPage } from "../../../../worker/registry/link.ts";
import { checkManifestAnswer } from "../../../../worker/registry/manifest-checks.ts";
import { cleanText, parseWarnings } from "../../../../worker/registry/outside-text.ts";
import { readQuayRepositories, readQuayTags } from "../../../../worker/registry/quay-api.ts";
import { readSaid, refusalOf } from "../../../../worker/registry/refusals.ts";
import { RegistryError } from "../../../../worker/registry/registry-error.ts";
import { readToken } from "../../../../worker/registry/token.ts";

const names = [
  "tags",
  "repositories",
  "manifests",
  "errors",
  "name",
  "namespace",
  "manifest_digest",
  "start_ts",
  "end_ts",
];
const more = [
  "mediaType",
  "digest",
  "size",
  "annotations",
  "token",
  "expires_in",
  "next_page",
  "state",
  "code",
  "message",
];
const digest = `sha256:${"a".repeat(64)}`;
const leaf = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, "", digest, "a/b", "__proto__", "application/vnd.oci.image.index.v1+json"),
  fc.string(),
  fc.double(),
);
/** JSON that has the members that are looked for, with anything in them. */
const { value: outside } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names, ...more), tie("value"), { maxKeys: 5 }),
  ),
}));
const body = fc.oneof(
  outside.map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

function answer(bytes: Buffer, headers: Record<string, string> = {}): HttpAnswer {
  return { status: 404, headers, body: bytes, url: new URL("https://registry.example/v2/a"), cut: false };
}

const readers: readonly [string, (bytes: Buffer) => unknown][] = [
  ["Quay's repositories", (bytes) => readQuayRepositories(bytes, "a", "x")],
  ["Quay's tags", (bytes) => readQuayTags(bytes, "x")],
  ["descriptors", (bytes) => descriptorsIn(bytes, "x")],
  ["a layout's index", (bytes) => readLayoutIndex(bytes, 10, "x")],
  ["oci-layout", (bytes) => checkLayoutFile(bytes, "x")],
  ["a token", (bytes) => readToken(bytes, 0, 1_000, "x")],
  ["a refusal", (bytes) => [readSaid(answer(bytes)), refusalOf(answer(bytes), 0)]],
  ["a manifest", (bytes) => checkManifestAnswer(answer(bytes, { "content-type": "application/json" }), null, "x")],
];

describe("JSON from outside", () => {
  test.each(readers)("as %s", (_, read) => {
    fc.assert(
      fc.property(body, (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("headers and texts of any kind are read", () => {
  const pieces = fc.constantFrom(
    '"',
    "\\",
    "<",
    ">",
    ";",
    ",",
    "=",
    " ",
    "rel",
    "next",
    "Bearer",
    "realm",
    "299 - ",
    "\u202e",
    "x",
  );
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 40 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(header, (text) => {
      parseChallenges(text);
      parseWarnings(text);
      findNextLink(text);
      const page = nextPage(text, new URL("https://registry.example/v2/a"));
      if (page.outcome === "next") expect(page.url.origin).toBe("https://registry.example");
      expect(cleanText(text, 20).length).toBeLessThanOrEqual(20);
      expect(cleanText(text)).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 2_000 },
  );
});
