// Bits: a set of ordinals as one bit each, for the sets that many repositories are in.

export type Bits = Uint32Array;

export function wordsFor(size: number): number {
  return (size + 31) >>> 5;
}

export function has(bits: Bits, ordinal: number): boolean {
  return ((bits[ordinal >>> 5] ?? 0) & (1 << (ordinal & 31))) !== 0;
}

export function add(bits: Bits, ordinal: number): void {
  const at = ordinal >>> 5;
  bits[at] = (bits[at] ?? 0) | (1 << (ordinal & 31));
}

export function remove(bits: Bits, ordinal: number): void {
  const at = ordinal >>> 5;
  bits[at] = (bits[at] ?? 0) & ~(1 << (ordinal & 31));
}

/** Keeps what is in the other too; what the other is too short for is not in it. */
export function intersect(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & (other[i] ?? 0);
}

/** `other` may be longer, with nothing of interest past the end. */
export function unite(bits: Bits, other: Bits): void {
  const end = Math.min(bits.length, other.length);
  for (let i = 0; i < end; i++) bits[i] = (bits[i] ?? 0) | (other[i] ?? 0);
}

export function countOf(bits: Bits): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) count += ones(bits[i] ?? 0);
  return count;
}

export function countOfBoth(bits: Bits, other: Bits): number {
  const end = Math.min(bits.length, other.length);
  let count = 0;
  for (let i = 0; i < end; i++) count += ones((bits[i] ?? 0) & (other[i] ?? 0));
  return count;
}

export function eachOf(bits: Bits, take: (ordinal: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i] ?? 0;
    while (word !== 0) {
      const lowest = word & -word;
      take((i << 5) + 31 - Math.clz32(lowest));
      word ^= lowest;
    }
  }
}

/** All of them, ascending; `count` is how many there are. */
export function ordinalsOf(bits: Bits, count: number): Uint32Array {
  const ordinals = new Uint32Array(count);
  let next = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i] ?? 0;
    while (word !== 0) {
      const lowest = word & -word;
      ordinals[next++] = (i << 5) + 31 - Math.clz32(lowest);
      word ^= lowest;
    }
  }
  return ordinals;
}

/** A longer copy where the set has become too short for this ordinal. */
export function grown(bits: Bits, ordinal: number): Bits {
  if (ordinal >>> 5 < bits.length) return bits;
  const longer = new Uint32Array(Math.max(wordsFor(ordinal + 1), bits.length * 2));
  longer.set(bits);
  return longer;
}

/** Hacker's Delight, figure 5-2. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
