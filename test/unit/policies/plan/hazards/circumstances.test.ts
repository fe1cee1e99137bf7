// Hazards by circumstance: what no row of the table of hosts and targets turns on.
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../../policies/plan/make-plan.ts";
import { planRequestOf } from "../../../../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../../../../policies/plan/policy-index.ts";
import type { HazardId } from "../../../../../policies/plan/switch-plan.ts";
import { registry } from "../../documents/documents.ts";
import { index, keyless, manifest, workflow } from "../../trust/trust-builders.ts";
import { facts as imageFacts, input, policySet, single, tag } from "../plan-builders.ts";
import { type HostChange, hostWith, planFor } from "../scenarios/world.ts";
import { planOf, signedByAlice } from "../signed-plan.ts";

const target = "registry.example/desk/os:stable";

type Facets = Readonly<Record<string, readonly string[]>>;

/** The hazard of a plan for a host that says these facts, of a tag that has these facets. */
function judged(id: HazardId, facets: Facets, facts?: Readonly<Record<string, unknown>>) {
  const parsed = planRequestOf({ target, arch: "amd64", facts }, { verbose: true });
  if (parsed.outcome === "refused") throw new Error(parsed.reason);
  const { plan } = makePlan({ ...input({ tag: tag({ facets }), image: single() }), request: parsed.request });
  return plan.hazards.find((hazard) => hazard.id === id);
}

describe("secure-boot-key", () => {
  const certificate = "ab".repeat(32);
  const facets = { "secure-boot": [certificate] };
  test.each([
    { title: "its certificate is enrolled", facts: { secureBoot: true, enrolledKeys: [certificate] }, is: "absent" },
    { title: "it is, whether Secure Boot is on or not", facts: { enrolledKeys: [certificate] }, is: "absent" },
    { title: "others are enrolled", facts: { secureBoot: true, enrolledKeys: ["cd".repeat(32)] }, is: "present" },
    { title: "none is enrolled", facts: { secureBoot: true, enrolledKeys: [] }, is: "present" },
  ])("is $is where $title", ({ facts, is }) => {
    expect(judged("secure-boot-key", facets, facts)).toMatchObject({ status: is, severity: "block", needs: [] });
  });

  test.each([
    { title: "nothing was said", facts: {}, needs: ["secureBoot", "enrolledKeys"] },
    { title: "no keys were told", facts: { secureBoot: true }, needs: ["enrolledKeys"] },
    {
      title: "a fingerprint is of another algorithm",
      facts: { secureBoot: true, enrolledKeys: ["ab".repeat(20)] },
      needs: ["enrolledKeys"],
    },
    { title: "only other keys were told", facts: { enrolledKeys: ["cd".repeat(32)] }, needs: ["secureBoot"] },
  ])("is unknown where $title, and asks for it", ({ facts, needs }) => {
    const hazard = judged("secure-boot-key", facets, facts);
    expect([hazard?.status, hazard?.needs.map(({ fact }) => fact)]).toEqual(["unknown", needs]);
  });

  test("asks whether Secure Boot is on before it blocks what nobody signed", () => {
    const hazard = judged("secure-boot-key", { "secure-boot": ["unsigned"] }, {});
    expect(hazard).toMatchObject({ status: "unknown", severity: "block", needs: [{ fact: "secureBoot" }] });
  });
});

describe("bound-images and kernel-arguments", () => {
  test("are told by facets, to whoever asks", () => {
    const images = ["quay.example/a/b:1", "quay.example/a/c:1"];
    expect(judged("bound-images", { "bound-images": images })).toMatchObject({
      status: "present",
      severity: "info",
      evidence: { images },
    });
    expect(judged("bound-images", { "bound-images": ["none"] })?.status).toBe("absent");
    const hazard = judged("kernel-arguments", { "kernel-arguments": ["a=1", "b"] });
    expect(hazard).toMatchObject({ status: "present", evidence: { arguments: ["a=1", "b"] } });
    expect(hazard?.advice).toContain("--append-if-missing=a=1 --append-if-missing=b");
  });
});

