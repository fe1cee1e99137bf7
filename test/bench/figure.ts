// Figures: what a benchmark prints, a goal beside what was measured.
export type Figure = {
  readonly name: string;
  /** In words, as in "at least 0.80 of bare node:http". */
  readonly goal: string;
  readonly value: string;
  /** Null: nothing is promised, the figure says what the others rest on. */
  readonly met: boolean | null;
};

export function atLeast(name: string, value: number, goal: number, of: string): Figure {
  return { name, goal: `≥ ${goal} of ${of}`, value: value.toFixed(2), met: value >= goal };
}

export function atMost(name: string, value: number, goal: number, unit: string): Figure {
  return { name, goal: `≤ ${goal} ${unit}`, value: `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`, met: value <= goal };
}

export function noted(name: string, value: string): Figure {
  return { name, goal: "", value, met: null };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  const width = Math.max(...figures.map((figure) => figure.name.length));
  process.stdout.write(`\n${title}\n`);
  for (const { name, goal, value, met } of figures) {
    const judged = met === null ? "" : met ? "met" : "MISSED";
    process.stdout.write(`  ${name.padEnd(width)}  ${value.padStart(16)}  ${goal.padEnd(34)} ${judged}\n`);
  }
}
