// Labelled lines: a label and its text, side by side within the width of the terminal.
import { stripVTControlCharacters } from "node:util";
import type { Paint } from "../terminal/paint.ts";

export type ShowOptions = { readonly paint: Paint; readonly width: number; readonly verbose: boolean };

/** A digest beside its label fills a line of 80. */
const labelWidth = 9;

/** The text goes on in lines below itself where it is longer than the terminal is wide. */
export function labelled(
  label: string,
  text: string,
  { paint, width }: ShowOptions,
  colour: Parameters<Paint>[0] = "dim",
): string {
  const indent = " ".repeat(labelWidth);
  const [first = "", ...others] = wrap(text, Math.max(20, width - labelWidth));
  return [`${paint(colour, label)}${" ".repeat(Math.max(1, labelWidth - label.length))}${first}\n`]
    .concat(others.map((line) => `${indent}${line}\n`))
    .join("");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && visible(line) + 1 + visible(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}

const verdictColours: Readonly<Record<string, Parameters<Paint>[0]>> = {
  verified: "green",
  pending: "yellow",
  "no-policy": "yellow",
  unsigned: "yellow",
  indeterminate: "yellow",
};

/** A word that this program does not know is as bad as the worst it knows. */
export function colourOfVerdict(verdict: string): Parameters<Paint>[0] {
  return (Object.hasOwn(verdictColours, verdict) ? verdictColours[verdict] : undefined) ?? "red";
}
