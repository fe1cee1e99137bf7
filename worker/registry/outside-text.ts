// Text from outside: made fit to be stored, logged and shown to people.

/** C0 and C1 controls, and the characters that turn the direction of a line around (CVE-2021-42574). */
const unfit = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line without control characters, cut at the length. */
export function cleanText(text: string, maxLength = 300): string {
  // Cut before cleaning, so that a megabyte is not searched for what is not shown; twice, so that little is lost.
  const line = text
    .slice(0, maxLength * 2)
    .replace(unfit, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .toWellFormed();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** The texts of `Warning: 299` headers (RFC 7234, 5.5; distribution specification, "Warnings"); at most ten. */
export function parseWarnings(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return [...header.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)]
    .slice(0, 10)
    .map((match) => cleanText((match[1] ?? "").replace(/\\(.)/g, "$1")))
    .filter((text) => text !== "");
}
