// Tests of signedIdentity: rows of containers/image's signature/policy_reference_match.go.
import { expect, test } from "vitest";
import type { IdentityRule } from "../../../../../policies/trust/consumers/containers-policy.ts";
import { parseDockerReference } from "../../../../../policies/trust/consumers/docker-reference.ts";
import { matchesIdentity } from "../../../../../policies/trust/consumers/match-identity.ts";

const digest = `sha256:${"0".repeat(64)}`;
const tagged = "mirror.example/os:stable";
const pinned = `mirror.example/os@${digest}`;

const repository: IdentityRule = { type: "matchRepository" };
const exact: IdentityRule = { type: "matchExact" };
const digestOrExact: IdentityRule = { type: "matchRepoDigestOrExact" };
const remap: IdentityRule = { type: "remapIdentity", prefix: "mirror.example", signedPrefix: "quay.io/desk" };
const one: IdentityRule = { type: "exactRepository", dockerRepository: "quay.io/desk/os" };
const reference: IdentityRule = { type: "exactReference", dockerReference: "quay.io/desk/os:stable" };

const bare: IdentityRule = { type: "exactReference", dockerReference: "quay.io/desk/os" };

test.each([
  { rule: repository, image: tagged, signed: "mirror.example/os", matches: true },
  {
    rule: repository,
    image: tagged,
    signed: "mirror.example/os:other",
    matches: true,
    why: "the tag is not protected",
  },
  { rule: repository, image: tagged, signed: "mirror.example/other", matches: false },
  { rule: repository, image: tagged, signed: "quay.io/desk/os", matches: false },
  { rule: repository, image: "docker.io/library/os:1", signed: "index.docker.io/os", matches: true },
  { rule: repository, image: tagged, signed: "UPPER", matches: false },
  { rule: exact, image: tagged, signed: "mirror.example/os:stable", matches: true },
  { rule: exact, image: tagged, signed: "mirror.example/os", matches: false, why: "cosign names no tag" },
  { rule: exact, image: tagged, signed: "mirror.example/os:other", matches: false },
  { rule: digestOrExact, image: tagged, signed: "mirror.example/os:stable", matches: true },
  { rule: digestOrExact, image: tagged, signed: "mirror.example/os", matches: false },
  { rule: digestOrExact, image: pinned, signed: "mirror.example/os:other", matches: true },
  { rule: digestOrExact, image: pinned, signed: "mirror.example/os", matches: false },
  { rule: remap, image: tagged, signed: "quay.io/desk/os:stable", matches: true },
  { rule: remap, image: tagged, signed: "quay.io/desk/os", matches: false, why: "cosign names no tag" },
  { rule: remap, image: tagged, signed: "quay.io/desk/os:other", matches: false },
  { rule: remap, image: tagged, signed: "mirror.example/os:stable", matches: false },
  { rule: remap, image: pinned, signed: "quay.io/desk/os:any", matches: true },
  { rule: remap, image: "mirror.example.evil/os:stable", signed: "quay.io/desk/os:stable", matches: false },
  { rule: remap, image: "mirror.example:5000/os:stable", signed: "quay.io/desk/os:stable", matches: false },
  { rule: exact, image: pinned, signed: pinned, matches: true },
  { rule: exact, image: "mirror.example/os", signed: "mirror.example/os", matches: false, why: "both name no tag" },
  { rule: digestOrExact, image: pinned, signed: "mirror.example/other:1", matches: false },
  { rule: digestOrExact, image: "mirror.example/os", signed: "mirror.example/os:1", matches: false },
  { rule: remap, image: "mirror.example.evil/os:1", signed: "quay.io/desk.evil/os:1", matches: false },
  { rule: remap, image: "elsewhere.example/os:1", signed: "elsewhere.example/os:1", matches: true, why: "it stays" },
  { rule: { ...remap, prefix: "mirror.example/os" }, image: tagged, signed: "quay.io/desk:stable", matches: true },
  { rule: { ...remap, signedPrefix: "desk" }, image: tagged, signed: "docker.io/desk/os:stable", matches: false },
  { rule: reference, image: tagged, signed: "quay.io/desk/os:other", matches: false },
  { rule: bare, image: tagged, signed: "quay.io/desk/os", matches: false, why: "the signed one names no tag" },
  { rule: one, image: tagged, signed: "quay.io/desk/os", matches: true },
  { rule: one, image: tagged, signed: "quay.io/desk/other", matches: false },
  { rule: reference, image: tagged, signed: "quay.io/desk/os:stable", matches: true },
  { rule: reference, image: tagged, signed: "quay.io/desk/os", matches: false },
])("$rule.type: $image by $signed: $matches", ({ rule, image, signed, matches }) => {
  const parsed = parseDockerReference(image);
  expect(parsed !== undefined && matchesIdentity(rule, parsed, signed)).toBe(matches);
});
