// Unknown fields: each part of a plan says itself what it does not know, and the plan gathers it.
import type { Part, UnknownField } from "./switch-plan.ts";

/**
 * Adds `unknown` to a part for its fields that are null and have a reason, and for `others`, of which a part is not
 * known; leaves it out where none is.
 */
export function withUnknown<T extends object>(
  part: T,
  reasons: { readonly [Field in keyof T]?: string },
  others: readonly UnknownField[] = [],
): T & Part {
  const nulls = Object.entries(reasons).flatMap(([field, reason]) =>
    part[field as keyof T] === null && typeof reason === "string" ? [{ field, reason }] : [],
  );
  const unknown = [...nulls, ...others];
  return unknown.length === 0 ? part : { ...part, unknown };
}

/** The unknown fields of parts, by their paths in the answer. */
export function gatherUnknown(parts: Readonly<Record<string, Part | null>>): UnknownField[] {
  return Object.entries(parts).flatMap(([path, part]) =>
    (part?.unknown ?? []).map(({ field, reason }) => ({ field: `${path}.${field}`, reason })),
  );
}
