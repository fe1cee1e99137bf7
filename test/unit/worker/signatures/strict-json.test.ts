// Strict JSON: what JSON.parse takes and another reader would read differently, and what is too much.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SignatureError } from "../../../../worker/signatures/signature-error.ts";
import { hasExactly, objectMember, readJson, stringMember } from "../../../../worker/signatures/strict-json.ts";

const limits = { bytes: 1000, depth: 5, values: 50 };
const codeOf = (document: Uint8Array | string, given = limits): string => {
  try {
    readJson(document, given);
    return "none";
  } catch (error) {
    return error instanceof SignatureError ? error.code : "another error";
  }
};

describe("readJson", () => {
  test.each([
    ["a member that occurs twice", '{"a":1,"a":2}'],
    ["a member that occurs twice in an inner object", '{"x":[{"a":1,"b":2,"a":1}]}'],
    ["a member that occurs twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["a comma at the end", '{"a":1,}'],
    ["a comma at the end of an array", "[1,]"],
    ["two documents", "{} {}"],
    ["a byte-order mark", "\ufeff{}"],
    ["a comment", "{/* */}"],
    ["an unquoted member", "{a:1}"],
    ["a member without a value", '{"a"}'],
    ["a number that JSON does not have", '{"a":0x1}'],
    ["NaN", '{"a":NaN}'],
    ["a string without an end", '{"a":"'],
    ["a string that ends in an escape", '"\\'],
    ["a control character in a string", '{"a":"\n"}'],
    ["an object without an end", '{"a":1'],
    ["an array without an end", "[1"],
    ["no document", ""],
    ["a missing value", '{"a":}'],
  ])("refuses %s", (_, text) => {
    expect(codeOf(text)).toBe("MALFORMED");
  });

  test("refuses bytes that are not UTF-8, which two decoders replace differently", () => {
    expect(codeOf(Buffer.from([0x22, 0xff, 0x22]))).toBe("MALFORMED");
  });

  test.each([
    ["bytes", `"${"a".repeat(1000)}"`],
    ["depth", "[".repeat(7) + "]".repeat(7)],
    ["values", `[${"1,".repeat(60)}1]`],
  ])("has a limit of %s", (_, text) => {
    expect(codeOf(text)).toBe("LIMIT_EXCEEDED");
  });

  test("does not follow depth with the stack", () => {
    expect(codeOf("[".repeat(500_000), { bytes: 1e6, depth: 64, values: 1e6 })).toBe("LIMIT_EXCEEDED");
  });

  test("keeps a member called __proto__ as one", () => {
    const json = readJson('{"__proto__":{"a":1}}', limits) as Record<string, unknown>;
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect(objectMember(json, "__proto__")).toEqual({ a: 1 });
    expect(stringMember({}, "toString")).toBeUndefined();
  });

  test("reads whatever JSON.stringify writes, as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const wide = { bytes: 1e6, depth: 100, values: 1e6 };
        expect(readJson(text, wide)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("takes nothing that JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.string({ maxLength: 2 }), (text, at, put) => {
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + put + text.slice(place);
        let parsed = true;
        try {
          JSON.parse(changed);
        } catch {
          parsed = false;
        }
        if (!parsed) expect(codeOf(changed, { bytes: 1e6, depth: 100, values: 1e6 })).toBe("MALFORMED");
      }),
    );
  });
});

test("hasExactly wants all of the members and no others", () => {
  expect([
    hasExactly({ a: 1, b: 2 }, ["a", "b"]),
    hasExactly({ a: 1 }, ["a", "b"]),
    hasExactly({ a: 1, b: 2 }, ["a"]),
  ]).toEqual([true, false, false]);
});
