// Trust rules: what the documents in force say of who may sign one repository, ready to be asked of many signatures.
import { readOpenpgpKeys } from "../documents/openpgp-key-file.ts";
import { trustDigest } from "../documents/policy-digest.ts";
import type { PolicyFile, PolicySet } from "../documents/policy-set.ts";
import { readPublicKey } from "../documents/public-key-file.ts";
import type { Signer, TrustDocument } from "../documents/trust-document.ts";
import { trustPolicyFor } from "../documents/trust-policy-for.ts";
import { parseTimestamp } from "../images/timestamp.ts";
import type { Digest } from "../words/digest.ts";
import { normalRepository } from "./repository-name.ts";

/** The moments and the standing that a policy gives a signer. */
export type SignerTerms = {
  readonly id: string;
  readonly role: Signer["role"];
  readonly validFromMs: number | null;
  /** The first moment at which a new signature no longer counts. */
  readonly validUntilMs: number | null;
  readonly revoked: { readonly atMs: number; readonly reason: "compromised" | "superseded" } | null;
};

export type KeyRule = SignerTerms & {
  readonly type: "key";
  /** `sha256:` and the hexadecimal SHA-256 of the DER public key, as findings write it. */
  readonly fingerprint: string;
  readonly pem: string;
};

export type IdentityRule = SignerTerms & {
  readonly type: "identity";
  readonly issuer: string;
  readonly subject: string;
  readonly trustRoot: TrustRootRule;
};

export type OpenpgpRule = SignerTerms & {
  readonly type: "openpgp";
  /** Of the primary keys, upper-case hexadecimal, as findings write them. */
  readonly fingerprints: readonly string[];
  readonly file: PolicyFile;
  readonly lookaside: string | null;
};

export type SignerRule = KeyRule | IdentityRule | OpenpgpRule;

/** `digest` and `content` null: none is in force. */
export type TrustRootRule = { readonly name: string; readonly digest: Digest | null; readonly content: string | null };

export type PolicyRules = {
  readonly document: TrustDocument;
  readonly signers: readonly SignerRule[];
};

export type TrustRules = {
  /** `host/path`, as hosts pull it. */
  readonly repository: string;
  /** The name that scopes are compared with: of a mirror, the name of what it mirrors. */
  readonly comparedName: string;
  /** The same in its normal spelling: what a signed reference must name. */
  readonly signedName: string;
  /** What the repository's registry mirrors; null: it is no mirror. */
  readonly mirror: { readonly host: string; readonly mirrorOf: string } | null;
  /** Null: nobody declared who may sign. */
  readonly policy: PolicyRules | null;
  /** The digest of what is judged by; null without a policy. */
  readonly policyDigest: Digest | null;
};

/** The public-good trust root in force. */
export type PublicGoodRoot = { readonly digest: Digest; readonly content: string };

export type TrustIndex = {
  readonly set: PolicySet;
  rulesFor(repository: string): TrustRules;
  /** The rules of one document of the set, whatever the repository. */
  rulesOf(document: TrustDocument): PolicyRules;
};

/** Above the number of repositories planned for: nothing is worked out twice, and nothing grows without end. */
const maxRemembered = 50_000;

/** Made once for each policy set and public-good root. */
export function indexTrust(set: PolicySet, publicGood: PublicGoodRoot | null): TrustIndex {
  const byDocument = new Map<TrustDocument, PolicyRules>();
  const byRepository = new Map<string, TrustRules>();

  const rulesOf = (document: TrustDocument): PolicyRules => {
    const known = byDocument.get(document);
    if (known !== undefined) return known;
    const rules = { document, signers: document.signers.flatMap((signer) => signerRule(set, signer, publicGood)) };
    byDocument.set(document, rules);
    return rules;
  };

  const rulesFor = (repository: string): TrustRules => {
    const known = byRepository.get(repository);
    if (known !== undefined) return known;
    const claim = trustPolicyFor(set, repository);
    const host = repository.slice(0, repository.indexOf("/"));
    const registry = set.registries.find((each) => each.host === host);
    const mirrorOf = registry?.mirrorOf;
    const comparedName = mirrorOf === undefined ? repository : `${mirrorOf}${repository.slice(host.length)}`;
    // What a mirror mirrors decides which policy speaks for it: its registry's document is judged by, too.
    const others = registry === undefined || mirrorOf === undefined ? [] : [registry];
    const rules: TrustRules = {
      repository,
      comparedName,
      signedName: normalRepository(comparedName),
      mirror: mirrorOf === undefined ? null : { host, mirrorOf },
      policy: claim === undefined ? null : rulesOf(claim.policy),
      policyDigest: claim === undefined ? null : trustDigest(set, claim.policy, publicGood?.digest ?? null, others),
    };
    if (byRepository.size >= maxRemembered) byRepository.clear();
    byRepository.set(repository, rules);
    return rules;
  };

  return { set, rulesFor, rulesOf };
}

/** A signer whose file is not there, or is not what it should be, is nobody: nothing can be signed by it. */
function signerRule(set: PolicySet, signer: Signer, publicGood: PublicGoodRoot | null): readonly SignerRule[] {
  const { id, role, validFrom, validUntil, revoked } = signer;
  const terms: SignerTerms = {
    id,
    role,
    validFromMs: timeOf(validFrom),
    validUntilMs: timeOf(validUntil),
    revoked: revoked === null ? null : { atMs: timeOf(revoked.at) ?? 0, reason: revoked.reason },
  };
  if ("key" in signer) {
    const pem = fileOf(set, signer.key)?.content;
    const read = readPublicKey(pem ?? "");
    if (pem === undefined || read.outcome === "refused") return [];
    return [{ ...terms, type: "key", fingerprint: `sha256:${read.fingerprint}`, pem }];
  }
  if ("openpgp" in signer) {
    const file = fileOf(set, signer.openpgp);
    const read = readOpenpgpKeys(bytesOf(file));
    if (file === undefined || read.outcome === "refused") return [];
    const fingerprints = read.fingerprints.map((fingerprint) => fingerprint.toUpperCase());
    return [{ ...terms, type: "openpgp", fingerprints, file, lookaside: signer.lookaside ?? null }];
  }
  const { issuer, subject } = signer.identity;
  return [{ ...terms, type: "identity", issuer, subject, trustRoot: rootRule(set, signer.trustRoot, publicGood) }];
}

function rootRule(set: PolicySet, name: string, publicGood: PublicGoodRoot | null): TrustRootRule {
  if (name === "public-good") return { name, digest: publicGood?.digest ?? null, content: publicGood?.content ?? null };
  const file = fileOf(set, name);
  return { name, digest: file?.sha256 ?? null, content: file?.encoding === "utf8" ? file.content : null };
}

function fileOf(set: PolicySet, name: string): PolicyFile | undefined {
  return Object.hasOwn(set.files, name) ? set.files[name] : undefined;
}

function bytesOf(file: PolicyFile | undefined): Uint8Array {
  return Buffer.from(file?.content ?? "", file?.encoding ?? "utf8");
}

function timeOf(text: string | null): number | null {
  return text === null ? null : (parseTimestamp(text) ?? Date.parse(text));
}
