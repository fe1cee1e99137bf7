// Bulk statements: the table of values that one statement reads, so that a thousand rows cost little more than one.

/** The types that both databases know by the same name. JSON goes as text. */
export type BulkType = "bigint" | "text" | "boolean" | "double precision" | "bytea";
export type BulkColumns = Readonly<Record<string, BulkType>>;
export type BulkValue = string | number | boolean | Buffer | null;

/** Slices of rows that are not too many for one statement. */
export function* inChunks<Row>(rows: readonly Row[], most = 500): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += most) yield rows.slice(start, start + most);
}

/** JSON as a column of type `json` stores it. */
export function asJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** What hand-written SQL gives: numbers as text from PostgreSQL, booleans as 0 and 1 from SQLite, JSON as its text. */
export type RawNumber = number | string;
export type RawBoolean = boolean | number;

export function toNumber(raw: RawNumber): number {
  return Number(raw);
}

export function toNumberOrNull(raw: RawNumber | null): number | null {
  return raw === null ? null : Number(raw);
}

export function toBoolean(raw: RawBoolean): boolean {
  return raw === true || raw === 1;
}

export function fromJson<Value>(raw: string | null): Value | null {
  return raw === null ? null : JSON.parse(raw);
}
