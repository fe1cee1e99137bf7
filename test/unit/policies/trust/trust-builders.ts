// Builders for these tests: findings as cryptography makes them, policies and looks, in which a test changes one thing.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { z } from "zod";
import { readOpenpgpKeys } from "../../../../policies/documents/openpgp-key-file.ts";
import type { PolicyFile, PolicySet } from "../../../../policies/documents/policy-set.ts";
import { readPublicKey } from "../../../../policies/documents/public-key-file.ts";
import { TrustDocument } from "../../../../policies/documents/trust-document.ts";
import type {
  FoundSigner,
  LogEntryFinding,
  SignatureFinding,
  SignedClaims,
} from "../../../../policies/trust/finding.ts";
import type { FoundEvidence, ManifestEvidence, SignatureLook } from "../../../../policies/trust/found-evidence.ts";
import { type PlanTrustInput, planTrust } from "../../../../policies/trust/plan-trust.ts";
import { indexTrust, type PublicGoodRoot, type TrustIndex } from "../../../../policies/trust/trust-rules.ts";
import { canonicalDigest } from "../../../../policies/words/canonical-json.ts";
import { digestOf } from "../../../../policies/words/digest.ts";
import { registry } from "../documents/documents.ts";
import { armoured, openpgpRing, pemOf } from "../documents/keys.ts";

export const now = Date.parse("2026-11-20T10:00:00Z");
export const day = 24 * 60 * 60 * 1000;
export const at = (text: string) => Date.parse(text);

export const repository = "registry.example/desk/os";
export const reference = `${repository}:stable`;
export const indexDigest = digestOf("index");
export const platformDigest = digestOf("platform");

const ecKeys = new Map<string, KeyObject>();

function ecKey(name: string): KeyObject {
  const known = ecKeys.get(name);
  if (known !== undefined) return known;
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  ecKeys.set(name, publicKey);
  return publicKey;
}

/** A public key by its owner's name: the same for the whole run. */
export function pem(name: string): string {
  return pemOf(ecKey(name));
}

export function spki(name: string): Buffer {
  return ecKey(name).export({ type: "spki", format: "der" });
}

const fingerprints = new Map<string, string>();

export function fingerprint(name: string): string {
  const known = fingerprints.get(name) ?? readFingerprint(name);
  fingerprints.set(name, known);
  return known;
}

function readFingerprint(name: string): string {
  const read = readPublicKey(pem(name));
  if (read.outcome === "refused") throw new Error(read.reason);
  return `sha256:${read.fingerprint}`;
}

/** A ring of one OpenPGP key, which is never used: findings say what it signed. */
export function ring(name: string): Buffer {
  return openpgpRing({ tag: 6, body: Buffer.concat([Buffer.from([4]), Buffer.from(name)]) });
}

export function openpgpFingerprint(name: string): string {
  const read = readOpenpgpKeys(ring(name));
  if (read.outcome === "refused") throw new Error(read.reason);
  return (read.fingerprints[0] ?? "").toUpperCase();
}

export const issuer = "https://token.actions.githubusercontent.com";
export const workflow = "https://github.com/desk/os/.github/workflows/build.yml@refs/heads/main";

const certificate = (name: string) => Buffer.from(`certificate of ${name}`).toString("base64");

/** A trusted_root.json with one authority (of an intermediate and a root) and the logs named. */
export function rootContent(
  name: string,
  { start = "2020-01-01T00:00:00Z", end, logs = [`${name} log`] }: RootChange = {},
): string {
  const validFor = end === undefined ? { start } : { start, end };
  return JSON.stringify({
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    certificateAuthorities: [
      {
        certChain: {
          certificates: [{ rawBytes: certificate(`${name} intermediate`) }, { rawBytes: certificate(name) }],
        },
        validFor,
      },
    ],
    tlogs: logs.map((log) => ({
      baseUrl: `https://${name}.example`,
      publicKey: { rawBytes: spki(log).toString("base64"), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor: { start } },
    })),
  });
}

