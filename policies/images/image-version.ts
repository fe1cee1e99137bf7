// Image versions: the order of two versions such as 44.20260821.1, where one can be told.

export type VersionOrder =
  | { readonly outcome: "ordered"; readonly order: -1 | 0 | 1 }
  | { readonly outcome: "unknown"; readonly reason: string };

type Shape = { readonly prefix: string; readonly separators: string; readonly numbers: readonly string[] };

// A name (`stable-`, `v`, `stream`), then numbers between dots or dashes. Anything else, such as a commit or `nightly`,
// has no order that could be read from its text.
const prefixPattern = /^[A-Za-z_-]*$/;
const numbersPattern = /^[0-9]+(?:[.-][0-9]+)*$/;
const maxLength = 128;

/**
 * Numbers are compared one after the other, between versions of one name and one shape alone: `44.20260821` comes
 * before `44.20260901`, and before `44.20260821.1`, since what follows a date counts that day's builds. `44` and
 * `44.20260821` cannot be ordered (the first names all of them), nor `stable-44` and `testing-44`.
 */
export function compareImageVersions(a: string, b: string): VersionOrder {
  if (a === b) return ordered(0);
  const one = shapeOf(a);
  const other = shapeOf(b);
  if (one === undefined || other === undefined) return unknown("a version that is not made of numbers has no order");
  if (one.prefix !== other.prefix) return unknown("the versions have different names before their numbers");
  const common = Math.min(one.separators.length, other.separators.length);
  if (one.separators.slice(0, common) !== other.separators.slice(0, common))
    return unknown("the versions have different shapes");
  const shared = common + 1;
  for (let i = 0; i < shared; i++) {
    const x = one.numbers[i] ?? "";
    const y = other.numbers[i] ?? "";
    // A release beside a date: 44.20260821 and 20260821 count different things.
    if (isDate(x) !== isDate(y)) return unknown("a date stands against another number");
    const order = compareNumbers(x, y);
    if (order !== 0) return ordered(order);
  }
  const difference = one.numbers.length - other.numbers.length;
  if (difference === 0) return ordered(0);
  if (!isDate(one.numbers[shared - 1] ?? "")) return unknown("one version is less exact than the other");
  return ordered(difference < 0 ? -1 : 1);
}

function shapeOf(version: string): Shape | undefined {
  if (version.length > maxLength) return undefined;
  const start = version.search(/[0-9]/);
  const prefix = start < 0 ? version : version.slice(0, start);
  const rest = start < 0 ? "" : version.slice(start);
  if (!prefixPattern.test(prefix) || !numbersPattern.test(rest)) return undefined;
  return { prefix, separators: rest.replaceAll(/[0-9]/g, ""), numbers: rest.split(/[.-]/) };
}

/** A day written in eight digits. */
function isDate(number: string): boolean {
  return /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$/.test(number);
}

/** Of any length: no number here is ever rounded. */
function compareNumbers(a: string, b: string): -1 | 0 | 1 {
  const x = a.replace(/^0+(?=.)/, "");
  const y = b.replace(/^0+(?=.)/, "");
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  return x === y ? 0 : x < y ? -1 : 1;
}

function ordered(order: -1 | 0 | 1): VersionOrder {
  return { outcome: "ordered", order };
}

function unknown(reason: string): VersionOrder {
  return { outcome: "unknown", reason };
}
