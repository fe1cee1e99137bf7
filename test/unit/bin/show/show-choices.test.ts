// The menu for people: by use, with what to type whole, and nothing that steers a terminal.
import { expect, test } from "vitest";
import { showChoices } from "../../../../bin/show/show-choices.ts";

const item = {
  ref: "registry.example/desk/os:stable",
  title: "Desk OS",
  summary: "For desks",
  use: "workstation",
  official: false,
  verdict: "verified",
  bytes: 3_100_000_000,
};
const options = { paint: (_: unknown, text: string) => text, width: 80, verbose: false };

test("each use has its table, and what is official a star", () => {
  const items = [{ ...item, official: true, title: "Base" }, item, { ...item, use: null, bytes: null, title: "Odd" }];
  expect(showChoices({ items }, options)).toBe(
    `workstation
  NAME       SIZE  VERDICT   IMAGE
* Base     3.1 GB  verified  registry.example/desk/os:stable
  Desk OS  3.1 GB  verified  registry.example/desk/os:stable

of no declared use
  NAME  SIZE  VERDICT   IMAGE
  Odd      ?  verified  registry.example/desk/os:stable
`,
  );
});

test("a long name gives way, a reference never does", () => {
  const long = { ...item, title: "A name of very many words that goes on and on" };
  const shown = showChoices({ items: [long] }, options);
  expect(shown.split("\n").every((line) => line.length <= 80)).toBe(true);
  expect(shown).toContain(item.ref);
});

test("summaries are shown where they are asked for, and control characters never", () => {
  const hostile = { ...item, summary: "For \u001b[31mdesks" };
  expect(showChoices({ items: [hostile] }, options)).not.toContain("desks");
  const shown = showChoices({ items: [hostile] }, { ...options, verbose: true });
  expect(shown).toContain("Desk OS: For ");
  expect(shown).not.toContain("\u001b");
});
