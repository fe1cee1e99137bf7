// A stand-in for vitest: keeps what unit tests declare, so that each can be asked again and again in one process.
import { isDeepStrictEqual } from "node:util";

type Work = (...given: never[]) => unknown;
export type KeptTest = { readonly name: string; readonly run: () => unknown };

export const kept: KeptTest[] = [];
const before: (() => unknown)[] = [];
const groups: string[] = [];

/** What test files do before all else; forgotten once done. */
export async function prepare(): Promise<void> {
  for (const work of before.splice(0)) await work();
}

export function beforeAll(work: () => unknown): void {
  before.push(work);
}

type Each = (rows: readonly unknown[]) => (name: string, work: Work) => void;

function givenOf(row: unknown): readonly never[] {
  return (Array.isArray(row) ? row : [row]) as unknown as readonly never[];
}

function titled(name: string, at: number): string {
  return [...groups, `${name} #${at}`].join(" > ");
}

const each: Each = (rows) => (name, work) => {
  for (const [at, row] of rows.entries()) kept.push({ name: titled(name, at), run: () => work(...givenOf(row)) });
};

export const test = Object.assign(
  (name: string, first: Work | object, second?: Work | number) => {
    const work = typeof first === "function" ? (first as Work) : second;
    if (typeof work === "function") kept.push({ name: titled(name, 0), run: () => work() });
  },
  { each },
);

const eachGroup: Each = (rows) => (name, work) => {
  for (const [at, row] of rows.entries()) within(titled(name, at), () => work(...givenOf(row)));
};

function within(name: string, work: () => unknown): void {
  groups.push(name);
  work();
  groups.pop();
}

export const describe = Object.assign((name: string, work: () => unknown) => within(name, work), { each: eachGroup });

class Matcher {
  readonly matches: (value: unknown) => boolean;

  constructor(matches: (value: unknown) => boolean) {
    this.matches = matches;
  }
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** `part`: members that are not expected may be there. A member that is undefined is one that is not there. */
function equals(value: unknown, expected: unknown, part: boolean): boolean {
  if (expected instanceof Matcher) return expected.matches(value);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((each, at) => equals(value[at], each, part))
    );
  }
  if (!isPlain(expected) || expected instanceof Map || expected instanceof Set || expected instanceof Date) {
    return isDeepStrictEqual(value, expected);
  }
  if (!isPlain(value)) return false;
  const names = new Set([...Object.keys(expected), ...(part ? [] : Object.keys(value))]);
  return [...names].every((name) => equals(value[name], expected[name], part));
}

function contains(value: unknown, expected: unknown): boolean {
  if (typeof value === "string") return value.includes(String(expected));
  return [...(value as Iterable<unknown>)].includes(expected);
}

function throws(work: unknown, expected: unknown): boolean {
  try {
    (work as () => unknown)();
    return false;
  } catch (thrown) {
    if (expected === undefined) return true;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (typeof expected === "string") return message.includes(expected);
    if (expected instanceof RegExp) return expected.test(message);
    if (typeof expected === "function") return thrown instanceof expected;
    return equals(thrown, expected, true);
  }
}

const checks = {
  toBe: (value: unknown, expected: unknown) => Object.is(value, expected),
  toEqual: (value: unknown, expected: unknown) => equals(value, expected, false),
  toMatchObject: (value: unknown, expected: unknown) => equals(value, expected, true),
  toThrow: throws,
  toContain: contains,
  toBeUndefined: (value: unknown) => value === undefined,
  toBeDefined: (value: unknown) => value !== undefined,
  toBeNull: (value: unknown) => value === null,
  toHaveLength: (value: unknown, expected: unknown) => (value as { length: number }).length === expected,
  toBeGreaterThan: (value: unknown, expected: unknown) => Number(value) > Number(expected),
  toBeGreaterThanOrEqual: (value: unknown, expected: unknown) => Number(value) >= Number(expected),
  toBeLessThan: (value: unknown, expected: unknown) => Number(value) < Number(expected),
  toHaveProperty: (value: unknown, expected: unknown) => Object.hasOwn(value as object, String(expected)),
  toMatch: (value: unknown, expected: unknown) =>
    expected instanceof RegExp ? expected.test(String(value)) : String(value).includes(String(expected)),
} as const;

type Assertions = { readonly [Name in keyof typeof checks]: (expected?: unknown) => void };

function assertionsOn(value: unknown, wanted: boolean): Assertions {
  const made = Object.entries(checks).map(([name, check]) => [
    name,
    (expected?: unknown) => {
      if (check(value, expected) !== wanted) throw new Error(`${name} does not hold`);
    },
  ]);
  return Object.fromEntries(made) as Assertions;
}

export const expect = Object.assign(
  (value: unknown) => ({ ...assertionsOn(value, true), not: assertionsOn(value, false) }),
  {
    objectContaining: (part: object) => new Matcher((value) => equals(value, part, true)),
    stringContaining: (part: string) => new Matcher((value) => String(value).includes(part)),
    stringMatching: (pattern: RegExp) => new Matcher((value) => pattern.test(String(value))),
    any: (kind: unknown) => new Matcher((value) => Object(value) instanceof (kind as () => unknown)),
  },
);
