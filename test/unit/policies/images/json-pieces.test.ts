// JSON in pieces: says of every document what the parser says that takes it in one go, whatever is cut.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configLimits, type DocumentLimits } from "../../../../policies/images/document-limits.ts";
import { parseInPieces } from "../../../../policies/images/json-pieces.ts";
import { parseStrictJson } from "../../../../policies/images/strict-json.ts";

const limits = { maxBytes: 1_000, maxDepth: 4, maxMembers: 5, maxItems: 5 };

function run(text: string | Uint8Array, within: DocumentLimits = configLimits, cutBytes?: number) {
  const steps = parseInPieces(typeof text === "string" ? Buffer.from(text) : text, within, cutBytes);
  let count = 0;
  for (let step = steps.next(); ; step = steps.next(), count++) {
    if (step.done === true) return { answer: step.value, steps: count };
  }
}

const whole = (text: string | Uint8Array, within = configLimits) =>
  parseStrictJson(typeof text === "string" ? Buffer.from(text) : text, within);

/** Without the reason: of several faults another may be named. */
function outcomeOf(answer: ReturnType<typeof parseStrictJson>) {
  return answer.outcome === "value" ? { value: answer.value, text: JSON.stringify(answer.value) } : answer.code;
}

const spaced = (text: string) => text.replaceAll(/[[\]{},:]/g, " $& ");

describe("parseInPieces", () => {
  test("cuts a long list, and no short one", () => {
    const items = Array.from({ length: 1_000 }, (_, i) => ({ number: i, text: "x".repeat(100) }));
    const { answer, steps } = run(JSON.stringify({ before: [1], items, after: [{}] }));
    expect(answer).toEqual({ outcome: "value", value: { before: [1], items, after: [{}] } });
    expect(steps).toBeGreaterThan(6);
    expect(steps).toBeLessThan(10);
    expect(run(JSON.stringify({ items: items.slice(0, 10) })).steps).toBe(0);
  });

  test("no number of small elements makes more pieces than the bytes do", () => {
    const { answer, steps } = run(`{"items":[${"1,".repeat(200_000)}1],"none":[${"[],".repeat(50_000)}[]]}`);
    expect(answer.outcome).toBe("value");
    expect(steps).toBeLessThan(550_000 / 16_384 + 2);
  });

  test.each([
    { title: "two lists", text: '{"a":[1,2,3],"b":[4,5]}' },
    { title: "lists whose names are numbers", text: '{"2":[1,2],"1":[3,4]}' },
    { title: "a list called __proto__", text: '{"__proto__":[1,2],"toString":[3,4]}' },
    { title: "a name that is escaped", text: '{"\\u0061\\"[":[1,2],"b":"]"}' },
    { title: "a string before a list", text: '{"a":"b","c":[1,2]}' },
    { title: "lists within lists and objects", text: '{"a":[[1,2],{"b":[3,4]},[]],"c":{"d":[5,6]}}' },
    { title: "empty lists", text: '{"a":[],"b":[ ],"c":[{}]}' },
    { title: "an outermost list", text: '[[1,2],{"a":[3,4]},"x"]' },
    { title: "brackets and commas within strings", text: '{"a":["],[",",","\\"]","\\\\"]}' },
    { title: "longer characters", text: '{"ä":["ü,ö","😀"],"€":["ß","\\ud83d"]}' },
  ])("reads $title", ({ text }) => {
    for (const each of [text, spaced(text)]) {
      expect(outcomeOf(run(each, configLimits, 1).answer)).toEqual(outcomeOf(whole(each)));
      expect(run(each, configLimits, 1).answer.outcome).toBe("value");
    }
  });

  test.each([
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1,,2]}',
    '{"a":[   ,   ]}',
    '{"a":[1,2}',
    '{"a":[1,2}]',
    '{"a":[1,{"b":2]}]}',
    '{"a":[1,2]',
    '{"a" [1,2]}',
    "{[1,2]}",
    '{"a":[1,2]]}',
    '{"a":[1,2]}]',
    '{"a":[1,2],}',
    '{"a":[1 2,3]}',
    '{"a":[1,"]}',
    '{"a":1,[1,2]}',
    '{"a":[1,2],"a":[3,4]}',
    '{"a":[1,2],"\\u0061":3}',
    '{"a":[1,{"b":1,"b":2}]}',
    '"a":[1,2]',
    '}{"a":[1,2]}',
  ])("refuses %s", (text) => {
    expect(run(text, configLimits, 1).answer).toMatchObject({ outcome: "invalid", code: "malformed" });
    expect(whole(text)).toMatchObject({ outcome: "invalid", code: "malformed" });
  });

  test.each([
    { title: "a byte more than allowed", text: `{"a":[1,2${" ".repeat(1_000)}]}`, code: "too-large" },
    { title: "an element deeper than allowed", text: '{"a":[1,[[[]]]]}', code: "too-deep" },
    {
      title: "a member more than allowed, in several elements",
      text: '{"a":[{"b":1},{"b":1,"c":1},{"b":1,"c":1}]}',
      code: "too-many",
    },
    { title: "a byte order mark", text: '\ufeff{"a":[1,2]}', code: "malformed" },
    { title: "an element that is not UTF-8", text: Buffer.from('{"a":["\xff",2]}', "latin1"), code: "malformed" },
    {
      title: "a character that is cut by a bracket",
      text: Buffer.from('{"a":[1,"\xc3],2]}', "latin1"),
      code: "malformed",
    },
  ])("refuses $title as $code", ({ text, code }) => {
    expect(run(text, limits, 1).answer).toMatchObject({ outcome: "invalid", code });
  });

  test("says of any document what is said of it whole", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat({ max: 20 }), fc.boolean(), (json, cutBytes, isSpaced) => {
        const list = `{"a":${json},"b":[${json},${json}]}`;
        for (const text of [json, isSpaced ? list.replaceAll(",", " , ") : list]) {
          expect(outcomeOf(run(text, configLimits, cutBytes).answer)).toEqual(outcomeOf(whole(text)));
        }
      }),
    );
  });

  test("says of any document that was damaged what is said of it whole", () => {
    const signs = fc.constantFrom(...'[]{},:" \\1a');
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 24 }), fc.nat(), signs, (damage, at, other) => {
        const good = '{"a":[1,{"b":[2,3]},"x"],"c":[[4],5]}';
        const place = at % good.length;
        for (const text of [
          damage.join(""),
          good.slice(0, place) + other + good.slice(place),
          good.slice(0, place) + other + good.slice(place + 1),
          `{"a":[${damage.join("")}]}`,
        ]) {
          expect(outcomeOf(run(text, configLimits, 1).answer)).toEqual(outcomeOf(whole(text)));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
