// The shape of a host's JSON: how deep and how large it may be before anything in it is read.

export type ShapeLimits = { readonly maxDepth: number; readonly maxValues: number };

/** A host with thousands of layered packages sends some tens of thousands of values. */
export const hostLimits: ShapeLimits = { maxDepth: 32, maxValues: 200_000 };

/** Why the value is too deep or too large; undefined where it is neither. Walks without recursion, which depth could exhaust. */
export function findExcess(value: unknown, limits: ShapeLimits = hostLimits): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++values > limits.maxValues) return `more than ${limits.maxValues} values`;
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth >= limits.maxDepth) return `values nested deeper than ${limits.maxDepth}`;
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return undefined;
}
