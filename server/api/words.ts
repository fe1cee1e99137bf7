// The API's words: the small schemas that many resources share.
import { z } from "@hono/zod-openapi";
import { formatTimestamp } from "../../policies/images/timestamp.ts";
import { parseRepository } from "../../policies/words/reference.ts";

const digestExample = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

export const Digest = z
  .string()
  .regex(
    /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/,
    "a digest is sha256: and 64, or sha512: and 128, lower-case hexadecimal digits",
  )
  .openapi({ description: "The content address of a manifest or blob.", example: digestExample });

export const Time = z.iso.datetime().openapi({ description: "RFC 3339, UTC.", example: "2026-11-20T10:00:00Z" });

export const RepositoryName = z
  .string()
  .refine(
    (name) => parseRepository(name) !== undefined,
    "a repository is HOST/PATH, such as quay.io/fedora/fedora-bootc",
  )
  .openapi({ description: "`host/path`.", example: "quay.io/fedora/fedora-bootc" });

/** Why fields of the same object are null. */
export const Unknown = z
  .array(
    z.object({
      field: z.string().openapi({ description: "The field that is null.", example: "kernel" }),
      reason: z.string().openapi({ description: "Why it is not known.", example: "the image was not inspected" }),
    }),
  )
  .openapi({
    description: "Fields of this object that are not known, and why. May be missing where it would be empty.",
  });

export const kindWords = ["base", "edition", "spin", "remix"] as const;
/** Of an answer: the database holds what the documents said when it was written. */
export const Kind = z.string().openapi({
  description: "What a repository is, as curated in the policies.",
  enum: [...kindWords],
  example: "remix",
});

export const verdictWords = [
  "verified",
  "untrusted",
  "no-policy",
  "invalid",
  "unsigned",
  "indeterminate",
  "pending",
] as const;
export const Verdict = z.enum(verdictWords).openapi({
  description:
    "What was found about signatures. A client that meets a word it does not know treats it as one that blocks.",
});

export const levelWords = ["sandbox", "incubating", "graduated", "archived"] as const;

export const Facets = z.record(z.string(), z.array(z.string())).openapi({
  description: "What it is for, by the curated facets: desktop, hardware, stream, use and others.",
  example: { desktop: ["kde"], use: ["gaming"] },
});

export const Next = z
  .string()
  .nullable()
  .openapi({ description: "The cursor of the next page, also in `Link`; null: this is the last one.", example: null });

/** A time in milliseconds as answers write it. */
export function timeOf(ms: number | null): string | null {
  return ms === null ? null : formatTimestamp(ms);
}

/** A parameter that may stand several times. */
export function many<Item extends z.ZodType<string>>(item: Item, description: string) {
  return z
    .preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item).max(50))
    .optional()
    .openapi({ type: "array", items: { type: "string" }, description });
}

/** A switch in a query. */
export const Flag = z
  .enum(["true", "false"])
  .transform((word) => word === "true")
  .openapi({ type: "string", enum: ["true", "false"] });

export const pageMax = 200;
const pageDefault = 50;

export const Limit = z
  .string()
  .regex(/^[0-9]{1,4}$/, `a whole number from 1 to ${pageMax}`)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= pageMax, `a whole number from 1 to ${pageMax}`)
  .default(pageDefault)
  .openapi({
    type: "integer",
    minimum: 1,
    maximum: pageMax,
    default: pageDefault,
    description: "How many items a page has at most.",
    example: 20,
  });

export const CursorParameter = z
  .string()
  .max(2_000)
  .optional()
  .openapi({ description: "`next` of the page before; it means nothing to a client.", example: "W251bGwsMF0" });

/** A failed look. */
export const Failure = z
  .object({
    code: z.string().openapi({ example: "unreachable" }),
    reason: z.string().openapi({ example: "quay.io did not answer" }),
  })
  .openapi({ description: "Why the last look failed." });
