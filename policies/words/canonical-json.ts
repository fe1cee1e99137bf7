// Canonical JSON: the one byte string of a JSON value (RFC 8785), over which documents are digested.
import canonicalize from "canonicalize";
import { digestOf } from "./digest.ts";

/** The RFC 8785 text. Throws on what JSON cannot hold (undefined at the top, NaN, Infinity). */
export function canonicalJson(value: unknown): string {
  // What is in order already, as most of what is stored is, is written at once: a fifth of the time.
  if (isInOrder(value)) return JSON.stringify(value);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("this value has no JSON form");
  return text;
}

export function canonicalDigest(value: unknown): string {
  return digestOf(canonicalJson(value));
}

/** What is deeper is left to the library, which needs no stack. */
const depthAtOnce = 32;

/** Whether JSON.stringify writes the RFC 8785 text of this value. False decides nothing. */
function isInOrder(value: unknown, depth = depthAtOnce): boolean {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (depth === 0) return false;
      return Array.isArray(value) ? value.every((each) => isInOrder(each, depth - 1)) : areInOrder(value, depth - 1);
    default:
      return false;
  }
}

/** A method `toJSON` is not in order either: functions have no JSON form. */
function areInOrder(object: object, depth: number): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype) return false;
  let last = "";
  for (const [name, value] of Object.entries(object)) {
    if (name < last || !name.isWellFormed() || !isInOrder(value, depth)) return false;
    last = name;
  }
  return true;
}
