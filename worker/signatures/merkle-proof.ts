// Merkle inclusion proofs (RFC 9162, section 2.1.3.2): that an entry is in the tree whose root the log signed.
import { sha256 } from "./public-key.ts";

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

/** Whether the hashes lead from this leaf at this index to the root of a tree of this size. */
export function leadsToRoot(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  hashes: readonly Uint8Array[],
  rootHash: Uint8Array,
): boolean {
  if (index < 0n || index >= size) return false;
  let node = index;
  let last = size - 1n;
  let hash = sha256(leafPrefix, leaf);
  for (const sibling of hashes) {
    if (last === 0n) return false;
    if ((node & 1n) === 1n || node === last) {
      hash = sha256(nodePrefix, sibling, hash);
      // A node without a right neighbour moves up until it is a right child itself.
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = sha256(nodePrefix, hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(rootHash);
}
