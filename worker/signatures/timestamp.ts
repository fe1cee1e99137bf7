// RFC 3161 timestamps: when a trusted timestamp authority saw a signature.
import { createPublicKey, X509Certificate } from "node:crypto";
import { RFC3161Timestamp } from "@sigstore/core";
import { type SignedEntity, type TrustMaterial, Verifier } from "@sigstore/verify";
import { isForTimestamps } from "./certificate.ts";

export type CheckedTimestamp =
  | { readonly outcome: "holds"; readonly atMs: number; readonly authority: string }
  /** By an authority that the root does not have: it proves and disproves nothing. */
  | { readonly outcome: "unknown" }
  | { readonly outcome: "fails" };

type TimestampCertificate = TrustMaterial["timestampAuthorities"][number]["certChain"][number];

/** `stamped`: what may have been stamped; the signature, or, for a legacy attestation, its whole envelope. */
export function checkTimestamp(
  der: Uint8Array,
  stamped: readonly Uint8Array[],
  material: TrustMaterial,
): CheckedTimestamp {
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
    const authority = material.timestampAuthorities
      .map(({ certChain }) => certChain[0])
      .find(
        (leaf) =>
          leaf?.serialNumber.equals(timestamp.signerSerialNumber) === true &&
          leaf.issuer.equals(timestamp.signerIssuer),
      );
    if (authority === undefined) return { outcome: "unknown" };
    if (!isForTimestamps(authority)) return { outcome: "fails" };
    const holds = stamped.some((bytes) => holdsOver(timestamp, Buffer.from(bytes), authority, material));
    if (!holds) return { outcome: "fails" };
    return { outcome: "holds", atMs: timestamp.signingTime.getTime(), authority: nameOf(authority) };
  } catch {
    return { outcome: "fails" };
  }
}

/** sigstore-js answers for a whole entity: here one of which only the timestamp can fail. */
function holdsOver(
  timestamp: RFC3161Timestamp,
  stamped: Buffer,
  authority: TimestampCertificate,
  material: TrustMaterial,
): boolean {
  const entity: SignedEntity = {
    key: { $case: "public-key", hint: "" },
    timestamps: [{ $case: "timestamp-authority", timestamp }],
    tlogEntries: [],
    signature: {
      signature: stamped,
      compareSignature: () => true,
      compareDigest: () => true,
      compareSignedDigest: () => true,
      verifySignature: () => true,
    },
  };
  const publicKey = createPublicKey({ key: authority.publicKey, format: "der", type: "spki" });
  try {
    const anyKey = { ...material, publicKey: () => ({ publicKey, validFor: () => true }) };
    new Verifier(anyKey, { tlogThreshold: 0, timestampThreshold: 1 }).verify(entity);
    return true;
  } catch {
    return false;
  }
}

function nameOf(certificate: TimestampCertificate): string {
  return new X509Certificate(certificate.root.toDER()).subject.replaceAll("\n", ", ");
}
