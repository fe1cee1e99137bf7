// What annotations say of a base, as builders write it.
import { expect, test } from "vitest";
import { baseClaimOf, isSameClaim } from "../../../../policies/lineage/base-claim.ts";

const digest = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const repository = "quay.io/fedora/fedora-bootc";

test.each([
  { title: "name and digest", name: `${repository}:44`, digest, claim: { repository, tag: "44", digest } },
  { title: "a name alone", name: `${repository}:44`, claim: { repository, tag: "44", digest: null } },
  { title: "a name without a tag", name: repository, claim: { repository, tag: "latest", digest: null } },
  { title: "a digest alone", digest, claim: { repository: null, tag: null, digest } },
  { title: "a digest in the name", name: `${repository}@${digest}`, claim: { repository, tag: null, digest } },
  { title: "tag and digest in the name", name: `${repository}:44@${digest}`, claim: { repository, tag: "44", digest } },
  { title: "two digests", name: `${repository}@${other}`, digest, claim: { repository, tag: null, digest } },
  { title: "a transport", name: `docker://${repository}:44`, claim: { repository, tag: "44", digest: null } },
  { title: "a short name with a digest", name: "fedora:44", digest, claim: { repository: null, tag: null, digest } },
  { title: "a short name", name: "fedora:44", claim: null },
  { title: "no digest that is one", digest: "sha256:1", claim: null },
  { title: "nothing", claim: null },
])("$title", ({ name, digest: written, claim }) => {
  const said = {
    ...(name === undefined ? {} : { "org.opencontainers.image.base.name": name }),
    ...(written === undefined ? {} : { "org.opencontainers.image.base.digest": written }),
  };
  expect(baseClaimOf(said)).toEqual(claim);
});

test("two claims are the same where all that they say is", () => {
  const claim = { repository, tag: "44", digest };
  expect(isSameClaim(claim, { ...claim })).toBe(true);
  for (const change of [{ repository: null }, { tag: "43" }, { digest: other }]) {
    expect(isSameClaim(claim, { ...claim, ...change })).toBe(false);
  }
});
