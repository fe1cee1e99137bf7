// Source documents: which repositories of a registry are indexed, what they are and which tags are followed.
import { z } from "zod";
import { isHost, isRepositoryPath, isTag } from "../words/reference.ts";
import { Confirmed, DocumentId, Evidence, FacetSet, OsId, Pattern } from "./vocabulary.ts";

const Path = z
  .string()
  .refine(
    isRepositoryPath,
    "a path within the registry: lower-case letters and digits with single separators, parts joined by /",
  );

export const Kind = z
  .enum(["base", "edition", "spin", "remix"])
  .describe("What these repositories are; decided here, never taken from an image's own labels.");
export type Kind = z.infer<typeof Kind>;

const FacetPattern = z.union([
  z.strictObject({
    match: Pattern.describe("Compared with the repository's path below the namespace."),
    set: FacetSet,
  }),
  z.strictObject({ tag: Pattern.describe("Compared with the tag."), set: FacetSet }),
]);

const Tags = z.strictObject({
  channels: z
    .array(Pattern)
    .max(1000)
    .default(["latest"])
    .describe("The followed tags, names or patterns: each is inspected and verified."),
  default: z
    .string()
    .refine(isTag, "one tag, not a pattern")
    .optional()
    .describe("The channel a listing speaks of; default: latest, else the first."),
  ignore: z.array(Pattern).max(1000).default([]).describe("Tags that are left out; wins over channels."),
});

export const SourceDocument = z
  .strictObject({
    id: DocumentId.describe("No other document of this kind has it."),
    registry: z
      .string()
      .refine(isHost, "the host of a registry declared under registries/")
      .describe("The host of a registry declared under registries/."),
    repositories: z
      .array(Path)
      .min(1)
      .max(20_000)
      .optional()
      .describe("The repositories by path; or name a `namespace`."),
    namespace: Path.optional().describe(
      "Every repository below this path, as the registry lists them; or name `repositories`.",
    ),
    include: z
      .array(Pattern)
      .min(1)
      .max(1000)
      .optional()
      .describe("Which repositories of the namespace, matched below it; default: all."),
    exclude: z
      .array(Pattern)
      .max(1000)
      .optional()
      .describe("Which repositories of the namespace are left out, matched below it."),
    kind: Kind,
    official: z.boolean().default(false).describe("Made by the distribution itself."),
    distribution: OsId.optional().describe("The os-release ID of the family it belongs to."),
    project: DocumentId.optional().describe("The id of a document under projects/."),
    confirmed: Confirmed,
    evidence: Evidence,
    tags: Tags.default({ channels: ["latest"], ignore: [] }),
    facets: FacetSet.default({}),
    facetPatterns: z
      .array(FacetPattern)
      .max(1000)
      .default([])
      .describe("For each facet the first pattern that matches wins, and wins over `facets`."),
  })
  .refine((source) => (source.repositories === undefined) !== (source.namespace === undefined), {
    error: "name either `repositories` or a `namespace`: one of them, not both",
  })
  .refine(
    (source) => source.namespace !== undefined || (source.include === undefined && source.exclude === undefined),
    {
      error:
        "`include` and `exclude` choose among the repositories of a `namespace`; with `repositories`, list what is wanted",
    },
  );
export type SourceDocument = z.infer<typeof SourceDocument>;
