// Candidates: the nearest names first, never too many, and cheap whatever is asked.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidates } from "../../../../policies/plan/candidates.ts";
import { referenceTo } from "./plan-builders.ts";

const known = [
  "ghcr.io/ublue-os/bazzite",
  "ghcr.io/ublue-os/bazzite-gnome",
  "ghcr.io/ublue-os/bluefin",
  "ghcr.io/projectbluefin/bluefin",
  "quay.io/fedora/fedora-bootc",
  "quay.io/fedora/fedora-coreos",
];

describe("candidates", () => {
  test.each([
    { wanted: "ghcr.io/ublue-os/bazite", first: "ghcr.io/ublue-os/bazzite" },
    { wanted: "ghcr.io/ublueos/bazzite", first: "ghcr.io/ublue-os/bazzite" },
    { wanted: "quay.io/fedora/fedora-botc:44", first: "quay.io/fedora/fedora-bootc" },
    { wanted: "registry.example/other/fedora-coreos", first: "quay.io/fedora/fedora-coreos" },
  ])("of $wanted begin with $first", ({ wanted, first }) => {
    expect(candidates(referenceTo(wanted), known, 3)[0]).toBe(first);
  });

  test("are the nearest first, and no more than asked for", () => {
    const names = ["x.io/abcxyz", "x.io/abcdef", "x.io/abcdxx", "x.io/abcdex"];
    const wanted = referenceTo("x.io/abcdeg");
    expect(candidates(wanted, names, 5)).toEqual(["x.io/abcdef", "x.io/abcdex", "x.io/abcdxx"]);
    expect(candidates(wanted, names, 1)).toEqual(["x.io/abcdef"]);
    expect(candidates(wanted, names, 0)).toEqual([]);
  });

  test("are none where nothing is near", () => {
    expect(candidates(referenceTo("registry.example/completely/different"), known, 5)).toEqual([]);
  });

  test("are tags where tags are known", () => {
    const tags = ["stable", "testing", "stable-44"].map((tag) => `ghcr.io/ublue-os/bazzite:${tag}`);
    expect(candidates(referenceTo("ghcr.io/ublue-os/bazzite:stabel"), tags, 1)).toEqual([
      "ghcr.io/ublue-os/bazzite:stable",
    ]);
  });

  test("never are what was asked for", () => {
    expect(candidates(referenceTo("ghcr.io/ublue-os/bluefin:43"), known, 5)).not.toContain("ghcr.io/ublue-os/bluefin");
  });

  test("are the nearest by distance, as if each had been measured", () => {
    const name = fc.stringMatching(/^[abc]{1,8}$/).map((path) => `x.io/${path}`);
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 12 }), (wanted, names) => {
        const near = [...new Set(names)]
          .filter((each) => each !== wanted && levenshtein(wanted, each) <= Math.max(2, Math.floor(wanted.length / 5)))
          .map((each) => levenshtein(wanted, each))
          .sort((a, b) => a - b);
        const found = candidates(referenceTo(wanted), [...new Set(names)], 3);
        expect(found.map((each) => levenshtein(wanted, each))).toEqual(near.slice(0, 3));
      }),
    );
  });

  test("compare no more names than a catalog is planned for", () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `registry.example/name/space-${n}`);
    const wanted = referenceTo("registry.example/name/spaceship");
    expect(candidates(wanted, [...names, "registry.example/name/spaceships"], 5)).not.toContain(
      "registry.example/name/spaceships",
    );
  });
});

/** The distance as its definition says it, without bounds. */
function levenshtein(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
