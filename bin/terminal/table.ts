// Tables for people: columns side by side that fit the terminal, the widest giving way first.
import { stripVTControlCharacters } from "node:util";
import { clip } from "./printable.ts";

export type Column = { readonly title: string; readonly align?: "right"; readonly shrinks?: boolean };

/** Cells may carry colours; those that are cut lose them. */
export type Cell = string;

const gap = "  ";

export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): string {
  const wanted = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => lengthOf(row[i] ?? ""))));
  const widths = fitWidths(columns, wanted, width - gap.length * (columns.length - 1));
  const line = (cells: readonly Cell[]) =>
    columns
      .map((column, i) => pad(cells[i] ?? "", widths[i] ?? 0, column.align === "right"))
      .join(gap)
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map((cells) => `${line(cells)}\n`).join("");
}

/** Takes from the widest column that may shrink until all fit, or all are at their least. */
function fitWidths(columns: readonly Column[], wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  const least = 8;
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - room; excess > 0; excess--) {
    const widest = widths.reduce((best, each, i) => {
      if (columns[i]?.shrinks !== true || each <= least) return best;
      return best === -1 || each > (widths[best] ?? 0) ? i : best;
    }, -1);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function pad(cell: Cell, width: number, right: boolean): string {
  const length = lengthOf(cell);
  if (length > width) return clip(stripVTControlCharacters(cell), width);
  const filling = " ".repeat(width - length);
  return right ? filling + cell : cell + filling;
}

function lengthOf(cell: Cell): number {
  return [...stripVTControlCharacters(cell)].length;
}

/** What fits: a terminal's own width, 80 where nobody says. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.columns > 0 ? stream.columns : 80;
}
