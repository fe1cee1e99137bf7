// The world of the scenarios: the shipped sources and releases, images as their publishers build them, keys made here.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { facetsOf } from "../../../../../policies/documents/facets-of.ts";
import { loadFolder } from "../../../../../policies/documents/load-folder.ts";
import { sourceOf } from "../../../../../policies/documents/source-of.ts";
import type { ImageBuilder } from "../../../../../policies/plan/image-builder.ts";
import { makePlan } from "../../../../../policies/plan/make-plan.ts";
import type { PlanImage, PlanInput, PlanRepository } from "../../../../../policies/plan/plan-input.ts";
import { planRequestOf } from "../../../../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../../../../policies/plan/policy-index.ts";
import type { SwitchPlan } from "../../../../../policies/plan/switch-plan.ts";
import { dotted } from "../../../../../policies/plan/wrong-member.ts";
import { project, registry } from "../../documents/documents.ts";
import { bySig, files, key, manifest, now, payload, policy, publicGood } from "../../trust/trust-builders.ts";
import { entry, facts, referenceTo } from "../plan-builders.ts";

const loaded = await loadFolder(fileURLToPath(new URL("../../../../../policies/default", import.meta.url)));
if (loaded.outcome === "refused") throw new Error("the default folder is refused");

/** Who signs for which organisation; the keys themselves are made for the run. */
const signers = {
  alice: ["ghcr.io/ublue-os"],
  bob: ["ghcr.io/projectbluefin"],
  carol: ["quay.io/fedora", "quay.io/fedora-ostree-desktops", "quay.io/fedora-atomic-desktops-sealed"],
  dave: ["ghcr.io", "quay.io", "registry.redhat.io", "registry.example"],
};
const trust = Object.entries(signers).map(([name, scopes]) =>
  policy([key(name)], { id: name, scopes, signature: "required" }),
);
/** What no default document says: a repository that was given up on a day that is known, and a registry of one's own. */
const given = project("given-up", {
  repositories: {
    "ghcr.io/ublue-os/sway-main": { deprecated: "2025-10-15", successor: "quay.io/fedora/fedora-sway-atomic" },
  },
});
const own = registry({ host: "registry.example", credentials: { username: "USER", password: "PASSWORD" } });
const policies = indexPolicies(
  {
    ...loaded.set,
    projects: [...loaded.set.projects, given],
    registries: [...loaded.set.registries, own],
    trust,
    files,
  },
  publicGood,
);

function signerOf(repository: string): string {
  const [name] = Object.entries(signers).find(([, scopes]) => scopes.some((scope) => repository.startsWith(scope))) ?? [
    "dave",
  ];
  return name;
}

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export type ImageSpec = {
  readonly kernel?: string | null;
  readonly version?: string | null;
  readonly created?: string | null;
  readonly builder?: ImageBuilder | null;
  readonly bootable?: boolean;
  /** Of a single manifest. */
  readonly variant?: string;
  /** Of the only entry of an index. */
  readonly entryVariant?: string;
  readonly unsigned?: boolean;
  /** Names and compressed bytes. */
  readonly layers?: Readonly<Record<string, number>>;
};

/** The digest of an image that a scenario names. */
export const digestOfImage = (reference: string) => digestOf(`manifest of ${reference}`);

const defaultLayers = { base: 2_000_000_000, top: 300_000_000 };

export function imageOf(reference: string, spec: ImageSpec): PlanImage {
  const { repository } = referenceTo(reference);
  const { kernel = "7.2.0-300.fc44.x86_64", builder = "rpm-ostree", variant = null } = spec;
  const layers = Object.entries(spec.layers ?? { ...defaultLayers, [reference]: 100_000_000 }).map(
    ([name, sizeBytes]) => ({
      digest: digestOf(name),
      sizeBytes,
    }),
  );
  const digest = digestOfImage(reference);
  const own = facts({
    kernel,
    variant,
    version: spec.version === undefined ? "44.20261115" : spec.version,
    created: spec.created === undefined ? "2026-11-15T00:00:00Z" : spec.created,
    bootable: spec.bootable ?? true,
    layerBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  });
  const signed = spec.unsigned
    ? []
    : [bySig(signerOf(repository), { manifest: digest, claims: payload(repository, digest) })];
  const single: PlanImage = {
    digest,
    kind: "image",
    facts: own,
    annotations: {},
    layers,
    builder,
    entries: [],
    observedAt: now - 60_000,
    evidence: manifest(signed, { digest }),
  };
  if (spec.entryVariant === undefined) return single;
  const only = entry(1, { variant: spec.entryVariant }, { facts: own, layers });
  return { ...single, kind: "index", facts: null, layers: null, entries: [only] };
}

