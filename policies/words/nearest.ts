// The nearest known word to a mistyped one: what a message offers as "did you mean".

/** Steps between two words: a letter put in, left out or changed, or two neighbours swapped, costs one. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The known word that is at most a third of its letters (at least one) away; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const lower = word.toLowerCase();
  let best: { word: string; steps: number } | undefined;
  for (const candidate of known) {
    const steps = distance(lower, candidate.toLowerCase());
    if (steps <= Math.max(1, Math.floor(candidate.length / 3)) && (best === undefined || steps < best.steps)) {
      best = { word: candidate, steps };
    }
  }
  return best?.word;
}
