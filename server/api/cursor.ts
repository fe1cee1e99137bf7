// Cursors: where the next page begins, as text that means nothing to a client.
import type { Context } from "hono";
import type { z } from "zod";
import type { Problem } from "../problems.ts";

export function encodeCursor(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

export type ReadCursor<Place> =
  | { readonly outcome: "place"; readonly place: Place | null }
  | { readonly outcome: "refused"; readonly problem: Problem };

/** `null` without a cursor. What does not have the shape of this list's cursors is refused. */
export function readCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
): ReadCursor<z.output<Schema>> {
  if (cursor === undefined) return { outcome: "place", place: null };
  const refused = {
    outcome: "refused" as const,
    problem: {
      name: "invalid-cursor" as const,
      detail: "this cursor was not given out for this list in this order",
    },
  };
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return refused;
  }
  const read = schema.safeParse(place);
  return read.success ? { outcome: "place", place: read.data } : refused;
}

/** `Link: <…>; rel="next"`: the same question with the next cursor, relative to this server. */
export function linkToNext(c: Context, next: string | null): Readonly<Record<string, string>> {
  if (next === null) return {};
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", next);
  return { Link: `<${url.pathname}${url.search}>; rel="next"` };
}
