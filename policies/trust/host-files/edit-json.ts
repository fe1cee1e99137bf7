// Editing JSON as text: one member is set, and everything else stays as somebody wrote it, to the byte.
import { isDeepStrictEqual } from "node:util";

/** From the first character to the one after the last. */
type Span = { readonly start: number; readonly end: number };
type Member = { readonly name: string; readonly value: Span };
type ObjectText = { readonly members: readonly Member[]; readonly start: number; readonly end: number };

/**
 * Sets the member at `path`, in its place or after the last; what is missing on the way, or is no object, is made one.
 * `text` is a JSON object, checked before: no member stands in it twice. The same value again changes nothing.
 */
export function setMember(text: string, path: readonly string[], value: unknown): string {
  let object = objectAt(text, afterSpace(text, 0));
  for (const [index, name] of path.entries()) {
    const rest = path.slice(index + 1);
    const known = object.members.find((member) => member.name === name);
    const made = rest.reduceRight<unknown>((inner, each) => ({ [each]: inner }), value);
    if (known === undefined) return insert(text, object, name, made);
    const { start, end } = known.value;
    if (rest.length > 0 && text[start] === "{") {
      object = objectAt(text, start);
      continue;
    }
    if (isDeepStrictEqual(JSON.parse(text.slice(start, end)), made)) return text;
    const layout = layoutOf(text);
    const written = layout === null ? JSON.stringify(made) : indented(made, layout, lineIndent(text, start));
    return text.slice(0, start) + written + text.slice(end);
  }
  return text;
}

function insert(text: string, object: ObjectText, name: string, value: unknown): string {
  const layout = layoutOf(text);
  const last = object.members.at(-1);
  const key = JSON.stringify(name);
  // An object on one line stays on it.
  const isOneLine = last !== undefined && !text.slice(object.start, last.value.end).includes("\n");
  if (layout === null || isOneLine) {
    const compact = `${key}${layout === null ? ":" : ": "}${JSON.stringify(value)}`;
    const at = last?.value.end ?? object.start + 1;
    return `${text.slice(0, at)}${last === undefined ? "" : layout === null ? "," : ", "}${compact}${text.slice(at)}`;
  }
  if (last === undefined) {
    const outer = lineIndent(text, object.start);
    const inner = outer + layout.unit;
    const written = `{${layout.newline}${inner}${key}: ${indented(value, layout, inner)}${layout.newline}${outer}}`;
    return text.slice(0, object.start) + written + text.slice(object.end);
  }
  const inner = lineIndent(text, last.value.start);
  const written = `,${layout.newline}${inner}${key}: ${indented(value, layout, inner)}`;
  return text.slice(0, last.value.end) + written + text.slice(last.value.end);
}

type Layout = { readonly unit: string; readonly newline: string };

/** How the text is laid out; null: without line breaks. */
function layoutOf(text: string): Layout | null {
  const body = text.trim();
  if (!body.includes("\n") && body !== "{}") return null;
  const unit = /\n([ \t]+)\S/.exec(body)?.[1] ?? "  ";
  return { unit, newline: text.includes("\r\n") ? "\r\n" : "\n" };
}

function indented(value: unknown, { unit, newline }: Layout, indent: string): string {
  return JSON.stringify(value, null, unit).replaceAll("\n", newline + indent);
}

/** The blanks at the beginning of the line. */
function lineIndent(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function objectAt(text: string, start: number): ObjectText {
  const members: Member[] = [];
  let at = afterSpace(text, start + 1);
  while (text[at] !== "}") {
    const key = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, key)) as string;
    const from = afterSpace(text, afterSpace(text, key) + 1);
    const end = valueEnd(text, from);
    members.push({ name, value: { start: from, end } });
    at = afterSpace(text, end);
    if (text[at] === ",") at = afterSpace(text, at + 1);
  }
  return { members, start, end: at + 1 };
}

function valueEnd(text: string, start: number): number {
  switch (text[start]) {
    case '"':
      return stringEnd(text, start);
    case "{":
    case "[": {
      let depth = 0;
      for (let at = start; ; at++) {
        const character = text[at];
        if (character === '"') at = stringEnd(text, at) - 1;
        else if (character === "{" || character === "[") depth++;
        else if ((character === "}" || character === "]") && --depth === 0) return at + 1;
      }
    }
    default: {
      const scalar = /[^\s,\]}]*/y;
      scalar.lastIndex = start;
      return start + (scalar.exec(text)?.[0].length ?? 0);
    }
  }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /[ \t\r\n]/.test(text[at] ?? "")) at++;
  return at;
}
