// Trusted roots (trusted_root.json): the authorities and logs that a host can be given, and when each was in use.
import { createHash, createPublicKey } from "node:crypto";
import { z } from "zod";

export type RootAuthority = {
  /** DER, from the issuer of leaves to the root. */
  readonly certificates: readonly Buffer[];
  readonly startMs: number;
  /** Null: still in use. */
  readonly endMs: number | null;
};

export type RootLog = {
  readonly spki: Buffer;
  /** Hexadecimal SHA-256 of the key: how entries name their log. */
  readonly id: string;
  /** containers/image knows no other keys of logs. */
  readonly isEcdsa: boolean;
  readonly startMs: number;
  readonly endMs: number | null;
};

export type TrustedRoot = { readonly authorities: readonly RootAuthority[]; readonly logs: readonly RootLog[] };

const Bytes = z
  .string()
  .max(64 * 1024)
  .transform((text) => Buffer.from(text, "base64"));
const Moment = z
  .string()
  .max(64)
  .transform((text) => Date.parse(text))
  .refine((ms) => Number.isFinite(ms), "is no time");
const Validity = z.object({ start: Moment, end: Moment.optional() });

const File = z.object({
  certificateAuthorities: z
    .array(
      z.object({
        certChain: z.object({
          certificates: z
            .array(z.object({ rawBytes: Bytes }))
            .min(1)
            .max(16),
        }),
        validFor: Validity,
      }),
    )
    .max(64)
    .default([]),
  tlogs: z
    .array(z.object({ publicKey: z.object({ rawBytes: Bytes, validFor: Validity }) }))
    .max(64)
    .default([]),
});

const maxCharacters = 1024 * 1024;

/** undefined: it is not there, or no trusted root. The worker reads the whole of it; here only what hosts can use. */
export function readTrustedRoot(content: string | null): TrustedRoot | undefined {
  if (content === null || content.length > maxCharacters) return undefined;
  try {
    const read = File.safeParse(JSON.parse(content));
    if (!read.success) return undefined;
    return {
      authorities: read.data.certificateAuthorities.map(({ certChain, validFor }) => ({
        certificates: certChain.certificates.map(({ rawBytes }) => rawBytes),
        startMs: validFor.start,
        endMs: validFor.end ?? null,
      })),
      logs: read.data.tlogs.map(({ publicKey }) => ({
        spki: publicKey.rawBytes,
        id: keyId(publicKey.rawBytes),
        isEcdsa: keyType(publicKey.rawBytes) === "ec",
        startMs: publicKey.validFor.start,
        endMs: publicKey.validFor.end ?? null,
      })),
    };
  } catch {
    return undefined;
  }
}

/** How an entry names the log with this key. */
export function keyId(spki: Buffer): string {
  return createHash("sha256").update(spki).digest("hex");
}

function keyType(spki: Buffer): string | undefined {
  try {
    return createPublicKey({ key: spki, format: "der", type: "spki" }).asymmetricKeyType;
  } catch {
    return undefined;
  }
}

export function isInUse({ startMs, endMs }: RootAuthority | RootLog, atMs: number): boolean {
  return startMs <= atMs && (endMs === null || atMs <= endMs);
}

export function pemOf(label: "CERTIFICATE" | "PUBLIC KEY", der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The DER of every block of a PEM file with this label. */
export function derOf(label: "CERTIFICATE" | "PUBLIC KEY", pem: string): readonly Buffer[] {
  const blocks = pem.split(`-----BEGIN ${label}-----`).slice(1);
  return blocks.map((block) => Buffer.from(block.split("-----END", 1)[0] ?? "", "base64"));
}
