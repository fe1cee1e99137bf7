// Enforcement in whole plans: when commands insist on a signature, why they do not, and the hazard that says so.
import { describe, expect, test } from "vitest";
import { planRequestOf } from "../../../../policies/plan/plan-request.ts";
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";
import {
  broken,
  byBundle,
  bySig,
  identity,
  identitySigner,
  index,
  key,
  keyless,
  manifest,
  neverComplete,
  policy,
  workflow,
} from "../trust/trust-builders.ts";
import { planOf, signedByAlice } from "./signed-plan.ts";

const flag = "--enforce-container-sigpolicy";
const alice = bySig("alice");
const bad = broken("SIGNATURE_ERROR", { signature: { holds: false, algorithm: "ecdsa-p256-sha256" } });
const ci = keyless(workflow, { signer: identitySigner(workflow) });

const hazardOf = (plan: SwitchPlan) => plan.hazards.find(({ id }) => id === "signature-not-enforceable");
const signed = signedByAlice;
const strict = { default: [{ type: "reject" }], transports: { docker: { "": [{ type: "insecureAcceptAnything" }] } } };
const open = { default: [{ type: "insecureAcceptAnything" }] };

describe("commands insist on the signature", () => {
  test.each([
    { title: "of a host that said nothing", host: undefined },
    { title: "of a host without a policy.json", host: { policyJson: null } },
    { title: "of a host whose default is reject", host: { policyJson: strict } },
    {
      title: "of a host with a default of two, which bootc does not look through",
      host: { policyJson: { default: [{ type: "insecureAcceptAnything" }, { type: "reject" }] } },
    },
  ])("$title", ({ host }) => {
    const { commands, decision } = planOf(host === undefined ? signed : { ...signed, host });
    expect(decision).toBe("allow");
    expect(commands.bootc).toContain(flag);
    expect(commands.rpmOstree?.join(" ")).toContain("ostree-image-signed:docker://");
    expect(commands.notEnforced).toBeNull();
  });
});

describe("commands do not insist, and say why", () => {
  test.each([
    {
      title: "a host that accepts anything by default",
      made: { ...signed, host: { policyJson: open } },
      why: "accepts anything by default",
    },
    {
      title: "a host whose policy.json nobody can read",
      made: { ...signed, host: { policyJson: { transports: {} } } },
      why: "/etc/containers/policy.json cannot be read",
    },
    {
      title: "an image that podman alone accepts",
      made: { top: index([]), platform: manifest([alice]) },
      why: "index",
    },
    {
      title: "a bundle, which bootc does not see",
      made: { top: index([byBundle("alice")]), platform: manifest([byBundle("alice")]) },
      why: "new",
    },
    {
      title: "a signature that nobody declared",
      made: { top: index([ci]), platform: manifest([ci]), trust: [] },
      why: "policy",
    },
  ])("$title", ({ made, why }) => {
    const { commands } = planOf(made);
    expect(commands.bootc).toEqual(["bootc", "switch", "registry.example/desk/os:stable"]);
    expect(JSON.stringify(commands)).not.toContain(flag);
    expect(commands.notEnforced).toContain(why);
  });

  test("what blocks has no commands, and nothing to say of them", () => {
    const { commands, decision } = planOf({ top: index([]), platform: manifest([]) });
    expect(decision).toBe("block");
    expect(Object.values(commands)).toEqual(Object.values(commands).map(() => null));
  });
});

describe("the hazard of a signature that bootc cannot verify", () => {
  const bundle = { top: index([byBundle("alice")]), platform: manifest([byBundle("alice")]) };

  test.each([
    { title: "bundles alone", made: bundle, bootc: "not-enforceable" },
    {
      title: "a workflow's identity",
      made: {
        trust: [policy([identity(workflow)])],
        top: index([ci]),
        platform: manifest([ci]),
      },
      bootc: "not-enforceable",
    },
    { title: "no signature", made: { top: index([]), platform: manifest([]) }, bootc: "unsigned" },
    { title: "a broken one", made: { top: index([bad]), platform: manifest([bad]) }, bootc: "invalid" },
    {
      title: "too few",
      made: { ...signed, trust: [policy([key("alice"), key("bob")], { threshold: 2 })] },
      bootc: "untrusted",
    },
  ])("is present for $title: the host's policy is not known", ({ made, bootc }) => {
    const plan = planOf(made);
    expect(plan.trust.consumers.bootc.verdict).toBe(bootc);
    expect(hazardOf(plan)).toMatchObject({
      severity: "warn",
      status: "present",
      evidence: { bootc, reasons: plan.trust.consumers.bootc.reasons.map(({ code }) => code) },
    });
  });

  test("makes a verified image one to be warned of", () => {
    const plan = planOf(bundle);
    expect([plan.trust.verdict, plan.decision]).toEqual(["verified", "warn"]);
    expect(plan.decisionReasons).toEqual(["signature-not-enforceable"]);
  });

  test("is unknown, at its highest, while nobody could look", () => {
    const never = { look: neverComplete };
    for (const made of [{}, { top: index([], never), platform: manifest([], never) }]) {
      expect(hazardOf(planOf(made))).toMatchObject({ severity: "block", status: "unknown" });
    }
  });

  test("is absent for what bootc accepts, and where nobody declared a signer", () => {
    expect(hazardOf(planOf(signed))).toBeUndefined();
    const plan = planOf({ top: index([ci]), platform: manifest([ci]), trust: [] });
    expect(plan.trust.verdict).toBe("no-policy");
    expect(hazardOf(plan)).toBeUndefined();
  });
});

describe("what a host says of its files", () => {
  const given = (facts: unknown) => {
    const parsed = planRequestOf({ target: "registry.example/desk/os:stable", arch: "amd64", facts });
    return parsed.outcome === "request" ? parsed.request.hostTrust : parsed;
  };

  test("comes with its facts: no policy.json is not the same as silence", () => {
    expect(given({ policyJson: null })).toEqual({ policyJson: null });
    expect(given({})).toEqual({});
    expect(given(undefined)).toBeUndefined();
    const registriesD = { "/etc/containers/registries.d/a.yaml": "docker: {}\n" };
    expect(given({ policyJson: strict, registriesD })).toEqual({ policyJson: strict, registriesD });
  });

  test("is merged into what it is given", () => {
    const path = "/etc/containers/registries.d/own.yaml";
    const registriesD = { [path]: "docker:\n  registry.example/desk:\n    lookaside: https://old.example\n" };
    const { hostFiles } = planOf({ ...signed, host: { policyJson: strict, registriesD } }).trust;
    const paths = hostFiles.map((file) => file.path);
    expect(paths).toEqual(["/etc/pki/containers/desk.pub", path, "/etc/containers/policy.json"]);
    expect(hostFiles[1]?.content).toContain("use-sigstore-attachments: true");
    const merged = JSON.parse(hostFiles[2]?.content ?? "");
    expect(Object.keys(merged.transports.docker)).toEqual(["", "registry.example/desk"]);
    expect(hostFiles[2]?.merge).toBeUndefined();
  });
});
