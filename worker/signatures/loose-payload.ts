// Loose payloads: the digest that cosign reads in a payload, which to stricter readers has no single meaning.

const maxDepth = 64;

/** Members in their order, as often as they occur. */
type Members = readonly (readonly [name: string, value: unknown])[];

class ObjectText {
  readonly members: Members;

  constructor(members: Members) {
    this.members = members;
  }
}

/**
 * As Go's encoding/json fills cosign's structure (sigstore/sigstore, pkg/signature/payload): members in any case of
 * letters, the last one counts, unknown ones are passed over. undefined: Go cannot read it either.
 */
export function readLooseDigest(payload: Uint8Array): string | undefined {
  try {
    const reader = new Reader(new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload));
    const json = reader.document();
    const critical = structOf([json], "critical");
    structOf([json], "optional");
    requireStrings(structOf(critical, "identity"), "docker-reference");
    requireStrings(critical, "type");
    return requireStrings(structOf(critical, "image"), "docker-manifest-digest").at(-1);
  } catch {
    return undefined;
  }
}

/** One structure may be written in several parts: each is laid over those before. */
function valuesOf(parts: readonly unknown[], name: string): readonly unknown[] {
  return parts.flatMap((part) => {
    if (part === null) return [];
    if (!(part instanceof ObjectText)) throw new SyntaxError("an object is something else");
    return part.members.flatMap(([member, value]) => (folded(member) === name && value !== null ? [value] : []));
  });
}

function structOf(parts: readonly unknown[], name: string): readonly unknown[] {
  const values = valuesOf(parts, name);
  if (values.some((value) => !(value instanceof ObjectText))) throw new SyntaxError(`${name} is no object`);
  return values;
}

function requireStrings(parts: readonly unknown[], name: string): readonly string[] {
  return valuesOf(parts, name).map((value) => {
    if (typeof value !== "string") throw new SyntaxError(`${name} is no string`);
    return value;
  });
}

function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

const space = /[ \t\n\r]*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const scalar = /[^,\]} \t\n\r]+/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw new SyntaxError("something follows the document");
    return value;
  }

  #value(depth: number): unknown {
    if (depth > maxDepth) throw new SyntaxError("too deep");
    this.#match(space);
    const value = this.#bare(depth);
    this.#match(space);
    return value;
  }

  #bare(depth: number): unknown {
    if (this.#take("{")) {
      const members: (readonly [string, unknown])[] = [];
      this.#list("}", () => {
        this.#match(space);
        const name: unknown = JSON.parse(this.#match(string));
        this.#match(space);
        if (!this.#take(":")) throw new SyntaxError("a member without a value");
        members.push([String(name), this.#value(depth + 1)]);
      });
      return new ObjectText(members);
    }
    if (this.#take("[")) {
      const elements: unknown[] = [];
      this.#list("]", () => elements.push(this.#value(depth + 1)));
      return elements;
    }
    return JSON.parse(this.#match(this.#text[this.#at] === '"' ? string : scalar));
  }

  #list(end: string, one: () => void): void {
    this.#match(space);
    if (this.#take(end)) return;
    do one();
    while (this.#take(","));
    if (!this.#take(end)) throw new SyntaxError("a list without an end");
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new SyntaxError("not a JSON document");
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
