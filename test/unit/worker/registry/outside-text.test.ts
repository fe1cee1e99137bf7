// Text from outside, made fit for people.
import { describe, expect, test } from "vitest";
import { cleanText, parseWarnings } from "../../../../worker/registry/outside-text.ts";

describe("cleanText", () => {
  test.each([
    ["as it is", "as it is"],
    ["  two\r\nlines\t", "two lines"],
    ["\u001b[31mred\u001b[0m", "[31mred [0m"],
    ["bell\u0007 nul\u0000 c1\u0085", "bell nul c1"],
    ["turned\u202e round\u2066", "turned round"],
    ["Grüße, 世界 🚃", "Grüße, 世界 🚃"],
    ["half \ud83d of a pair", "half \ufffd of a pair"],
    ["", ""],
  ])("%j is %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  test("is cut at its length and says so", () => {
    expect(cleanText("x".repeat(1_000), 10)).toBe(`${"x".repeat(9)}…`);
    expect(cleanText("x".repeat(10), 10)).toBe("x".repeat(10));
    expect(cleanText(`${"x".repeat(8)}🚃🚃`, 10).length).toBeLessThanOrEqual(10);
  });
});

describe("parseWarnings", () => {
  test.each([
    ['299 - "This image is deprecated"', ["This image is deprecated"]],
    ['299 - "one", 299 reg.example "two"', ["one", "two"]],
    ['299 - "say \\"hi\\""', ['say "hi"']],
    ['199 - "not this", 110 - "nor this"', []],
    ['299 - ""', []],
    ['299 - "never ends', []],
    [undefined, []],
  ])("%s", (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts);
  });

  test("are at most ten, and short", () => {
    const texts = parseWarnings(Array.from({ length: 50 }, () => `299 - "${"x".repeat(500)}"`).join(", "));
    expect(texts.length).toBe(10);
    expect(texts[0]?.length).toBe(300);
  });
});
