// Canonical JSON: the examples of RFC 8785, and what has no JSON form.
import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalDigest, canonicalJson } from "../../../../policies/words/canonical-json.ts";

test("members are sorted by UTF-16 code units, numbers and escapes are ECMAScript's (RFC 8785, 3.2)", () => {
  const value = {
    numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(canonicalJson({ "\ufb33": 1, "\ud83d\ude00": 2, "\u00f6": 3, "1": 4, "\r": 5 })).toBe(
    '{"\\r":5,"1":4,"ö":3,"😀":2,"\ufb33":1}',
  );
});

test("the order of members does not matter, that of lists does", () => {
  expect(canonicalDigest({ a: 1, b: [1, 2] })).toBe(canonicalDigest({ b: [1, 2], a: 1 }));
  expect(canonicalDigest([1, 2])).not.toBe(canonicalDigest([2, 1]));
});

test("a member that is undefined is not there", () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], ["\ud800"]])("%s has no JSON form", (value) => {
  expect(() => canonicalJson(value)).toThrow();
});

test("canonical text is read back as the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test("what is in order already is written as the library writes it", () => {
  const inOrder = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(inOrder);
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, inOrder(each)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
      expect(canonicalJson(inOrder(value))).toBe(canonicalize(value));
    }),
  );
});

test.each<{ title: string; value: unknown }>([
  { title: "names that are numbers", value: { "10": 1, "9": 2 } },
  { title: "a value with a form of its own", value: { a: { toJSON: () => "b" } } },
  { title: "a date", value: { a: new Date(0) } },
  { title: "deep lists", value: Array.from({ length: 200 }).reduce((inner) => [inner], {}) },
  { title: "a member whose name is a prototype's", value: JSON.parse('{"__proto__":{"b":1},"a":{"z":1,"y":2}}') },
])("$title: as the library writes it", ({ value }) => {
  expect(canonicalJson(value)).toBe(canonicalize(value));
});

test("half a surrogate pair has no JSON form in a member or a name either", () => {
  expect(() => canonicalJson({ a: "\ud800" })).toThrow();
  expect(() => canonicalJson({ "\ud800": 1 })).toThrow();
});
