// Project documents: the people and the source code behind repositories, and what became of repositories.
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { isTag, parseReference, parseRepository } from "../words/reference.ts";
import { Confirmed, Day, DocumentId, Evidence } from "./vocabulary.ts";

const isReference = (text: string) => parseReference(text).outcome === "reference";
const WebAddress = z.url({ protocol: /^https?$/, error: "an http(s) URL" });

const RepositoryFate = z.strictObject({
  deprecated: Day.optional().describe("The day from which hosts should move away."),
  successor: z
    .string()
    .max(512)
    .refine(isReference, "a repository or reference, such as ghcr.io/ublue-os/bazzite")
    .optional()
    .describe("The repository, or reference, to go to."),
  rollbacks: z
    .array(z.strictObject({ tag: z.string().refine(isTag, "a tag"), digest: Digest }))
    .max(1000)
    .default([])
    .describe("Moves of a tag to an older build that were meant."),
});

export const ProjectDocument = z.strictObject({
  id: DocumentId.describe("No other document of this kind has it."),
  name: z.string().min(1).max(200),
  summary: z.string().max(500).default("").describe("One sentence for people who choose a system."),
  homepage: WebAddress.optional(),
  logo: WebAddress.optional(),
  source: z
    .array(
      z.strictObject({
        url: z.string().min(1).max(1024).describe("Where the source code lies: an address, or a local path."),
        forge: z.enum(["github", "gitlab", "forgejo", "git"]),
      }),
    )
    .max(1000)
    .default([]),
  maintainersFile: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("The file in the source code that names the maintainers."),
  affiliations: z
    .array(z.strictObject({ domain: z.string().min(1).max(253), organization: z.string().min(1).max(200) }))
    .max(10_000)
    .default([])
    .describe("Which organization an address's domain speaks for."),
  repositories: z
    .record(
      z
        .string()
        .refine(
          (name) => parseRepository(name) !== undefined,
          "a repository's name, host/path, such as ghcr.io/ublue-os/bazzite",
        ),
      RepositoryFate,
    )
    .default({})
    .describe("What became of a repository, by its name host/path."),
  successor: DocumentId.nullable().default(null).describe("The id of the project that took this one's place."),
  confirmed: Confirmed,
  evidence: Evidence,
});
export type ProjectDocument = z.infer<typeof ProjectDocument>;
