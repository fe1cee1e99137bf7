// The switch plan: resolve's answer, member for member (contract.md, section 2).

/** A field whose value is not known, and why. It stands in the object whose field is null. */
export type UnknownField = { readonly field: string; readonly reason: string };

/** Part of an answer; `unknown` is missing where it would be empty. */
export type Part = { readonly unknown?: readonly UnknownField[] };

/** From the best to the worst: of several signatures on one manifest the first of these counts. */
export const verdicts = [
  "verified",
  "indeterminate",
  "pending",
  "untrusted",
  "no-policy",
  "invalid",
  "unsigned",
] as const;
export type Verdict = (typeof verdicts)[number];
export type ConsumerVerdict = Verdict | "not-enforceable";

export type Reason = {
  readonly code: string;
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
};

export type ConsumerTrust = {
  readonly verdict: ConsumerVerdict;
  readonly reasons: readonly Reason[];
  /** The first version that reads the files given; null where none does. */
  readonly since: string | null;
  readonly byVersion: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly verdict: ConsumerVerdict;
  }[];
};

export type PlanSigner = {
  readonly id: string | null;
  readonly type: "key" | "identity" | "openpgp";
  readonly fingerprint: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly format: string;
  readonly accepted: boolean;
  readonly logged: boolean;
};

export type HostFile = { readonly path: string; readonly content: string; readonly merge?: boolean };

export type PlanPlatform = Part & {
  readonly os: string | null;
  readonly architecture: string | null;
  /** Null: none. */
  readonly variant: string | null;
  /** The manifest a host of this architecture deploys: bootc's `imageDigest`. */
  readonly digest: string | null;
};

export type PlanTarget = Part & {
  readonly ref: string;
  readonly repository: string;
  /** Null: asked for by digest. */
  readonly tag: string | null;
  readonly digest: string;
  readonly pin: "tag" | "digest";
  readonly platform: PlanPlatform;
  readonly architectures: readonly string[];
  readonly version: string | null;
  /** RFC 3339. */
  readonly created: string | null;
  readonly kernel: string | null;
  readonly osRelease: Part & { readonly id: string | null; readonly versionId: string | null };
  readonly kind: string | null;
  readonly official: boolean | null;
  /** Null: no project is declared for it. */
  readonly project: string | null;
  readonly bootable: boolean | null;
  readonly facets: Readonly<Record<string, string | readonly string[]>>;
  /** The newer build that the tag named before; null: there is none. */
  readonly olderThan: PlanOlderThan | null;
};

export type PlanOlderThan = Part & {
  readonly digest: string;
  readonly version: string | null;
  readonly created: string | null;
  readonly since: string;
};

export type PlanTrust = Part & {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** `index` is null where the tag names a manifest. */
  readonly manifests: { readonly index: Verdict | null; readonly platform: Verdict };
  /** Null: no trust policy speaks for the repository. */
  readonly policy: string | null;
  readonly policyDigest: string | null;
  readonly trustRootDigest: string | null;
  readonly checkedAt: string | null;
  readonly recheckAt: string | null;
  readonly signers: readonly PlanSigner[];
  readonly consumers: { readonly cosign: ConsumerTrust; readonly bootc: ConsumerTrust; readonly podman: ConsumerTrust };
  readonly hostFiles: readonly HostFile[];
  readonly policyScope: Readonly<Record<string, readonly unknown[]>> | null;
};

export type LifecycleStatus = "retired" | "deprecated" | "ended" | "ends-soon" | "supported" | "unknown";

export type PlanLifecycle = Part & {
  readonly level: string | null;
  readonly deprecated: boolean;
  /** Null: none is declared. */
  readonly successor: string | null;
  /** A day. */
  readonly endOfLife: string | null;
  readonly status: LifecycleStatus;
};

export type PlanDelta = Part & {
  readonly from: string | null;
  readonly layersShared: number | null;
  readonly layersNew: number | null;
  readonly bytesShared: number | null;
  readonly bytesNew: number | null;
  /** The most that it can be; left out where it is known exactly, or where there is nothing to tell it by. */
  readonly estimate?: { readonly bytesNew: number; readonly method: string };
  /** The room that the download takes once it is unpacked; left out where the size of the target is not known. */
  readonly disk?: { readonly bytes: number; readonly method: string };
};

export type Severity = "block" | "warn" | "info";
export type HazardStatus = "present" | "absent" | "unknown";

/** All ids, in the order of their numbers (facts: 1 to 25). */
export const hazardIds = [
  "architecture-mismatch",
  "not-bootable",
  "signature-not-enforceable",
  "signer-not-trusted-by-host",
  "user-group-drift",
  "etc-merge",
  "desktop-change",
  "distribution-family-change",
  "downgrade",
  "backend-change",
  "filesystem-unsupported",
  "secure-boot-key",
  "bootloader-mismatch",
  "local-modifications",
  "pinned-digest",
  "stream-mismatch",
  "target-unsupported",
  "hardware-variant",
  "host-policy-conflict",
  "registry-authentication",
  "bound-images",
  "composefs-digest",
  "download-size",
  "kernel-arguments",
  "first-boot-reboot",
] as const;
export type HazardId = (typeof hazardIds)[number];

export type PlanHazard = {
  readonly id: HazardId;
  /** Of an unknown hazard the highest that it could have. */
  readonly severity: Severity;
  readonly status: HazardStatus;
  readonly title: string;
  readonly advice: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** The facts that would tell, and how a host learns them. */
  readonly needs: readonly { readonly fact: string; readonly command: string }[];
  /** The page on which the hazard is described. */
  readonly source: string;
};

export type Decision = "allow" | "warn" | "block";

/** bootc-image-builder: `command` reads `config` from ./config.toml. */
export type PlanImageBuilder = { readonly command: readonly string[]; readonly config: string };

export type PlanNote = { readonly about: string; readonly text: string };

/** Null members: the plan blocks, or `notes` say why the image cannot be deployed so. */
export type PlanCommands = {
  readonly bootc: readonly string[] | null;
  readonly rpmOstree: readonly string[] | null;
  readonly kickstart: string | null;
  readonly cloudInit: string | null;
  readonly ignition: string | null;
  /** What Butane makes `ignition` of, for whoever has more to say to the machine. */
  readonly butane: string | null;
  readonly install: readonly string[] | null;
  /** As `install`, into file systems that an installer has made and mounted. */
  readonly installToFilesystem: readonly string[] | null;
  /** The line of a kickstart that takes the place of its `bootc` where Anaconda has no such command. */
  readonly ostreeContainer: string | null;
  readonly imageBuilder: PlanImageBuilder | null;
  /** What there is to know before and after, in the order of the work. */
  readonly notes: readonly PlanNote[] | null;
  /** Why they do not insist on a signature; null: they do, or there are none. */
  readonly notEnforced: string | null;
};

export type SwitchPlan = {
  readonly target: PlanTarget;
  readonly trust: PlanTrust;
  readonly lifecycle: PlanLifecycle;
  readonly delta: PlanDelta;
  readonly hostHazards: "asked" | "not-asked";
  readonly hazards: readonly PlanHazard[];
  readonly decision: Decision;
  /** The hazard ids and reason codes that decided. */
  readonly decisionReasons: readonly string[];
  readonly commands: PlanCommands;
  /** When the tag (or digest) was last seen to be so; null: not recorded. */
  readonly observedAt: string | null;
  /** The first failed look since `observedAt`; null while looks succeed. */
  readonly staleSince: string | null;
  /** Everything unknown in this answer, by path (`target.kernel`): what each object says of itself, in one place. */
  readonly unknown: readonly UnknownField[];
};
