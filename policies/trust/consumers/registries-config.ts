// registries.d as containers/image merges it: where signatures of an image are looked for (docker/registries_d.go).

import { parse } from "yaml";
import { z } from "zod";
import { type DockerReference, sectionsFor } from "./docker-reference.ts";

/** Go's yaml takes the words of YAML 1.1 where a boolean is wanted. */
const GoBoolean = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(?:yes|no|on|off)$/i)
    .transform((text) => /^(?:yes|on)$/i.test(text)),
]);

const Section = z
  .object({
    lookaside: z.string().nullish(),
    sigstore: z.string().nullish(),
    "use-sigstore-attachments": GoBoolean.nullish(),
  })
  .nullable()
  .transform(
    (read): RegistrySection => ({
      lookaside: read?.lookaside || read?.sigstore || null,
      usesAttachments: read?.["use-sigstore-attachments"] ?? null,
    }),
  );

const ConfigFile = z
  .object({ "default-docker": Section.optional(), docker: z.record(z.string(), Section).nullish() })
  .nullish();

/** Null: the section says nothing of it. `sigstore` is the older name of `lookaside`. */
export type RegistrySection = { readonly lookaside: string | null; readonly usesAttachments: boolean | null };

export type RegistriesConfig = {
  /** Null: none. */
  readonly default: RegistrySection | null;
  readonly docker: ReadonlyMap<string, RegistrySection>;
};

export type ReadRegistries =
  | { readonly outcome: "config"; readonly config: RegistriesConfig }
  /** One wrong file, or one section in two, keeps containers/image from speaking to any registry. */
  | { readonly outcome: "invalid"; readonly path: string; readonly reason: string };

const maxBytes = 1024 * 1024;

/** `files`: the paths of a registries.d folder, and what they hold. */
export function readRegistriesConfig(files: Readonly<Record<string, string>>): ReadRegistries {
  let defaultSection: RegistrySection | null = null;
  const docker = new Map<string, RegistrySection>();
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith(".yaml")) continue;
    const file = readFile(text);
    if (typeof file === "string") return { outcome: "invalid", path, reason: file };
    const own = file?.["default-docker"];
    if (own !== undefined) {
      if (defaultSection !== null) return { outcome: "invalid", path, reason: "default-docker stands in two files" };
      defaultSection = own;
    }
    for (const [name, section] of Object.entries(file?.docker ?? {})) {
      if (docker.has(name)) return { outcome: "invalid", path, reason: `the section ${name} stands in two files` };
      docker.set(name, section);
    }
  }
  return { outcome: "config", config: { default: defaultSection, docker } };
}

function readFile(text: string): z.infer<typeof ConfigFile> | string {
  if (text.length > maxBytes) return "too large";
  try {
    const read = ConfigFile.safeParse(parse(text, { maxAliasCount: 100 }));
    return read.success ? read.data : (read.error.issues[0]?.message ?? "not understood");
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.message.split("\n", 1)[0] ?? "no YAML") : "no YAML";
  }
}

/** A section that is silent leaves the question to the next wider one. */
function setting<T>(
  config: RegistriesConfig,
  image: DockerReference,
  of: (section: RegistrySection) => T | null,
): T | null {
  for (const name of sectionsFor(image)) {
    const section = config.docker.get(name);
    const value = section === undefined ? null : of(section);
    if (value !== null) return value;
  }
  return config.default === null ? null : of(config.default);
}

/** Without a word about it, `.sig` tags are not looked at. */
export function usesAttachments(config: RegistriesConfig, image: DockerReference): boolean {
  return setting(config, image, (section) => section.usesAttachments) ?? false;
}

/** Null: a folder of the host, which holds what it signed itself. */
export function lookasideOf(config: RegistriesConfig, image: DockerReference): string | null {
  return setting(config, image, ({ lookaside }) => lookaside);
}
