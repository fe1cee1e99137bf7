// Warnings of a switch without trust files: what the host's own policy.json makes of the flag that stands there.
import { expect, test } from "vitest";
import { warningsWithoutFiles } from "../../../../bin/switch/enforcement-warnings.ts";

const ref = "registry.example/desk/os:stable";
const accept = [{ type: "insecureAcceptAnything" }];
const signed = [{ type: "sigstoreSigned", keyPath: "/etc/pki/containers/desk.pub" }];
const command = { ref, isEnforced: true };
const policy = (docker: object, rest: object = { default: [{ type: "reject" }] }) => ({
  ...rest,
  transports: { docker },
});

test.each([
  {
    title: "one whose section for all accepts anything",
    policyJson: policy({ "": accept }),
    says: `nothing verifies ${ref}: its section docker in the host's policy.json accepts it unsigned`,
  },
  {
    title: "one with a section that accepts it",
    policyJson: policy({ "registry.example/desk": accept, "registry.example": signed }),
    says: "its section registry.example/desk in",
  },
  {
    title: "one that accepts by default",
    policyJson: policy({ "registry.example/desk": signed }, { default: accept }),
    says: "bootc refuses to enforce such a policy",
  },
  { title: "one that nobody can read", policyJson: { transports: {} }, says: "nothing can be pulled" },
  { title: "none", policyJson: null, says: "pulls nothing without one" },
  { title: "one that was not read", policyJson: undefined, says: "is not known" },
])("with $title people are told", ({ policyJson, says }) => {
  expect(warningsWithoutFiles(command, policyJson)).toEqual([expect.stringContaining(says)]);
  expect(warningsWithoutFiles({ ref, isEnforced: false }, policyJson)).toEqual([]);
});

test("with one that asks for a signature of it there is nothing to say", () => {
  expect(warningsWithoutFiles(command, policy({ "": accept, "registry.example/desk": signed }))).toEqual([]);
});
