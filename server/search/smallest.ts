// The smallest keys: one page out of many results without sorting them all.
import { type Bits, eachOf } from "./bits.ts";

/** The ordinals with the `count` smallest keys that are at least `from`, ascending by key. Keys are all different. */
export function smallest(found: Bits, keyOf: (ordinal: number) => number, from: number, count: number): number[] {
  const keys: number[] = [];
  const ordinals: number[] = [];
  eachOf(found, (ordinal) => {
    const key = keyOf(ordinal);
    if (key < from) return;
    if (keys.length === count && key > (keys[count - 1] ?? Number.POSITIVE_INFINITY)) return;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    keys.splice(low, 0, key);
    ordinals.splice(low, 0, ordinal);
    if (keys.length > count) {
      keys.pop();
      ordinals.pop();
    }
  });
  return ordinals;
}
