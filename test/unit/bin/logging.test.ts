// The log on a terminal: a line for people, in which nothing that was read outside is obeyed.
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { lineForPeople } from "../../../bin/logging.ts";

test("time, level, message and fields", () => {
  const json = JSON.stringify({
    level: "warn",
    time: "2026-11-20T10:00:01.000Z",
    msg: "late",
    source: "fedora",
    ms: 5,
  });
  expect(stripVTControlCharacters(lineForPeople(json))).toBe("10:00:01 warn  late  source=fedora ms=5\n");
});

test("an error's stack comes below; a stranger's controls are shown, not obeyed", () => {
  const json = JSON.stringify({
    level: "error",
    time: "2026-11-20T10:00:01Z",
    msg: "a\u001b[2Kb",
    err: { stack: "Error: x\n    at y" },
  });
  expect(stripVTControlCharacters(lineForPeople(json))).toBe("10:00:01 error a\\u{1b}[2Kb\nError: x\n    at y\n");
});
