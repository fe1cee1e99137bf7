// YAML as policy documents use it: plain values with positions, and none of what surprises people (aliases, tags, merges).
import {
  type Alias,
  Composer,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
} from "yaml";

export type Position = { readonly line: number; readonly column: number };
export type YamlMistake = Position & { readonly message: string };
export type Path = readonly PropertyKey[];

/** One document of a file: its plain value, and where each of its parts stands. */
export type YamlValue = {
  readonly value: unknown;
  /** Where the value at this path stands, or its key; where there is no such part, the innermost one that holds it. */
  positionOf(path: Path, part: "key" | "value"): Position;
};

export type YamlText =
  | { readonly outcome: "values"; readonly values: readonly YamlValue[] }
  | { readonly outcome: "mistakes"; readonly mistakes: readonly YamlMistake[] };

/** Deeper than any document needs; the reader recurses, and a bomb of brackets must not reach it. */
const maxDepth = 24;
/** One wrong bracket can make every later line wrong: more than this helps nobody. */
const maxMistakes = 20;

const remedies: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab stands where only spaces may indent; use spaces",
  BAD_INDENT:
    "the indentation is wrong here: members of one mapping start in one column, and a bracket is closed on the lines it indents",
  MISSING_CHAR: "something is not closed or not divided here: a quote, a bracket, or a blank after a colon",
  UNEXPECTED_TOKEN: "this does not belong here; look for an unclosed bracket or quote above",
  BLOCK_AS_IMPLICIT_KEY: "two colons in one line: put the text in quotes, or the inner mapping on lines of its own",
  RESOURCE_EXHAUSTION: "this is nested too deeply",
};

/** The documents of one file: the items of its list, or its one mapping; none where it holds only comments. */
export function readYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refuse = (...mistakes: YamlMistake[]): YamlText => ({
    outcome: "mistakes",
    mistakes: mistakes.slice(0, maxMistakes),
  });

  let documents: ReturnType<typeof compose>;
  try {
    documents = compose(text, lines);
  } catch (cause) {
    // The reader recurses in places; running out of stack is an answer about the text, any other error is a bug.
    if (!(cause instanceof RangeError)) throw cause;
    return refuse({ ...at(0), message: "this file is too long or nested too deeply to be read; divide it" });
  }
  if (documents === "too-deep") return refuse({ ...at(0), message: `this file nests deeper than ${maxDepth} levels` });

  const [document, second] = documents;
  if (document === undefined) return { outcome: "values", values: [] };
  const problems: readonly YAMLError[] = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  if (problems.length > 0) {
    return refuse(...problems.map((problem) => ({ ...at(problem.pos[0]), message: remedyFor(problem) })));
  }
  if (second !== undefined) {
    return refuse({
      ...at(second.range[0]),
      message: "only one YAML document fits in a file: in place of ---, make one list (- …)",
    });
  }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
    return refuse({ ...at(0), message: "leave the %YAML line out: policy documents are YAML 1.2" });
  }

  const mistakes: YamlMistake[] = [];
  const report = (node: { range?: unknown } | null | undefined, message: string) =>
    mistakes.push({ ...at(startOf(node)), message });
  const root = document.contents;
  const items: readonly unknown[] = isSeq(root) ? root.items : root === null || isEmpty(root) ? [] : [root];
  const values = items.map((node): YamlValue => {
    if (!isMap(node)) report(node as Node, "expected a document: a mapping of members, such as `id: …`");
    return {
      value: plainValue(node, report),
      positionOf: (path, part) => at(startOf(nodeAt(node, path, part))),
    };
  });
  return mistakes.length > 0 ? refuse(...mistakes) : { outcome: "values", values };
}

function compose(text: string, lines: LineCounter) {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (tokens.some((token) => depthOf(token) > maxDepth)) return "too-deep";
  // uniqueKeys compares every key with every other; duplicates are found below in one pass.
  const composer = new Composer({
    schema: "core",
    version: "1.2",
    merge: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
  });
  return [...composer.compose(tokens, false, text.length)];
}

/** Counts by a list of its own: a recursive count would be what it protects from. */
function depthOf(token: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[token, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    deepest = Math.max(deepest, depth);
    if (typeof value !== "object" || value === null || deepest > maxDepth) continue;
    if ("value" in value) open.push([value.value, depth]);
    if (!("items" in value) || !Array.isArray(value.items)) continue;
    for (const item of value.items as { key?: unknown; value?: unknown }[])
      open.push([item.key, depth + 1], [item.value, depth + 1]);
  }
  return deepest;
}

function remedyFor(problem: YAMLError): string {
  if (problem.code === "TAG_RESOLVE_FAILED")
    return "tags (!…) mean nothing here: write plain text, numbers, lists and mappings";
  return remedies[problem.code] ?? `this is not YAML: ${problem.message}`;
}

function isEmpty(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

function startOf(node: unknown): number {
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : 0;
}

type Report = (node: Node | null | undefined, message: string) => void;

function plainValue(node: unknown, report: Report): unknown {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) {
    report(node as Alias, "aliases (*name) are not followed: write the value out");
    return null;
  }
  if (isScalar(node)) {
    if (typeof node.value === "number" && !Number.isFinite(node.value)) report(node, "expected a finite number");
    return node.value;
  }
  if (isSeq(node)) return node.items.map((item) => plainValue(item, report));
  if (!isMap(node)) return null;
  const members = new Map<string, unknown>();
  for (const { key, value } of node.items) {
    const name = memberName(key);
    if (name === undefined) {
      report(
        isCollection(key) || isAlias(key) || isScalar(key) ? key : node,
        "the name of a member is plain text; put it in quotes",
      );
    } else if (members.has(name)) {
      report(key as Node, `${JSON.stringify(name)} stands here twice; keep one`);
    } else {
      members.set(name, plainValue(value, report));
    }
  }
  return Object.fromEntries(members);
}

/** `__proto__` is no name of ours, and a trap in every object that is made of it; `<<` merges in YAML 1.1. */
function memberName(key: unknown): string | undefined {
  if (!isScalar(key) || typeof key.value !== "string") return undefined;
  return key.value === "__proto__" || key.value === "<<" ? undefined : key.value;
}

function nodeAt(root: unknown, path: Path, part: "key" | "value"): unknown {
  let node = root;
  for (const [index, step] of path.entries()) {
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return node;
      node = item;
      continue;
    }
    const pair = isMap(node) ? node.items.find(({ key }) => memberName(key) === step) : undefined;
    if (pair === undefined) return node;
    if (index === path.length - 1 && part === "key") return pair.key;
    node = pair.value ?? pair.key;
  }
  return node;
}
