// Quantities as people read them.
import { expect, test } from "vitest";
import { countOf, describeBytes, describeDuration } from "../../../../bin/terminal/quantities.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [99_949, "99.9 kB"],
  [310_000_000, "310 MB"],
  [999_600, "1.0 MB"],
  [2_300_000_000, "2.3 GB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(describeBytes(bytes)).toBe(text);
});

test.each([
  [12.4, "12 ms"],
  [1_500, "1.5 s"],
  [61_000, "1 min 1 s"],
  [7_260_000, "2 h 1 min"],
])("%d ms are %s", (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});

test("one is one, and nothing is many", () => {
  expect([countOf(1, "image"), countOf(0, "image"), countOf(2, "registry", "registries")]).toEqual([
    "1 image",
    "0 images",
    "2 registries",
  ]);
});
