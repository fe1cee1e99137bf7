// What a schema's refusal means for the person who edits the document: where, what is wrong and what to do.
import { z } from "zod";
import { nearest } from "../words/nearest.ts";
import { shown, sized, wrongType, wrongValue } from "./describe-value.ts";
import type { Path } from "./yaml-text.ts";

export type Finding = { readonly path: Path; readonly part: "key" | "value"; readonly message: string };

type Issue = z.core.$ZodIssue;
/** The part of JSON Schema that says which members a document knows. */
type Shape = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
};

const shapes = new WeakMap<z.ZodType, Shape>();

/** All findings of one document, in the order of the schema. */
export function explainIssues(schema: z.ZodType, issues: readonly Issue[], value: unknown): readonly Finding[] {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
    shapes.set(schema, shape);
  }
  const root = shape;
  return issues.flatMap((issue) => explain(issue, value, root, []));
}

function explain(issue: Issue, document: unknown, shape: Shape, base: Path): readonly Finding[] {
  const path = [...base, ...issue.path];
  const found = valueAt(document, path);
  const here = (message: string): readonly Finding[] => [{ path, part: "value", message }];
  if (found.outcome === "absent") {
    const name = String(path.at(-1));
    const meaning = shapesAt(shape, path).find((each) => each.description !== undefined)?.description;
    return [
      {
        path: path.slice(0, -1),
        part: "value",
        message: `\`${name}\` is missing${meaning === undefined ? "" : `: ${meaning}`}`,
      },
    ];
  }
  const { value } = found;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        part: "key",
        message: unknownMember(key, shapesAt(shape, path)),
      }));
    case "invalid_union":
      return explainUnion(issue.errors, document, shape, path, value);
    case "invalid_key":
      return [
        {
          path,
          part: "key",
          message: `expected ${issue.issues[0]?.message ?? "another name"}, but this is ${shown(path.at(-1))}`,
        },
      ];
    case "invalid_type":
      return here(wrongType([issue.expected], value));
    case "invalid_value":
      return here(wrongValue(issue.values.map(String), value));
    case "too_small":
      return here(`${sized(issue.origin)} ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`);
    case "too_big":
      return here(`${sized(issue.origin)} ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`);
    case "invalid_format":
      return here(`expected ${issue.message}, but this is ${shown(value)}`);
    case "custom":
      return here(typeof value === "object" ? issue.message : `expected ${issue.message}, but this is ${shown(value)}`);
    case "not_multiple_of":
    case "invalid_element":
      return here(issue.message);
  }
}

/**
 * A union refuses with the findings of every branch. What the person meant is the branch whose distinguishing member is
 * there, else the one that finds least.
 */
function explainUnion(
  errors: readonly (readonly Issue[])[],
  document: unknown,
  shape: Shape,
  path: Path,
  value: unknown,
): readonly Finding[] {
  const branches = errors.map((issues) => {
    const missing = issues.flatMap((issue) => {
      const [name] = issue.path;
      return issue.path.length === 1 && valueAt(value, issue.path).outcome === "absent" ? [String(name)] : [];
    });
    const unknown = issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [],
    );
    const rest = issues.filter((issue) => !(issue.code === "unrecognized_keys" && issue.path.length === 0));
    return {
      missing,
      unknown,
      rest,
      wrongAtRoot: issues.some((issue) => issue.code === "invalid_type" && issue.path.length === 0),
    };
  });
  if (branches.every((branch) => branch.wrongAtRoot)) {
    const wanted = errors.flatMap((issues) =>
      issues.flatMap((issue) => (issue.code === "invalid_type" ? [issue.expected] : [])),
    );
    return [{ path, part: "value", message: wrongType(wanted, value) }];
  }

  const inAll = (names: (branch: (typeof branches)[number]) => readonly string[]) =>
    (branches[0] === undefined ? [] : names(branches[0])).filter((name) =>
      branches.every((branch) => names(branch).includes(name)),
    );
  const alwaysMissing = inAll((branch) => branch.missing);
  const alwaysUnknown = inAll((branch) => branch.unknown);
  const marks = branches.map((branch) => branch.missing.filter((name) => !alwaysMissing.includes(name)));
  const open = branches.filter((branch, index) => !branch.wrongAtRoot && marks[index]?.length === 0);
  const candidates = open.length > 0 ? open : branches.filter((branch) => !branch.wrongAtRoot);
  const chosen = candidates.toSorted((a, b) => a.rest.length + a.unknown.length - b.rest.length - b.unknown.length)[0];
  if (chosen === undefined) return [];

  const findings: Finding[] = [];
  if (open.length === 0) {
    const names = [...new Set(marks.flat())].map((name) => `\`${name}\``);
    findings.push({
      path,
      part: "value",
      message: `one of ${names.join(", ")} is missing: exactly one of them is wanted`,
    });
  }
  const own = open.length === 0 ? chosen.rest.filter((issue) => !isMissing(issue, value, marks.flat())) : chosen.rest;
  findings.push(...own.flatMap((issue) => explain(issue, document, shape, path)));
  // What another branch does not know and this one does is what the chosen branch is told by.
  const mark = branches.flatMap((branch) => branch.unknown).find((name) => !chosen.unknown.includes(name));
  for (const key of chosen.unknown) {
    const foreign = !alwaysUnknown.includes(key);
    if (foreign && open.length === 0) continue;
    const message =
      foreign && mark !== undefined
        ? `\`${key}\` can't stand beside \`${mark}\`; keep one of them`
        : unknownMember(key, shapesAt(shape, path));
    findings.push({ path: [...path, key], part: "key", message });
  }
  return findings;
}

function isMissing(issue: Issue, value: unknown, names: readonly string[]): boolean {
  return (
    issue.path.length === 1 && names.includes(String(issue.path[0])) && valueAt(value, issue.path).outcome === "absent"
  );
}

function valueAt(document: unknown, path: Path): { outcome: "value"; value: unknown } | { outcome: "absent" } {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return { outcome: "absent" };
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return { outcome: "value", value };
}

function shapesAt(shape: Shape, path: Path): readonly Shape[] {
  let here: readonly Shape[] = [shape];
  for (const step of path) {
    here = here.flatMap(branchesOf).flatMap((each) => {
      if (typeof step === "number") return each.items === undefined ? [] : [each.items];
      if (each.properties !== undefined && Object.hasOwn(each.properties, step))
        return [each.properties[String(step)] ?? {}];
      return typeof each.additionalProperties === "object" ? [each.additionalProperties] : [];
    });
  }
  return here;
}

function branchesOf(shape: Shape): readonly Shape[] {
  return [shape, ...(shape.anyOf ?? []).flatMap(branchesOf)];
}

function unknownMember(key: string, shapes: readonly Shape[]): string {
  const known = [...new Set(shapes.flatMap(branchesOf).flatMap((shape) => Object.keys(shape.properties ?? {})))];
  const near = nearest(key, known);
  return `unknown member ${shown(key)}; ${near === undefined ? `known here: ${known.join(", ")}` : `did you mean \`${near}\`?`}`;
}
