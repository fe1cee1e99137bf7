// Source documents: which repositories of a registry are indexed, what they are and which tags are followed.
import { z } from "zod";
import { isHost, isRepositoryPath } from "../words/reference.ts";
import { DocumentId, FacetSet, Pattern } from "./vocabulary.ts";

const Path = z
  .string()
  .refine(
    isRepositoryPath,
    "a repository path: lower-case letters and digits with single separators, parts joined by /",
  );

export const Kind = z.enum(["base", "edition", "spin", "remix"]);
export type Kind = z.infer<typeof Kind>;

const FacetPattern = z.union([
  z.strictObject({
    match: Pattern.describe("Compared with the repository's path below the namespace."),
    set: FacetSet,
  }),
  z.strictObject({ tag: Pattern.describe("Compared with the tag."), set: FacetSet }),
]);

export const SourceDocument = z
  .strictObject({
    id: DocumentId,
    registry: z.string().refine(isHost, "the host of a registry declared under registries/"),
    repositories: z.array(Path).min(1).optional(),
    namespace: Path.optional(),
    include: z.array(Pattern).min(1).optional().describe("Matched below the namespace; default: everything."),
    exclude: z.array(Pattern).optional(),
    kind: Kind,
    official: z.boolean().default(false).describe("Made by the distribution itself."),
    distribution: z
      .string()
      .regex(/^[a-z0-9._-]+$/)
      .optional()
      .describe("os-release ID of the family it belongs to."),
    project: DocumentId.optional(),
    confirmed: z.boolean().default(true).describe("false: taken from documents, not yet seen in the registry."),
    evidence: z.string().optional().describe("Where this was read; wanted where confirmed is false."),
    tags: z
      .strictObject({
        channels: z
          .array(Pattern)
          .default(["latest"])
          .describe("The followed tags, names or patterns: each is inspected and verified."),
        default: z.string().optional().describe("The channel a listing speaks of; default: latest, else the first."),
        ignore: z.array(Pattern).default([]).describe("Wins over channels."),
      })
      .default({ channels: ["latest"], ignore: [] }),
    facets: FacetSet.default({}),
    facetPatterns: z.array(FacetPattern).default([]),
  })
  .refine((source) => (source.repositories === undefined) !== (source.namespace === undefined), {
    error: "name either `repositories` or a `namespace`",
  })
  .refine(
    (source) => source.namespace !== undefined || (source.include === undefined && source.exclude === undefined),
    {
      error: "`include` and `exclude` belong to a `namespace`",
    },
  );
export type SourceDocument = z.infer<typeof SourceDocument>;
