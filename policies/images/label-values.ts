// Label values: what labels and annotations say under a name, as far as it can be shown to people and programs.
import type { Labels } from "./image-config.ts";
import { excerpt } from "./strict-json.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

/** Where a value is looked for, the best first: what one place says, a later one does not contradict. */
export type Places = readonly Labels[];

/** absent: nobody says it. unusable: it is said, in a way that cannot be believed or shown. */
export type Said =
  | { readonly outcome: "said"; readonly value: string }
  | { readonly outcome: "absent" | "unusable"; readonly reason: string };

const maxWord = 128;
const maxLine = 1_024;
const maxText = 16_384;
// Terminals and logs act on control characters, and on those that turn the direction of writing.
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const forbiddenInText = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

export function said(value: string): Said {
  return { outcome: "said", value };
}

export function absent(reason: string): Said {
  return { outcome: "absent", reason };
}

function unusable(reason: string): Said {
  return { outcome: "unusable", reason };
}

/** A version or another name without blanks. */
export function findWord(places: Places, ...names: readonly string[]): Said {
  const found = look(places, names, maxWord, forbidden);
  if (found.outcome !== "said" || !/\s/.test(found.value)) return found;
  return unusable(`${excerpt(found.value)} has blanks in it`);
}

export function findLine(places: Places, ...names: readonly string[]): Said {
  return look(places, names, maxLine, forbidden);
}

/** A description, which may have lines. */
export function findText(places: Places, ...names: readonly string[]): Said {
  return look(places, names, maxText, forbiddenInText);
}

/** An address that a page may load: https alone. */
export function findAddress(places: Places, ...names: readonly string[]): Said {
  const found = findLine(places, ...names);
  if (found.outcome !== "said" || /^https:\/\/[^\s"'<>\\]+$/.test(found.value)) return found;
  return unusable(`${excerpt(found.value)} is not an https address`);
}

export function findTime(places: Places, ...names: readonly string[]): Said {
  const found = findLine(places, ...names);
  return found.outcome === "said" ? readTime(found.value) : found;
}

/** RFC 3339 in UTC. 1970 and the year 1 are what reproducible builds and Go write where there is no time. */
export function readTime(text: string): Said {
  const ms = parseTimestamp(text);
  if (ms === undefined) return unusable(`${excerpt(text)} is not an RFC 3339 time`);
  return ms <= 0 ? absent(`${excerpt(text)} stands for no time`) : said(formatTimestamp(ms));
}

/** The first place that has one of the names; an empty value says nothing. */
function look(places: Places, names: readonly string[], maxLength: number, pattern: RegExp): Said {
  for (const place of places) {
    for (const name of names) {
      const value = place[name]?.trim() ?? "";
      if (value === "") continue;
      if (value.length > maxLength) return unusable(`${name} is longer than ${maxLength} characters`);
      if (pattern.test(value)) return unusable(`${name} has control characters in it`);
      return said(value);
    }
  }
  return absent(`there is no label or annotation ${names.join(" or ")}`);
}