type RootChange = { readonly start?: string; readonly end?: string; readonly logs?: readonly string[] };

export function rootFile(content: string): PublicGoodRoot {
  return { digest: digestOf(content), content };
}

export const publicGood = rootFile(rootContent("good"));

function textFile(content: string): PolicyFile {
  return { sha256: digestOf(content), encoding: "utf8", content };
}

export const files: PolicySet["files"] = {
  ...Object.fromEntries(["alice", "bob", "carol", "dave"].map((name) => [`keys/${name}.pub`, textFile(pem(name))])),
  "keys/erin.asc": textFile(armoured(ring("erin"))),
  "keys/frank.asc": textFile(armoured(ring("frank"))),
  "keys/binary.gpg": {
    sha256: digestOf(ring("erin")),
    encoding: "base64",
    content: ring("erin").toString("base64"),
  },
  "roots/private.json": textFile(rootContent("private")),
};

type SignerInput = z.input<typeof TrustDocument>["signers"][number];
type Terms = Partial<Pick<SignerInput, "validFrom" | "validUntil" | "revoked" | "role">> & { readonly id?: string };

export const key = (name: string, terms: Terms = {}): SignerInput => ({ id: name, key: `keys/${name}.pub`, ...terms });

export const lookaside = "https://lookaside.example/signatures";

export const pgp = (name: string, terms: Terms & { readonly lookaside?: string } = {}): SignerInput => ({
  ...{ id: name, openpgp: `keys/${name}.asc`, lookaside },
  ...terms,
});

export const identity = (
  subject: string,
  terms: Terms & { readonly issuer?: string; readonly trustRoot?: string } = {},
): SignerInput => {
  const { issuer: by = issuer, trustRoot = "public-good", ...rest } = terms;
  return { id: "ci", identity: { issuer: by, subject }, trustRoot, ...rest };
};

export function policy(
  signers: readonly SignerInput[],
  members: Partial<z.input<typeof TrustDocument>> = {},
): TrustDocument {
  return TrustDocument.parse({ id: "desk", scopes: ["registry.example/desk"], signers, ...members });
}

type World = {
  readonly trust?: readonly TrustDocument[];
  readonly registries?: PolicySet["registries"];
  readonly root?: PublicGoodRoot | null;
};

const worlds = new WeakMap<TrustDocument, TrustIndex>();

/** Made once for a single policy, as a program does it for its documents. */
export function world({ trust = [aliceAlone], registries = [], root = publicGood }: World = {}): TrustIndex {
  const [only, ...others] = trust;
  const isPlain = others.length === 0 && registries.length === 0 && root === publicGood;
  const known = only === undefined || !isPlain ? undefined : worlds.get(only);
  if (known !== undefined) return known;
  const nothing = { sources: [], projects: [], releases: [], layouts: {} };
  const made = indexTrust({ digest: digestOf("set"), registries, trust, files, ...nothing }, root);
  if (only !== undefined && isPlain) worlds.set(only, made);
  return made;
}

const aliceAlone = policy([key("alice")]);

export const mirrorHost = "mirror.example";
/** `mirror.example/os` is `registry.example/desk/os`. */
export const mirrors = [registry({ host: mirrorHost, mirrorOf: "registry.example/desk" })];

type FindingChange = Partial<SignatureFinding>;

/** What cosign's `.sig` tag holds: a payload that names the repository, signed by a key of the policy. */
export function bySig(name: string, change: FindingChange = {}): SignatureFinding {
  return made({ signer: keySigner(name), ...change });
}

export function keySigner(name: string, foundIn: "given" | "log" = "given"): FoundSigner {
  return { type: "key", fingerprint: fingerprint(name), foundIn };
}

export const payload = (signed: string, manifest = platformDigest): SignedClaims => {
  const colon = signed.lastIndexOf(":");
  const hasTag = colon > signed.lastIndexOf("/");
  return {
    type: "simple-signing",
    digest: manifest,
    reference: signed,
    repository: hasTag ? signed.slice(0, colon) : signed,
    tag: hasTag ? signed.slice(colon + 1) : null,
    creator: null,
    createdAtMs: null,
  };
};

