// A setting: one limit, time-out or budget, with its unit, default, range and the reason for its number.

export type Unit = "ms" | "bytes" | "bytes/s" | "requests/s" | "count";

export type Setting = {
  readonly unit: Unit;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly documentation: string;
};

/** The settings of one part of the program; the keys are the names of that part's own limits type. */
export type Section = Readonly<Record<string, Setting>>;

export type Values<S extends Section> = { readonly [Name in keyof S]: number };

type Range = { readonly min?: number; readonly max?: number };

const setting =
  (unit: Unit, most: number) =>
  (fallback: number, documentation: string, { min = 1, max = most }: Range = {}): Setting => ({
    unit,
    fallback,
    min,
    max,
    documentation,
  });

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
export const KiB = 1024;
export const MiB = 1024 * KiB;

// The upper ends keep a slip of the keyboard (seconds or kilobytes meant) from becoming a limit that is none.
// Node.js fires a timer at once that is set to more than 2^31 ms (24.8 days).
export const ms = setting("ms", 24 * day);
export const bytes = setting("bytes", 16 * 1024 * MiB);
export const bytesPerSecond = setting("bytes/s", 1024 * MiB);
export const requestsPerSecond = setting("requests/s", 10_000);
export const count = setting("count", 1_000_000_000);

/** `http` and `connectTimeoutMs` give SIGNALBOX_HTTP_CONNECT_TIMEOUT_MS. */
export function variableOf(section: string, name: string): string {
  return `SIGNALBOX_${section}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}
