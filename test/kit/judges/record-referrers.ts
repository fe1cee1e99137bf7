// Asks every cosign there is about referrers, and writes down what it answers: node test/kit/judges/record-referrers.ts
import { existsSync, writeFileSync } from "node:fs";
import { differences, formatRecording, mergeRecording, readRecording, referrersFile } from "./answers.ts";
import { askAboutReferrers } from "./referrers-matrix.ts";
import { referrersRows } from "./referrers-rows.ts";

const answers = await askAboutReferrers(
  {
    skip: (reason?: unknown): never => {
      throw new Error(String(reason));
    },
  },
  referrersRows,
);
const recorded = existsSync(referrersFile) ? readRecording(referrersFile) : [];
for (const line of differences(answers, recorded)) console.log(line);
const ids = referrersRows.map(({ id }) => id);
writeFileSync(referrersFile, formatRecording(mergeRecording(answers, recorded, ids)));
console.log(`${answers.length} answers to ${referrersRows.length} rows`);
