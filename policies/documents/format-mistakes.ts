// Mistakes as lines of text, in the form that compilers use and editors jump to.
import type { Mistake } from "./policy-set.ts";

/** `file:line:column: message`, one line each, in the order of files and lines. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  return sortMistakes(mistakes)
    .map(({ file, line, column, message }) => printable(`${file}:${line}:${column}: ${message}`))
    .join("\n");
}

export function sortMistakes(mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.toSorted((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  );
}

/** File names and values come from outside: what a terminal would obey, or would show in another order, is written as its code. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
