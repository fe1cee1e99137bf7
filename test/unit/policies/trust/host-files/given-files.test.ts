// Given files: a plan of ours is read back whole, and one that somebody meddled with is refused.
import { describe, expect, test } from "vitest";
import type { HostFile, SwitchPlan } from "../../../../../policies/plan/switch-plan.ts";
import { readGivenFiles } from "../../../../../policies/trust/host-files/given-files.ts";
import { planOf, signedByAlice } from "../../plan/signed-plan.ts";
import { byOpenpgp, identity, index, key, keyless, manifest, pem, pgp, policy } from "../trust-builders.ts";

const plan = planOf(signedByAlice);
const scope = "registry.example/desk";
const keyPath = "/etc/pki/containers/desk.pub";

test("a plan's files are its policy's sections, its registries and its keys", () => {
  expect(readGivenFiles(plan)).toEqual({
    outcome: "files",
    files: {
      own: plan.trust.policyScope,
      inner: {},
      name: "desk",
      registries: { [scope]: { "use-sigstore-attachments": true } },
      keys: { [keyPath]: pem("alice") },
    },
  });
});

const email = keyless("alice@desk.example");

test.each([
  { title: "two keys", made: planOf({ ...signedByAlice, trust: [policy([key("alice"), key("bob")])] }) },
  {
    title: "OpenPGP",
    made: planOf({
      trust: [policy([pgp("erin")])],
      top: index([byOpenpgp("erin")]),
      platform: manifest([byOpenpgp("erin")]),
    }),
  },
  {
    title: "an e-mail and its authorities",
    made: planOf({
      trust: [policy([identity("alice@desk.example")])],
      top: index([email]),
      platform: manifest([email]),
    }),
  },
  {
    title: "a narrower policy that nobody can express",
    made: planOf({
      ...signedByAlice,
      trust: [
        policy([key("alice")]),
        policy([identity("https://x.example/*")], { id: "inner", scopes: [`${scope}/inner`] }),
      ],
    }),
  },
])("every form that a plan gives is read: $title", ({ made }) => {
  expect(made.trust.hostFiles.length).toBeGreaterThan(2);
  expect(readGivenFiles(made).outcome).toBe("files");
});

type Files = readonly HostFile[];

function changed(change: (files: Files) => Files, policyScope = plan.trust.policyScope): SwitchPlan {
  return { ...plan, trust: { ...plan.trust, policyScope, hostFiles: change(plan.trust.hostFiles) } };
}
const replaced = (path: string, by: Partial<HostFile>) =>
  changed((files) => files.map((file) => (file.path === path ? { ...file, ...by } : file)));
const policyText = (value: unknown) => replaced("/etc/containers/policy.json", { content: JSON.stringify(value) });
const sections = (docker: object, policyScope: Record<string, readonly unknown[]> = { [scope]: [] }) =>
  changed(
    (files) =>
      files.map((file) =>
        file.merge === true ? { ...file, content: JSON.stringify({ transports: { docker } }) } : file,
      ),
    policyScope,
  );
const registries = (content: string) => replaced("/etc/containers/registries.d/desk.yaml", { content });
const signed = [{ type: "sigstoreSigned", keyPath, signedIdentity: { type: "matchRepository" } }];
const accept = [{ type: "insecureAcceptAnything" }];

describe("refuses", () => {
  test.each([
    { title: "a file elsewhere", made: replaced(keyPath, { path: "/etc/passwd" }), why: "/etc/passwd" },
    {
      title: "a way out",
      made: replaced(keyPath, { path: "/etc/pki/containers/../../passwd.pub" }),
      why: "no host file",
    },
    { title: "a hidden file", made: replaced(keyPath, { path: "/etc/pki/containers/.x.pub" }), why: "no host file" },
    { title: "a file twice", made: changed((files) => [...files, ...files]), why: "twice" },
    { title: "no files", made: changed(() => []), why: "missing" },
    { title: "no scope", made: changed((files) => files, null), why: "missing" },
    {
      title: "a whole policy.json",
      made: replaced("/etc/containers/policy.json", { merge: false }),
      why: "policy.json",
    },
    { title: "a default", made: policyText({ default: accept, transports: { docker: {} } }), why: "beside transports" },
    { title: "another transport", made: policyText({ transports: { docker: {}, dir: {} } }), why: "beside docker" },
    { title: "no JSON", made: replaced("/etc/containers/policy.json", { content: "{" }), why: "not JSON" },
    { title: "an open section", made: sections({ [scope]: accept }), why: "no signature" },
    {
      title: "an open section within",
      made: sections({ [scope]: signed, [`${scope}/x`]: accept }),
      why: "no signature",
    },
    { title: "a section that refuses all", made: sections({ [scope]: [{ type: "reject" }] }), why: "no signature" },
    { title: "an empty section", made: sections({ [scope]: [] }), why: "no list" },
    {
      title: "the section of everything",
      made: sections({ [scope]: signed, "": signed }, { [scope]: [], "": [] }),
      why: "too wide",
    },
    {
      title: "a wildcard",
      made: sections({ [scope]: signed, "*.io": signed }, { [scope]: [], "*.io": [] }),
      why: "too wide",
    },
    { title: "another's section", made: sections({ [scope]: signed, "quay.io": signed }), why: "not within" },
    { title: "another image's sections", made: sections({ "quay.io": signed }, { "quay.io": [] }), why: "speaks for" },
    {
      title: "a key of the host's",
      made: sections({ [scope]: [{ ...signed[0], keyPath: "/etc/other.pub" }] }),
      why: "does not come",
    },
    { title: "no key", made: sections({ [scope]: [{ type: "sigstoreSigned" }] }), why: "names no key" },
    { title: "no YAML", made: registries("docker: ["), why: "desk.yaml" },
    {
      title: "all registries",
      made: registries("default-docker:\n  lookaside: https://x.example\n"),
      why: "all registries",
    },
    {
      title: "another registry",
      made: registries("docker:\n  quay.io:\n    use-sigstore-attachments: true\n"),
      why: "not within",
    },
    {
      title: "attachments switched off",
      made: registries(`docker:\n  ${scope}:\n    use-sigstore-attachments: false\n`),
      why: "nothing that a policy gives",
    },
    {
      title: "a lookaside of files",
      made: registries(`docker:\n  ${scope}:\n    lookaside: file:///tmp\n`),
      why: "nothing that a policy gives",
    },
  ])("$title", ({ made, why }) => {
    const read = readGivenFiles(made);
    expect(read.outcome).toBe("refused");
    expect(read.outcome === "refused" ? read.reason : "").toContain(why);
  });
});
