// The lifecycle status at a moment, and the moment at which it changes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lifecycleAt } from "../../../../policies/documents/lifecycle-status.ts";

const question = { archived: false, deprecatedOn: null, endOfLife: null };

describe("lifecycleAt", () => {
  test.each([
    { title: "nothing known", at: "2027-01-01", status: "unknown", changes: null },
    { title: "an end far away", endOfLife: "2027-05-12", at: "2027-01-01", status: "supported", changes: "2027-04-12" },
    {
      title: "the moment before 30 days",
      endOfLife: "2027-05-12",
      at: "2027-04-11T23:59:59.999Z",
      status: "supported",
      changes: "2027-04-12",
    },
    {
      title: "30 days before the end",
      endOfLife: "2027-05-12",
      at: "2027-04-12",
      status: "ends-soon",
      changes: "2027-05-12",
    },
    {
      title: "the last moment",
      endOfLife: "2027-05-12",
      at: "2027-05-11T23:59:59.999Z",
      status: "ends-soon",
      changes: "2027-05-12",
    },
    {
      title: "the first day without support",
      endOfLife: "2027-05-12",
      at: "2027-05-12",
      status: "ended",
      changes: null,
    },
    {
      title: "an announced deprecation",
      deprecatedOn: "2027-02-01",
      at: "2027-01-31",
      status: "unknown",
      changes: "2027-02-01",
    },
    {
      title: "a deprecation before the end",
      deprecatedOn: "2027-02-01",
      endOfLife: "2027-05-12",
      at: "2027-01-01",
      status: "supported",
      changes: "2027-02-01",
    },
    {
      title: "a reached deprecation",
      deprecatedOn: "2027-02-01",
      endOfLife: "2027-05-12",
      at: "2027-02-01",
      status: "deprecated",
      changes: null,
    },
    {
      title: "deprecated and ended",
      deprecatedOn: "2027-02-01",
      endOfLife: "2026-05-12",
      at: "2027-02-01",
      status: "deprecated",
      changes: null,
    },
    {
      title: "ended, to be deprecated",
      deprecatedOn: "2027-02-01",
      endOfLife: "2026-05-12",
      at: "2027-01-01",
      status: "ended",
      changes: "2027-02-01",
    },
    {
      title: "archived wins",
      archived: true,
      deprecatedOn: "2027-02-01",
      endOfLife: "2026-05-12",
      at: "2027-03-01",
      status: "retired",
      changes: null,
    },
  ])("$title: $status", ({ title: _, at, status, changes, ...members }) => {
    expect(lifecycleAt({ ...question, ...members }, Date.parse(at))).toEqual({
      status,
      changesAt: changes === null ? null : Date.parse(changes),
    });
  });

  test("it changes exactly at the moment it names, and not before", () => {
    const day = fc
      .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const asked = fc.record({ archived: fc.boolean(), deprecatedOn: fc.option(day), endOfLife: fc.option(day) });
    fc.assert(
      fc.property(
        asked,
        fc.integer({ min: Date.parse("2019-06-01"), max: Date.parse("2031-01-01") }),
        (members, now) => {
          const { status, changesAt } = lifecycleAt(members, now);
          const last = changesAt === null ? Date.parse("2040-01-01") : changesAt - 1;
          expect(last).toBeGreaterThanOrEqual(now);
          expect(lifecycleAt(members, last).status).toBe(status);
          if (changesAt !== null) expect(lifecycleAt(members, changesAt).status).not.toBe(status);
        },
      ),
    );
  });
});
