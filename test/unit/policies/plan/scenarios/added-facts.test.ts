// Properties of whole plans: a fact that is added answers, and never takes an answer away; a hazard never makes it milder.
// A fact that contradicts what the host said before is not an added one: it takes an answer back, which is honest, and
// for that alone a known hazard may become unknown. It may never turn what would have warned into what is allowed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../../../../policies/plan/decide.ts";
import { hazardIds } from "../../../../../policies/plan/switch-plan.ts";
import { scenarios } from "./scenarios.ts";
import { declaredOf, hostWith, imageOf, planFor } from "./world.ts";

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
    gpu: fc.constantFrom(
      [],
      [{ vendor: "amd" }],
      [{ vendor: "Example Graphics" }],
      [{ vendor: "NVIDIA Corporation" }],
      [{ vendor: "nvidia", generation: "turing" }],
      [{ vendor: "nvidia", generation: "pascal" }],
      [{ vendor: "nvidia", generation: "blackwell" }],
    ),
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

/** What one host can say of itself without contradicting itself, whichever of it is said. */
function truthful(said: Said, { from, booted, host }: (typeof scenarios)[number]): Readonly<Record<string, unknown>> {
  const { osRelease, imageInfo, gpu, firmware, bootloader, rpmOstreeStatus, ...facts } = said;
  const declared = from === null ? {} : declaredOf(from);
  const id = declared.family?.[0] ?? "fedora";
  const isEnterprise = ["centos", "rhel", "almalinux"].includes(id);
  const kernel = booted?.kernel ?? "";
  const release = isEnterprise
    ? (/\.el([0-9]+)/.exec(kernel)?.[1] ?? "10")
    : (/\.fc([0-9]+)/.exec(kernel)?.[1] ?? /:(4[0-9])$/.exec(from ?? "")?.[1] ?? "44");
  const own = { id, idLike: isEnterprise ? ["rhel", "fedora"] : [] };
  const desktop = declared.desktop?.includes("gnome")
    ? "silverblue"
    : declared.desktop?.includes("kde")
      ? "kinoite"
      : null;
  const runsNvidia = declared.hardware?.some((each) => each.startsWith("nvidia")) ?? false;
  const sealed = host?.composefs as { readonly bootloader?: string } | undefined;
  return {
    ...facts,
    ...(osRelease && {
      osRelease: { ...(osRelease.id === "its-own" ? own : { id: "mine", idLike: [] }), versionId: release },
    }),
    ...(imageInfo && desktop && { imageInfo: { "base-image-name": desktop, "fedora-version": release } }),
    // Whoever runs a build for NVIDIA has a card that it drives.
    ...(gpu && { gpu: runsNvidia ? [{ vendor: "nvidia", generation: "turing" }] : gpu }),
    ...(firmware && { firmware: said.secureBoot === true ? "uefi" : firmware }),
    ...(bootloader && { bootloader: sealed?.bootloader ?? bootloader }),
    ...(rpmOstreeStatus &&
      sealed === undefined && {
        rpmOstreeStatus: isEnterprise || release !== "44" ? { deployments: [] } : rpmOstreeStatus,
      }),
  };
}

type Said = Readonly<Record<string, unknown>> & {
  readonly osRelease?: { readonly id: string } | undefined;
  readonly firmware?: string | undefined;
  readonly bootloader?: string | undefined;
  readonly gpu?: readonly object[] | undefined;
  readonly imageInfo?: object | undefined;
  readonly rpmOstreeStatus?: object | undefined;
};

const anyScenario = fc.constantFrom(...scenarios);
const withDocument = fc.boolean();

function statuses(scenario: (typeof scenarios)[number], facts: Said, sendsHost: boolean) {
  const { from, booted = {}, host, to, image = {} } = scenario;
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
      fc.property(anyScenario, anyFacts, fc.nat(), withDocument, (scenario, said, nth, sendsHost) => {
        const facts = truthful(said, scenario);
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
        facts,
      });
      const rest = { trust: plan.trust, signature: "required", isStale: false, isRollback: false } as const;
      const fewer = decide({ ...rest, hazards: plan.hazards.filter((_, i) => i !== left) });
      expect(rank[plan.decision]).toBeGreaterThanOrEqual(rank[fewer.decision]);
    }),
    { numRuns: 400 },
  );
});

