// The switch plan's schema: resolve's answer, as the contract states it.
import { z } from "@hono/zod-openapi";
import { hazardIds } from "../../policies/plan/switch-plan.ts";
import { Digest, Kind, Time, Unknown, Verdict, verdictWords } from "./words.ts";

const part = { unknown: Unknown.optional() };
const Code = z.string().openapi({ description: "A stable word, such as NO_SIGNATURE." });

export const Reason = z.object({
  code: Code,
  message: z.string().openapi({ description: "One sentence for people." }),
  evidence: z.record(z.string(), z.unknown()),
});

const ConsumerVerdict = z.enum([...verdictWords, "not-enforceable"]);
const Consumer = z
  .object({
    verdict: ConsumerVerdict,
    reasons: z.array(Reason),
    since: z
      .string()
      .nullable()
      .openapi({ description: "The first version that reads the files given; null where none does." }),
    byVersion: z.array(z.object({ from: z.string().nullable(), to: z.string().nullable(), verdict: ConsumerVerdict })),
  })
  .openapi("Consumer", { description: "What that program itself does with the host files given out." });

const Platform = z.object({
  os: z.string().nullable(),
  architecture: z.string().nullable(),
  variant: z.string().nullable().openapi({ description: "Null: none." }),
  digest: Digest.nullable().openapi({ description: "The manifest that a host of this architecture deploys." }),
  ...part,
});

const OlderThan = z.object({
  digest: Digest,
  version: z.string().nullable(),
  created: z.string().nullable(),
  since: Time,
  ...part,
});

const Target = z.object({
  ref: z.string().openapi({ example: "ghcr.io/ublue-os/bazzite:stable" }),
  repository: z.string(),
  tag: z.string().nullable().openapi({ description: "Null: asked for by digest." }),
  digest: Digest,
  pin: z.enum(["tag", "digest"]),
  platform: Platform,
  architectures: z.array(z.string()).openapi({
    description: "What the image is for; `amd64/v3` matches no host of amd64.",
    example: ["amd64", "arm64"],
  }),
  version: z.string().nullable(),
  created: Time.nullable(),
  kernel: z.string().nullable(),
  osRelease: z.object({ id: z.string().nullable(), versionId: z.string().nullable(), ...part }),
  kind: Kind.nullable(),
  official: z.boolean().nullable(),
  project: z.string().nullable(),
  bootable: z.boolean().nullable(),
  facets: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  olderThan: OlderThan.nullable().openapi({ description: "The newer build that the tag named before." }),
  ...part,
});

const Trust = z.object({
  verdict: Verdict,
  reasons: z.array(Reason),
  manifests: z.object({ index: Verdict.nullable(), platform: Verdict }).openapi({
    description: "Index and platform judged each for itself; `index` is null where the tag names a manifest.",
  }),
  policy: z
    .string()
    .nullable()
    .openapi({ description: "The trust policy's id; null: none speaks for the repository." }),
  policyDigest: Digest.nullable(),
  trustRootDigest: Digest.nullable(),
  checkedAt: Time.nullable(),
  recheckAt: Time.nullable(),
  signers: z.array(
    z.object({
      id: z.string().nullable(),
      type: z.enum(["key", "identity", "openpgp"]),
      fingerprint: z.string().nullable(),
      issuer: z.string().nullable(),
      subject: z.string().nullable(),
      format: z.string(),
      accepted: z.boolean(),
      logged: z.boolean(),
    }),
  ),
  consumers: z.object({ cosign: Consumer, bootc: Consumer, podman: Consumer }),
  hostFiles: z
    .array(z.object({ path: z.string(), content: z.string(), merge: z.boolean().optional() }))
    .openapi({ description: "Files that make a host enforce the signature; none where no host could." }),
  policyScope: z.record(z.string(), z.array(z.unknown())).nullable(),
  ...part,
});

const Lifecycle = z.object({
  level: z.string().nullable(),
  deprecated: z.boolean(),
  successor: z.string().nullable(),
  endOfLife: z.string().nullable().openapi({ description: "A day.", example: "2027-05-12" }),
  status: z.enum(["retired", "deprecated", "ended", "ends-soon", "supported", "unknown"]),
  ...part,
});

const Delta = z
  .object({
    from: Digest.nullable(),
    layersShared: z.int().nullable(),
    layersNew: z.int().nullable(),
    bytesShared: z.int().nullable(),
    bytesNew: z.int().nullable(),
    estimate: z
      .object({ bytesNew: z.int(), method: z.string() })
      .optional()
      .openapi({ description: "The most that it can be, where it is not known exactly." }),
    disk: z
      .object({ bytes: z.int(), method: z.string() })
      .optional()
      .openapi({ description: "The room that it takes once it is unpacked, and how that was reckoned." }),
    ...part,
  })
  .openapi({ description: "What a host that has `from` still downloads, compressed." });

const Severity = z.enum(["block", "warn", "info"]);
const Hazard = z
  .object({
    id: z.enum(hazardIds),
    severity: Severity,
    status: z.enum(["present", "absent", "unknown"]),
    title: z.string(),
    advice: z.string(),
    evidence: z.record(z.string(), z.unknown()),
    needs: z.array(z.object({ fact: z.string(), command: z.string() })),
    // A service of an older version does not say it.
    source: z.string().optional().openapi({ description: "The page on which it is described." }),
  })
  .openapi("Hazard", {
    description: "Something that can go wrong in this switch; an unknown one has the highest severity it could have.",
  });

const Command = z.array(z.string()).nullable();
const Commands = z
  .object({
    bootc: Command,
    rpmOstree: Command,
    kickstart: z.string().nullable(),
    cloudInit: z.string().nullable(),
    ignition: z.string().nullable(),
    // A service of an older version does not say it.
    butane: z
      .string()
      .nullable()
      .optional()
      .openapi({ description: "The same for Butane, to which a machine's other settings can be added." }),
    install: Command,
    installToFilesystem: Command.openapi({
      description: "As `install`, into file systems that an installer has made and mounted.",
    }),
    ostreeContainer: z.string().nullable().openapi({
      description: "The line of a kickstart that takes the place of its `bootc` where Anaconda has no such command.",
    }),
    imageBuilder: z
      .object({ command: z.array(z.string()), config: z.string() })
      .nullable()
      .openapi({ description: "bootc-image-builder: `command` reads `config` from ./config.toml." }),
    notes: z
      .array(z.object({ about: z.string(), text: z.string() }))
      .nullable()
      .openapi({ description: "What there is to know before and after, in the order of the work." }),
    notEnforced: z.string().nullable().openapi({
      description: "Why the commands do not insist on a signature; null where they do, and where there are none.",
    }),
  })
  .openapi({ description: "Null members: the plan blocks, or `notes` say why the image cannot be deployed so." });

export const SwitchPlanSchema = z
  .object({
    target: Target,
    trust: Trust,
    lifecycle: Lifecycle,
    delta: Delta,
    hostHazards: z.enum(["asked", "not-asked"]),
    hazards: z.array(Hazard),
    decision: z.enum(["allow", "warn", "block"]),
    decisionReasons: z
      .array(z.string())
      .openapi({ description: "The hazard ids and reason codes that decided.", example: ["PENDING"] }),
    commands: Commands,
    observedAt: Time.nullable().openapi({ description: "When the tag was last seen to name this digest." }),
    staleSince: Time.nullable().openapi({ description: "The first failed look since then; null while looks succeed." }),
    ...part,
  })
  .openapi("SwitchPlan", {
    description:
      "Whether, and how, a host may switch to the target. A client that meets a verdict, decision or hazard it does not know treats it as `block`.",
  });
