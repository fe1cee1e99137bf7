// Certificate chains: whether an authority of the root issued a certificate that was valid at each proven time, publicly.
import { EXTENSION_OID_SCT, X509Certificate } from "@sigstore/core";
import { type SignedEntity, type TrustMaterial, Verifier } from "@sigstore/verify";
import type { SigningCertificate } from "./certificate.ts";
import { SignatureError } from "./signature-error.ts";

/**
 * Throws NO_TRUSTED_TIME, CERT_EXPIRED, CERT_CHAIN or SCT. Without a time sigstore-js builds no chain at all and then
 * stumbles, so there must be one. Chain and SCT are sigstore-js's to check; signature and log are checked elsewhere.
 * Intermediates come from the root alone: those beside a signature are anybody's.
 */
export function checkChain(certificate: SigningCertificate, timesMs: readonly number[], material: TrustMaterial): void {
  if (timesMs.length === 0) throw new SignatureError("NO_TRUSTED_TIME", "nothing proves when this was signed");
  if (timesMs.some((time) => time < certificate.notBeforeMs || time > certificate.notAfterMs)) {
    throw new SignatureError("CERT_EXPIRED", "the signature was made outside the certificate's validity");
  }
  if (holds(certificate.parsed, timesMs, material, 1)) return;
  throw holds(new WithoutSct(certificate.parsed.root), timesMs, material, 0)
    ? new SignatureError("SCT", "no certificate transparency log of the root has seen the certificate")
    : new SignatureError("CERT_CHAIN", "no authority of the root issued the certificate");
}

function holds(
  certificate: X509Certificate,
  timesMs: readonly number[],
  material: TrustMaterial,
  ctlogThreshold: number,
): boolean {
  try {
    const options = { tlogThreshold: 0, timestampThreshold: 1, ctlogThreshold };
    new Verifier(material, options).verify(entityOf(certificate, timesMs));
    return true;
  } catch {
    return false;
  }
}

/**
 * The same certificate, of which sigstore-js sees no SCT: it has one error for chain and SCT, looks at every SCT that
 * is there, and looks for them in a clone.
 */
class WithoutSct extends X509Certificate {
  override clone(): X509Certificate {
    const copy = super.clone();
    const place = copy.extensions.findIndex(({ subs: [oid] }) => oid?.toOID() === EXTENSION_OID_SCT);
    if (place >= 0) copy.extensions.splice(place, 1);
    return copy;
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