describe("two sources that disagree", () => {
  const rank = { allow: 0, warn: 1, block: 2 };
  const silverblue = "quay.io/fedora/fedora-silverblue:44";
  const nvidia = "ghcr.io/ublue-os/bazzite-nvidia:stable";
  const lts = "ghcr.io/ublue-os/bluefin:lts";
  const composefs = {
    verity: "0",
    bootType: "Uki",
    bootloader: "systemd",
    bootDigest: null,
    missingVerityAllowed: false,
  };
  const calm = { filesystem: "ext4", secureBoot: false, gpu: [], freeBytes: 1e12, etcModified: [] };
  const el10 = { kernel: "6.12.0-160.el10.x86_64", version: "10.20261115" };

  const disagreements = [
    {
      title: "firmware and Secure Boot",
      id: "secure-boot-key",
      from: silverblue,
      to: "ghcr.io/zirconium-dev/zirconium-nvidia:latest",
      one: { secureBoot: true, enrolledKeys: [] },
      other: { secureBoot: null, firmware: "bios" },
      both: { secureBoot: true, enrolledKeys: [], firmware: "bios" },
      evidence: { secureBoot: true, firmware: "bios" },
    },
    {
      title: "the booted image and os-release, on the family",
      id: "distribution-family-change",
      from: lts,
      booted: el10,
      to: "ghcr.io/ublue-os/bluefin:stable",
      one: {},
      other: { osRelease: { id: "fedora", versionId: "44" } },
      evidence: { disagreement: { image: "el", osRelease: "fedora" } },
    },
    {
      title: "the booted image and os-release, on the release",
      id: "downgrade",
      from: silverblue,
      to: "quay.io/fedora-ostree-desktops/silverblue:43",
      image: { kernel: "7.2.0-300.fc43.x86_64", version: "43.20261115.0" },
      one: {},
      other: { osRelease: { id: "fedora", versionId: "43" } },
      evidence: { disagreement: { image: "44", osRelease: "43", version: "44" } },
    },
    {
      title: "the booted build and the graphics",
      id: "hardware-variant",
      from: nvidia,
      to: "ghcr.io/ublue-os/bazzite:stable",
      one: { gpu: null },
      other: { gpu: [{ vendor: "amd" }] },
      evidence: { gpu: [{ vendor: "amd" }], from: ["nvidia"] },
    },
    {
      title: "the booted image and image-info.json, on the desktop",
      id: "desktop-change",
      from: silverblue,
      to: "quay.io/fedora/fedora-kinoite:44",
      one: {},
      other: { imageInfo: { "base-image-name": "kinoite" } },
      evidence: { disagreement: { image: ["gnome"], imageInfo: "kde" } },
    },
    {
      title: "bootc and bootctl, on the boot loader",
      id: "bootloader-mismatch",
      from: silverblue,
      host: { composefs },
      to: "quay.io/fedora/fedora-kinoite:44",
      one: {},
      other: { bootloader: "grub" },
      evidence: { disagreement: { bootc: "systemd", bootloader: "grub" } },
    },
    {
      title: "bootc and rpm-ostree, on the backend",
      id: "backend-change",
      from: silverblue,
      host: { composefs },
      to: "quay.io/fedora-atomic-desktops-sealed/silverblue:44",
      one: {},
      other: { rpmOstreeStatus: { deployments: [{ booted: true }] } },
      evidence: { disagreement: { bootc: "composefs", rpmOstree: "ostree" } },
    },
  ] as const;

  function planWith(row: (typeof disagreements)[number], facts: object) {
    const { from, to } = row;
    return planFor({
      target: to,
      image: "image" in row ? row.image : {},
      host: hostWith(from, "host" in row ? row.host : {}),
      booted: imageOf(from, "booted" in row ? row.booted : {}),
      facts: { ...calm, ...facts },
    });
  }

  test.each(disagreements)("leave a hazard unknown, with what both say: $title", (row) => {
    const both = planWith(row, "both" in row ? row.both : { ...row.one, ...row.other });
    expect(both.hazards.find(({ id }) => id === row.id)).toMatchObject({ status: "unknown", evidence: row.evidence });
  });

  test.each(disagreements)("never allow what one of them does not: $title", (row) => {
    const both = planWith(row, "both" in row ? row.both : { ...row.one, ...row.other });
    const alone = [row.one, row.other].map((facts) => planWith(row, facts));
    const hazardOf = (plan: typeof both) => plan.hazards.find(({ id }) => id === row.id);
    // A warning may become one that is not known; what blocks never becomes a plain allow.
    if (alone.some((plan) => hazardOf(plan)?.severity === "block" && hazardOf(plan)?.status !== "absent")) {
      expect(rank[both.decision]).toBeGreaterThanOrEqual(rank.warn);
    }
    const mildest = Math.min(...alone.map(({ decision }) => rank[decision]));
    expect(rank[both.decision]).toBeGreaterThanOrEqual(mildest);
  });
});
