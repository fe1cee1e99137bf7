// Located documents: a document of a folder with the place it was read from, so that every mistake can be found.
import type { z } from "zod";
import { explainIssues, type Finding } from "./explain-issue.ts";
import type { DocumentKind, Mistake } from "./policy-set.ts";
import { ProjectDocument } from "./project-document.ts";
import { RegistryDocument } from "./registry-document.ts";
import { ReleaseDocument } from "./release-document.ts";
import { SourceDocument } from "./source-document.ts";
import { TrustDocument } from "./trust-document.ts";
import type { Path, YamlValue } from "./yaml-text.ts";

export const schemas = {
  registries: RegistryDocument,
  sources: SourceDocument,
  trust: TrustDocument,
  projects: ProjectDocument,
  releases: ReleaseDocument,
} as const satisfies Record<DocumentKind, z.ZodType>;

export const documentKinds = Object.keys(schemas) as readonly DocumentKind[];

export type Located<T> = {
  readonly value: T;
  readonly file: string;
  /** A mistake at this part of the document; undefined where that part was already found wrong by its form. */
  mistakeAt(path: Path, message: string, part?: "key" | "value"): Mistake | undefined;
  /** `file:line` of this part, for messages about another document. */
  placeOf(path: Path): string;
};

export type ParsedDocument<T> = {
  /** Undefined where so much is wrong that nothing further can be said. */
  readonly document: Located<T> | undefined;
  readonly mistakes: readonly Mistake[];
};

/** Stand-ins for what is missing or wrong, so that the rest of a document is checked against the others all the same. */
const standIns: Readonly<Record<DocumentKind, Readonly<Record<string, unknown>>>> = {
  registries: { host: "unreadable.invalid", dialect: "oci" },
  sources: { id: "unreadable", registry: "unreadable.invalid", kind: "base", repositories: ["unreadable"] },
  trust: { id: "unreadable", scopes: ["unreadable.invalid"], signers: [{ id: "unreadable", key: "unreadable" }] },
  projects: { id: "unreadable", name: "unreadable" },
  releases: { os: "unreadable", version: "0", source: "unreadable" },
};

export function parseDocument<K extends DocumentKind>(
  kind: K,
  file: string,
  yaml: YamlValue,
): ParsedDocument<z.infer<(typeof schemas)[K]>> {
  type Document = z.infer<(typeof schemas)[K]>;
  const schema: z.ZodType = schemas[kind];
  const parsed = schema.safeParse(yaml.value);
  if (parsed.success) return { document: locate(parsed.data as Document, file, yaml, new Set()), mistakes: [] };

  const findings = explainIssues(schema, parsed.error.issues, yaml.value);
  const mistakes = findings.map(
    (finding): Mistake => ({ file, ...yaml.positionOf(finding.path, finding.part), message: finding.message }),
  );
  const { value, wrong } = mended(kind, yaml.value, findings);
  const again = schema.safeParse(value);
  return { document: again.success ? locate(again.data as Document, file, yaml, wrong) : undefined, mistakes };
}

function locate<T>(value: T, file: string, yaml: YamlValue, wrong: ReadonlySet<PropertyKey>): Located<T> {
  return {
    value,
    file,
    mistakeAt: (path, message, part = "value") =>
      path[0] !== undefined && wrong.has(path[0]) ? undefined : { file, ...yaml.positionOf(path, part), message },
    placeOf: (path) => `${file}:${yaml.positionOf(path, "value").line}`,
  };
}

/** The document without unknown members, and with stand-ins for the members that are wrong. */
function mended(kind: DocumentKind, raw: unknown, findings: readonly Finding[]) {
  const value = structuredClone(raw) as Record<string, unknown>;
  const wrong = new Set<PropertyKey>();
  for (const { path, part } of findings) {
    const name = path[0];
    if (name === undefined) continue;
    if (part === "key" && removeMember(value, path)) continue;
    wrong.add(name);
    delete value[String(name)];
  }
  const standIn = { ...standIns[kind] };
  if (value.layout !== undefined) delete standIn.dialect;
  if (value.namespace !== undefined) delete standIn.repositories;
  for (const [name, filler] of Object.entries(standIn)) {
    if (Object.hasOwn(value, name)) continue;
    value[name] = filler;
    wrong.add(name);
  }
  return { value, wrong };
}

function removeMember(document: unknown, path: Path): boolean {
  let holder = document as Record<PropertyKey, unknown> | undefined;
  for (const step of path.slice(0, -1)) holder = holder?.[step] as Record<PropertyKey, unknown> | undefined;
  const last = path.at(-1);
  return (
    holder !== undefined && last !== undefined && typeof holder === "object" && Reflect.deleteProperty(holder, last)
  );
}
