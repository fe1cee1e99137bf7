// The world of the attack table: a registry and a lookaside that show what an attacker wants, and a policy beside it.
import type { z } from "zod";
import type { PolicySet } from "../../../policies/documents/policy-set.ts";
import type { RegistryDocument } from "../../../policies/documents/registry-document.ts";
import { TrustDocument } from "../../../policies/documents/trust-document.ts";
import type { PlanTrust } from "../../../policies/plan/switch-plan.ts";
import type { ManifestEvidence } from "../../../policies/trust/found-evidence.ts";
import { type PlanTrustInput, planTrust } from "../../../policies/trust/plan-trust.ts";
import { indexTrust } from "../../../policies/trust/trust-rules.ts";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import { RegistryError } from "../../../worker/registry/registry-error.ts";
import { lookasidePath } from "../../../worker/signatures/read-lookaside.ts";
import { openTrust } from "../../../worker/verify/trust-in-force.ts";
import { lookAt } from "../judges/ask-signalbox.ts";
import { makeAuthority, signedAtMs, trustedRootOf } from "../signing/authority.ts";
import { cosignTag, type Layer, layersManifest, type PushedManifest } from "../signing/cosign.ts";
import { image, repository } from "../signing/evidence.ts";
import { type KeyKind, signingKey } from "../signing/keys.ts";

/** What the registry and the lookaside show for one manifest. */
export type Beside = {
  readonly sig?: readonly Layer[] | PushedManifest;
  readonly att?: readonly Layer[] | PushedManifest;
  readonly referrers?: readonly PushedManifest[];
  /** Referrers that the registry lists where Go's registry clients do not read them: by the API, or by the fallback tag. */
  readonly unread?: { readonly api?: readonly PushedManifest[]; readonly tag?: readonly PushedManifest[] };
  /** Why there are more referrers than were read. */
  readonly cut?: string;
  readonly lookaside?: readonly Uint8Array[];
  /** Blobs and manifests that the registry lists and does not have, or gives with other bytes. */
  readonly lost?: readonly Digest[];
};

type Trust = z.input<typeof TrustDocument>;
export type SignerInput = Trust["signers"][number];

export type AttackCase = {
  readonly attack: string;
  /** The specification, the program's source, or the line of the project's own papers that says what is right. */
  readonly source: string;
  /** Null: nobody declared who may sign. Default: the key `alice`. */
  readonly policy?: (Partial<Trust> & { readonly signers: readonly SignerInput[] }) | null;
  /** Other documents of the folder. */
  readonly others?: readonly Trust[];
  readonly registries?: readonly RegistryDocument[];
  /** In place of the kit's own, as `roots/kit.json`. */
  readonly root?: string;
  readonly keys?: Readonly<Record<string, string>>;
  /** Of the manifest that a host pulls. */
  readonly shows: (of: Digest) => Beside | Promise<Beside>;
  /** Of the index above it; left out: the tag names the manifest. */
  readonly index?: (of: Digest) => Beside | Promise<Beside>;
  readonly reference?: string;
  readonly nowMs?: number;
  /** When this catalog first saw the signatures; default: now. */
  readonly firstSeenMs?: number;
  /** The registry showed it once, and no longer does. */
  readonly gone?: true;
  /** `never`: no look was ever complete. `since`: the last one was not. */
  readonly failing?: "never" | "since";
  /**
   * The verdict with its reasons, then who accepts it: `cosign`, `bootc` and `podman`, or nobody. Who refuses says
   * `not-enforceable` where the image is verified, else the image's verdict.
   */
  readonly expected: string;
};

export const indexDigest = digestOf("the index of the signing kit");
export const lookaside = "https://lookaside.example/signatures";
const atMs = signedAtMs + 60 * 60 * 1000;

const kinds: Readonly<Record<string, KeyKind>> = {
  p384: "p384",
  p521: "p521",
  ed25519: "ed25519",
  rsa2048: "rsa2048",
  rsa3072: "rsa3072",
  rsa4096: "rsa4096",
};

