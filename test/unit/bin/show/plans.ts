// A switch plan for the tests of what shows it: complete, with the one change that a test is about.
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";

type Changes = {
  readonly [Name in keyof SwitchPlan]?: SwitchPlan[Name] extends readonly unknown[]
    ? SwitchPlan[Name]
    : SwitchPlan[Name] extends object
      ? Partial<SwitchPlan[Name]>
      : SwitchPlan[Name];
};

const digest = `sha256:${"ab".repeat(32)}`;
const consumer = { verdict: "pending", reasons: [], since: null, byVersion: [] } as const;

const sample: SwitchPlan = {
  target: {
    ref: "registry.example/os/desktop:44",
    repository: "registry.example/os/desktop",
    tag: "44",
    digest,
    pin: "tag",
    platform: { os: "linux", architecture: "amd64", variant: null, digest },
    architectures: ["amd64", "arm64"],
    version: "44.20260821",
    created: "2026-08-21T04:11:00Z",
    kernel: "7.2.0-100.x86_64",
    osRelease: { id: "sample", versionId: "44" },
    kind: "edition",
    official: true,
    project: "sample",
    bootable: true,
    facets: { desktop: "gnome", use: ["workstation", "develop"] },
    olderThan: null,
  },
  trust: {
    verdict: "pending",
    reasons: [{ code: "PENDING", message: "Nobody has looked for signatures yet.", evidence: {} }],
    manifests: { index: "pending", platform: "pending" },
    policy: "sample",
    policyDigest: digest,
    trustRootDigest: null,
    checkedAt: null,
    recheckAt: null,
    signers: [],
    consumers: { cosign: consumer, bootc: consumer, podman: consumer },
    hostFiles: [],
    policyScope: null,
  },
  lifecycle: { level: null, deprecated: false, successor: null, endOfLife: "2027-05-12", status: "supported" },
  delta: { from: digest, layersShared: 61, layersNew: 1, bytesShared: 2_300_000_000, bytesNew: 310_000_000 },
  hostHazards: "not-asked",
  hazards: [],
  decision: "warn",
  decisionReasons: ["PENDING"],
  commands: {
    bootc: ["bootc", "switch", "registry.example/os/desktop:44"],
    rpmOstree: ["rpm-ostree", "rebase", "ostree-unverified-registry:registry.example/os/desktop:44"],
    kickstart: "bootc --source-imgref=registry:registry.example/os/desktop:44",
    cloudInit: '#cloud-config\nruncmd:\n  - ["bootc"]\n',
    ignition: "{}",
    butane: "variant: fcos\n",
    install: ["bootc", "install", "to-disk"],
    installToFilesystem: ["bootc", "install", "to-filesystem"],
    ostreeContainer: "ostreecontainer --url=registry.example/os/desktop:44",
    imageBuilder: { command: ["podman", "run"], config: "# nothing\n" },
    notes: [{ about: "upgrade", text: "it follows the tag" }],
    notEnforced: "signatures were not looked for yet",
  },
  observedAt: "2026-11-20T10:00:00.000Z",
  staleSince: null,
  unknown: [{ field: "trust.checkedAt", reason: "signatures were not looked for yet" }],
};

export function samplePlan(changes: Changes = {}): SwitchPlan {
  const parts = Object.entries(changes).map(([name, change]) => {
    const before = sample[name as keyof SwitchPlan];
    const isObject = typeof change === "object" && change !== null && !Array.isArray(change);
    return [name, isObject ? { ...(before as object), ...change } : change];
  });
  return { ...sample, ...Object.fromEntries(parts) };
}
