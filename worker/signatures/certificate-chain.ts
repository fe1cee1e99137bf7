// Certificate chains: whether an authority of the root issued a certificate that was valid at each proven time, publicly.
import type { X509Certificate } from "@sigstore/core";
import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import type { SigningCertificate } from "./certificate.ts";
import { SignatureError, toSignatureError } from "./signature-error.ts";

/** Chain, SCT and times are sigstore-js's to check; the signature and the log are checked elsewhere. */
const chainAlone = { tlogThreshold: 0, timestampThreshold: 1 };

/**
 * Throws CERT_EXPIRED, CERT_CHAIN or SCT. Without a time sigstore-js builds no chain at all and then stumbles, so
 * there must be one. Intermediates come from the root alone: those beside a signature are anybody's.
 */
export function checkChain(certificate: SigningCertificate, timesMs: readonly number[], material: TrustMaterial): void {
  if (timesMs.length === 0) throw new SignatureError("NO_TRUSTED_TIME", "nothing proves when this was signed");
  if (timesMs.some((time) => time < certificate.notBeforeMs || time > certificate.notAfterMs)) {
    throw new SignatureError("CERT_EXPIRED", "the signature was made outside the certificate's validity");
  }
  try {
    new Verifier(material, { ...chainAlone, ctlogThreshold: 1 }).verify(entityOf(certificate.parsed, timesMs));
  } catch (thrown) {
    if (!(thrown instanceof VerificationError)) {
      throw toSignatureError(thrown, "CERT_CHAIN", "the certificate's chain cannot be followed");
    }
    throw issuerIsTrusted(certificate.parsed, timesMs, material)
      ? new SignatureError("SCT", "no certificate transparency log of the root has seen the certificate", {
          cause: thrown,
        })
      : new SignatureError("CERT_CHAIN", "no authority of the root issued the certificate", { cause: thrown });
  }
}

/**
 * sigstore-js has one code for both. Here only the reason's name depends on it: whether the authority that signed
 * the certificate itself holds at these times, so that the SCT is all that is left to have failed.
 */
function issuerIsTrusted(leaf: X509Certificate, timesMs: readonly number[], material: TrustMaterial): boolean {
  return material.certificateAuthorities
    .flatMap(({ certChain }) => certChain)
    .filter((authority) => authority.isCA && authority.subject.equals(leaf.issuer) && isSignedBy(leaf, authority))
    .some((authority) => {
      try {
        new Verifier(material, { ...chainAlone, ctlogThreshold: 0 }).verify(entityOf(authority, timesMs));
        return true;
      } catch {
        return false;
      }
    });
}

function isSignedBy(leaf: X509Certificate, authority: X509Certificate): boolean {
  try {
    return leaf.verify(authority);
  } catch {
    return false;
  }
}

/**
 * The times were proven before, by a log or a timestamp authority. sigstore-js takes them from entries with a
 * promise, of which it reads the time alone; it checks no promise of an entry that is not among `tlogEntries`.
 */
function entityOf(certificate: X509Certificate, timesMs: readonly number[]): SignedEntity {
  return {
    key: { $case: "certificate", certificate },
    timestamps: [...new Set(timesMs)].map((timeMs) => ({ $case: "transparency-log", tlogEntry: entryAt(timeMs) })),
    tlogEntries: [],
    signature: {
      signature: Buffer.alloc(0),
      compareSignature: () => true,
      compareDigest: () => true,
      compareSignedDigest: () => true,
      verifySignature: () => true,
    },
  };
}

function entryAt(timeMs: number): SignedEntity["tlogEntries"][number] {
  return {
    logIndex: "0",
    logId: { keyId: Buffer.alloc(32) },
    kindVersion: { kind: "", version: "" },
    integratedTime: String(timeMs / 1000),
    inclusionPromise: { signedEntryTimestamp: Buffer.alloc(0) },
    inclusionProof: undefined,
    canonicalizedBody: Buffer.alloc(0),
  };
}