export function keyNamed(name: string) {
  return signingKey(name, kinds[name] ?? "p256");
}

export const kit = makeAuthority();
export const stranger = makeAuthority("stranger");

const names = ["alice", "bob", "carol", "release", ...Object.keys(kinds)];
const text = (content: string) => ({ sha256: digestOf(content), encoding: "utf8", content }) as const;
const commonFiles: PolicySet["files"] = {
  ...Object.fromEntries(names.map((name) => [`keys/${name}.pub`, text(keyNamed(name).pem)])),
  "roots/kit.json": text(JSON.stringify(trustedRootOf(kit))),
  "roots/stranger.json": text(JSON.stringify(trustedRootOf(stranger))),
};

export const byKey = (name: string, terms: object = {}): SignerInput => ({
  id: name,
  key: `keys/${name}.pub`,
  ...terms,
});
export const byOpenpgp = (name: string, terms: object = {}): SignerInput => ({
  ...{ id: `${name}-pgp`, openpgp: `keys/${name}.asc`, lookaside },
  ...terms,
});
export const byIdentity = (subject: string, terms: object = {}): SignerInput => ({
  ...{ id: "ci", identity: { issuer: "https://token.example", subject }, trustRoot: "roots/kit.json" },
  ...terms,
});

/** A trust document for `registry.example/os`. */
function documentOf(policy: Partial<Trust> & { readonly signers: readonly SignerInput[] }): TrustDocument {
  return TrustDocument.parse({ id: "os", scopes: ["registry.example/os"], ...policy, signers: [...policy.signers] });
}

/** What is known of a case once it was looked at and verified: the rest is judgement. */
export type SeenAttack = Omit<PlanTrustInput, "index"> & { readonly set: PolicySet };

/** `registryFor`: a registry that shows this, in place of one in memory. */
export async function planAttack(
  row: AttackCase,
  registryFor?: (of: Digest, beside: Beside) => Registry | Promise<Registry>,
): Promise<PlanTrust> {
  return judgeAttack(await seeAttack(row, registryFor));
}

export function judgeAttack({ set, ...seen }: SeenAttack): PlanTrust {
  return planTrust({ ...seen, index: indexTrust(set, null) }).trust;
}

export async function seeAttack(
  row: AttackCase,
  registryFor: (of: Digest, beside: Beside) => Registry | Promise<Registry> = registryOf,
): Promise<SeenAttack> {
  const { policy = { signers: [byKey("alice")] }, others = [], registries = [] } = row;
  const { reference = `${repository}:stable`, nowMs = atMs, firstSeenMs = nowMs } = row;
  const files = {
    ...commonFiles,
    ...(row.root === undefined ? {} : { "roots/kit.json": text(row.root) }),
    ...Object.fromEntries(Object.entries(row.keys ?? {}).map(([path, content]) => [path, text(content)])),
  };
  const trust = [
    ...(policy === null ? [] : [documentOf(policy)]),
    ...others.map((other) => TrustDocument.parse(other)),
  ];
  const nothing = { sources: [], projects: [], releases: [], layouts: {} };
  const set: PolicySet = { digest: digestOf("set"), registries, trust, files, ...nothing };
  const inForce = openTrust(set, null);
  const name = reference.split("@", 1)[0]?.replace(/:[^:/]*$/, "") ?? reference;

  const look = async (of: Digest, shows: AttackCase["shows"]): Promise<ManifestEvidence> => {
    const beside = await shows(of);
    const registry = await registryFor(of, beside);
    const shown = { registryOf: () => registry, readLookaside: lookasideOf(name, of, beside) };
    const found = await lookAt(inForce, shown, name, of, nowMs);
    return {
      ...found,
      found: found.found.map((each) => ({ ...each, firstSeenAt: firstSeenMs, shown: row.gone !== true })),
      look: lookOf(row, nowMs),
    };
  };
  const platform = await look(image, row.shows);
  const top = row.index === undefined ? null : await look(indexDigest, row.index);
  return { set, repository: name, reference, top, platform, now: nowMs };
}