/** The finding's content address follows from everything else in it, as that of real evidence does. */
function made(change: FindingChange): SignatureFinding {
  const manifest = change.manifest ?? platformDigest;
  const finding = {
    format: "cosign-tag" as const,
    kind: "signature" as const,
    manifest,
    valid: true,
    reasons: [],
    signature: { holds: true, algorithm: "ecdsa-p256-sha256" },
    claims: payload(repository, manifest),
    signer: null,
    times: [],
    log: [],
    attached: { certificate: false, chain: false, timestamps: 0 },
    trustRoot: null,
    tried: {
      keys: ["alice", "bob", "carol", "dave"].map(fingerprint),
      openpgp: ["erin", "frank"].map(openpgpFingerprint),
      trustRoots: [publicGood.digest],
    },
    validUntilMs: null,
    ...change,
  };
  return { evidence: canonicalDigest(finding), ...finding };
}

export const signPredicate = "https://sigstore.dev/cosign/sign/v1";
export const provenancePredicate = "https://slsa.dev/provenance/v1";

export const statement = (
  predicateType: string,
  change: Partial<Extract<SignedClaims, { type: "statement" }>> = {},
): SignedClaims => ({
  ...{ type: "statement", statementType: "https://in-toto.io/Statement/v1", predicateType },
  ...{ subjects: [platformDigest], subjectMatches: true, provenance: null },
  ...change,
});

/** What cosign 3 writes: a bundle that states that this digest is signed, and names no repository. */
export function byBundle(name: string, change: FindingChange = {}): SignatureFinding {
  return made({
    ...{ format: "sigstore-bundle", bundleVersion: "0.3", signer: keySigner(name), claims: statement(signPredicate) },
    ...change,
  });
}

export function logEntry(change: Partial<LogEntryFinding> = {}): LogEntryFinding {
  return {
    ...{ kind: "hashedrekord", version: "0.0.1", logId: logIdOf("good log"), log: "https://good.example" },
    ...{ logIndex: 7, integratedAtMs: now - 30 * day, promise: "holds", inclusion: "absent", body: "holds" },
    ...change,
  };
}

export function logIdOf(name: string): string {
  return digestOf(spki(name)).slice("sha256:".length);
}

/** In a log of the public-good root, at the given moment. */
export function logged(atMs: number, change: Partial<LogEntryFinding> = {}): FindingChange {
  return {
    log: [logEntry({ integratedAtMs: atMs, ...change })],
    times: [{ from: "log", atMs, authority: "https://good.example" }],
    trustRoot: { name: "public-good", digest: publicGood.digest },
  };
}

export function identitySigner(
  subject: string,
  change: Partial<Extract<FoundSigner, { type: "identity" }>> = {},
): FoundSigner {
  const type = subject.includes("://") ? "uri" : "email";
  return {
    ...{ type: "identity", fingerprint: digestOf(`ephemeral key for ${subject}`), issuer, extensions: {} },
    subjects: [{ type, value: subject }],
    certificate: { notBeforeMs: now - 30 * day, notAfterMs: now - 30 * day + 600_000, digest: digestOf("leaf") },
    ...change,
  };
}

/** A certificate of the public-good root and a log entry beside the signature, in the `.sig` tag. */
export function keyless(subject: string, change: FindingChange = {}): SignatureFinding {
  return made({
    ...{ signer: identitySigner(subject), attached: { certificate: true, chain: true, timestamps: 0 } },
    ...logged(now - 30 * day),
    ...change,
  });
}

export function keylessBundle(subject: string, change: FindingChange = {}): SignatureFinding {
  return keyless(subject, {
    ...{ format: "sigstore-bundle", bundleVersion: "0.3", claims: statement(signPredicate) },
    ...logged(now - 30 * day, { kind: "dsse", inclusion: "holds" }),
    ...change,
  });
}

