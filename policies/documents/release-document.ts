// Release documents: operating-system releases and their end-of-life dates.
import { z } from "zod";
import { Confirmed, Day, Evidence, OsId } from "./vocabulary.ts";

export const ReleaseDocument = z.strictObject({
  os: OsId.describe("The ID of os-release."),
  version: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/, 'a version in quotes, such as "44" or "9.4"')
    .max(64)
    .describe("In quotes: the longest dotted prefix of VERSION_ID that this release speaks for."),
  released: Day.nullable().default(null),
  endOfLife: Day.nullable().default(null).describe("The first day without support; null where it is not known."),
  source: z.string().min(1).max(1000).describe("Where the dates were read."),
  confirmed: Confirmed,
  evidence: Evidence,
});
export type ReleaseDocument = z.infer<typeof ReleaseDocument>;
