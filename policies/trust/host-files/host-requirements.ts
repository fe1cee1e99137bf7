// Host requirements: what of a trust policy a host's policy.json can say, never more than the policy does.
import type { HostFile } from "../../plan/switch-plan.ts";
import { reason, type TrustReason } from "../reasons.ts";
import { isGivenOut } from "../signing-time.ts";
import type { IdentityRule, KeyRule, OpenpgpRule, PolicyRules, SignerRule } from "../trust-rules.ts";
import { isInUse, pemOf, readTrustedRoot } from "../trusted-root.ts";
import { armoredKeys } from "./armor.ts";

/** How hosts compare what a signature names with what they pull. */
export type SignedIdentity =
  | { readonly type: "matchRepository" }
  | { readonly type: "exactRepository"; readonly dockerRepository: string }
  | { readonly type: "remapIdentity"; readonly prefix: string; readonly signedPrefix: string };

export type RegistrySection = { readonly "use-sigstore-attachments"?: true; readonly lookaside?: string };

export type HostRequirements =
  | {
      readonly outcome: "requirements";
      /** All of them must be met, each by any signature. */
      readonly requirements: (signedIdentity: SignedIdentity) => readonly Readonly<Record<string, unknown>>[];
      /** Keys and certificates. */
      readonly files: readonly HostFile[];
      readonly section: RegistrySection;
      readonly signers: readonly SignerRule[];
    }
  | { readonly outcome: "inexpressible"; readonly reasons: readonly TrustReason[] };

type Expressed = {
  readonly requirement: Readonly<Record<string, unknown>>;
  readonly files: readonly HostFile[];
  readonly section: RegistrySection;
  readonly signers: readonly SignerRule[];
};

const folder = "/etc/pki/containers";

/** What is given out now: it depends on no image, so that one file serves all of the policy's repositories. */
export function hostRequirements(policy: PolicyRules, now: number): HostRequirements {
  const { document } = policy;
  const given = policy.signers.filter((signer) => isGivenOut(signer, now));
  const isLogRequired = document.transparencyLog === "required" && given.some(({ type }) => type === "key");
  if (document.attestations.some(({ required }) => required)) {
    return inexpressible("it wants an attestation, which no host asks for");
  }
  if (isLogRequired) {
    return inexpressible("it wants entries in a transparency log for keys, and hosts would take only the older kind");
  }
  if (given.length === 0) return inexpressible("none of its signers is in force");
  if (document.threshold > 1) {
    return document.threshold === given.length
      ? together(given.map((signer) => express(document.id, signer.id, [signer], now)))
      : inexpressible(
          `it wants ${document.threshold} of its signers, and hosts can only ask for all of them or any one`,
        );
  }
  const keys = given.filter((signer) => signer.type === "key");
  if (keys.length > 0) return together([express(document.id, null, keys, now)]);
  const openpgp = given.filter((signer) => signer.type === "openpgp");
  if (openpgp.length > 0) return together([express(document.id, null, openpgp, now)]);
  const emails = given.filter((signer) => signer.type === "identity" && isEmail(signer.subject));
  return together([express(document.id, null, emails.length === 1 ? emails : given, now)]);
}

function inexpressible(why: string): Extract<HostRequirements, { outcome: "inexpressible" }> {
  const message = `no host can be given this trust policy: ${why}; pin the digest instead`;
  return { outcome: "inexpressible", reasons: [reason("POLICY_INEXPRESSIBLE", message)] };
}

function together(parts: readonly (Expressed | TrustReason)[]): HostRequirements {
  const reasons = parts.flatMap((part) => ("code" in part ? [part] : []));
  if (reasons.length > 0) return { outcome: "inexpressible", reasons };
  const expressed = parts.flatMap((part) => ("code" in part ? [] : [part]));
  const lookasides = new Set(expressed.flatMap(({ section }) => section.lookaside ?? []));
  if (lookasides.size > 1) return inexpressible("its OpenPGP signatures lie in several lookasides, and hosts know one");
  return {
    outcome: "requirements",
    requirements: (signedIdentity) => expressed.map(({ requirement }) => ({ ...requirement, signedIdentity })),
    files: expressed.flatMap(({ files }) => files),
    section: Object.assign({}, ...expressed.map(({ section }) => section)),
    signers: expressed.flatMap(({ signers }) => signers),
  };
}

