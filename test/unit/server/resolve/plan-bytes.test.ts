// Plan bytes: what is made and written once for a target says of each host what a plan made for it alone would.
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import type { PlanRequest } from "../../../../policies/plan/plan-input.ts";
import { planRequestOf } from "../../../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import { planTarget } from "../../../../policies/plan/target-plan.ts";
import { planParts, writeHost, writeTarget } from "../../../../server/resolve/plan-bytes.ts";
import { digest, entry, fedora, image, input, policySet } from "../../policies/plan/plan-builders.ts";
import { signedByAlice } from "../../policies/plan/signed-plan.ts";
import { files, indexDigest, key, platformDigest, policy, publicGood } from "../../policies/trust/trust-builders.ts";

const host = (imageDigest: string) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  status: {
    booted: {
      image: {
        image: { image: "registry.example/desk/os:old", transport: "registry" },
        ...{ imageDigest, version: "44", architecture: "amd64" },
      },
      incompatible: false,
      pinned: false,
    },
  },
});

function asked(body: object, verbose = false): PlanRequest {
  const parsed = planRequestOf({ target: "registry.example/desk/os:stable", arch: "amd64", ...body }, { verbose });
  if (parsed.outcome === "refused") throw new Error(parsed.reason);
  return parsed.request;
}

const questions = [
  { title: "that says nothing", request: asked({}) },
  { title: "with all hazards", request: asked({ host: host(digest(7)) }, true) },
  { title: "that runs the target", request: asked({ host: host(platformDigest) }) },
  { title: "without policy.json", request: asked({ host: host(digest(7)), facts: { policyJson: null } }) },
  {
    title: "whose policy.json accepts anything",
    request: asked({ facts: { policyJson: { default: [{ type: "insecureAcceptAnything" }] }, registriesD: {} } }),
  },
  {
    title: "that may not switch",
    request: asked({ facts: { packages: ["zsh", 'a "name" with ünïcode \u2028'] } }, true),
  },
];

describe.each([
  { of: "a signed target", evidence: signedByAlice },
  { of: "a target that nobody looked at", evidence: null },
])("planParts of $of", ({ evidence }) => {
  const made = input({
    image: image({
      digest: indexDigest,
      entries: [
        { ...entry(0x64, {}, evidence === null ? {} : { evidence: evidence.platform }), digest: platformDigest },
      ],
      ...(evidence === null ? {} : { evidence: evidence.top }),
    }),
  });
  const set = { ...policySet({ trust: [policy([key("alice")])], releases: [fedora("2027-05-12")] }), files };
  const policies = indexPolicies(set, publicGood);
  const known = planTarget({ ...made, policies });
  const written = writeTarget(known);

  test.each(questions)("for a host $title are those of a plan of its own", ({ request }) => {
    const alone = makePlan({ ...made, policies, request });
    const shared = makePlan({ ...made, policies, request }, known);
    expect(shared).toEqual(alone);
    expect(Buffer.concat(planParts(writeHost(shared.plan, written), written)).toString()).toBe(
      JSON.stringify(alone.plan),
    );
  });

  test("the cases differ in what a host decides", () => {
    const plans = questions.map(({ request }) => makePlan({ ...made, policies, request }, known).plan);
    expect(new Set(plans.map(({ decision }) => decision))).toContain("block");
    expect(plans.some(({ trust }) => trust !== known.planned.trust)).toBe(evidence !== null);
    // Its policy asks for a signature: what nobody looked at is blocked, and has no commands.
    expect(plans.some(({ commands }) => commands === known.commands)).toBe(evidence !== null);
  });
});
