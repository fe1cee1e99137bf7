// One bundle for one artifact, by a stranger's wishes: what sigstore-conformance asks of a client.
import type { FindingReason, SignatureFinding } from "../../policies/trust/finding.ts";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import type { SignatureLimits } from "./limits.ts";
import { readPublicKeyPem } from "./public-key.ts";
import { bundleKind } from "./read-bundle.ts";
import { toSignatureError } from "./signature-error.ts";
import { readTrustRoot } from "./trust-root.ts";
import { type GivenTrust, verifySigstore } from "./verify-evidence.ts";

export type BundleRequest = {
  readonly bundle: Uint8Array;
  readonly artifact: { readonly digest: Digest } | { readonly bytes: Uint8Array };
  readonly by: { readonly keyPem: string } | { readonly identity: string; readonly issuer: string };
  readonly trustedRoot: { readonly name: string; readonly bytes: Uint8Array };
};

export type BundleAnswer =
  | { readonly outcome: "verified"; readonly finding: SignatureFinding }
  | { readonly outcome: "refused"; readonly reasons: readonly { readonly code: string; readonly message: string }[] };

/**
 * As the sigstore client specification has it: valid, with a proven log entry and a proven time, and by exactly the
 * key, or the literal identity and issuer, that were named.
 */
export function verifyBundle(request: BundleRequest, limits: SignatureLimits): BundleAnswer {
  const trust = readTrust(request);
  if ("code" in trust) return { outcome: "refused", reasons: [trust] };
  const { bundle, artifact, by } = request;
  const digest = "digest" in artifact ? artifact.digest : digestOf(artifact.bytes);
  try {
    const evidence = {
      format: "sigstore-bundle",
      kind: bundleKind(bundle, null, limits),
      announcedFor: digest,
      announcedPredicate: null,
      source: { via: "file" },
      manifest: null,
      layer: null,
      blob: bundle,
      blobDigest: digestOf(bundle),
      signatureIndex: 0,
    } as const;
    const bytes = "bytes" in artifact ? artifact.bytes : null;
    const finding = verifySigstore(evidence, trust, limits, bytes);
    const reasons = [...finding.reasons, ...wishesUnmet(finding, by)];
    return reasons.length === 0 ? { outcome: "verified", finding } : { outcome: "refused", reasons };
  } catch (thrown) {
    const { code, message } = toSignatureError(thrown, "MALFORMED", "the bundle cannot be read");
    return { outcome: "refused", reasons: [{ code, message }] };
  }
}

function readTrust({ by, trustedRoot }: BundleRequest): GivenTrust | FindingReason {
  const read = readTrustRoot(trustedRoot.name, trustedRoot.bytes);
  if (read.outcome === "invalid") return { code: "TRUST_ROOT_INVALID", message: read.reason };
  const none = { keys: [], unsupportedKeys: [], openpgp: [], roots: [read.root] };
  if (!("keyPem" in by)) return none;
  const key = readPublicKeyPem(by.keyPem);
  switch (key.outcome) {
    case "key":
      return { ...none, keys: [key.key] };
    case "unsupported":
      return { code: "ALG_UNSUPPORTED", message: key.reason };
    case "malformed":
      return { code: "MALFORMED", message: `the key is ${key.reason}` };
  }
}

type Unmet = { readonly code: string; readonly message: string };

function wishesUnmet(finding: SignatureFinding, by: BundleRequest["by"]): readonly Unmet[] {
  if (finding.valid !== true) return [];
  const { signer, log, times } = finding;
  const unmet: Unmet[] = [];
  if ("keyPem" in by) {
    if (signer?.type !== "key" || signer.foundIn !== "given") {
      unmet.push({ code: "WRONG_KEY", message: "the signature is not by this key" });
    }
  } else if (signer?.type !== "identity") {
    unmet.push({ code: "IDENTITY_MISMATCH", message: "the signature is by a key, not by an identity" });
  } else {
    if (signer.issuer !== by.issuer) unmet.push({ code: "ISSUER_MISMATCH", message: `the issuer is ${signer.issuer}` });
    if (!signer.subjects.some(({ value }) => value === by.identity)) {
      const names = signer.subjects.map(({ value }) => value).join(", ");
      unmet.push({ code: "IDENTITY_MISMATCH", message: `the identity is ${names}` });
    }
  }
  // A bare key proves neither: for images that is the policy's to say, here both are asked for.
  const isLogged = log.some(
    ({ promise, inclusion, body }) => body === "holds" && [promise, inclusion].includes("holds"),
  );
  if (!isLogged) unmet.push({ code: "TLOG_REQUIRED", message: "no log of the root has an entry" });
  if (times.length === 0) unmet.push({ code: "NO_TRUSTED_TIME", message: "nothing proves when this was signed" });
  return unmet;
}
