// Verification of what all sigstore formats have in common: whose signature it is, and whether chain, time and log hold.
import type { FindingReason, FoundSigner } from "../../policies/trust/finding.ts";
import { checkSigningCertificate, readCertificate, readIdentity, type SigningCertificate } from "./certificate.ts";
import { checkChain } from "./certificate-chain.ts";
import type { Verifier } from "./log-body.ts";
import type { SignedMaterial } from "./material.ts";
import { checkProofs, type Proofs } from "./proofs.ts";
import { type PublicKey, readPublicKey, verifySignature } from "./public-key.ts";
import { toSignatureError } from "./signature-error.ts";
import type { TrustRoot } from "./trust-root.ts";

export type GivenKeys = {
  readonly keys: readonly PublicKey[];
  /** Fingerprints of keys that were given and are of a kind that is not supported. */
  readonly unsupportedKeys: readonly string[];
};

export type VerifiedMaterial = {
  readonly holds: boolean | null;
  readonly algorithm: string | null;
  readonly signer: FoundSigner | null;
  readonly proofs: Proofs;
  /** Whether certificate, time or log entry hold under the root of `proofs`. */
  readonly restsOnRoot: boolean;
  readonly reasons: readonly FindingReason[];
};

/**
 * A key that was given counts whatever certificate lies beside the signature, as for containers/image and cosign with
 * a key. Else the certificate, if there is one, says whose signature it is; else a key in a proven log entry. A hint
 * in a bundle names nothing: anybody can write it.
 */
export function verifyMaterial(
  material: SignedMaterial,
  given: GivenKeys,
  roots: readonly TrustRoot[],
): VerifiedMaterial {
  const none = checkProofs(material, null);
  const everyProof = roots.map((root) => checkProofs(material, root));
  const known = everyProof.find(isWhole) ?? everyProof.find(({ isKnown }) => isKnown) ?? everyProof[0] ?? none;

  let isUnsure = given.unsupportedKeys.length > 0;
  for (const key of given.keys) {
    const algorithm = verifySignature(key, material.signed, material.signature);
    if (algorithm === "unsupported") isUnsure = true;
    else if (algorithm !== undefined) return keySigned(key, "given", algorithm, known);
  }
  if (material.certificate !== null) {
    return verifyByCertificate(material, material.certificate, everyProof.length > 0 ? everyProof : [none], known);
  }
  for (const proofs of everyProof) {
    for (const { der } of proofs.verifiers) {
      const read = readPublicKey(der);
      if (read.outcome !== "key") {
        isUnsure ||= read.outcome === "unsupported";
        continue;
      }
      const algorithm = verifySignature(read.key, material.signed, material.signature);
      if (algorithm === "unsupported") isUnsure = true;
      else if (algorithm !== undefined) return keySigned(read.key, "log", algorithm, proofs);
    }
  }
  return undecided(
    known,
    isUnsure
      ? { code: "ALG_UNSUPPORTED", message: "a key that may have made this signature is of an unsupported kind" }
      : { code: "SIGNATURE_ERROR", message: "no key that is known made this signature" },
  );
}

/** Two roots may list one log, of which one is out of date. */
function isWhole({ isKnown, failures, unknowns }: Proofs): boolean {
  return isKnown && failures.length + unknowns.length === 0;
}

/** Nobody's signature so far: nothing of what it says is read. */
function undecided(proofs: Proofs, reason: FindingReason): VerifiedMaterial {
  return { holds: null, algorithm: null, signer: null, proofs, restsOnRoot: false, reasons: [reason] };
}

function keySigned(key: PublicKey, foundIn: "given" | "log", algorithm: string, proofs: Proofs): VerifiedMaterial {
  const { fingerprint } = key;
  const reasons = [
    ...proofs.failures,
    ...proofs.unknowns.map(({ message }): FindingReason => ({ code: "TRUST_ROOT_INVALID", message })),
  ];
  // sigstore-js never compares: an entry by another key would prove a time for a signature that it is not of.
  if (proofs.verifiers.some((verifier) => keyOf(verifier) !== fingerprint)) {
    reasons.push({ code: "TLOG_BODY", message: "the log entry is by another key" });
  }
  return {
    holds: true,
    algorithm,
    signer: { type: "key", fingerprint, foundIn },
    proofs,
    restsOnRoot: proofs.verifiers.length > 0 || proofs.times.length > 0,
    reasons,
  };
}

function keyOf({ label, der }: Verifier): string | undefined {
  try {
    if (label === "CERTIFICATE") return readCertificate(der).key.fingerprint;
    const read = readPublicKey(der);
    return read.outcome === "key" ? read.key.fingerprint : undefined;
  } catch {
    return undefined;
  }
}

function verifyByCertificate(
  material: SignedMaterial,
  der: Buffer,
  everyProof: readonly Proofs[],
  known: Proofs,
): VerifiedMaterial {
  try {
    const certificate = readCertificate(der);
    const algorithm = verifySignature(certificate.key, material.signed, material.signature);
    if (algorithm === undefined) {
      return undecided(known, {
        code: "SIGNATURE_ERROR",
        message: "the certificate's key did not make this signature",
      });
    }
    if (algorithm === "unsupported") {
      const message = "a signature of this kind cannot be checked from a digest alone";
      return undecided(known, { code: "ALG_UNSUPPORTED", message });
    }
    const proofs = everyProof.find((each) => judgeCertificate(certificate, each).length === 0) ?? known;
    const reasons = judgeCertificate(certificate, proofs);
    // Who it is holds without the SCT too: containers/image asks for none.
    const isNamed = reasons.every(({ code }) => code === "SCT");
    const signer = isNamed ? readIdentity(certificate) : null;
    return { holds: true, algorithm, signer, proofs, restsOnRoot: isNamed, reasons };
  } catch (thrown) {
    const { code, message } = toSignatureError(thrown, "MALFORMED", "the certificate cannot be read");
    return undecided(known, { code, message });
  }
}

/** Why the certificate is not to be believed under this root; nothing: it is. */
function judgeCertificate(certificate: SigningCertificate, proofs: Proofs): readonly FindingReason[] {
  const { root, times, verifiers, failures, unknowns } = proofs;
  if (root === null)
    return [{ code: "TRUST_ROOT_INVALID", message: "there is no trust root to judge a certificate by" }];
  if (failures.length > 0) return failures;
  if (verifiers.some(({ label, der }) => label !== "CERTIFICATE" || !der.equals(certificate.der))) {
    return [{ code: "TLOG_BODY", message: "the log entry is by another certificate" }];
  }
  if (unknowns.length > 0) return unknowns;
  if (times.length > 0 && verifiers.length === 0) {
    return [{ code: "TLOG_PROOF", message: "no log is proven to have an entry" }];
  }
  try {
    checkSigningCertificate(certificate);
    const timesMs = times.map(({ atMs }) => atMs);
    checkChain(certificate, timesMs, root.material);
  } catch (thrown) {
    const { code, message } = toSignatureError(thrown, "CERT_CHAIN", "the certificate's chain cannot be followed");
    return [{ code, message }];
  }
  return [];
}
