// Merkle trees of transparency logs (RFC 6962): roots and inclusion proofs, made in the plainest way.
import { createHash } from "node:crypto";

const hash = (...parts: readonly Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();

const leafHash = (leaf: Uint8Array): Buffer => hash(Buffer.from([0]), leaf);

/** The largest power of two below the count. */
function half(count: number): number {
  let size = 1;
  while (size * 2 < count) size *= 2;
  return size;
}

export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return leafHash(only);
  const split = half(leaves.length);
  return hash(Buffer.from([1]), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** The hashes from the leaf up. */
export function proofOf(leaves: readonly Uint8Array[], index: number): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const split = half(leaves.length);
  return index < split
    ? [...proofOf(leaves.slice(0, split), index), rootOf(leaves.slice(split))]
    : [...proofOf(leaves.slice(split), index - split), rootOf(leaves.slice(0, split))];
}