function lookOf({ failing }: AttackCase, nowMs: number): ManifestEvidence["look"] {
  return {
    checkedAt: failing === "never" ? null : nowMs,
    recheckAt: nowMs + 6 * 60 * 60 * 1000,
    failingSince: failing === undefined ? null : nowMs,
    failure: failing === undefined ? null : "registry.example did not answer",
  };
}

/** As `AttackCase.expected` writes it. */
export function outcomeOf({ verdict, reasons, consumers }: PlanTrust): string {
  const codes = reasons.map(({ code }) => code);
  const accepting = Object.entries(consumers).flatMap(([name, consumer]) =>
    consumer.verdict === "verified" ? [name] : [],
  );
  return `${[verdict, ...codes].join(" ")} | ${accepting.join(" ") || "nobody"}`;
}

/** A manifest, or the layers of one. */
export function manifestOf(pushed: readonly Layer[] | PushedManifest): PushedManifest {
  return "bytes" in pushed ? pushed : layersManifest(pushed);
}

const ociManifest = "application/vnd.oci.image.manifest.v1+json";

function registryOf(of: Digest, { sig, att, referrers = [], unread = {}, cut, lost = [] }: Beside): Registry {
  const tags = new Map<string, PushedManifest>();
  if (sig !== undefined) tags.set(cosignTag(of, "sig"), manifestOf(sig));
  if (att !== undefined) tags.set(cosignTag(of, "att"), manifestOf(att));
  const { api = [], tag = [] } = unread;
  const all = [...tags.values(), ...referrers, ...api, ...tag];
  const answer = (bytes: Buffer) => ({ digest: digestOf(bytes), mediaType: ociManifest, bytes });
  const registry: Pick<Registry, "host" | "dialect" | "lookAtTag" | "readManifest" | "readBlob" | "readReferrers"> = {
    host: "registry.example",
    dialect: "oci",
    async lookAtTag(_path, tag) {
      const pushed = tags.get(tag);
      return pushed === undefined ? { outcome: "absent" } : { outcome: "manifest", manifest: answer(pushed.bytes) };
    },
    async readManifest(_path, digest) {
      const bytes = all.map((pushed) => pushed.bytes).find((each) => digestOf(each) === digest);
      return bytes === undefined || lost.includes(digest as Digest) ? undefined : answer(bytes);
    },
    async readBlob(_path, digest, limitBytes) {
      const bytes = all.map(({ blobs }) => blobs.get(digest as Digest)).find((each) => each !== undefined);
      if (lost.includes(digest as Digest)) return undefined;
      if (bytes !== undefined && bytes.length > limitBytes) throw new RegistryError("too-large", "a blob is too large");
      return bytes;
    },
    async readReferrers() {
      const describe = ({ bytes }: PushedManifest) => ({
        ...{ mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length },
        // As cosign writes it into the fallback tag: wrong.
        ...{ artifactType: "application/vnd.oci.empty.v1+json", annotations: {} },
      });
      return {
        via: "api",
        descriptors: referrers.map(describe),
        ...(api.length + tag.length === 0 ? {} : { unread: { api: api.map(describe), tag: tag.map(describe) } }),
        ...(cut === undefined ? {} : { cut }),
      };
    },
  };
  return registry as Registry;
}

function lookasideOf(name: string, of: Digest, { lookaside: files = [] }: Beside) {
  const path = name.slice(name.indexOf("/") + 1);
  const byUrl = new Map(
    files.map((bytes, index) => [`${lookaside}/${lookasidePath(path, of, index + 1)}`, Buffer.from(bytes)]),
  );
  return async (url: URL) => byUrl.get(decodeURIComponent(url.href)) ?? byUrl.get(url.href);
}
