// The small words that several kinds of policy document share.
import { z } from "zod";

export const DocumentId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, "an id: lower-case letters, digits, dots, dashes and underscores, at most 100");

/** A name in which `*` stands for any characters but `/`; see words/pattern.ts. */
export const Pattern = z.string().min(1).max(255);

const FacetKey = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "a facet key: lower-case letters, digits and dashes");
const FacetValue = z.string().min(1).max(80);

/** Facet values by key: desktop, hardware, stream, use, and any other; a value or a list. */
export const FacetSet = z.record(FacetKey, z.union([FacetValue, z.array(FacetValue).min(1)]));
export type FacetSet = z.infer<typeof FacetSet>;

/** YAML reads an unquoted date as text here (the core schema), so every time is checked as text. */
export const Time = z.iso.datetime({ offset: true, error: "an RFC 3339 time, such as 2024-07-02T00:00:00Z" });
export const Day = z.iso.date({ error: "a day, such as 2027-05-12" });
