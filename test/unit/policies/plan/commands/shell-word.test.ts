// Shell words: plain where nothing is special, quoted where anything is.
import { expect, test } from "vitest";
import { shellLine, shellWord } from "../../../../../policies/plan/commands/shell-word.ts";

test.each([
  ["registry.example:5000/desk/os:stable", "registry.example:5000/desk/os:stable"],
  ["registry.example/os@sha256:00", "registry.example/os@sha256:00"],
  ["[::1]:5000/os:1", "'[::1]:5000/os:1'"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["$(id)", "'$(id)'"],
  ["a\nb", "'a\nb'"],
  ["~", "'~'"],
  ["plain\n", "'plain\n'"],
])("%j", (argument, word) => {
  expect(shellWord(argument)).toBe(word);
});

test("a line has a blank between words, and no more", () => {
  expect(shellLine(["bootc", "switch", "a b"])).toBe("bootc switch 'a b'");
});
