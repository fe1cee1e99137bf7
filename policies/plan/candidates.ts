// Candidates: known references that look like one that is not known.
import type { Reference } from "../words/reference.ts";

/** Beyond the number of repositories planned for, the rest is not compared: a wrong name must stay cheap to answer. */
const maxKnown = 20_000;

/**
 * The nearest of the known names, the nearest first. `known` are repositories (`host/path`) or references
 * (`host/path:tag`); each is compared with the same form of what was wanted. A repository of the same last name under
 * another host or namespace is near too: projects move.
 */
export function candidates(wanted: Reference, known: readonly string[], limit: number): string[] {
  const best: { readonly name: string; readonly steps: number }[] = [];
  const forms = [wanted.repository, wanted.text].map((text) => ({
    text,
    letters: lettersOf(text),
    last: lastName(text),
  }));
  for (const name of known.slice(0, maxKnown)) {
    const form = forms[isTagged(name) ? 1 : 0];
    if (form === undefined || name === form.text) continue;
    const most =
      best.length < limit ? furthest(form.text) : Math.min(furthest(form.text), (best.at(-1)?.steps ?? 0) - 1);
    const steps = lastName(name) === form.last ? 1 : nearEnough(form, name, most);
    if (steps > most) continue;
    const place = best.findIndex((other) => steps < other.steps || (steps === other.steps && name < other.name));
    best.splice(place < 0 ? best.length : place, 0, { name, steps });
    best.length = Math.min(best.length, limit);
  }
  return best.map(({ name }) => name);
}

/** A fifth of the letters may be wrong, at least two. */
function furthest(text: string): number {
  return Math.max(2, Math.floor(text.length / 5));
}

function isTagged(name: string): boolean {
  return name.lastIndexOf(":") > name.lastIndexOf("/");
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The distance, or more than `most`: the cheap bounds come first, since nearly every name is far away. */
function nearEnough({ text, letters }: { text: string; letters: number }, name: string, most: number): number {
  if (Math.abs(text.length - name.length) > most) return most + 1;
  // Each step changes at most two members of the set of letters.
  if (bitsOf(letters ^ lettersOf(name)) > 2 * most) return most + 1;
  return distance(text, name, most);
}

/** Which characters a text has, as a set of 32 bits. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) letters |= 1 << (text.charCodeAt(i) & 31);
  return letters;
}

function bitsOf(set: number): number {
  let bits = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/**
 * Letters put in, left out or changed (Levenshtein), within a band of `most` beside the diagonal. What two texts
 * begin or end with adds nothing, and names of one registry begin alike.
 */
function distance(a: string, b: string, most: number): number {
  let start = 0;
  let [aEnd, bEnd] = [a.length, b.length];
  while (start < aEnd && start < bEnd && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (aEnd > start && bEnd > start && a.charCodeAt(aEnd - 1) === b.charCodeAt(bEnd - 1)) {
    aEnd--;
    bEnd--;
  }
  const rows = aEnd - start;
  const columns = bEnd - start;
  const far = most + 1;
  let previous = new Uint16Array(columns + 1);
  let current = new Uint16Array(columns + 1);
  for (let j = 0; j <= columns; j++) previous[j] = j;
  for (let i = 1; i <= rows; i++) {
    const letter = a.charCodeAt(start + i - 1);
    let least = far;
    current.fill(far);
    current[0] = i;
    if (i <= most) least = i;
    for (let j = Math.max(1, i - most); j <= Math.min(columns, i + most); j++) {
      const change = (previous[j - 1] ?? far) + (letter === b.charCodeAt(start + j - 1) ? 0 : 1);
      const steps = Math.min(change, (previous[j] ?? far) + 1, (current[j - 1] ?? far) + 1);
      current[j] = steps;
      if (steps < least) least = steps;
    }
    if (least > most) return far;
    [previous, current] = [current, previous];
  }
  return previous[columns] ?? far;
}
