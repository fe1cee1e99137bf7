// Tests of signing times: rotation, windows and revocation, by what a log or timestamp proves and else by first sight.
import { describe, expect, test } from "vitest";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import { judgeSignature } from "../../../../policies/trust/judge-signature.ts";
import {
  isGivenOut,
  isLogged,
  isPromised,
  momentsOf,
  nextMoment,
  provenTimeMs,
  timeText,
} from "../../../../policies/trust/signing-time.ts";
import type { SignerRule } from "../../../../policies/trust/trust-rules.ts";
import {
  at,
  byOpenpgp,
  bySig,
  found,
  key,
  logEntry,
  logged,
  now,
  pgp,
  policy,
  publicGood,
  repository,
  world,
} from "./trust-builders.ts";

const early = at("2026-02-01T00:00:00Z");
const change = at("2026-06-01T00:00:00Z");
const changeText = "2026-06-01T00:00:00Z";
const late = at("2026-10-01T00:00:00Z");

const stamped = (atMs: number) => ({
  times: [{ from: "timestamp" as const, atMs, authority: "tsa" }],
  trustRoot: { name: "public-good", digest: publicGood.digest },
});

type Terms = Parameters<typeof key>[1];

function verdictOf(terms: Terms, finding: SignatureFinding, firstSeenAt: number, at = now) {
  const rules = world({ trust: [policy([key("alice", terms), pgp("erin", terms)])] }).rulesFor(repository);
  const { verdict, reasons } = judgeSignature(found(finding, { firstSeenAt }), rules, at);
  return [verdict, ...reasons.map(({ code }) => code)].join(" ");
}

const by = bySig("alice");
const window = "untrusted KEY_WINDOW";
const revoked = "untrusted KEY_REVOKED";
const from: Terms = { validFrom: changeText };
const until: Terms = { validUntil: changeText };
const compromised: Terms = { revoked: { at: changeText, reason: "compromised" } };
const superseded: Terms = { revoked: { at: changeText, reason: "superseded" } };

describe("the key rotation of 2024-07-02, in small: an old key until, a new one from a moment", () => {
  test.each([
    { title: "the new key after it", terms: from, finding: by, seen: late, verdict: "verified" },
    { title: "the new key before it", terms: from, finding: by, seen: early, verdict: window },
    { title: "the new key at the very moment", terms: from, finding: by, seen: change, verdict: "verified" },
    { title: "the old key before it", terms: until, finding: by, seen: early, verdict: "verified" },
    { title: "the old key after it", terms: until, finding: by, seen: late, verdict: window },
    { title: "the old key at the very moment", terms: until, finding: by, seen: change, verdict: window },
    {
      title: "the old key, logged before and first seen after",
      terms: until,
      finding: bySig("alice", logged(early)),
      seen: late,
      verdict: "verified",
    },
    {
      title: "the old key, stamped before and first seen after",
      terms: until,
      finding: bySig("alice", stamped(early)),
      seen: late,
      verdict: "verified",
    },
    {
      title: "the old key, logged after it",
      terms: until,
      finding: bySig("alice", logged(late)),
      seen: late,
      verdict: window,
    },
    {
      title: "the new key, logged before it",
      terms: from,
      finding: bySig("alice", logged(early)),
      seen: late,
      verdict: window,
    },
    { title: "a window without a beginning or an end", terms: {}, finding: by, seen: 0, verdict: "verified" },
    { title: "a retired signer's signature", terms: { role: "retired" }, finding: by, seen: late, verdict: "verified" },
    { title: "a backup's signature", terms: { role: "backup" }, finding: by, seen: late, verdict: "verified" },
  ] as const)("$verdict for $title", ({ terms, finding, seen, verdict }) => {
    expect(verdictOf(terms, finding, seen)).toBe(verdict);
  });
});

