// Tests of matching: templates of identities and what must not fit them.
import { expect, test } from "vitest";
import { isBy, makerName, subjectOf } from "../../../../policies/trust/match-signer.ts";
import type { IdentityRule } from "../../../../policies/trust/trust-rules.ts";
import { identity, identitySigner, issuer, keyless, keySigner, policy, publicGood, world } from "./trust-builders.ts";

function rule(subject: string): IdentityRule {
  const [signer] =
    world({ trust: [policy([identity(subject)])] }).rulesFor("registry.example/desk/os").policy?.signers ?? [];
  if (signer?.type !== "identity") throw new Error("no identity");
  return signer;
}

const template = "https://github.com/desk/*/.github/workflows/*.yml@refs/heads/main";
const refs = "https://github.com/desk/os/.github/workflows/build.yml@refs/tags/*";

test.each([
  { pattern: template, subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main", fits: true },
  { pattern: template, subject: "https://github.com/desk/os-dx/.github/workflows/a.b.yml@refs/heads/main", fits: true },
  {
    pattern: template,
    subject: "https://github.com.evil/desk/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "a host that begins alike",
  },
  {
    pattern: template,
    subject: "https://github.com/desk/x/y/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "a slash within a segment",
  },
  {
    pattern: template,
    subject: "https://github.com/deskevil/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "another owner",
  },
  {
    pattern: template,
    subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/mainline",
    fits: false,
    attack: "a longer branch",
  },
  {
    pattern: template,
    subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main/",
    fits: false,
    attack: "a trailing slash",
  },
  {
    pattern: template,
    subject: "https://github.com/desk/os/.github/workflows/build.yaml@refs/heads/main",
    fits: false,
    attack: "another file",
  },
  {
    pattern: template,
    subject: " https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "a blank before",
  },
  {
    pattern: template,
    subject: "https://GitHub.com/desk/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "other letters",
  },
  {
    pattern: template,
    subject: "https://github-com/desk/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "a dot is no wildcard",
  },
  { pattern: refs, subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/tags/v1.0", fits: true },
  {
    pattern: refs,
    subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/tags/v1/evil",
    fits: false,
    attack: "a tag with a slash",
  },
  {
    pattern: refs,
    subject: "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main",
    fits: false,
    attack: "a branch for a tag",
  },
  { pattern: "alice@desk.example", subject: "alice@desk.example", fits: true },
  { pattern: "alice@desk.example", subject: "malice@desk.example", fits: false, attack: "an unanchored match" },
  { pattern: "alice@desk.example", subject: "alice@desk.example.evil", fits: false, attack: "a longer domain" },
  { pattern: "a.b@desk.example", subject: "axb@desk.example", fits: false, attack: "a regular expression's dot" },
  {
    pattern: "(a+)+$@desk.example",
    subject: `${"a".repeat(40)}!@desk.example`,
    fits: false,
    attack: "a regular expression that never ends",
  },
])("$pattern and $subject: $fits", ({ pattern, subject, fits }) => {
  const maker = identitySigner(subject);
  const finding = keyless(subject);
  expect(isBy(finding, maker, rule(pattern))).toBe(fits);
});

test("any name of the certificate may fit, and the one that does is shown", () => {
  const maker = identitySigner("other@desk.example", {
    subjects: [
      { type: "email", value: "other@desk.example" },
      { type: "uri", value: "https://desk.example/alice" },
    ],
  });
  if (maker.type !== "identity") throw new Error("no identity");
  expect(subjectOf(maker, rule("https://desk.example/*"))).toBe("https://desk.example/alice");
  expect(subjectOf(maker, rule("https://other.example/*"))).toBeUndefined();
});

test("the public-good root counts by its name: a fresher one does not disown what an older one proved", () => {
  const subject = "alice@desk.example";
  const finding = keyless(subject, { trustRoot: { name: "public-good", digest: "sha256:an older one" } });
  expect(finding.trustRoot?.digest).not.toBe(publicGood.digest);
  expect(isBy(finding, identitySigner(subject), rule(subject))).toBe(true);
});

test("whoever signs twice has one name, whatever key a certificate was issued for", () => {
  const twice = (key: string) => makerName(identitySigner("alice@desk.example", { fingerprint: key }));
  expect(twice("sha256:1")).toBe(twice("sha256:2"));
  expect(makerName(identitySigner("alice@desk.example"))).not.toBe(makerName(identitySigner("bob@desk.example")));
  expect(makerName(identitySigner("alice@desk.example", { issuer: `${issuer}2` }))).not.toBe(twice("sha256:1"));
  expect(makerName(keySigner("alice"))).not.toBe(makerName(keySigner("bob")));
});
