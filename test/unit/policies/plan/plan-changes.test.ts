// changesAt: until then time alone changes nothing in a plan, so that caches may keep it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import type { PlanInput } from "../../../../policies/plan/plan-input.ts";
import { day, fate, fedora, input, inputByDigest, now, tag } from "./plan-builders.ts";

describe("changesAt", () => {
  const changesAt = (made: PlanInput) => {
    const at = makePlan(made).changesAt;
    return at === null ? null : new Date(at).toISOString();
  };
  const fresh = tag({ observedAt: now });

  test.each([
    { title: "the seven days of the last look", made: input({ tag: fresh }), at: "2026-11-27T10:00:00.001Z" },
    {
      title: "thirty days before the end of life",
      made: input({ tag: fresh, documents: { releases: [fedora("2026-12-25")] } }),
      at: "2026-11-25T00:00:00.000Z",
    },
    {
      title: "the end of life",
      made: input({ tag: fresh, documents: { releases: [fedora("2026-11-24")] } }),
      at: "2026-11-24T00:00:00.000Z",
    },
    {
      title: "the day of deprecation",
      made: input({ tag: fresh, documents: { projects: [fate({ deprecated: "2026-11-23" })] } }),
      at: "2026-11-23T00:00:00.000Z",
    },
    {
      title: "nothing, of a digest without an end of life",
      made: inputByDigest({ documents: { releases: [] } }),
      at: null,
    },
    {
      title: "nothing, where everything is past",
      made: input({ tag: tag({ observedAt: now - 30 * day }), documents: { releases: [fedora("2026-01-01")] } }),
      at: null,
    },
  ])("is $title", ({ made, at }) => {
    expect(changesAt(made)).toBe(at);
  });

  test("is never later than the first change: until then every moment gives the same plan", () => {
    const days = fc.integer({ min: -400, max: 400 });
    const dateOf = (offset: number) => new Date(now + offset * day).toISOString().slice(0, 10);
    fc.assert(
      fc.property(days, days, days, fc.double({ min: 0, max: 1, noNaN: true }), (end, deprecated, looked, part) => {
        const made = input({
          tag: tag({ observedAt: now - Math.abs(looked) * 1e7 }),
          documents: { releases: [fedora(dateOf(end))], projects: [fate({ deprecated: dateOf(deprecated) })] },
        });
        const { plan, changesAt: at } = makePlan(made);
        const until = at ?? now + 2_000 * day;
        expect(until).toBeGreaterThan(now);
        const moment = now + Math.floor((until - 1 - now) * part);
        expect(makePlan({ ...made, now: moment }).plan).toEqual(plan);
      }),
    );
  });
});
