// The rate limit: what one client may take, who is one client, and what the headers say.
import { describe, expect, test } from "vitest";
import { clientAddress, createRateLimiter } from "../../../server/rate-limit.ts";

function limiter(rateMax: number, rateClientsMax = 100) {
  const clock = { now: 0 };
  const limits = { rateMax, rateWindowMs: 60_000, rateClientsMax };
  return { clock, ...createRateLimiter(limits, () => clock.now) };
}

test("as much as the window allows may be taken at once, then as much as flows back", () => {
  const { take, clock } = limiter(6);
  for (let i = 0; i < 6; i++) expect(take("a", 1).allowed).toBe(true);
  const refused = take("a", 1);
  expect(refused.allowed).toBe(false);
  expect(refused.headers).toEqual({
    "RateLimit-Policy": '"default";q=6;w=60',
    RateLimit: '"default";r=0;t=60',
    "Retry-After": "10",
  });
  clock.now = 10_000;
  expect(take("a", 1)).toEqual({
    allowed: true,
    headers: { "RateLimit-Policy": '"default";q=6;w=60', RateLimit: '"default";r=0;t=60' },
  });
  expect(take("a", 1).allowed).toBe(false);
});

test("a refusal costs nothing, and waiting as long as it says is enough", () => {
  const { take, clock } = limiter(10);
  take("a", 8);
  const refused = take("a", 5);
  expect(refused.allowed).toBe(false);
  clock.now += Number(refused.headers["Retry-After"]) * 1_000;
  expect(take("a", 5).allowed).toBe(true);
});

test("what costs more than there ever is can be had by whoever has taken nothing", () => {
  const { take } = limiter(10);
  expect(take("a", 100).allowed).toBe(true);
  expect(take("a", 1).allowed).toBe(false);
});

test("a clock that goes back gives nothing away", () => {
  const { take, clock } = limiter(2);
  clock.now = 60_000;
  take("a", 2);
  clock.now = 0;
  expect(take("a", 1).allowed).toBe(false);
});

test("clients are told apart, and no more are remembered than may be", () => {
  const { take } = limiter(1, 10);
  expect(take("a", 1).allowed).toBe(true);
  expect(take("b", 1).allowed).toBe(true);
  expect(take("a", 1).allowed).toBe(false);
  for (let i = 0; i < 10; i++) take(`other ${i}`, 1);
  expect(take("a", 1).allowed).toBe(true);
});

describe("addresses", () => {
  test.each([
    { title: "one network of IPv6", one: "2001:db8:1:2::1", other: "2001:db8:1:2:ffff:ffff:ffff:ffff", same: true },
    { title: "one written long", one: "2001:0db8:1:2:0:0:0:1", other: "2001:0db8:1:2::7", same: true },
    { title: "two networks of IPv6", one: "2001:db8:1:2::1", other: "2001:db8:1:3::1", same: false },
    { title: "IPv4 in IPv6", one: "::ffff:10.0.0.1", other: "10.0.0.1", same: true },
    { title: "two of IPv4", one: "10.0.0.1", other: "10.0.0.2", same: false },
    { title: "loopback and another short one", one: "::1", other: "::2", same: true },
    { title: "a zone", one: "fe80::1%eth0", other: "fe80::2%eth0", same: true },
  ])("$title: $same", ({ one, other, same }) => {
    const { take } = limiter(1);
    take(one, 1);
    expect(take(other, 1).allowed).toBe(!same);
  });

  test.each([
    { title: "no proxy: the header is ignored", hops: 0, header: "1.1.1.1", expected: "9.9.9.9" },
    { title: "one proxy: what it wrote", hops: 1, header: "6.6.6.6, 1.1.1.1", expected: "1.1.1.1" },
    { title: "two proxies: what the outer wrote", hops: 2, header: "6.6.6.6, 1.1.1.1, 10.0.0.1", expected: "1.1.1.1" },
    { title: "fewer entries than proxies: the connection", hops: 2, header: "1.1.1.1", expected: "9.9.9.9" },
    { title: "no header", hops: 1, header: null, expected: "9.9.9.9" },
    { title: "an empty entry", hops: 1, header: "1.1.1.1,", expected: "9.9.9.9" },
  ])("$title", ({ hops, header, expected }) => {
    expect(clientAddress("9.9.9.9", header, hops)).toBe(expected);
  });
});
