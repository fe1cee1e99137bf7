// Host answers: given while all they rest on holds and their time is not over, and bounded in bytes.
import { describe, expect, test } from "vitest";
import { createHostAnswers, questionKey } from "../../../../server/resolve/host-answers.ts";

const body = Buffer.from('{"decision":"allow"}');
const limits = { hostAnswerBytes: 100_000, hostAnswerMs: 1_000 };
const holding = { holds: () => true };

function filled(endsAt: number | null = null) {
  const clock = { now: 0 };
  const state = { holds: true };
  const answers = createHostAnswers(limits, () => clock.now);
  answers.put("question", { body, restsOn: [holding, { holds: () => state.holds }], endsAt });
  return { answers, clock, state };
}

describe("host answers", () => {
  test("the same question gets the bytes, another gets none", () => {
    const { answers } = filled();
    expect(answers.get("question")).toBe(body);
    expect(answers.get("another")).toBeUndefined();
  });

  test("an answer is gone as soon as one thing it rests on does not hold, and does not come back", () => {
    const { answers, state } = filled();
    state.holds = false;
    expect(answers.get("question")).toBeUndefined();
    state.holds = true;
    expect(answers.get("question")).toBeUndefined();
  });

  test.each([
    { title: "the time that answers are kept", endsAt: null, last: 999 },
    { title: "the moment at which time changes it", endsAt: 500, last: 499 },
    { title: "the time that answers are kept, where time changes it later", endsAt: 5_000, last: 999 },
  ])("$title ends it", ({ endsAt, last }) => {
    const { answers, clock } = filled(endsAt);
    clock.now = last;
    expect(answers.get("question")).toBe(body);
    clock.now = last + 1;
    expect(answers.get("question")).toBeUndefined();
  });

  test("what is old leaves the memory though nobody asks for it", () => {
    const { answers, clock } = filled();
    clock.now = 600;
    answers.put("later", { body, restsOn: [], endsAt: null });
    clock.now = 1_000;
    answers.forgetOld();
    expect(answers.size).toBe(1);
    expect(answers.get("later")).toBe(body);
  });

  test("new documents drop all", () => {
    const { answers } = filled();
    answers.dropAll();
    expect(answers.size).toBe(0);
  });

  test("never more than its bytes, and nothing that takes too much of them", () => {
    const answers = createHostAnswers(limits, () => 0);
    for (let i = 0; i < 1_000; i++) answers.put(`${i}`, { body, restsOn: [], endsAt: null });
    expect(answers.size).toBeGreaterThan(100);
    expect(answers.size).toBeLessThan(200);
    answers.put("large", { body: Buffer.alloc(10_000), restsOn: [], endsAt: null });
    expect(answers.get("large")).toBeUndefined();
    const none = createHostAnswers({ ...limits, hostAnswerBytes: 0 }, () => 0);
    none.put("question", { body, restsOn: [], endsAt: null });
    expect(none.get("question")).toBeUndefined();
  });
});

test("whatever decides an answer makes another key", () => {
  const keys = [
    questionKey(body, {}),
    questionKey(Buffer.from('{"decision":"allow"} '), {}),
    questionKey(body, { verbose: true }),
    questionKey(body, { arch: "amd64" }),
    questionKey(body, { arch: "" }),
    questionKey(body, { arch: "amd64", verbose: true }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(questionKey(body, { verbose: false })).toBe(questionKey(Buffer.from(body), {}));
});
