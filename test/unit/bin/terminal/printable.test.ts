// Printing strangers' words: a terminal obeys none of them.
import { expect, test } from "vitest";
import { clip, printable } from "../../../../bin/terminal/printable.ts";

test.each([
  { title: "colours and cursor moves", text: "a\u001b[31mred\u001b[2K", shown: "a\\u{1b}[31mred\\u{1b}[2K" },
  { title: "a bell and a delete", text: "\u0007\u007f", shown: "\\u{7}\\u{7f}" },
  { title: "C1 controls, which some terminals obey", text: "\u009b2J", shown: "\\u{9b}2J" },
  { title: "text turned round", text: "a\u202egnp.exe", shown: "a\\u{202e}gnp.exe" },
  { title: "line ends", text: "one\r\ntwo\tthree", shown: "one two three" },
  { title: "half a character", text: "\ud83d!", shown: "\\u{d83d}!" },
  { title: "ordinary words of any language", text: "Grüße, 日本語 🚂", shown: "Grüße, 日本語 🚂" },
])("$title", ({ text, shown }) => {
  expect(printable(text)).toBe(shown);
});

test("what is too long ends in …", () => {
  expect(clip("abcdef", 6)).toBe("abcdef");
  expect(clip("abcdef", 4)).toBe("abc…");
  expect(clip("🚂🚂🚂", 2)).toBe("🚂…");
  expect(clip("abc", 0)).toBe("");
});