export function byOpenpgp(name: string, change: FindingChange = {}): SignatureFinding {
  const primary = openpgpFingerprint(name);
  return made({
    format: "openpgp-lookaside",
    signature: { holds: true, algorithm: "openpgp-rsaEncryptSign-sha256" },
    signer: { type: "openpgp", fingerprint: primary, signingKey: primary },
    claims: payload(`${repository}:stable`, change.manifest ?? platformDigest),
    ...change,
  });
}

export function attestation(name: string, change: FindingChange = {}): SignatureFinding {
  return made({ kind: "attestation", signer: keySigner(name), claims: statement(provenancePredicate), ...change });
}

/** A signature that nobody known made. */
export function anybodys(change: FindingChange = {}): SignatureFinding {
  return made({
    ...{ valid: null, reasons: [{ code: "SIGNATURE_ERROR", message: "no key that is known made this signature" }] },
    ...{ signature: { holds: null, algorithm: null }, claims: null },
    ...change,
  });
}

/** What cryptography refuses, whoever signed it. */
export function broken(
  code: SignatureFinding["reasons"][number]["code"],
  change: FindingChange = {},
): SignatureFinding {
  return bySig("alice", { valid: false, reasons: [{ code, message: "it does not hold" }], ...change });
}

type FoundChange = Partial<Omit<FoundEvidence, "finding">>;

export function found(finding: SignatureFinding, change: FoundChange = {}): FoundEvidence {
  const { manifest, format, kind } = finding;
  const tag = `${manifest.replace(":", "-")}.${kind === "signature" ? "sig" : "att"}`;
  const place =
    format === "openpgp-lookaside"
      ? ({ via: "lookaside", base: lookaside } as const)
      : format === "cosign-tag"
        ? ({ via: "tag", tag } as const)
        : ({ via: "referrers" } as const);
  const carrier = format === "openpgp-lookaside" ? null : digestOf(`carrier of ${finding.evidence}`);
  return { finding, firstSeenAt: now - 10 * day, shown: true, place, carrier, ...change };
}

/** The last look was complete, an hour ago. */
export function look(change: Partial<SignatureLook> = {}): SignatureLook {
  return { checkedAt: now - 3_600_000, recheckAt: now + 5 * 3_600_000, failingSince: null, failure: null, ...change };
}

export const failing: SignatureLook = look({ failingSince: now - 60_000, failure: "registry.example did not answer" });
export const neverComplete: SignatureLook = look({ checkedAt: null, failingSince: now - 60_000, failure: "timeout" });

export function manifest(
  evidence: readonly (SignatureFinding | FoundEvidence)[],
  change: Partial<ManifestEvidence> = {},
): ManifestEvidence {
  return {
    digest: platformDigest,
    found: evidence.map((each) => ("finding" in each ? each : found(each))),
    look: look(),
    ...change,
  };
}

/** The same signatures of the index. */
export function ofIndex(finding: SignatureFinding): SignatureFinding {
  const { evidence: _, claims, ...rest } = finding;
  const moved =
    claims?.type === "simple-signing"
      ? { ...claims, digest: indexDigest }
      : claims?.type === "statement"
        ? { ...claims, subjects: [indexDigest] }
        : claims;
  return made({ ...rest, claims: moved, manifest: indexDigest });
}

export function index(evidence: readonly SignatureFinding[], change: Partial<ManifestEvidence> = {}): ManifestEvidence {
  return manifest(evidence.map(ofIndex), { digest: indexDigest, ...change });
}

type PlanChange = Partial<Omit<PlanTrustInput, "index">> & World;

/** The trust of `registry.example/desk/os:stable` under a policy with alice's key. */
export function plan(
  top: ManifestEvidence | null,
  platform: ManifestEvidence | null,
  { trust, registries, root, ...change }: PlanChange = {},
) {
  const documents = {
    ...(trust === undefined ? {} : { trust }),
    ...(registries === undefined ? {} : { registries }),
    ...(root === undefined ? {} : { root }),
  };
  return planTrust({ index: world(documents), repository, reference, top, platform, now, ...change });
}
