// Asks every program there is about the whole matrix, and writes down what they answer: node test/kit/judges/record.ts
import { existsSync, writeFileSync } from "node:fs";
import { differences, formatRecording, mergeRecording, newColumns, readRecording, recordingFile } from "./answers.ts";
import { openMatrix } from "./open-matrix.ts";
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
  const answers = await matrix.judge();
  const recorded = existsSync(recordingFile) ? readRecording() : [];
  for (const line of differences(answers, recorded)) console.log(line);
  for (const column of newColumns(answers, recorded)) console.log(`${column} is new`);
  const ids = allRows.map(({ id }) => id);
  writeFileSync(recordingFile, formatRecording(mergeRecording(answers, recorded, ids)));
  console.log(`${answers.length} answers to ${allRows.length} rows`);
} finally {
  await matrix.close();
}
