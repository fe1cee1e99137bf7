// Tests of a policy's host files without an image.
import { expect, test } from "vitest";
import { formatTimestamp } from "../../../../../policies/images/timestamp.ts";
import { policyHostFiles } from "../../../../../policies/trust/host-files/policy-host-files.ts";
import { bySig, day, identity, key, manifest, now, pgp, plan, policy, workflow, world } from "../trust-builders.ts";

const filesOf = (document: ReturnType<typeof policy>) => policyHostFiles(world({ trust: [document] }), document, now);

test("are the files that an image of its scope comes with", () => {
  const document = policy([key("alice")]);
  const files = filesOf(document);
  const planned = plan(null, manifest([bySig("alice")]), { trust: [document] });
  expect(files).toMatchObject({
    outcome: "files",
    policyScope: planned.trust.policyScope,
    hostFiles: { files: planned.trust.hostFiles },
  });
});

test.each([
  { title: "one key", signers: [key("alice")], since: { bootc: "skopeo 1.13", podman: "containers/image 5.22" } },
  {
    title: "two keys",
    signers: [key("alice"), key("bob")],
    since: { bootc: "skopeo 1.17", podman: "containers/image 5.33" },
  },
  {
    title: "an e-mail",
    signers: [identity("alice@desk.example")],
    since: { bootc: "skopeo 1.13", podman: "containers/image 5.24" },
  },
  { title: "OpenPGP", signers: [pgp("erin")], since: { bootc: "skopeo 1.13", podman: "containers/image 5.22" } },
])("say which versions read them: $title", ({ signers, since }) => {
  expect(filesOf(policy(signers))).toMatchObject({ outcome: "files", since });
});

test("or why there are none", () => {
  expect(filesOf(policy([identity(workflow)]))).toMatchObject({
    outcome: "inexpressible",
    reasons: [{ code: "IDENTITY_INEXPRESSIBLE" }],
  });
});

test("merge with what a host has", () => {
  const document = policy([key("alice")]);
  const accept = [{ type: "insecureAcceptAnything" }];
  const files = policyHostFiles(world({ trust: [document] }), document, now, { policyJson: { default: accept } });
  expect(files).toMatchObject({ hostFiles: { conflicts: [{ kind: "accepts-by-default" }], enforceFlagWorks: false } });
});

test("last until a signer of theirs begins or ends", () => {
  const ends = formatTimestamp(now + day);
  const document = policy([key("alice", { validUntil: ends }), key("bob")]);
  const index = world({ trust: [document] });
  const before = policyHostFiles(index, document, now);
  const after = policyHostFiles(index, document, now + day);
  expect([before.changesAt, after.changesAt]).toEqual([now + day, null]);
  expect(JSON.stringify(before)).toContain("keyPaths");
  expect(JSON.stringify(after)).not.toContain("keyPaths");
  const expiring = policy([key("alice", { validUntil: ends })]);
  expect(policyHostFiles(world({ trust: [expiring] }), expiring, now + day)).toMatchObject({
    outcome: "inexpressible",
    changesAt: null,
  });
});