describe("hardware-variant", () => {
  const open = { hardware: ["nvidia-open"] };
  test.each([
    { title: "a card of which nobody knows the generation", facets: open, gpu: [{ vendor: "nvidia" }], is: "unknown" },
    {
      title: "two cards, one of which is too old",
      facets: open,
      gpu: [
        { vendor: "nvidia", generation: "ada" },
        { vendor: "10de", generation: "Maxwell" },
      ],
      is: "present",
    },
    {
      title: "closed modules, which drive all but the newest",
      facets: { hardware: ["nvidia"] },
      gpu: [{ vendor: "nvidia", generation: "Volta" }],
      is: "absent",
    },
    {
      title: "closed modules and the newest cards",
      facets: { hardware: ["nvidia"] },
      gpu: [{ vendor: "nvidia", generation: "blackwell" }],
      is: "present",
    },
    {
      title: "closed modules and a card of which nobody knows the generation",
      facets: { hardware: ["nvidia"] },
      gpu: [{ vendor: "nvidia" }],
      is: "unknown",
    },
    {
      title: "modules of both kinds",
      facets: { hardware: ["nvidia", "nvidia-open"] },
      gpu: [{ vendor: "nvidia" }],
      is: "absent",
    },
    { title: "a card of NVIDIA by its full name", facets: {}, gpu: [{ vendor: "NVIDIA Corporation" }], is: "present" },
    { title: "a card of NVIDIA by its number", facets: {}, gpu: [{ vendor: "0x10de" }], is: "present" },
    { title: "a maker that nobody knows", facets: open, gpu: [{ vendor: "Example Graphics" }], is: "unknown" },
    { title: "no card", facets: open, gpu: [], is: "absent" },
  ])("is $is for $title", ({ facets, gpu, is }) => {
    expect(judged("hardware-variant", facets, { gpu })?.status).toBe(is);
  });

  test("asks for the card where nobody said", () => {
    expect(judged("hardware-variant", open, {})).toMatchObject({ status: "unknown", needs: [{ fact: "gpu" }] });
  });
});

describe("filesystem-unsupported", () => {
  test.each([
    { title: "what no kernel of it reads", facts: { filesystem: "zfs" }, is: "present" },
    { title: "what lies over the file system", facts: { filesystem: "overlay" }, is: "absent" },
    { title: "the file systems of Fedora", facts: { filesystem: "btrfs" }, is: "absent" },
    { title: "a host that did not say", facts: {}, is: "absent" },
  ])("is $is for $title, of Fedora's kernel", ({ facts, is }) => {
    expect(judged("filesystem-unsupported", { backend: ["ostree"] }, facts)?.status).toBe(is);
  });
});

describe("etc-merge", () => {
  const fedora = "quay.io/fedora/fedora-bootc:44";
  const composefs = { verity: "0", bootType: "Bls", bootloader: "grub", bootDigest: null, missingVerityAllowed: true };
  const etcMerge = (host: HostChange | null, facts = {}) =>
    planFor({
      target: "quay.io/fedora/fedora-bootc:45",
      image: {},
      facts,
      ...(host === null ? {} : { host: hostWith(fedora, host) }),
    }).hazards.find(({ id }) => id === "etc-merge");

  test.each([
    { title: "info on a host with ostree", host: {}, severity: "info" },
    { title: "a warning on one with composefs", host: { composefs }, severity: "warn" },
    { title: "a warning where the backend was not said", host: null, severity: "warn" },
  ])("is, while nobody knows what was changed, at most $title", ({ host, severity }) => {
    expect(etcMerge(host)).toMatchObject({ status: "unknown", severity, needs: [{ fact: "etcModified" }] });
  });

  test("finds the accounts in what ostree prints", () => {
    expect(etcMerge({}, { etcModified: ["M    passwd", "A    hostname"] })).toMatchObject({
      status: "present",
      evidence: { files: ["/etc/passwd", "/etc/hostname"], accounts: ["/etc/passwd"] },
    });
  });
});

describe("registry-authentication", () => {
  const set = policySet({});
  const credentials = { username: "USER", password: "PASSWORD" };
  const wanting = (visibility: "public" | "private" = "private") =>
    indexPolicies({ ...set, registries: [registry({ host: "registry.example", credentials, visibility })] }, null);
  test.each([
    { title: "nobody said", facts: undefined, is: "present" },
    { title: "there are none", facts: { registryAuth: [] }, is: "present" },
    { title: "they are for another", facts: { registryAuth: ["registry.example/other"] }, is: "present" },
    { title: "they are for the registry", facts: { registryAuth: ["Registry.Example/"] }, is: "absent" },
    { title: "they are for the namespace", facts: { registryAuth: ["registry.example/desk"] }, is: "absent" },
    { title: "what is there is public, and nobody said", facts: undefined, visibility: "public", is: "unknown" },
    {
      title: "what is there is public, and they are there",
      facts: { registryAuth: ["registry.example"] },
      visibility: "public",
      is: "absent",
    },
  ] as const)("is $is where credentials are wanted and $title", (row) => {
    const { facts, is } = row;
    const parsed = planRequestOf({ target, arch: "amd64", facts }, { verbose: true });
    if (parsed.outcome === "refused") throw new Error(parsed.reason);
    const policies = wanting("visibility" in row ? row.visibility : undefined);
    const { plan } = makePlan({ ...input({}), policies, request: parsed.request });
    expect(plan.hazards.find(({ id }) => id === "registry-authentication")?.status).toBe(is);
  });
});

