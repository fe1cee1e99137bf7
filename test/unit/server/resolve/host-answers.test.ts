// Host answers: given while all they rest on holds and their time is not over, and bounded in bytes.
import { describe, expect, test } from "vitest";
import { createHostAnswers, questionKey } from "../../../../server/resolve/host-answers.ts";

const host = {
  head: null,
  middle: Buffer.from(',"decision":"warn","commands":'),
  commands: null,
  end: Buffer.from("}"),
  sizeBytes: 40,
};
const written = { of: {} as never, head: Buffer.from('{"target":1'), commands: Buffer.from("[]"), sizeBytes: 13 };
const whole = '{"target":1,"decision":"warn","commands":[]}';
const target = new WeakRef(written);
const answer = { target, host, about: [7, "sha256:absent"], endsAt: null };
const limits = { hostAnswerBytes: 100_000, hostAnswerMs: 1_000 };

const textOf = (parts: readonly Buffer[] | undefined) => parts && Buffer.concat(parts).toString();

function filled(endsAt: number | null = null) {
  const clock = { now: 0 };
  const answers = createHostAnswers(limits, () => clock.now);
  answers.put("question", { ...answer, endsAt }, answers.ticket());
  return { answers, clock };
}

describe("host answers", () => {
  test("the same question gets the bytes, another gets none", () => {
    const { answers } = filled();
    expect(textOf(answers.get("question"))).toBe(whole);
    expect(answers.get("another")).toBeUndefined();
  });

  test.each([
    { title: "a repository that it speaks of", subjects: [7], kept: false },
    { title: "an image that it says nobody has", subjects: ["sha256:absent"], kept: false },
    { title: "what it does not speak of", subjects: [8, "sha256:another"], kept: true },
  ])("a commit of $title: kept $kept", ({ subjects, kept }) => {
    const { answers } = filled();
    answers.drop(subjects, []);
    expect(answers.get("question") !== undefined).toBe(kept);
  });

  test("what was begun before a commit is not kept after it", () => {
    const answers = createHostAnswers(limits, () => 0);
    const ticket = answers.ticket();
    answers.drop([9], []);
    answers.put("question", answer, ticket);
    expect(answers.get("question")).toBeUndefined();
  });

  test("it is gone when its target has left the memory, and does not come back", () => {
    const answers = createHostAnswers(limits, () => 0);
    let left: typeof written | undefined;
    answers.put("question", { ...answer, target: { deref: () => left } as never }, answers.ticket());
    expect(answers.get("question")).toBeUndefined();
    left = written;
    expect(answers.get("question")).toBeUndefined();
  });

  test.each([
    { title: "the time that answers are kept", endsAt: null, last: 999 },
    { title: "the moment at which time changes it", endsAt: 500, last: 499 },
    { title: "the time that answers are kept, where time changes it later", endsAt: 5_000, last: 999 },
  ])("$title ends it", ({ endsAt, last }) => {
    const { answers, clock } = filled(endsAt);
    clock.now = last;
    expect(textOf(answers.get("question"))).toBe(whole);
    clock.now = last + 1;
    expect(answers.get("question")).toBeUndefined();
  });

  test("what is old leaves the memory though nobody asks for it", () => {
    const { answers, clock } = filled();
    clock.now = 600;
    answers.put("later", answer, answers.ticket());
    clock.now = 1_000;
    answers.forgetOld();
    expect(answers.size).toBe(1);
    expect(textOf(answers.get("later"))).toBe(whole);
  });

  test("new documents drop all", () => {
    const { answers } = filled();
    answers.dropAll();
    expect(answers.size).toBe(0);
  });

  test("never more than its bytes, and nothing that takes too much of them", () => {
    const answers = createHostAnswers(limits, () => 0);
    for (let i = 0; i < 1_000; i++) answers.put(`${i}`, answer, answers.ticket());
    expect(answers.size).toBeGreaterThan(40);
    expect(answers.size).toBeLessThan(100);
    answers.put("large", { ...answer, host: { ...host, sizeBytes: 10_000 } }, answers.ticket());
    expect(answers.get("large")).toBeUndefined();
    const none = createHostAnswers({ ...limits, hostAnswerBytes: 0 }, () => 0);
    none.put("question", answer, none.ticket());
    expect(none.get("question")).toBeUndefined();
  });
});

const body = Buffer.from('{"target":"a"}');

test("whatever decides an answer makes another key", () => {
  const keys = [
    questionKey(body, {}),
    questionKey(Buffer.from('{"target":"a"} '), {}),
    questionKey(body, { verbose: true }),
    questionKey(body, { arch: "amd64" }),
    questionKey(body, { arch: "" }),
    questionKey(body, { arch: "amd64", verbose: true }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(questionKey(body, { verbose: false })).toBe(questionKey(Buffer.from(body), {}));
});
