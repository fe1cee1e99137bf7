// Strict JSON: a document that every reader understands alike, or a refusal that says why.
import type { DocumentLimits } from "./document-limits.ts";

export type DocumentFault = {
  readonly code: "too-large" | "too-deep" | "too-many" | "malformed";
  readonly reason: string;
};
export type ParsedJson =
  | { readonly outcome: "value"; readonly value: unknown }
  | ({ readonly outcome: "invalid" } & DocumentFault);

// A byte order mark stays and is refused as JSON: Go's decoder, which clients use, refuses it too.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses bytes as JSON (RFC 8259) within limits. A member that stands twice in one object is refused: readers differ
 * in which of the two they take, so that a registry could show one image to a verifier and another to a client.
 */
export function parseStrictJson(bytes: Uint8Array, limits: DocumentLimits): ParsedJson {
  if (bytes.byteLength > limits.maxBytes) {
    return invalid("too-large", `${bytes.byteLength} bytes, more than ${limits.maxBytes}`);
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return invalid("malformed", "not UTF-8");
  }
  // Before the parser, which would build four million arrays within one another to see the last.
  const shape = shapeOf(bytes);
  if (shape.depth > limits.maxDepth) return tooDeep(limits.maxDepth);
  if (shape.members > limits.maxMembers) return tooMany(limits.maxMembers);
  try {
    const value: unknown = JSON.parse(text);
    // Of two members of one name the parser keeps one: then there are fewer than were written.
    if (membersOf(value) === shape.members) return { outcome: "value", value };
    const name = findTwin(text);
    return invalid("malformed", `the member ${excerpt(name)} stands twice`);
  } catch {
    return invalid("malformed", "not JSON");
  }
}

export function invalid(code: DocumentFault["code"], reason: string): { outcome: "invalid" } & DocumentFault {
  return { outcome: "invalid", code, reason };
}

export function tooDeep(maxDepth: number): ParsedJson {
  return invalid("too-deep", `nested deeper than ${maxDepth}`);
}

export function tooMany(maxMembers: number): ParsedJson {
  return invalid("too-many", `more than ${maxMembers} members`);
}

/** What a document is made of, beside its strings, numbers and words. */
export const sign = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;
const { quote, comma, colon, openBracket, backslash, closeBracket, openBrace, closeBrace } = sign;

type Shape = { readonly depth: number; readonly members: number };

/**
 * How deep it is nested and how many members are written in it, of bytes that may yet turn out to be no JSON. No byte
 * of a longer character is one of those that are looked at.
 */
function shapeOf(bytes: Uint8Array): Shape {
  let [open, depth, members] = [0, 0, 0];
  const { length } = bytes;
  for (let i = 0; i < length; i++) {
    switch (bytes[i]) {
      case quote:
        for (i++; i < length && bytes[i] !== quote; i++) if (bytes[i] === backslash) i++;
        break;
      case colon:
        members++;
        break;
      case openBrace:
      case openBracket:
        if (++open > depth) depth = open;
        break;
      case closeBrace:
      case closeBracket:
        open--;
        break;
    }
  }
  return { depth, members };
}

/** Of what was parsed: it is no deeper than the limit. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object") members += membersOf(item);
    return members;
  }
  for (const name of Object.keys(value)) {
    members++;
    const inner = value[name as keyof typeof value] as unknown;
    if (typeof inner === "object") members += membersOf(inner);
  }
  return members;
}

/** The first name that stands twice in one object, of text that was parsed. */
function findTwin(text: string): string {
  /** The names seen in each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let atName = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case openBrace:
      case openBracket:
        atName = text.charCodeAt(i) === openBrace;
        open.push(atName ? new Set() : null);
        break;
      case closeBrace:
      case closeBracket:
        open.pop();
        atName = false;
        break;
      case comma:
        atName = open.at(-1) instanceof Set;
        break;
      case quote: {
        const end = endOfString(text, i);
        if (atName) {
          const name = nameOf(text.slice(i, end + 1));
          const seen = open.at(-1);
          if (seen?.has(name)) return name;
          seen?.add(name);
          atName = false;
        }
        i = end;
        break;
      }
    }
  }
  return "";
}

/** The index of the quote that ends the string which starts at `start`, or of the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** Two spellings of one name (`"a"`, `"\u0061"`) are one name. Throws where it is no JSON. */
function nameOf(literal: string): string {
  return literal.includes("\\") ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

/** A stranger's text, short enough and quoted for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Where a document breaks its schema and how, in one line. */
export function firstIssue(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  const issue = issues[0];
  return issue === undefined ? "wrong" : `${excerpt(issue.path.map(String).join("."))}: ${issue.message}`;
}
