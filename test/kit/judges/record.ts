// Asks every program there is about the whole matrix, and writes down what they answer, and of what:
// node test/kit/judges/record.ts
import { existsSync, writeFileSync } from "node:fs";
import { differences, formatRecording, mergeRecording, newColumns, readRecording, recordingFile } from "./answers.ts";
import { withFilesGiven } from "./files-given.ts";
import { openMatrix } from "./open-matrix.ts";
import { evidenceFile, formatEvidence, recordEvidence } from "./recorded-evidence.ts";
import { allRows } from "./rows/all-rows.ts";

const matrix = await openMatrix(
  {
    skip: (reason?: unknown): never => {
      throw new Error(String(reason));
    },
  },
  allRows,
);
try {
  const evidence = await withFilesGiven(await recordEvidence(matrix, allRows, Date.now()), allRows);
  const files = new Map(evidence.rows.map(({ id, hostFiles }) => [id, hostFiles ?? undefined]));
  const answers = await matrix.judge({ hostFilesFor: ({ id }) => files.get(id) });
  const recorded = existsSync(recordingFile) ? readRecording() : [];
  for (const line of differences(answers, recorded)) console.log(line);
  for (const column of newColumns(answers, recorded)) console.log(`${column} is new`);
  const ids = allRows.map(({ id }) => id);
  writeFileSync(recordingFile, formatRecording(mergeRecording(answers, recorded, ids)));
  writeFileSync(evidenceFile, formatEvidence(evidence));
  console.log(`${answers.length} answers to ${allRows.length} rows`);
} finally {
  await matrix.close();
}
