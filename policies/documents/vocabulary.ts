// The small words that several kinds of policy document share.
import { z } from "zod";
import { ownFacets, reservedParameters } from "../words/listing-words.ts";

export const DocumentId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, "an id: lower-case letters, digits, dots, dashes and underscores, at most 100");

/** A name in which `*` stands for any characters but `/`; see words/pattern.ts. */
export const Pattern = z
  .string()
  .max(255)
  .regex(/^[^\s\p{Cc}]+$/u, "a name or pattern without blanks, in which * stands for any characters but /");

const taken: ReadonlySet<string> = new Set([...ownFacets, ...reservedParameters]);

const FacetKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "the name of a facet: lower-case letters, digits and dashes, at most 40")
  .refine(
    (key) => !taken.has(key),
    `a facet of another name (${[...taken].join(", ")} mean something else in a search)`,
  );
const FacetValue = z.string().regex(/^[^\p{Cc}]{1,80}$/u, "a facet's value: at most 80 characters");

/** Facet values by key: desktop, hardware, stream, use, and any other; a value or a list. */
export const FacetSet = z
  .record(FacetKey, z.union([FacetValue, z.array(FacetValue).min(1).max(32)]))
  .describe(
    "Facets: desktop, hardware, stream, use (workstation, gaming, container-host, iot, edge, develop) and any other; a value or a list.",
  );
export type FacetSet = z.infer<typeof FacetSet>;

/** The values of `use` that the installer's menu knows. */
export const uses = ["workstation", "gaming", "container-host", "iot", "edge", "develop"] as const;

/** The ID of os-release(5). */
export const OsId = z
  .string()
  .regex(/^[a-z0-9._-]{1,64}$/, "an os-release ID: lower-case letters, digits, dots, dashes and underscores");

/** YAML reads an unquoted date as text here (the core schema), so every time is checked as text. */
export const Time = z.iso.datetime({ offset: true, error: "an RFC 3339 time, such as 2024-07-02T00:00:00Z" });
export const Day = z.iso.date({ error: "a day, such as 2027-05-12" });

export const Confirmed = z
  .boolean()
  .default(true)
  .describe("false: taken from documents, nobody has seen it live yet.");
export const Evidence = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .describe("Where this was read; wanted where `confirmed` is false.");
