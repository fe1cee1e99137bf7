// Printing what strangers wrote: nothing in it may move the cursor, change colours or turn the line round.

/** One line: controls and invisible characters become spaces or are written as their code. */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r]+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** At most `width` characters, the last of them … where something was left out. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 0 ? "" : `${characters.slice(0, width - 1).join("")}…`;
}