function repositoryOf(name: string): PlanRepository {
  const source = sourceOf(policies.set, name)?.source;
  return {
    name,
    kind: source?.kind ?? null,
    official: source?.official ?? null,
    distribution: source?.distribution ?? null,
    project: source?.project ?? null,
  };
}

/** What the shipped sources say of an image, by its name. */
export function declaredOf(reference: string): Readonly<Record<string, readonly string[]>> {
  const { repository, tag } = referenceTo(reference);
  const source = sourceOf(policies.set, repository)?.source;
  if (source === undefined) return {};
  const family = source.distribution === undefined ? {} : { family: [source.distribution] };
  return { ...family, ...facetsOf(source, repository.slice(repository.indexOf("/") + 1), tag ?? "") };
}

export type Question = {
  readonly target: string;
  readonly image: ImageSpec;
  readonly host?: unknown;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** What the catalog knows of the image that the host has booted; undefined: nothing. */
  readonly booted?: PlanImage | undefined;
  readonly held?: readonly PlanImage[];
  readonly channels?: readonly string[] | undefined;
  readonly bootedChannels?: readonly string[] | undefined;
  readonly verbose?: boolean;
};

export function planInputOf({
  target,
  image,
  host,
  facts: said,
  booted,
  held = [],
  channels = [],
  bootedChannels = [],
  verbose = true,
}: Question): PlanInput {
  const parsed = planRequestOf({ target, host, facts: said, arch: "amd64" }, { verbose });
  if (parsed.outcome === "refused") throw new Error(`${dotted(parsed.path)}: ${parsed.reason}`);
  const { request } = parsed;
  const { repository, tag } = request.reference;
  return {
    now,
    policies,
    request,
    repository: repositoryOf(repository),
    tag:
      tag === null ? null : { name: tag, observedAt: now - 60_000, failingSince: null, facets: null, olderThan: null },
    image: imageOf(target, image),
    from: booted ?? null,
    channels,
    bootedChannels,
    held: held.flatMap(({ layers }) => (layers === null ? [] : [layers])),
  };
}

export function planFor(question: Question): SwitchPlan {
  return makePlan(planInputOf(question)).plan;
}

export type HostChange = {
  readonly version?: string;
  readonly timestamp?: string;
  readonly incompatible?: boolean;
  readonly composefs?: object;
  readonly digest?: string;
  readonly status?: object;
};

/** `bootc status --format=json` of a host that has booted this image. */
export function hostWith(reference: string, change: HostChange = {}): object {
  const image = {
    image: { image: reference, transport: "registry", signature: "containerPolicy" },
    version: change.version ?? null,
    timestamp: change.timestamp ?? null,
    imageDigest: change.digest ?? digestOfImage(reference),
    architecture: "amd64",
  };
  const incompatible = change.incompatible ?? false;
  const booted = {
    image: incompatible ? null : image,
    cachedUpdate: null,
    incompatible,
    pinned: false,
    softRebootCapable: false,
    downloadOnly: false,
    store: "ostreeContainer",
    ostree: change.composefs === undefined ? { stateroot: "default", checksum: "0", deploySerial: 0 } : null,
    composefs: change.composefs ?? null,
  };
  return {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    metadata: { name: "host" },
    spec: { image: incompatible ? null : image.image, bootOrder: "default" },
    status: {
      staged: null,
      booted,
      rollback: null,
      otherDeployments: [],
      rollbackQueued: false,
      type: incompatible ? null : "bootcHost",
      readOnly: false,
      usrOverlay: null,
      ...change.status,
    },
  };
}
