// What a token service answers and how long that is used.
import { describe, expect, test } from "vitest";
import { readToken } from "../../../../worker/registry/token.ts";

const now = 1_800_000_000_000;
const maxLifeMs = 3_600_000;

function jwt(claims: object): string {
  return ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");
}

function lifeOf(answer: object): number {
  return readToken(Buffer.from(JSON.stringify(answer)), now, maxLifeMs, "the answer").expiresAtMs - now;
}

describe("a token", () => {
  test.each([
    { title: "token", answer: { token: "abc" }, value: "abc" },
    { title: "access_token", answer: { access_token: "abc" }, value: "abc" },
    { title: "both", answer: { token: "abc", access_token: "abc" }, value: "abc" },
    { title: "an empty token and an access_token", answer: { token: "", access_token: "abc" }, value: "abc" },
  ])("is read from $title", ({ answer, value }) => {
    expect(readToken(Buffer.from(JSON.stringify(answer)), now, maxLifeMs, "x").value).toBe(value);
  });

  const s = now / 1000;
  test.each([
    { title: "nothing is said: 60 s", answer: { token: "abc" }, usedS: 54 },
    { title: "expires_in", answer: { token: "abc", expires_in: 300 }, usedS: 290 },
    { title: "a short expires_in", answer: { token: "abc", expires_in: 10 }, usedS: 9 },
    { title: "an endless expires_in: the longest we use", answer: { token: "abc", expires_in: 1e9 }, usedS: 3_590 },
    { title: "expires_in of nonsense", answer: { token: "abc", expires_in: "soon" }, usedS: 54 },
    { title: "a negative expires_in", answer: { token: "abc", expires_in: -5 }, usedS: 54 },
    { title: "exp and iat of a JWT", answer: { token: jwt({ iat: s, exp: s + 600 }) }, usedS: 590 },
    {
      title: "a JWT whose issuer's clock is a day off",
      answer: { token: jwt({ iat: s - 86_400, exp: s - 85_800 }) },
      usedS: 590,
    },
    { title: "a JWT with nbf alone", answer: { token: jwt({ nbf: s, exp: s + 600 }) }, usedS: 590 },
    { title: "a JWT with exp alone", answer: { token: jwt({ exp: s + 600 }) }, usedS: 590 },
    { title: "a JWT that ends before it begins", answer: { token: jwt({ iat: s, exp: s - 1 }) }, usedS: 54 },
    {
      title: "expires_in before the JWT",
      answer: { token: jwt({ iat: s, exp: s + 600 }), expires_in: 100 },
      usedS: 90,
    },
    { title: "no JWT, though it has dots", answer: { token: "a.b.c" }, usedS: 54 },
  ])("is used for $usedS s where there is $title", ({ answer, usedS }) => {
    expect(lifeOf(answer)).toBe(usedS * 1000);
  });

  test.each([
    ["no token", "{}"],
    ["an empty one", '{"token":""}'],
    ["a number", '{"token":5}'],
    ["one that would end a header", JSON.stringify({ token: "abc\r\nx-evil: 1" })],
    ["one with a blank", '{"token":"a b"}'],
    ["a list", "[]"],
    ["no JSON", "<html>"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ])("%s is malformed", (_, body) => {
    expect(() => readToken(Buffer.from(body), now, maxLifeMs, "x")).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });
});
