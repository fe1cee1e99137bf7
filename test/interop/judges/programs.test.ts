// The real programs are asked again: what cosign and skopeo do today is what was recorded of these versions.
import { afterAll, describe, expect, test } from "vitest";
import { differences, newColumns, readRecording } from "../../kit/judges/answers.ts";
import type { Answer } from "../../kit/judges/judge.ts";
import { type Matrix, openMatrix } from "../../kit/judges/open-matrix.ts";
import { allRows } from "../../kit/judges/rows/all-rows.ts";

/** About two minutes on two idle cores; a machine with other work takes several times as long. */
const askTimeoutMs = 1_200_000;

let matrix: Matrix | undefined;
let answers: readonly Answer[] | undefined;

afterAll(async () => matrix?.close(), 120_000);

describe("programs that judge", () => {
  test("answer as it was recorded", { timeout: askTimeoutMs }, async (context) => {
    matrix = await openMatrix(context, allRows);
    answers = await matrix.judge();
    expect(answers.length).toBeGreaterThan(allRows.length);
    expect(differences(answers, readRecording())).toEqual([]);
  });

  test("are of versions that were recorded", (context) => {
    if (answers === undefined) return context.skip("no program was asked");
    const columns = newColumns(answers, readRecording());
    // A new version is no mistake of ours: it wants a column, which record.ts adds.
    if (columns.length > 0) {
      return context.skip(`not recorded: ${columns.join(", ")} (node test/kit/judges/record.ts adds them)`);
    }
    expect(columns).toEqual([]);
  });
});
