// Timestamps: RFC 3339 as images and answers write it, and milliseconds since 1970 as the program counts.

const pattern =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Milliseconds since 1970; undefined for anything but a time that exists, with its offset. */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute] = [part(1), part(2), part(3), part(4), part(5)];
  // A leap second is the last second of its minute here: nothing is decided by one second.
  const second = Math.min(part(6), 59);
  if (hour > 23 || minute > 59 || part(6) > 60 || part(9) > 23 || part(10) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)));
  const offsetMs = (part(9) * 60 + part(10)) * 60_000;
  return date.getTime() - (match[8] === "-" ? -offsetMs : offsetMs);
}

/** RFC 3339 in UTC, without a fraction where there is none. */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
