// The recording: what real programs answered, kept beside the versions that answered it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Answer } from "./judge.ts";

export const recordingFile = fileURLToPath(new URL("../../fixtures/judges/answers.json", import.meta.url));

/** What cosign answered where registries answer in many ways who asks for referrers. */
export const referrersFile = fileURLToPath(new URL("../../fixtures/judges/referrers.json", import.meta.url));

export function readRecording(file = recordingFile): readonly Answer[] {
  return JSON.parse(readFileSync(file, "utf8")) as readonly Answer[];
}

/** One answer to a line, so that a change of one is a change of one line. */
export function formatRecording(answers: readonly Answer[]): string {
  const lines = answers.map(({ row, program, version, accepted, words }) =>
    JSON.stringify({ row, program, version, accepted, words }),
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}

const nameOf = ({ row, program, version }: Answer) => `${row}: ${program} ${version}`;
const columnOf = ({ program, version }: Answer) => `${program} ${version}`;

/** Columns that are asked now and were never recorded. */
export function newColumns(answers: readonly Answer[], recorded: readonly Answer[]): readonly string[] {
  const known = new Set(recorded.map(columnOf));
  return [...new Set(answers.map(columnOf))].filter((column) => !known.has(column));
}

/** One line for each answer that is another than the recorded one, or that only one of the two has. */
export function differences(answers: readonly Answer[], recorded: readonly Answer[]): readonly string[] {
  const columns = new Set(answers.map(columnOf));
  const before = new Map(
    recorded.filter((answer) => columns.has(columnOf(answer))).map((answer) => [nameOf(answer), answer]),
  );
  const unknown = new Set(newColumns(answers, recorded));
  const text = (answer: Answer | undefined) => {
    if (answer === undefined) return "was not asked";
    return answer.accepted ? "accepts" : `refuses: ${answer.words}`;
  };
  const lines = answers.flatMap((answer) => {
    const was = before.get(nameOf(answer));
    before.delete(nameOf(answer));
    if (unknown.has(columnOf(answer)) || text(was) === text(answer)) return [];
    return [`${nameOf(answer)} ${text(answer)} (recorded: ${text(was)})`];
  });
  return [...lines, ...[...before].map(([name, answer]) => `${name} was not asked (recorded: ${text(answer)})`)];
}

/** What versions that are not on this machine answered stays; what was asked again is replaced. */
export function mergeRecording(
  answers: readonly Answer[],
  recorded: readonly Answer[],
  rowIds: readonly string[],
): readonly Answer[] {
  const columns = new Set(answers.map(columnOf));
  const place = new Map(rowIds.map((id, at) => [id, at]));
  return [...recorded.filter((answer) => !columns.has(columnOf(answer))), ...answers]
    .filter(({ row }) => place.has(row))
    .sort((a, b) => (place.get(a.row) ?? 0) - (place.get(b.row) ?? 0) || compare(columnOf(a), columnOf(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
