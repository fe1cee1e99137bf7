// Moments in a terminal.
import { expect, test } from "vitest";
import { momentOf } from "../../../../bin/terminal/moment.ts";

test.each([
  ["2026-11-21T11:35:14.220Z", "2026-11-21 11:35:14 UTC"],
  ["2026-11-21T11:35:14Z", "2026-11-21 11:35:14 UTC"],
  ["2026-11-21T13:35:14+02:00", "2026-11-21T13:35:14+02:00"],
  ["soon", "soon"],
])("%s is shown as %s", (time, shown) => {
  expect(momentOf(time)).toBe(shown);
});
