// Showing the configuration: what is in force and where it comes from, and the table of the documentation.
import { type Config, settings, Words } from "./config.ts";
import { fixedLimits } from "./limits.ts";
import { maskUrl } from "./mask-url.ts";

type Value = string | number | null;

/** One setting, for printing: what is secret in its value is masked. */
export type DescribedSetting = {
  readonly name: string;
  /** null: a bound of a format, which nobody sets. */
  readonly variable: string | null;
  readonly value: Value;
  readonly default: Value;
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly from: "default" | "environment";
  readonly documentation: string;
};

export function describeSettings(config: Config): readonly DescribedSetting[] {
  const from = (variable: string): DescribedSetting["from"] =>
    config.given.includes(variable) ? "environment" : "default";
  const fallbacks = Words.parse({});
  const word = (name: string, variable: keyof typeof Words.shape, value: Value): DescribedSetting => ({
    name,
    variable,
    value,
    default: fallbacks[variable],
    unit: null,
    min: null,
    max: null,
    from: from(variable),
    documentation: Words.shape[variable].description ?? "",
  });
  const numbers = settings.map(({ section, name, variable, setting }): DescribedSetting => {
    const values: Readonly<Record<string, number>> = config[section];
    return {
      name: `${section}.${name}`,
      variable,
      value: values[name] ?? setting.fallback,
      default: setting.fallback,
      unit: setting.unit,
      min: setting.min,
      max: setting.max,
      from: from(variable),
      documentation: setting.documentation,
    };
  });
  const fixed = fixedLimits.map(({ name, unit, value, documentation }): DescribedSetting => {
    return { name, variable: null, value, default: value, unit, min: null, max: null, from: "default", documentation };
  });
  return [
    word("host", "HOST", config.host),
    word("port", "PORT", config.port),
    word("publicUrl", "SIGNALBOX_PUBLIC_URL", config.publicUrl),
    word("databaseUrl", "SIGNALBOX_DATABASE_URL", maskUrl(config.databaseUrl)),
    word("policiesFolder", "SIGNALBOX_POLICIES", config.policiesFolder),
    word("log.level", "LOG_LEVEL", config.log.level),
    ...numbers,
    ...fixed,
  ];
}

/** What `signalbox config` prints: for people, or as JSON. */
export function describeConfig(config: Config, { json }: { readonly json: boolean }): string {
  const described = describeSettings(config);
  if (json) return `${JSON.stringify({ settings: described, unknownVariables: config.unknownVariables }, null, 2)}\n`;
  const lines = described.flatMap((setting) => {
    const unit = setting.unit === null || setting.unit === "count" ? "" : ` ${setting.unit}`;
    const origin = setting.from === "environment" ? `   # set; the default is ${setting.default ?? "none"}` : "";
    const name = setting.variable ?? `# fixed: ${setting.name}`;
    return [`${name}=${setting.value ?? ""}${unit}${origin}`, `    ${setting.documentation}`];
  });
  const slips = config.unknownVariables.map((variable) => `# ${variable} is set and is no setting of signalbox`);
  return `${[...lines, ...slips].join("\n")}\n`;
}

/** docs/configuration.md: the same table, with the defaults alone. */
export function configurationPage(): string {
  const variables = Object.entries(Words.shape).map(([variable, schema]) => {
    // The default policies lie in the program's own folder, wherever that is.
    const fallback = variable === "SIGNALBOX_POLICIES" ? "policies/default" : schema.parse(undefined);
    return `| \`${variable}\` | ${fallback === null ? "" : `\`${fallback}\``} | ${schema.description ?? ""} |`;
  });
  const sections = Object.entries(Object.groupBy(settings, ({ section }) => section)).flatMap(([section, entries]) => [
    "",
    `## ${section}`,
    "",
    "| variable | default | unit | from – to | what it bounds, and why this number |",
    "| --- | ---: | --- | --- | --- |",
    ...entries.map(
      ({ variable, setting }) =>
        `| \`${variable}\` | ${setting.fallback} | ${setting.unit} | ${setting.min} – ${setting.max} | ${setting.documentation} |`,
    ),
  ]);
  return `${[
    "# Configuration",
    "",
    "Everything is set by environment variables; nothing needs to be. `signalbox config` prints what is in force",
    "(`--json` for programs). Mistakes are told all at once, and nothing starts with one. A variable that is empty",
    "counts as unset. Passwords for registries are in variables that the registry documents name.",
    "",
    "This page is written by `npm run schemas` from `bin/config.ts` and `bin/limits.ts`.",
    "",
    "| variable | default | what it is |",
    "| --- | --- | --- |",
    ...variables,
    ...sections,
    "",
    "## Fixed",
    "",
    "Bounds of formats: what is beyond them is no image and no host.",
    "",
    "| name | value | unit | what it bounds |",
    "| --- | ---: | --- | --- |",
    ...fixedLimits.map(({ name, value, unit, documentation }) => `| ${name} | ${value} | ${unit} | ${documentation} |`),
  ].join("\n")}\n`;
}