describe("revocation", () => {
  test.each([
    {
      title: "compromised: logged before",
      terms: compromised,
      finding: bySig("alice", logged(early)),
      seen: late,
      verdict: "verified",
    },
    {
      title: "compromised: stamped before",
      terms: compromised,
      finding: bySig("alice", stamped(early)),
      seen: late,
      verdict: "verified",
    },
    {
      title: "compromised: only seen before, which proves nothing to others",
      terms: compromised,
      finding: by,
      seen: early,
      verdict: revoked,
    },
    {
      title: "compromised: logged after",
      terms: compromised,
      finding: bySig("alice", logged(late)),
      seen: late,
      verdict: revoked,
    },
    {
      title: "compromised: logged at the very moment",
      terms: compromised,
      finding: bySig("alice", logged(change)),
      seen: late,
      verdict: revoked,
    },
    {
      title: "compromised: an old entry of a kind that is not compared, laid beside a new signature",
      terms: compromised,
      finding: bySig("alice", logged(early, { body: "unsupported" })),
      seen: late,
      verdict: revoked,
    },
    {
      title: "compromised: an old entry in a log that only another policy believes",
      terms: compromised,
      finding: bySig("alice", { ...logged(early), trustRoot: { name: "roots/other.json", digest: "sha256:1" } }),
      seen: late,
      verdict: revoked,
    },
    {
      title: "compromised: an old time that nothing signs",
      terms: compromised,
      finding: bySig("alice", {
        ...logged(early),
        log: [logEntry({ promise: "absent", inclusion: "holds", integratedAtMs: null })],
      }),
      seen: late,
      verdict: revoked,
    },
    { title: "superseded: seen before", terms: superseded, finding: by, seen: early, verdict: "verified" },
    { title: "superseded: seen after", terms: superseded, finding: by, seen: late, verdict: revoked },
    {
      title: "superseded: logged before, seen after",
      terms: superseded,
      finding: bySig("alice", logged(early)),
      seen: late,
      verdict: "verified",
    },
    {
      title: "superseded: OpenPGP's own creation time is its signer's word",
      terms: superseded,
      finding: byOpenpgp("erin", {
        claims: {
          type: "simple-signing",
          digest: by.manifest,
          reference: repository,
          repository,
          tag: null,
          creator: "erin",
          createdAtMs: early,
        },
      }),
      seen: late,
      verdict: revoked,
    },
  ] as const)("$verdict for $title", ({ terms, finding, seen, verdict }) => {
    expect(verdictOf(terms, finding, seen)).toBe(verdict);
  });

  test("it begins at its moment", () => {
    const terms: Terms = { revoked: { at: "2026-12-01T00:00:00Z", reason: "compromised" } };
    expect(verdictOf(terms, by, early)).toBe("verified");
    expect(verdictOf(terms, by, early, at("2026-12-01T00:00:00Z"))).toBe(revoked);
  });
});

test("the earliest proven time counts", () => {
  const both = { ...logged(late), ...stamped(early), log: [logEntry({ integratedAtMs: late })] };
  expect(provenTimeMs(bySig("alice", both))).toBe(early);
  expect(provenTimeMs(by)).toBeNull();
});

test("an entry is proven by promise or inclusion, and contradicted by either", () => {
  const entry = (change: Parameters<typeof logEntry>[0]) => bySig("alice", { log: [logEntry(change)] });
  const states = [
    { change: { promise: "holds", inclusion: "absent" }, logged: true, promised: true },
    { change: { promise: "absent", inclusion: "holds" }, logged: true, promised: false },
    { change: { promise: "holds", inclusion: "fails" }, logged: false, promised: false },
    { change: { promise: "fails", inclusion: "holds" }, logged: false, promised: false },
    { change: { promise: "unknown", inclusion: "absent" }, logged: false, promised: false },
    { change: { promise: "holds", inclusion: "holds", body: "fails" }, logged: false, promised: false },
  ] as const;
  for (const { change, logged, promised } of states) {
    expect([isLogged(entry(change)), isPromised(entry(change))]).toEqual([logged, promised]);
  }
});

describe("who is given out to hosts", () => {
  const given = (terms: Terms): [SignerRule, ...unknown[]] => {
    const [signer] = world({ trust: [policy([key("alice", terms)])] }).rulesFor(repository).policy?.signers ?? [];
    if (signer === undefined) throw new Error("no signer");
    return [signer];
  };
  test.each([
    { terms: {}, is: true },
    { terms: { role: "backup" }, is: true },
    { terms: { role: "retired" }, is: false },
    { terms: compromised, is: false },
    { terms: superseded, is: false },
    { terms: { revoked: { at: "2027-01-01T00:00:00Z", reason: "superseded" } }, is: true },
    { terms: { validFrom: "2026-11-20T10:00:00Z" }, is: true },
    { terms: { validFrom: "2026-11-20T10:00:01Z" }, is: false },
    { terms: { validUntil: "2026-11-20T10:00:00Z" }, is: false },
    { terms: { validUntil: "2026-11-20T10:00:01Z" }, is: true },
  ] as const)("$terms: $is", ({ terms, is }) => {
    expect(isGivenOut(given(terms)[0], now)).toBe(is);
  });

  test("their moments are those at which that changes", () => {
    const [signer] = given({ validFrom: "2026-01-01T00:00:00Z", validUntil: "2027-01-01T00:00:00Z", ...compromised });
    expect(momentsOf(signer).map(timeText)).toEqual([changeText, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
    expect(nextMoment(momentsOf(signer), now)).toBe(at("2027-01-01T00:00:00Z"));
    expect(nextMoment([null, now], now)).toBeNull();
  });
});

test("a moment that no calendar has is no text, and does not throw", () => {
  expect(timeText(9e15)).toBeNull();
  expect(timeText(0)).toBe("1970-01-01T00:00:00Z");
});
