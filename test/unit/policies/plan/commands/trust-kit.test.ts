// Trust kits: made once for a policy, whatever the host has; merge-policy.ts's programs are tried by interop tests.
import { expect, test } from "vitest";
import { trustKitOf } from "../../../../../policies/plan/commands/trust-kit.ts";
import { policyHostFiles } from "../../../../../policies/trust/host-files/policy-host-files.ts";
import { indexTrust } from "../../../../../policies/trust/trust-rules.ts";
import { files, key, now, policy, publicGood } from "../../trust/trust-builders.ts";
import { policySet } from "../plan-builders.ts";

const document = policy([key("alice")]);
const index = indexTrust({ ...policySet({ trust: [document] }), files }, publicGood);

function kitOf(host: Parameters<typeof policyHostFiles>[3]) {
  const made = policyHostFiles(index, document, now, host);
  if (made.outcome !== "files") throw new Error("the policy can be expressed");
  return { kit: trustKitOf(made.hostFiles.candidate), scope: made.policyScope };
}

test("is for a machine that has nothing: what a host said of its own files is none of it", () => {
  const { kit, scope } = kitOf({});
  expect(kitOf({ policyJson: { default: [{ type: "reject" }] }, registriesD: {} }).kit).toBe(kit);
  expect(kit.files.map(({ path }) => path)).toEqual([
    "/etc/pki/containers/desk.pub",
    "/etc/containers/registries.d/desk.yaml",
  ]);
  expect(JSON.parse(kit.sections)).toEqual({ sections: scope, within: {} });
  expect(JSON.parse(kit.newPolicy.content).default).toEqual([{ type: "reject" }]);
});
