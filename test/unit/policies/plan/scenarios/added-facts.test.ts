// Properties of whole plans: a fact that is added answers, and never takes an answer away; a hazard never makes it milder.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../../../../policies/plan/decide.ts";
import { hazardIds } from "../../../../../policies/plan/switch-plan.ts";
import { scenarios } from "./scenarios.ts";
import { hostWith, imageOf, planFor } from "./world.ts";

const openPolicy = { default: [{ type: "insecureAcceptAnything" }] };
const strictPolicy = { default: [{ type: "reject" }], transports: { docker: {} } };
const ownKeys = {
  default: [{ type: "reject" }],
  transports: {
    docker: { "ghcr.io/ublue-os": [{ type: "sigstoreSigned", keyPath: "/etc/pki/own.pub" }] },
  },
};

/** One host's own words: each may be said or not. */
const anyFacts = fc.record(
  {
    architectureVariant: fc.constantFrom("x86_64", "x86_64-v2", "x86_64-v3"),
    filesystem: fc.constantFrom("ext4", "xfs", "btrfs", "zfs", "overlay"),
    secureBoot: fc.boolean(),
    enrolledKeys: fc.constantFrom([], ["ab".repeat(32)], ["ab".repeat(20)]),
    firmware: fc.constantFrom("uefi", "bios"),
    bootloader: fc.constantFrom("grub", "systemd-boot", "other"),
    gpu: fc.constantFrom([], [{ vendor: "amd" }], [{ vendor: "nvidia" }], [{ vendor: "nvidia", generation: "pascal" }]),
    policyJson: fc.constantFrom(null, openPolicy, strictPolicy, ownKeys, {}),
    osRelease: fc.constantFrom(
      { id: "its-own", idLike: [] as string[], versionId: "44" },
      { id: "mine", idLike: [] as string[], versionId: "44" },
    ),
    imageInfo: fc.constantFrom({}, { "base-image-name": "kinoite", "fedora-version": "44" }),
    rpmOstreeStatus: fc.constantFrom(
      { deployments: [] },
      { deployments: [{ booted: true, version: "44.1", "requested-packages": [] }] },
      { deployments: [{ booted: true, version: "44.1", "requested-packages": ["htop"] }] },
    ),
    packages: fc.constantFrom([], ["htop"]),
    etcModified: fc.constantFrom([], ["/etc/passwd"]),
    registryAuth: fc.constantFrom([], ["registry.redhat.io"]),
    registriesD: fc.constantFrom({}, { "/etc/containers/registries.d/a.yaml": "docker: {}\n" }),
    freeBytes: fc.constantFrom(0, 1e12),
    cachedLayers: fc.constantFrom([], [`sha256:${"7".repeat(64)}`]),
    clientVersions: fc.constantFrom({ bootc: "1.16.3" }, { bootc: "1.16.9" }, { skopeo: "1.22" }),
  },
  { requiredKeys: [] },
);

/** No host says that it is of another family than the image that it has booted. */
function truthful({ osRelease, ...facts }: Said, from: string | null): Readonly<Record<string, unknown>> {
  if (osRelease === undefined || osRelease.id !== "its-own") return { ...facts, ...(osRelease && { osRelease }) };
  const isEnterprise = /centos|alma|:lts/.test(from ?? "");
  const own = isEnterprise
    ? { id: "centos", idLike: ["rhel", "fedora"], versionId: "10" }
    : { id: "fedora", versionId: /:4[0-9]$/.exec(from ?? "")?.[0].slice(1) ?? "44" };
  return { ...facts, osRelease: own };
}

type Said = Readonly<Record<string, unknown>> & { readonly osRelease?: { readonly id: string } | undefined };

const anyScenario = fc.constantFrom(...scenarios);
const withDocument = fc.boolean();

function statuses(scenario: (typeof scenarios)[number], said: Said, sendsHost: boolean) {
  const { from, booted = {}, host, to, image = {} } = scenario;
  const facts = truthful(said, from);
  const plan = planFor({
    target: to,
    image,
    host: sendsHost && from !== null ? hostWith(from, host) : undefined,
    facts,
    booted: sendsHost && from !== null && booted !== null ? imageOf(from, booted) : undefined,
  });
  return new Map(plan.hazards.map(({ id, status }) => [id, status]));
}

describe("facts", () => {
  test("that are added turn no known hazard into an unknown one", () => {
    fc.assert(
      fc.property(anyScenario, anyFacts, fc.nat(), withDocument, (scenario, facts, nth, sendsHost) => {
        const names = Object.keys(facts);
        const added = names[nth % Math.max(1, names.length)];
        const fewer = Object.fromEntries(Object.entries(facts).filter(([name]) => name !== added));
        const before = statuses(scenario, fewer, sendsHost);
        const after = statuses(scenario, facts, sendsHost);
        const lost = hazardIds.filter((id) => before.get(id) !== "unknown" && after.get(id) === "unknown");
        expect({ added, lost }).toEqual({ added, lost: [] });
      }),
      { numRuns: 400 },
    );
  });

  test("of a hazard that is unknown for want of them are named with their command", () => {
    for (const { from, host, to, image = {} } of scenarios) {
      const plan = planFor({ target: to, image, host: from === null ? undefined : hostWith(from, host), facts: {} });
      for (const { id, status, needs } of plan.hazards) {
        if (status === "unknown" && ["etc-merge", "host-policy-conflict"].includes(id)) {
          expect(needs.length).toBeGreaterThan(0);
        }
        expect(new Set(needs.map(({ fact }) => fact)).size).toBe(needs.length);
      }
    }
  });
});

test("a decision is never made milder by a hazard of a plan", () => {
  const rank = { allow: 0, warn: 1, block: 2 };
  fc.assert(
    fc.property(anyScenario, anyFacts, fc.integer({ min: 0, max: hazardIds.length - 1 }), (scenario, facts, left) => {
      const { from, host, to, image = {} } = scenario;
      const plan = planFor({
        target: to,
        image,
        host: from === null ? undefined : hostWith(from, host),
        facts: truthful(facts, from),
      });
      const rest = { trust: plan.trust, signature: "required", isStale: false, isRollback: false } as const;
      const fewer = decide({ ...rest, hazards: plan.hazards.filter((_, i) => i !== left) });
      expect(rank[plan.decision]).toBeGreaterThanOrEqual(rank[fewer.decision]);
    }),
    { numRuns: 400 },
  );
});
