// Canonical JSON: the examples of RFC 8785, and what has no JSON form.
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
