// Configuration: read once from the environment, checked whole, every mistake told at once.
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { limits } from "./limits.ts";
import { type Values, variableOf } from "./setting.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type SectionName = keyof typeof limits;
export type Limits = { readonly [Name in keyof typeof limits]: Values<(typeof limits)[Name]> };

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

/** What is no number: addresses, places and names. */
export const Words = z.object({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "is no host name or address (brackets and a port do not belong here)")
    .default("127.0.0.1")
    .describe("The address to listen on; 0.0.0.0 or :: for all. Put a proxy that speaks TLS in front of those."),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "is no port from 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "is no port from 0 to 65535")
    .default(8080)
    .describe("The port to listen on; 0 takes one that is free and prints it."),
  SIGNALBOX_PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, "is no http or https address (without credentials, query and fragment)")
    .transform((url) => url.replace(/\/+$/, ""))
    .nullable()
    .default(null)
    .describe("Where others reach the service, for links in answers; without it, what HOST and PORT say."),
  SIGNALBOX_DATABASE_URL: z
    .string()
    .refine(isDatabaseUrl, "names no database: give file:PATH, a path, or postgres://USER:PASSWORD@HOST/NAME")
    .default("file:data/signalbox.db")
    .describe("The database: file:PATH or a path for SQLite, or postgres://USER:PASSWORD@HOST/NAME."),
  SIGNALBOX_POLICIES: z
    .string()
    .default(fileURLToPath(new URL("../policies/default", import.meta.url)))
    .describe("The folder of policy documents: what is believed. Read again on SIGHUP."),
  LOG_LEVEL: z
    .enum(logLevels, `is none of ${logLevels.join(", ")}`)
    .default("info")
    .describe(`What is logged, to standard error: ${logLevels.join(", ")}.`),
});

export type Config = Limits & {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; null: what host and port say. */
  readonly publicUrl: string | null;
  readonly databaseUrl: string;
  readonly policiesFolder: string;
  readonly log: { readonly level: (typeof logLevels)[number] };
  /** The variables that were set, ours alone. */
  readonly given: readonly string[];
  /** Variables that start like ours and are none of them: a slip, or a credential that a registry document names. */
  readonly unknownVariables: readonly string[];
};

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "bad-configuration";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(["the configuration cannot be used:", ...mistakes].join("\n  "));
    this.mistakes = mistakes;
  }
}

/** Pairs of which the first must not be the larger, whatever was set. */
export const ordered: readonly (readonly [string, string])[] = [
  ["SIGNALBOX_HTTP_HEADERS_TIMEOUT_MS", "SIGNALBOX_HTTP_DEADLINE_MS"],
  ["SIGNALBOX_HTTP_IDLE_TIMEOUT_MS", "SIGNALBOX_HTTP_DEADLINE_MS"],
  ["SIGNALBOX_HTTP_BACK_OFF_MS", "SIGNALBOX_HTTP_BACK_OFF_MAX_MS"],
  ["SIGNALBOX_HTTP_CIRCUIT_OPEN_MS", "SIGNALBOX_HTTP_CIRCUIT_OPEN_MAX_MS"],
  ["SIGNALBOX_REGISTRY_IDLE_PAGES", "SIGNALBOX_REGISTRY_PAGES"],
  ["SIGNALBOX_WORKER_PER_HOST_CONCURRENCY", "SIGNALBOX_WORKER_CONCURRENCY"],
  ["SIGNALBOX_WORKER_RETRY_MS", "SIGNALBOX_WORKER_RETRY_MAX_MS"],
  ["SIGNALBOX_SERVER_HEADERS_TIMEOUT_MS", "SIGNALBOX_SERVER_REQUEST_TIMEOUT_MS"],
  ["SIGNALBOX_SERVER_BODY_MAX_BYTES", "SIGNALBOX_SERVER_BATCH_BODY_MAX_BYTES"],
  ["SIGNALBOX_SERVER_WISHES_PER_REPOSITORY_MAX", "SIGNALBOX_SERVER_WISHES_MAX"],
];

/** Throws a ConfigError with every mistake. A variable that is set and empty counts as unset. */
export function readConfig(environment: Environment): Config {
  const given = new Map<string, string>();
  for (const [variable, value] of Object.entries(environment)) if (value) given.set(variable, value);

  const words = Words.safeParse(Object.fromEntries(given));
  const mistakes = (words.error?.issues ?? []).map((issue) => `${issue.path.join(".")} ${issue.message}`);
  const numbers = new Map<string, number>();
  for (const { variable, setting } of settings) {
    const text = given.get(variable);
    const value = text === undefined ? setting.fallback : wholeNumber(text);
    numbers.set(variable, value);
    if (value >= setting.min && value <= setting.max) continue;
    mistakes.push(`${variable} is no whole number from ${setting.min} to ${setting.max} (${setting.unit})`);
  }
  for (const [smaller, larger] of ordered) {
    const [one, other] = [numbers.get(smaller) ?? Number.NaN, numbers.get(larger) ?? Number.NaN];
    if (one > other) mistakes.push(`${smaller} (${one}) must not be above ${larger} (${other})`);
  }
  if (mistakes.length > 0 || !words.success) throw new ConfigError(mistakes);

  const known = new Set([...settings.map(({ variable }) => variable), ...Object.keys(Words.shape)]);
  return {
    ...nested(numbers),
    host: words.data.HOST,
    port: words.data.PORT,
    publicUrl: words.data.SIGNALBOX_PUBLIC_URL,
    databaseUrl: words.data.SIGNALBOX_DATABASE_URL,
    policiesFolder: words.data.SIGNALBOX_POLICIES,
    log: { level: words.data.LOG_LEVEL },
    given: [...given.keys()].filter((variable) => known.has(variable)),
    unknownVariables: [...given.keys()].filter((variable) => variable.startsWith("SIGNALBOX_") && !known.has(variable)),
  };
}

/** Every number's place in the table, flat, with the variable that sets it. */
export const settings = Object.entries(limits).flatMap(([section, entries]) =>
  Object.entries(entries).map(([name, setting]) => ({
    section: section as SectionName,
    name,
    variable: variableOf(section, name),
    setting,
  })),
);

function nested(numbers: ReadonlyMap<string, number>): Limits {
  const sections = Object.entries(limits).map(([section, entries]) => [
    section,
    Object.fromEntries(Object.keys(entries).map((name) => [name, numbers.get(variableOf(section, name))])),
  ]);
  return Object.fromEntries(sections) as Limits;
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
  return url.username === "" && url.password === "" && !text.includes("?") && !text.includes("#");
}

function isDatabaseUrl(text: string): boolean {
  if (/^postgres(ql)?:\/\//.test(text)) return (URL.parse(text)?.pathname.length ?? 0) > 1;
  // Anything else with a scheme is a mistake (mysql://…), and not the name of a file.
  return text.startsWith("file:") ? text.length > "file:".length : !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
