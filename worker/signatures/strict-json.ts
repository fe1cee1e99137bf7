// Strict JSON: documents of strangers, with limits, and without members that two readers could read differently.
import { SignatureError } from "./signature-error.ts";

export type JsonObject = { readonly [member: string]: unknown };

export type JsonLimits = { readonly bytes: number; readonly depth: number; readonly values: number };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads one JSON document. A member that occurs twice is refused: containers/image and Go's JSON disagree on which
 * of the two counts, so that one program would check what another does not use (containers-signature.5).
 */
export function readJson(bytes: Uint8Array | string, limits: JsonLimits): unknown {
  const size = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.byteLength;
  if (size > limits.bytes) {
    throw new SignatureError("LIMIT_EXCEEDED", `a JSON document of ${size} bytes; at most ${limits.bytes} are read`);
  }
  try {
    const text = typeof bytes === "string" ? bytes : utf8.decode(bytes);
    const plain = text.length <= plainLength ? readPlain(text, limits) : undefined;
    if (plain !== undefined) return plain.value;
    new Scanner(text, limits).scan();
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SignatureError) throw thrown;
    throw new SignatureError("MALFORMED", "not a JSON document", { cause: thrown });
  }
}

/** Beyond this, what is saved is little, and what writing it again would cost a lot. */
const plainLength = 16 * 1024;

/**
 * A document that is written again to the same text lost nothing when it was read, a member that occurred twice least
 * of all: most are written so, and need no scanner. Undefined: this is another one.
 */
function readPlain(text: string, limits: JsonLimits): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text && text.length <= limits.values && isAtMost(value, limits.depth)
      ? { value }
      : undefined;
  } catch {
    // The scanner says what is wrong.
    return undefined;
  }
}

function isAtMost(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return depth >= 0;
  if (depth < 0) return false;
  for (const each of Object.values(value)) if (!isAtMost(each, depth - 1)) return false;
  return true;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether these are the members of the object, and no others. */
export function hasExactly(object: JsonObject, members: readonly string[]): boolean {
  return Object.keys(object).length === members.length && members.every((member) => Object.hasOwn(object, member));
}

export function stringMember(object: JsonObject, member: string): string | undefined {
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  return typeof value === "string" ? value : undefined;
}

export function objectMember(object: JsonObject, member: string): JsonObject | undefined {
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  return isObject(value) ? value : undefined;
}

export function arrayMember(object: JsonObject, member: string): readonly unknown[] | undefined {
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  return Array.isArray(value) ? value : undefined;
}

/** Walks over the text without building anything: JSON.parse keeps the last of two members and has no limit. */
class Scanner {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  scan(): void {
    this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) throw new SyntaxError("something follows the document");
  }

  #value(depth: number): void {
    if (++this.#values > this.#limits.values) {
      throw new SignatureError("LIMIT_EXCEEDED", `a JSON document of more than ${this.#limits.values} values`);
    }
    if (depth > this.#limits.depth) {
      throw new SignatureError("LIMIT_EXCEEDED", `a JSON document deeper than ${this.#limits.depth}`);
    }
    this.#space();
    const first = this.#text[this.#at];
    if (first === "{") this.#object(depth);
    else if (first === "[") this.#array(depth);
    else if (first === '"') this.#string();
    else this.#scalar();
  }

  #object(depth: number): void {
    const seen = new Set<string>();
    this.#at++;
    this.#space();
    if (this.#take("}")) return;
    do {
      this.#space();
      const member = this.#string();
      if (seen.has(member)) throw new SyntaxError("a member occurs twice");
      seen.add(member);
      this.#space();
      if (!this.#take(":")) throw new SyntaxError("a member without a value");
      this.#value(depth + 1);
      this.#space();
    } while (this.#take(","));
    if (!this.#take("}")) throw new SyntaxError("an object without an end");
  }

  #array(depth: number): void {
    this.#at++;
    this.#space();
    if (this.#take("]")) return;
    do {
      this.#value(depth + 1);
      this.#space();
    } while (this.#take(","));
    if (!this.#take("]")) throw new SyntaxError("an array without an end");
  }

  /** Returns the string as JSON.parse would, so that `a` and an escaped `\\u0061` are one member. */
  #string(): string {
    if (this.#text[this.#at] !== '"') throw new SyntaxError("a string is missing");
    let end = this.#at + 1;
    let escaped = false;
    for (;;) {
      const character = this.#text.charCodeAt(end);
      if (Number.isNaN(character)) throw new SyntaxError("a string without an end");
      if (character === 0x22) break;
      if (character === 0x5c) {
        escaped = true;
        end++;
      }
      end++;
    }
    const start = this.#at;
    this.#at = end + 1;
    if (!escaped) return this.#text.slice(start + 1, end);
    const parsed: unknown = JSON.parse(this.#text.slice(start, end + 1));
    return String(parsed);
  }

  /** Numbers and words are left to JSON.parse, which reads the same text afterwards. */
  #scalar(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !",]} \t\n\r".includes(this.#text[this.#at] ?? "")) this.#at++;
    if (this.#at === start) throw new SyntaxError("a value is missing");
  }

  #space(): void {
    while (this.#at < this.#text.length) {
      const character = this.#text.charCodeAt(this.#at);
      if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return;
      this.#at++;
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}
