// The menu as people read it: by use, the official ones first, with what to type.
import type { Menu } from "../choices/ask-choices.ts";
import { printable } from "../terminal/printable.ts";
import { describeBytes } from "../terminal/quantities.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { colourOfVerdict, type ShowOptions } from "./labelled.ts";

const columns: readonly Column[] = [
  { title: "  NAME", shrinks: true },
  { title: "SIZE", align: "right" },
  { title: "VERDICT" },
  { title: "IMAGE" },
];

/** `verbose`: also the summaries. */
export function showChoices({ items }: Menu, { paint, width, verbose }: ShowOptions): string {
  return [...Map.groupBy(items, ({ use }) => use)]
    .map(([use, group]) => {
      const rows = group.map(({ title, official, bytes, verdict, ref }) => [
        `${official ? "* " : "  "}${printable(title)}`,
        bytes === null ? "?" : describeBytes(bytes),
        paint(colourOfVerdict(verdict), printable(verdict)),
        printable(ref),
      ]);
      const summaries = verbose
        ? group.flatMap(({ title, summary }) =>
            summary === null ? [] : [`  ${printable(title)}: ${paint("dim", printable(summary))}\n`],
          )
        : [];
      return `${paint("bold", printable(use ?? "of no declared use"))}\n${renderTable(columns, rows, width)}${summaries.join("")}`;
    })
    .join("\n");
}
