// policy.json as containers/image reads it, by version: what it does not know makes it refuse the whole file.
import { z } from "zod";
import { parseStrictJson } from "../../images/strict-json.ts";
import { isDigest } from "../../words/digest.ts";
import { isHost, isRepositoryPath } from "../../words/reference.ts";
import { parseDockerReference } from "./docker-reference.ts";

/** Major and minor. skopeo's versions stand in consumer-versions.ts. */
export type ContainersImageVersion = readonly [number, number];

export type KeySource = { readonly paths: readonly string[] } | { readonly data: readonly Uint8Array[] };

export type IdentityRule =
  | { readonly type: "matchExact" | "matchRepoDigestOrExact" | "matchRepository" }
  | { readonly type: "exactReference"; readonly dockerReference: string }
  | { readonly type: "exactRepository"; readonly dockerRepository: string }
  | { readonly type: "remapIdentity"; readonly prefix: string; readonly signedPrefix: string };

export type Requirement =
  | { readonly type: "insecureAcceptAnything" | "reject" | "signedBaseLayer" }
  | { readonly type: "signedBy"; readonly keyType: string; readonly keys: KeySource; readonly identity: IdentityRule }
  | {
      readonly type: "sigstoreSigned";
      readonly by:
        | { readonly kind: "keys"; readonly keys: KeySource }
        | { readonly kind: "fulcio"; readonly ca: KeySource; readonly issuer: string; readonly email: string }
        | { readonly kind: "pki" };
      readonly rekor: KeySource | null;
      readonly identity: IdentityRule;
    };

export type ContainersPolicy = {
  readonly default: readonly Requirement[];
  /** Of the transport `docker`, which is every registry. */
  readonly docker: ReadonlyMap<string, readonly Requirement[]>;
};

export type ReadPolicy =
  | { readonly outcome: "policy"; readonly policy: ContainersPolicy }
  | { readonly outcome: "invalid"; readonly reason: string };

/** A host's file is a few kilobytes. */
const limits = { maxBytes: 4 * 1024 * 1024, maxDepth: 32, maxMembers: 200_000, maxItems: 200_000 };