describe("trust of a host", () => {
  const given = planOf(signedByAlice).trust;
  const whole = (docker: object) => ({ default: [{ type: "reject" }], transports: { docker } });

  function hazardsOf(facts: Readonly<Record<string, unknown>>) {
    const parsed = planRequestOf({ target, arch: "amd64", facts }, { verbose: true });
    if (parsed.outcome === "refused") throw new Error(parsed.reason);
    const { hostTrust, host } = parsed.request;
    const plan = planOf({
      ...signedByAlice,
      ...(hostTrust === undefined ? {} : { host: hostTrust }),
      ...(host === undefined ? {} : { said: host }),
    });
    return new Map(plan.hazards.map(({ id, ...hazard }) => [id, hazard]));
  }

  test("is there where its section is the one that is given out", () => {
    const policyJson = whole(given.policyScope ?? {});
    expect(hazardsOf({ policyJson }).get("signer-not-trusted-by-host")).toBeUndefined();
  });

  test.each([
    { title: "the host has no policy.json", policyJson: null, is: "present" },
    { title: "nothing is asked of it", policyJson: whole({ "": [{ type: "insecureAcceptAnything" }] }), is: "present" },
    { title: "it is rejected", policyJson: whole({}), is: "present" },
    {
      title: "keys of its own are named, which may be the same",
      policyJson: whole({ "registry.example/desk": [{ type: "sigstoreSigned", keyPath: "/etc/pki/own.pub" }] }),
      is: "unknown",
    },
    { title: "nobody can read it", policyJson: { transports: {} }, is: "present" },
  ])("is $is missing where $title", ({ policyJson, is }) => {
    expect(hazardsOf({ policyJson }).get("signer-not-trusted-by-host")?.status).toBe(is);
  });

  describe("of an image whose signer nobody declared", () => {
    /** The same image and signature, and no policy that speaks for it. */
    function undeclared(policyJson: unknown) {
      const facts = policyJson === undefined ? {} : { policyJson };
      const parsed = planRequestOf({ target, arch: "amd64", facts }, { verbose: true });
      if (parsed.outcome === "refused") throw new Error(parsed.reason);
      const { host } = parsed.request;
      const plan = planOf({
        top: index([keyless(workflow)]),
        platform: manifest([keyless(workflow)]),
        trust: [],
        ...(host === undefined ? {} : { said: host }),
      });
      expect(plan.trust.verdict).toBe("no-policy");
      const hazardOf = (id: HazardId) => plan.hazards.find((hazard) => hazard.id === id);
      return [hazardOf("signature-not-enforceable"), hazardOf("signer-not-trusted-by-host")];
    }

    test.each([
      { title: "rejects it", policyJson: whole({}), status: "present", severity: "block", trusted: "present" },
      {
        title: "names keys of its own",
        policyJson: whole({ "registry.example/desk": [{ type: "sigstoreSigned", keyPath: "/etc/pki/own.pub" }] }),
        status: "unknown",
        severity: "block",
        trusted: "present",
      },
      { title: "is not known", policyJson: undefined, status: "unknown", severity: "block", trusted: "unknown" },
      { title: "is not there", policyJson: null, status: "present", severity: "warn", trusted: "present" },
      { title: "cannot be read", policyJson: {}, status: "present", severity: "warn", trusted: "present" },
    ])("a policy.json that $title", ({ policyJson, status, severity, trusted }) => {
      const [enforceable, signer] = undeclared(policyJson);
      expect(enforceable).toMatchObject({ status, severity });
      expect(signer?.status).toBe(trusted);
    });

    test("a policy.json that asks for nothing", () => {
      expect(undeclared(whole({ "": [{ type: "insecureAcceptAnything" }] }))).toEqual([undefined, undefined]);
    });
  });

  test("stands in the way where its files cannot be read", () => {
    expect(hazardsOf({ policyJson: { transports: {} } }).get("host-policy-conflict")).toMatchObject({
      status: "present",
      evidence: { conflicts: [{ kind: "unreadable", file: "/etc/containers/policy.json" }] },
    });
    expect(hazardsOf({ policyJson: null, registriesD: {} }).get("host-policy-conflict")).toBeUndefined();
  });
});

test("a downgrade is told by the tag that went back, though no version is known", () => {
  const older = { digest: `sha256:${"c".repeat(64)}`, version: null, created: null, since: 0 };
  const host = {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    status: {
      booted: { image: { image: { image: target, transport: "registry" }, imageDigest: older.digest } },
    },
  };
  const parsed = planRequestOf({ target, arch: "amd64", host }, { verbose: true });
  if (parsed.outcome === "refused") throw new Error(parsed.reason);
  const image = single({ facts: imageFacts({ kernel: null, version: null }) });
  const { plan } = makePlan({ ...input({ tag: tag({ olderThan: older }), image }), request: parsed.request });
  expect(plan.hazards.find(({ id }) => id === "downgrade")).toMatchObject({
    status: "present",
    severity: "warn",
    evidence: { by: "tag" },
  });
});
