// What is offered for a mistyped word.
import { expect, test } from "vitest";
import { nearest } from "../../../../policies/words/nearest.ts";

const members = ["channels", "default", "ignore", "id", "kind"];

test.each([
  ["chanels", "channels"],
  ["Channels", "channels"],
  ["channles", "channels"],
  ["ignored", "ignore"],
  ["knid", "kind"],
  ["ids", "id"],
  ["colour", undefined],
  ["x".repeat(10_000), undefined],
])("%s: %s", (word, offered) => {
  expect(nearest(word, members)).toBe(offered);
});
