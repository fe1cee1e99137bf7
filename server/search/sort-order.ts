// A sort order: all repositories by one key, kept sorted while some come and go.

export type SortKey = number | null;

/**
 * By a number (or, without one, by name alone), unknown numbers last in either direction, equal ones by name.
 * `positions` tells where an ordinal stands, so that a few results are sorted by whole numbers.
 */
export class SortOrder {
  ordinals: Uint32Array = new Uint32Array(0);
  positions: Uint32Array = new Uint32Array(0);
  readonly #keyOf: (ordinal: number) => SortKey;
  readonly #nameOf: (ordinal: number) => string;
  readonly #direction: 1 | -1;

  constructor(keyOf: (ordinal: number) => SortKey, nameOf: (ordinal: number) => string, direction: 1 | -1) {
    this.#keyOf = keyOf;
    this.#nameOf = nameOf;
    this.#direction = direction;
  }

  /** Takes over all ordinals for which `isAlive`, of which those from `firstNew` on are not in the order yet. */
  update(size: number, firstNew: number, isAlive: (ordinal: number) => boolean): void {
    const added: number[] = [];
    // Read once: sorting would read each key some seventeen times.
    const keys = new Float64Array(size - firstNew);
    for (let ordinal = firstNew; ordinal < size; ordinal++) {
      if (!isAlive(ordinal)) continue;
      keys[ordinal - firstNew] = (this.#keyOf(ordinal) ?? Number.POSITIVE_INFINITY * this.#direction) * this.#direction;
      added.push(ordinal);
    }
    added.sort((a, b) => {
      const [first = 0, second = 0] = [keys[a - firstNew], keys[b - firstNew]];
      return first < second ? -1 : first > second ? 1 : compareText(this.#nameOf(a), this.#nameOf(b));
    });
    const merged = new Uint32Array(this.ordinals.length + added.length);
    let length = 0;
    let next = 0;
    for (const ordinal of this.ordinals) {
      if (!isAlive(ordinal)) continue;
      for (; next < added.length && this.#compare(added[next] ?? 0, ordinal) < 0; next++) {
        merged[length++] = added[next] ?? 0;
      }
      merged[length++] = ordinal;
    }
    for (; next < added.length; next++) merged[length++] = added[next] ?? 0;
    this.ordinals = merged.subarray(0, length);
    if (this.positions.length < size) this.positions = new Uint32Array(size + (size >>> 3));
    for (let position = 0; position < length; position++) this.positions[merged[position] ?? 0] = position;
  }

  #compare(a: number, b: number): number {
    return this.#compareTo(a, this.#keyOf(b), this.#nameOf(b));
  }

  #compareTo(ordinal: number, key: SortKey, name: string): number {
    return compareKeys(this.#keyOf(ordinal), key, this.#direction) || compareText(this.#nameOf(ordinal), name);
  }

  /** The first position after the place where (key, name) stands or would stand. */
  positionAfter(key: SortKey, name: string): number {
    return this.#search(key, name, 0);
  }

  /** Where (key, name) stands or would stand. */
  positionOf(key: SortKey, name: string): number {
    return this.#search(key, name, -1);
  }

  #search(key: SortKey, name: string, last: 0 | -1): number {
    let low = 0;
    let high = this.ordinals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareTo(this.ordinals[middle] ?? 0, key, name) <= last) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compareKeys(a: SortKey, b: SortKey, direction: 1 | -1): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a - b) * direction;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
