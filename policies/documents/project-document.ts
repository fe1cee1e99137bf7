// Project documents: the people and the source code behind repositories, and what became of repositories.
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { Day, DocumentId } from "./vocabulary.ts";

const RepositoryFate = z.strictObject({
  deprecated: Day.optional(),
  successor: z.string().min(1).max(512).optional().describe("The repository, or reference, to go to."),
  rollbacks: z
    .array(z.strictObject({ tag: z.string(), digest: Digest }))
    .default([])
    .describe("Moves of a tag to an older build that were meant."),
});

export const ProjectDocument = z.strictObject({
  id: DocumentId,
  name: z.string().min(1).max(200),
  summary: z.string().max(500).default(""),
  homepage: z.url().optional(),
  logo: z.url().optional(),
  source: z
    .array(z.strictObject({ url: z.string().min(1), forge: z.enum(["github", "gitlab", "forgejo", "git"]) }))
    .default([]),
  maintainersFile: z.string().optional(),
  affiliations: z.array(z.strictObject({ domain: z.string(), organization: z.string() })).default([]),
  repositories: z.record(z.string(), RepositoryFate).default({}),
  successor: DocumentId.nullable().default(null),
  confirmed: z.boolean().default(true),
  evidence: z.string().optional(),
});
export type ProjectDocument = z.infer<typeof ProjectDocument>;
