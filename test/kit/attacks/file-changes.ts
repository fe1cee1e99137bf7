// Changes to kept evidence: any member of a file in any wrong way, or what stands in the same place of another file.
import fc from "fast-check";
import { digestOf } from "../../../policies/words/digest.ts";

type Path = readonly (string | number)[];

/** From the file as it is to what somebody made of it. */
export type Change = (file: unknown) => unknown;

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (held, key) => (typeof held === "object" && held !== null ? (held as Record<string, unknown>)[key] : undefined),
    value,
  );
}

function replace(value: unknown, path: Path, change: (held: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    const index = Number(key);
    const held = replace(value[index], rest, change);
    return value.toSpliced(index, 1, ...(held === undefined ? [] : [held]));
  }
  if (typeof value !== "object" || value === null) return value;
  const { [key]: before, ...others } = value as Record<string, unknown>;
  const held = replace(before, rest, change);
  return held === undefined ? others : { ...others, [key]: held };
}

/** One character another, as a bit that flips would make it. */
function flip(text: string, position: number, bit: number): string {
  const index = position % Math.max(1, text.length);
  const code = text.charCodeAt(index) || 0;
  return text.slice(0, index) + String.fromCharCode(code ^ (1 << bit)) + text.slice(index + 1);
}

/** What attackers would write in place of anything. */
const values = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -1,
    2,
    1e21,
    "",
    "x",
    [],
    {},
    "file",
    "base64",
    "utf8",
    "referrers",
    "fallback-tag",
  ],
  ...[digestOf(""), digestOf("another"), "sha256:", "public-good", "unknown", "documents", "optional", "superseded"],
  ...["1970-01-01T00:00:00Z", "2024-05-06T07:00:00Z", "2024-05-06T08:00:00.000Z", "9999-12-31T23:59:59Z"],
  [{ field: "documents", reason: "scopes were left out" }],
];

/** Changes of `file`; `others` are what it is mixed with. */
export function changesOf(file: object, others: readonly object[]): fc.Arbitrary<readonly Change[]> {
  const paths = pathsOf(file).filter(({ length }) => length > 0);
  const path = fc.constantFrom(...paths);
  const added = fc.constantFrom(...others.flatMap((other) => pathsOf(other)).filter(({ length }) => length > 0));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.tuple(path, fc.constantFrom(...values)).map(
      ([where, value]) =>
        (held: unknown) =>
          replace(held, where, () => value),
    ),
    fc.tuple(path, fc.nat(), fc.nat(7)).map(
      ([where, position, bit]) =>
        (held: unknown) =>
          replace(held, where, (each) => (typeof each === "string" ? flip(each, position, bit) : each)),
    ),
    // The same place of another file, and another place of the same.
    fc.tuple(added, fc.constantFrom(...others)).map(
      ([where, other]) =>
        (held: unknown) =>
          replace(held, where, () => at(other, where)),
    ),
    fc.tuple(path, path).map(
      ([from, to]) =>
        (held: unknown) =>
          replace(held, to, () => at(held, from)),
    ),
    fc.tuple(path, fc.constantFrom(...others)).map(
      ([where, other]) =>
        (held: unknown) =>
          replace(held, where, (each) => {
            const more = at(other, where);
            if (Array.isArray(each) && Array.isArray(more)) return [...more, ...each];
            return typeof each === "object" && each !== null && typeof more === "object" ? { ...each, ...more } : each;
          }),
    ),
    path.map(
      (where) => (held: unknown) => replace(held, where, (each) => (Array.isArray(each) ? [...each, ...each] : each)),
    ),
  );
  return fc.array(change, { minLength: 1, maxLength: 4 });
}
