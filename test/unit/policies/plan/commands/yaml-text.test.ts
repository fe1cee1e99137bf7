// Texts in YAML: whatever they hold, they are read back as they were.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { yamlText } from "../../../../../policies/plan/commands/yaml-text.ts";
import { hostileContents } from "./kits.ts";

const readBack = (content: string, indent: number) =>
  parse(`a:\n${" ".repeat(indent - 2)}b: ${yamlText(content, indent)}\n`).a.b;

test.each(hostileContents)("%j comes out as it went in", (content) => {
  for (const indent of [4, 8, 12]) expect(readBack(content, indent)).toBe(content);
});

test("any text does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (content) => {
      expect(readBack(content, 6)).toBe(content);
    }),
  );
});

test("people can read what is plain", () => {
  expect(yamlText("a\n\n  b\n", 4)).toBe("|\n    a\n\n      b");
});
