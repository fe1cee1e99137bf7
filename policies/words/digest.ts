// Digests: the content address of a manifest, a config or a layer (OCI image specification, "Digests").
import { hash } from "node:crypto";
import { z } from "zod";

const pattern = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;

/** `sha256:` and 64 or `sha512:` and 128 lower-case hexadecimal digits; no other algorithm is registered. */
export const Digest = z.string().regex(pattern, "a digest: sha256: and 64 lower-case hexadecimal digits");

/** A string that has the form of a digest. */
export type Digest = string;

export function isDigest(text: string): boolean {
  return pattern.test(text);
}

/** The digest of these bytes by the given algorithm. */
export function digestOf(bytes: Uint8Array | string, algorithm: "sha256" | "sha512" = "sha256"): Digest {
  return `${algorithm}:${hash(algorithm, bytes, "hex")}`;
}

/** Whether the bytes are those the digest names: the only reason to believe what a registry sent. */
export function matchesDigest(bytes: Uint8Array, digest: Digest): boolean {
  return digestOf(bytes, digest.startsWith("sha512:") ? "sha512" : "sha256") === digest;
}
