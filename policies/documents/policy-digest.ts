// Policy digests: the one name of what something was judged by.
import { canonicalDigest, canonicalJson } from "../words/canonical-json.ts";
import type { Digest } from "../words/digest.ts";
import type { PolicyDocument, PolicyFile, PolicySet } from "./policy-set.ts";
import type { TrustDocument } from "./trust-document.ts";

/** The SHA-256 of one document's canonical JSON. */
export function documentDigest(document: PolicyDocument): Digest {
  return canonicalDigest(document);
}

/**
 * The SHA-256 of the canonical JSON of `{ documents, files }` (contract.md, 1). The documents stand in the order of
 * their own canonical texts, so that neither the caller's order nor the file a document stands in matters.
 */
export function policyDigest(
  documents: readonly PolicyDocument[],
  files: Readonly<Record<string, Digest | null>>,
): Digest {
  const sorted = documents
    .map((document) => ({ document, text: canonicalJson(document) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return canonicalDigest({ documents: sorted.map(({ document }) => document), files });
}

/** The names of the files that a trust document names; `public-good` is a name too, though no file of the folder. */
export function filesNamedBy(trust: TrustDocument): readonly string[] {
  const names = trust.signers.map((signer) => {
    if ("key" in signer) return signer.key;
    if ("openpgp" in signer) return signer.openpgp;
    return signer.trustRoot;
  });
  return [...new Set(names)].toSorted();
}

/**
 * The digest of what an image of this trust document's scope is judged by. `publicGood` is the digest of the
 * public-good root in force, null while none is; `others` are further documents that entered the judgement.
 */
export function trustDigest(
  set: Pick<PolicySet, "files">,
  trust: TrustDocument,
  publicGood: Digest | null,
  others: readonly PolicyDocument[] = [],
): Digest {
  const files = filesNamedBy(trust).map((name): [string, Digest | null] => [
    name,
    name === "public-good" ? publicGood : Object.hasOwn(set.files, name) ? (set.files[name]?.sha256 ?? null) : null,
  ]);
  return policyDigest([trust, ...others], Object.fromEntries(files));
}

/** The digest of a whole folder: every document and every file. */
export function folderDigest(set: Omit<PolicySet, "digest" | "layouts">): Digest {
  const { registries, sources, trust, projects, releases } = set;
  const files = Object.entries(set.files).map(([name, file]: [string, PolicyFile]): [string, Digest] => [
    name,
    file.sha256,
  ]);
  return policyDigest([...registries, ...sources, ...trust, ...projects, ...releases], Object.fromEntries(files));
}
