// Canonical JSON: the one byte string of a JSON value (RFC 8785), over which documents are digested.
import canonicalize from "canonicalize";
import { digestOf } from "./digest.ts";

/** The RFC 8785 text. Throws on what JSON cannot hold (undefined at the top, NaN, Infinity). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("this value has no JSON form");
  return text;
}

export function canonicalDigest(value: unknown): string {
  return digestOf(canonicalJson(value));
}
