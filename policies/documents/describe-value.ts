// Values in messages: what one is, what was wanted in its place, and how it is shown.
import { nearest } from "../words/nearest.ts";

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "nothing",
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

export function wrongType(expected: readonly string[], value: unknown): string {
  const wanted = [...new Set(expected.map((each) => typeNames[each] ?? each))].join(" or ");
  if (value === null) return `expected ${wanted}, but nothing stands here; give a value or leave the member out`;
  if (expected.includes("string") && (typeof value === "number" || typeof value === "boolean")) {
    return `expected ${wanted}, but this is ${typeNames[typeOf(value)]}; put it in quotes`;
  }
  return `expected ${wanted}, but this is ${typeNames[typeOf(value)] ?? typeOf(value)}`;
}

export function wrongValue(known: readonly string[], value: unknown): string {
  const near = typeof value === "string" ? nearest(value, known) : undefined;
  return `expected one of ${known.join(", ")}, but this is ${shown(value)}${near === undefined ? "" : `; did you mean ${near}?`}`;
}

export function sized(origin: string): string {
  if (origin === "string") return "its length in characters is wanted to be";
  if (origin === "array" || origin === "set") return "its number of entries is wanted to be";
  return "a number is wanted of";
}

/** A value as it can stand in a message: short, and without anything that a terminal would obey. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