/** Signers of one kind, of which any one is enough. `own`: the id by which their file is named; null: the policy's. */
function express(
  policy: string,
  own: string | null,
  signers: readonly SignerRule[],
  now: number,
): Expressed | TrustReason {
  const keys = signers.filter((signer) => signer.type === "key");
  if (keys.length > 0) return expressKeys(policy, own, keys);
  const openpgp = signers.filter((signer) => signer.type === "openpgp");
  if (openpgp.length > 0) return expressOpenpgp(policy, own, openpgp);
  return expressIdentity(
    policy,
    own,
    signers.filter((signer) => signer.type === "identity"),
    now,
  );
}

/** `@` and `+` are in no id: no two policies write one file. */
function fileName(policy: string, own: string | null): string {
  return own === null ? policy : `${policy}@${own}`;
}

function expressKeys(policy: string, own: string | null, keys: readonly KeyRule[]): Expressed {
  const files = keys.map(({ id, pem }) => {
    const name = fileName(policy, own ?? (keys.length === 1 ? null : id));
    return { path: `${folder}/${name}.pub`, content: pem };
  });
  return {
    requirement: { type: "sigstoreSigned", ...pathsOf(files, "keyPath", "keyPaths") },
    files,
    section: { "use-sigstore-attachments": true },
    signers: keys,
  };
}

function expressOpenpgp(policy: string, own: string | null, rings: readonly OpenpgpRule[]): Expressed | TrustReason {
  const files = rings.map(({ id, file }) => {
    const name = fileName(policy, own ?? (rings.length === 1 ? null : id));
    return { path: `${folder}/${name}.asc`, content: armoredKeys(file) };
  });
  const [lookaside, ...others] = new Set(rings.flatMap((ring) => ring.lookaside ?? []));
  if (lookaside === undefined || others.length > 0) {
    const why = lookaside === undefined ? "names no lookaside" : "has several lookasides";
    const message = `no host can be given this trust policy: it ${why} for its OpenPGP signatures, and hosts look in one`;
    return reason("POLICY_INEXPRESSIBLE", message);
  }
  return {
    requirement: { type: "signedBy", keyType: "GPGKeys", ...pathsOf(files, "keyPath", "keyPaths") },
    files,
    section: { lookaside },
    signers: rings,
  };
}

/** Older versions refuse the list and every file that has one: it stands only where one path is not enough. */
function pathsOf(files: readonly HostFile[], one: string, several: string): Readonly<Record<string, unknown>> {
  const [only] = files;
  return files.length === 1 && only !== undefined ? { [one]: only.path } : { [several]: files.map(({ path }) => path) };
}

/** One address, literally. */
export function isEmail(subject: string): boolean {
  return /^[^\s@/:*]+@[^\s@/:*]+$/.test(subject);
}

function expressIdentity(
  policy: string,
  own: string | null,
  identities: readonly IdentityRule[],
  now: number,
): Expressed | TrustReason {
  const [identity, ...others] = identities;
  if (identity === undefined || others.length > 0 || !isEmail(identity.subject)) {
    const subjects = identities.map(({ subject }) => subject);
    const message =
      "policy.json can name one e-mail address, and no workflow or pattern: sign with a key as well, or pin the digest";
    return reason("IDENTITY_INEXPRESSIBLE", message, { subjects });
  }
  const root = readTrustedRoot(identity.trustRoot.content);
  // Of what is no longer in use, a host could not tell what it once signed from what was made with it since.
  const authorities = (root?.authorities ?? []).filter((authority) => isInUse(authority, now));
  const logs = (root?.logs ?? []).filter((log) => isInUse(log, now) && log.isEcdsa);
  if (authorities.length === 0 || logs.length === 0) {
    const message = `the trust root ${identity.trustRoot.name} has no authority and log in use that a host can be given`;
    return reason("IDENTITY_INEXPRESSIBLE", message, { trustRoot: identity.trustRoot.name });
  }
  const suffix = own === null ? "" : `-${own}`;
  const ca = {
    path: `${folder}/${policy}+fulcio${suffix}.pem`,
    content: authorities.flatMap(({ certificates }) => certificates.map((der) => pemOf("CERTIFICATE", der))).join(""),
  };
  const rekor = logs.map(({ spki, id }) => ({
    path: `${folder}/${policy}+rekor${suffix}${logs.length === 1 ? "" : `-${id.slice(0, 8)}`}.pub`,
    content: pemOf("PUBLIC KEY", spki),
  }));
  return {
    requirement: {
      type: "sigstoreSigned",
      fulcio: { caPath: ca.path, oidcIssuer: identity.issuer, subjectEmail: identity.subject },
      ...pathsOf(rekor, "rekorPublicKeyPath", "rekorPublicKeyPaths"),
    },
    files: [ca, ...rekor],
    section: { "use-sigstore-attachments": true },
    signers: [identity],
  };
}
