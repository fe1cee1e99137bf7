// Evidence from the kit's material, read as it would be read from a registry.
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import type { Evidence, EvidenceSource, ReadEvidence } from "../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { type PublicKey, readPublicKeyPem } from "../../../worker/signatures/public-key.ts";
import { readSignatureManifest } from "../../../worker/signatures/read-manifest.ts";
import { readTrustRoot, type TrustRoot } from "../../../worker/signatures/trust-root.ts";
import type { GivenTrust } from "../../../worker/signatures/verify-evidence.ts";
import { cosignTag, type PushedManifest } from "./cosign.ts";
import type { SigningKey } from "./keys.ts";

/** An image's manifest that is signed, and another. */
export const image: Digest = digestOf("the image of the signing kit");
export const otherImage: Digest = digestOf("another image");
export const repository = "registry.example/os/desktop";

export function readPushed(
  { bytes, blobs }: PushedManifest,
  source: EvidenceSource = { via: "tag", tag: cosignTag(image, "sig") },
  announcedFor: Digest = image,
): ReadEvidence {
  return readSignatureManifest({ bytes, announcedFor, source }, (digest) => blobs.get(digest), defaultSignatureLimits);
}

export const referrer: EvidenceSource = { via: "referrers-tag", tag: image.replace(":", "-") };

export function onlyEvidence(read: ReadEvidence): Evidence {
  const [evidence] = read.evidence;
  if (evidence === undefined || read.evidence.length + read.problems.length !== 1) {
    throw new Error(`one piece of evidence was expected: ${JSON.stringify(read.problems)}`);
  }
  return evidence;
}

export function publicKeyOf({ pem }: SigningKey): PublicKey {
  const read = readPublicKeyPem(pem);
  if (read.outcome !== "key") throw new Error(`the kit's key cannot be read: ${read.outcome}`);
  return read.key;
}

const contents = new WeakMap<TrustRoot, string>();

export function rootOf(trustedRoot: object, name = "kit"): TrustRoot {
  const content = JSON.stringify(trustedRoot);
  const read = readTrustRoot(name, Buffer.from(content));
  if (read.outcome !== "root") throw new Error(`the kit's root cannot be read: ${read.reason}`);
  contents.set(read.root, content);
  return read.root;
}

/** The file that a root of the kit was read from. */
export function contentOf(root: TrustRoot): string {
  const content = contents.get(root);
  if (content === undefined) throw new Error("this root was not read by the kit");
  return content;
}

export function trust(given: Partial<GivenTrust> = {}): GivenTrust {
  return { keys: [], unsupportedKeys: [], openpgp: [], roots: [], ...given };
}
