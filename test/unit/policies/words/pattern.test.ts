// What `*` matches: against a reference that splits at `/` and lets regular expressions do the rest.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInScope, matchesAny, matchesPattern } from "../../../../policies/words/pattern.ts";

describe("matchesPattern", () => {
  test.each([
    ["latest", "latest", true],
    ["latest", "Latest", false],
    ["latest", "latest2", false],
    ["*", "", true],
    ["*", "anything", true],
    ["*", "a/b", false],
    ["**", "a/b", false],
    ["*/*", "a/b", true],
    ["*/*", "a/b/c", false],
    ["stable-*", "stable-44", true],
    ["stable-*", "stable-", true],
    ["stable-*", "stable", false],
    ["*.qcow2", "44.20260416.0.qcow2", true],
    ["*-nvidia-open", "deck-nvidia-open", true],
    ["*-nvidia-open", "nvidia-open", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["fedora-*", "fedora-a/b", false],
    ["44.*", "440", false],
    ["[ab]", "a", false],
    ["[ab]", "[ab]", true],
    ["a?", "ab", false],
    ["", "", true],
    ["", "a", false],
    [
      "https://github.com/ublue-os/*/.github/workflows/*.yml@refs/heads/main",
      "https://github.com/ublue-os/bazzite/.github/workflows/build.yml@refs/heads/main",
      true,
    ],
    [
      "https://github.com/ublue-os/*/.github/workflows/*.yml@refs/heads/main",
      "https://github.com/ublue-os/x/y/.github/workflows/build.yml@refs/heads/main",
      false,
    ],
    ["https://github.com/*", "https://github.com.evil/a", false],
  ])("%j on %j: %s", (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });

  /** The definition, segment by segment; slow, and right to look at. */
  function matchesSegments(pattern: string, text: string): boolean {
    const patterns = pattern.split("/");
    const texts = text.split("/");
    return (
      patterns.length === texts.length &&
      patterns.every((each, index) => {
        const source = each
          .split("*")
          .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
          .join("[^/]*");
        return new RegExp(`^${source}$`, "su").test(texts[index] ?? "");
      })
    );
  }

  test("it equals the definition by segments", () => {
    const letters = fc.constantFrom("a", "b", "/", ".", "-");
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(letters, fc.constant("*")), maxLength: 10 }),
        fc.string({ unit: letters, maxLength: 12 }),
        (pattern, text) => {
          expect(matchesPattern(pattern, text)).toBe(matchesSegments(pattern, text));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("a pattern made from the text by putting stars over parts of it matches", () => {
    const segment = fc.tuple(
      fc.stringMatching(/^[a-z.]{0,3}$/),
      fc.stringMatching(/^[a-z.]{0,3}$/),
      fc.stringMatching(/^[a-z.]{0,3}$/),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const text = segments.map((parts) => parts.join("")).join("/");
        const pattern = segments.map(([head, , tail]) => `${head}*${tail}`).join("/");
        expect(matchesPattern(pattern, text)).toBe(true);
      }),
    );
  });

  test("a hostile pattern costs at most the product of both lengths", () => {
    const started = performance.now();
    expect(matchesPattern(`${"*a".repeat(120)}b`, "a".repeat(10_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test("one of several patterns is enough, and none of none", () => {
  expect(matchesAny(["x", "stable*"], "stable-44")).toBe(true);
  expect(matchesAny([], "stable")).toBe(false);
});

test.each([
  ["ghcr.io", "ghcr.io/a/b", true],
  ["ghcr.io/a", "ghcr.io/a/b", true],
  ["ghcr.io/a/b", "ghcr.io/a/b", true],
  ["ghcr.io/a", "ghcr.io/ab", false],
  ["ghcr.io/a", "ghcr.io.evil/a", false],
  ["ghcr.io", "ghcr.io:5000/a", false],
])("scope %s and %s: %s", (scope, name, inside) => {
  expect(isInScope(scope, name)).toBe(inside);
});
