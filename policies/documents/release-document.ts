// Release documents: operating-system releases and their end-of-life dates.
import { z } from "zod";
import { Day } from "./vocabulary.ts";

export const ReleaseDocument = z.strictObject({
  os: z.string().regex(/^[a-z0-9._-]+$/, "the ID of os-release"),
  version: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/)
    .describe("The longest dotted prefix of VERSION_ID that this release speaks for."),
  released: Day.nullable().default(null),
  endOfLife: Day.nullable().default(null),
  source: z.string().min(1),
  confirmed: z.boolean().default(true),
});
export type ReleaseDocument = z.infer<typeof ReleaseDocument>;
