// Signature lists of the firmware and of shim: the certificates in them, and what takes certificates back.
import { hash } from "node:crypto";
import { NotKnown } from "./kernel-file.ts";

type SignatureList = {
  /** A GUID as it is stored, in hexadecimal digits. */
  readonly type: string;
  readonly entries: readonly Buffer[];
};

/** The first three fields of a GUID are stored with their last byte first. */
function stored(guid: string): string {
  const [a = "", b = "", c = "", ...rest] = guid.split("-");
  const reversed = [a, b, c].map((field) => Buffer.from(field, "hex").reverse().toString("hex"));
  return [...reversed, ...rest].join("");
}

/** UEFI specification, 32.4.1: EFI_CERT_X509_GUID. */
const x509 = stored("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

/** Hashes of single programs, which take no certificate back: SHA-1 and SHA-2. */
const ofPrograms: ReadonlySet<string> = new Set(
  [
    "826ca512-cf10-4ac9-b187-be01496631bd",
    "0b6e5233-a65c-44c9-9407-d9ab83bfc8bd",
    "c1c41626-504c-4092-aca9-41f936934328",
    "ff3e5307-9fd0-48c9-85f1-8ad56c701e01",
    "093e0fae-a6c4-4f50-9f1b-d41e2b89c19a",
  ].map(stored),
);

/** Hashes of what is signed in a certificate (EFI_CERT_X509_SHA256_GUID and its like), each with a time. */
const ofCertificates: ReadonlyMap<string, { readonly algorithm: string; readonly length: number }> = new Map([
  [stored("3bd2a492-96c0-4079-b420-fcf98ef103ed"), { algorithm: "sha256", length: 32 }],
  [stored("7076876e-80c2-4ee6-aad2-28b349a6865b"), { algorithm: "sha384", length: 48 }],
  [stored("446dbf63-2502-4cda-bcfa-2465d2b0fe9d"), { algorithm: "sha512", length: 64 }],
]);
const timeBytes = 16;

function listsIn(bytes: Buffer | undefined): readonly SignatureList[] {
  const lists: SignatureList[] = [];
  let at = 0;
  while (bytes !== undefined && at < bytes.length) {
    if (bytes.length - at < 28) throw malformed();
    const [size, header, each] = [
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
    ];
    const end = at + size;
    // Sixteen bytes of each say who enrolled it.
    const isWhole = size >= 28 && end <= bytes.length && each > 16 && (size - 28 - header) % each === 0;
    if (!isWhole || size - 28 < header) throw malformed();
    const entries: Buffer[] = [];
    for (let start = at + 28 + header; start < end; start += each) {
      entries.push(bytes.subarray(start + 16, start + each));
    }
    lists.push({ type: bytes.toString("hex", at, at + 16), entries });
    at = end;
  }
  return lists;
}

function malformed(): NotKnown {
  return new NotKnown("a list of keys is malformed");
}

/** The certificates themselves, as DER. */
export function certificatesIn(bytes: Buffer | undefined): readonly Buffer[] {
  return listsIn(bytes).flatMap(({ type, entries }) => (type === x509 ? entries : []));
}

/** Of these certificates the ones that these lists leave in force. What cannot be told is not known. */
export function withoutRevoked(
  certificates: readonly Buffer[],
  revoking: readonly (Buffer | undefined)[],
): readonly Buffer[] {
  const rules = revoking.flatMap(listsIn).map(revocationOf);
  return certificates.filter((certificate) => {
    const said = rules.map((rule) => rule(certificate));
    if (said.includes("revoked")) return false;
    // What was signed before still starts, and when the kernel was signed nobody says.
    if (said.includes("from-a-time-on")) throw new NotKnown("a certificate is revoked from a time on");
    return true;
  });
}

type Revocation = "none" | "revoked" | "from-a-time-on";

function revocationOf({ type, entries }: SignatureList): (certificate: Buffer) => Revocation {
  if (ofPrograms.has(type)) return () => "none";
  if (type === x509) return (certificate) => (entries.some((entry) => entry.equals(certificate)) ? "revoked" : "none");
  const kind = ofCertificates.get(type);
  if (kind === undefined) throw new NotKnown("keys are revoked in a way that is not known here");
  const { algorithm, length } = kind;
  if (entries.some((entry) => entry.length !== length + timeBytes)) throw malformed();
  return (certificate) => {
    const wanted = hash(algorithm, signedPartOf(certificate), "buffer");
    const found = entries.filter((entry) => entry.subarray(0, length).equals(wanted));
    if (found.length === 0) return "none";
    // No time: whenever it signed.
    return found.some((entry) => entry.subarray(length).every((byte) => byte === 0)) ? "revoked" : "from-a-time-on";
  };
}

/** TBSCertificate of RFC 5280, 4.1: the first member of the sequence that a certificate is. */
function signedPartOf(certificate: Buffer): Buffer {
  const outer = sequenceAt(certificate, 0);
  const inner = outer === undefined ? undefined : sequenceAt(certificate, outer.start);
  if (outer === undefined || inner === undefined || inner.end > outer.end) {
    throw new NotKnown("a certificate cannot be read, and others of its kind are revoked");
  }
  return certificate.subarray(outer.start, inner.end);
}

function sequenceAt(der: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  if (at + 2 > der.length || der[at] !== 0x30) return undefined;
  const first = der.readUInt8(at + 1);
  const bytes = first < 0x80 ? 0 : first - 0x80;
  if (bytes > 4 || first === 0x80 || at + 2 + bytes > der.length) return undefined;
  const start = at + 2 + bytes;
  const end = start + (bytes === 0 ? first : der.readUIntBE(at + 2, bytes));
  return end <= der.length ? { start, end } : undefined;
}