export function readContainersPolicy(text: string, version: ContainersImageVersion): ReadPolicy {
  const parsed = parseStrictJson(Buffer.from(text, "utf8"), limits);
  if (parsed.outcome === "invalid") return { outcome: "invalid", reason: parsed.reason };
  const read = policySchema(version).safeParse(parsed.value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { outcome: "invalid", reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}` };
  }
  const docker = Object.hasOwn(read.data.transports, "docker") ? read.data.transports.docker : {};
  return { outcome: "policy", policy: { default: read.data.default, docker: new Map(Object.entries(docker ?? {})) } };
}

export function isAtLeast([major, minor]: ContainersImageVersion, [wanted, least]: ContainersImageVersion): boolean {
  return major > wanted || (major === wanted && minor >= least);
}

const Text = z.string();
const Path = z
  .string()
  .min(1)
  .transform((path): KeySource => ({ paths: [path] }));
const Paths = z
  .array(z.string())
  .min(1)
  .transform((paths): KeySource => ({ paths }));
const Base64 = z.base64().transform((text) => Buffer.from(text, "base64"));
const Data = Base64.transform((data): KeySource => ({ data: [data] }));
const Datas = z
  .array(Base64)
  .min(1)
  .transform((data): KeySource => ({ data }));

function isPrefix(text: string): boolean {
  const slash = text.indexOf("/");
  return slash < 0 ? isHost(text) : isHost(text.slice(0, slash)) && isRepositoryPath(text.slice(slash + 1));
}

const Prefix = z.string().refine(isPrefix, "is no registry, namespace or repository");

const Identity: z.ZodType<IdentityRule> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("matchExact") }),
  z.strictObject({ type: z.literal("matchRepoDigestOrExact") }),
  z.strictObject({ type: z.literal("matchRepository") }),
  z.strictObject({
    type: z.literal("exactReference"),
    dockerReference: Text.refine((text) => {
      const parsed = parseDockerReference(text);
      return parsed !== undefined && (parsed.tag !== null || isDigest(parsed.digest ?? ""));
    }, "is no reference with a tag or digest"),
  }),
  z.strictObject({
    type: z.literal("exactRepository"),
    dockerRepository: Text.refine((text) => parseDockerReference(text) !== undefined, "is no reference"),
  }),
  z.strictObject({ type: z.literal("remapIdentity"), prefix: Prefix, signedPrefix: Prefix }),
]);

const identity = Identity.default({ type: "matchRepoDigestOrExact" });

const SignedBy = z
  .strictObject({
    type: z.literal("signedBy"),
    keyType: z.enum(["GPGKeys", "signedByGPGKeys", "X509Certificates", "signedByX509CAs"]),
    keyPath: Path.optional(),
    keyPaths: Paths.optional(),
    keyData: Data.optional(),
    signedIdentity: identity,
  })
  .transform((read, context): Requirement => {
    const [keys, ...others] = [read.keyPath, read.keyPaths, read.keyData].filter((source) => source !== undefined);
    if (keys === undefined || others.length > 0) {
      return refuse(context, "exactly one of keyPath, keyPaths and keyData must be there");
    }
    return { type: "signedBy", keyType: read.keyType, keys, identity: read.signedIdentity };
  });

const Fulcio = z
  .strictObject({
    caPath: Path.optional(),
    caData: Data.optional(),
    oidcIssuer: z.string().min(1),
    subjectEmail: z.string().min(1),
  })
  .refine(
    ({ caPath, caData }) => (caPath === undefined) !== (caData === undefined),
    "exactly one of caPath and caData",
  );

const Pki = z.looseObject({});

/** The members that a version knows; any other makes its file unreadable. */
function sigstoreSigned(version: ContainersImageVersion) {
  const knowsFulcio = isAtLeast(version, [5, 24]);
  const knowsLists = isAtLeast(version, [5, 33]);
  const shape = {
    type: z.literal("sigstoreSigned"),
    keyPath: Path.optional(),
    keyData: Data.optional(),
    keyPaths: knowsLists ? Paths.optional() : z.undefined().optional(),
    keyDatas: knowsLists ? Datas.optional() : z.undefined().optional(),
    fulcio: knowsFulcio ? Fulcio.optional() : z.undefined().optional(),
    rekorPublicKeyPath: knowsFulcio ? Path.optional() : z.undefined().optional(),
    rekorPublicKeyData: knowsFulcio ? Data.optional() : z.undefined().optional(),
    rekorPublicKeyPaths: knowsLists ? Paths.optional() : z.undefined().optional(),
    rekorPublicKeyDatas: knowsLists ? Datas.optional() : z.undefined().optional(),
    // Its documentation says 5.35; skopeo 1.18, of 5.34.2, knows the word.
    pki: isAtLeast(version, [5, 34]) ? Pki.optional() : z.undefined().optional(),
    signedIdentity: identity,
  };
  return z.strictObject(shape).transform((read, context): Requirement => {
    const keys = [read.keyPath, read.keyPaths, read.keyData, read.keyDatas].filter((each) => each !== undefined);
    const rekor = [
      read.rekorPublicKeyPath,
      read.rekorPublicKeyPaths,
      read.rekorPublicKeyData,
      read.rekorPublicKeyDatas,
    ].filter((each) => each !== undefined);
    const sources = keys.length + (read.fulcio === undefined ? 0 : 1) + (read.pki === undefined ? 0 : 1);
    if (sources !== 1) return refuse(context, "exactly one of the keys, fulcio and pki must be there");
    if (rekor.length > 1) return refuse(context, "at most one source of Rekor's keys can be there");
    const common = { type: "sigstoreSigned" as const, rekor: rekor[0] ?? null, identity: read.signedIdentity };
    if (read.fulcio !== undefined) {
      const { caPath, caData, oidcIssuer: issuer, subjectEmail: email } = read.fulcio;
      const ca = caPath ?? caData;
      if (ca === undefined || common.rekor === null) return refuse(context, "fulcio needs Rekor's key");
      return { ...common, by: { kind: "fulcio", ca, issuer, email } };
    }
    if (read.pki !== undefined) {
      if (common.rekor !== null) return refuse(context, "pki takes no key of Rekor's");
      return { ...common, by: { kind: "pki" } };
    }
    const [source] = keys;
    return source === undefined
      ? refuse(context, "no key is there")
      : { ...common, by: { kind: "keys", keys: source } };
  });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

const schemas = new Map<string, ReturnType<typeof makeSchema>>();

function policySchema(version: ContainersImageVersion) {
  const name = version.join(".");
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const schema = makeSchema(version);
  schemas.set(name, schema);
  return schema;
}

function makeSchema(version: ContainersImageVersion) {
  const Requirements: z.ZodType<Requirement[]> = z
    .array(
      z.union([
        z.strictObject({ type: z.enum(["insecureAcceptAnything", "reject"]) }),
        z
          .strictObject({ type: z.literal("signedBaseLayer"), baseLayerIdentity: Identity })
          .transform((): Requirement => ({ type: "signedBaseLayer" })),
        SignedBy,
        sigstoreSigned(version),
      ]),
    )
    .min(1, "a list of requirements must not be empty");
  return z.strictObject({
    default: Requirements,
    transports: z.record(z.string(), z.record(z.string(), Requirements)).default({}),
  });
}
