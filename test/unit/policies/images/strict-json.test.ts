// Strict JSON: what every reader understands alike is read, whatever else is refused with its code.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configLimits } from "../../../../policies/images/document-limits.ts";
import { excerpt, parseStrictJson } from "../../../../policies/images/strict-json.ts";

const limits = { maxBytes: 1_000, maxDepth: 4, maxMembers: 5, maxItems: 5 };
const parse = (text: string | Uint8Array) =>
  parseStrictJson(typeof text === "string" ? Buffer.from(text) : text, limits);

describe("parseStrictJson", () => {
  test.each([
    { title: "a byte more than allowed", bytes: " ".repeat(1_001), code: "too-large" },
    { title: "an array deeper than allowed", bytes: "[[[[[]]]]]", code: "too-deep" },
    { title: "objects deeper than allowed", bytes: '{"a":{"a":{"a":{"a":{}}}}}', code: "too-deep" },
    { title: "a member more than allowed", bytes: '{"a":1,"b":{"c":1,"d":1},"e":1,"f":1}', code: "too-many" },
    { title: "a member that stands twice", bytes: '{"a":1,"b":2,"a":3}', code: "malformed" },
    { title: "a member that stands twice, once escaped", bytes: '{"a":1,"\\u0061":3}', code: "malformed" },
    { title: "a member that stands twice further in", bytes: '[{"b":[1,{"a":1,"a":1}]}]', code: "malformed" },
    { title: "a member that stands twice, once as a list", bytes: '{"a":[{"b":1}],"a":2}', code: "malformed" },
    { title: "a member __proto__ that stands twice", bytes: '{"__proto__":1,"__proto__":2}', code: "malformed" },
    { title: "a byte order mark, which Go refuses", bytes: '\ufeff{"a":1}', code: "malformed" },
    { title: "bytes that are not UTF-8", bytes: Buffer.from([0x22, 0xff, 0x22]), code: "malformed" },
    { title: "an overlong encoding", bytes: Buffer.from([0x22, 0xc0, 0xaf, 0x22]), code: "malformed" },
    { title: "something after the document", bytes: "{} {}", code: "malformed" },
    { title: "a comment", bytes: "{} // x", code: "malformed" },
    { title: "nothing", bytes: "", code: "malformed" },
  ])("refuses $title as $code", ({ bytes, code }) => {
    expect(parse(bytes)).toMatchObject({ outcome: "invalid", code });
  });

  test.each([
    { title: "the same name in two objects", bytes: '[{"a":1},{"a":2}]' },
    { title: "names within strings", bytes: '{"a":"{\\"a\\":1,\\"a\\":2}"}' },
    { title: "a string that ends in a backslash", bytes: '{"a":"\\\\","b":"\\\\\\""}' },
    { title: "a member __proto__", bytes: '{"__proto__":{"a":1},"toString":2}' },
    { title: "colons within strings", bytes: '{"a:":"b:\\":","c":":"}' },
    { title: "names that are numbers", bytes: '{"2":1,"1":{"1":2}}' },
    { title: "names that differ in case", bytes: '{"a":1,"A":2}' },
    { title: "strings in arrays that repeat", bytes: '{"a":["x","x",{"x":1}]}' },
    { title: "exactly the greatest depth", bytes: "[[[[]]]]" },
  ])("reads $title", ({ bytes }) => {
    expect(parse(bytes)).toEqual({ outcome: "value", value: JSON.parse(bytes) });
  });

  test("reads what JSON.stringify writes, whatever it is", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(parseStrictJson(Buffer.from(text), configLimits)).toEqual({ outcome: "value", value: JSON.parse(text) });
      }),
    );
  });

  test("refuses whatever member is written a second time, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.string(),
        fc.nat(),
        fc.json({ maxDepth: 2 }),
        (text, name, at, other) => {
          const literal = JSON.stringify(name);
          const pair = `{${literal}:${other},"~":{},${literal}:${text}}`;
          const deep = at % 2 === 0 ? pair : `[0,{"x":[${pair}]}]`;
          const expected = name === "~" ? "~" : name;
          const answer = parseStrictJson(Buffer.from(deep), configLimits);
          expect(answer).toMatchObject({ outcome: "invalid", code: "malformed" });
          if (answer.outcome === "invalid") expect(answer.reason).toContain(excerpt(expected));
        },
      ),
    );
  });

  test("never throws, and refuses what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const answer = parseStrictJson(bytes, configLimits);
        if (answer.outcome === "value") expect(answer.value).toEqual(JSON.parse(Buffer.from(bytes).toString()));
      }),
    );
  });

  test("takes time in proportion to the length of hostile text", () => {
    const backslashes = `{"${"\\\\".repeat(2_000_000)}":1}`;
    expect(parseStrictJson(Buffer.from(backslashes), configLimits).outcome).toBe("value");
    const brackets = "[".repeat(4_000_000) + "]".repeat(4_000_000);
    expect(parseStrictJson(Buffer.from(brackets), configLimits)).toMatchObject({ code: "too-deep" });
  });
});

describe("excerpt", () => {
  test("quotes and cuts a stranger's text", () => {
    expect(excerpt('a"\u001b[31m')).toBe('"a\\"\\u001b[31m"');
    expect(excerpt("x".repeat(1_000)).length).toBeLessThan(100);
  });
});
