// Reads the documents of a policies folder, kind by kind: what could be read, and what is wrong with the rest.
import { nearest } from "../words/nearest.ts";
import { decodeText, type FolderLimits, type FolderReader } from "./folder-files.ts";
import { documentKinds, type Located, parseDocument } from "./located-document.ts";
import type { DocumentKind, Mistake } from "./policy-set.ts";
import type { ProjectDocument } from "./project-document.ts";
import type { RegistryDocument } from "./registry-document.ts";
import type { ReleaseDocument } from "./release-document.ts";
import type { SourceDocument } from "./source-document.ts";
import type { TrustDocument } from "./trust-document.ts";
import { readYamlText, type YamlValue } from "./yaml-text.ts";

/** Words of the folder that are known and not read yet. */
const laterFolders: readonly string[] = ["images", "lifecycle"];

export type Documents = {
  readonly registries: Located<RegistryDocument>[];
  readonly sources: Located<SourceDocument>[];
  readonly trust: Located<TrustDocument>[];
  readonly projects: Located<ProjectDocument>[];
  readonly releases: Located<ReleaseDocument>[];
};

/** What was found so far; names of documents that are wrong count as declared, so that one mistake is said once. */
export type Findings = {
  readonly documents: Documents;
  readonly mistakes: Mistake[];
  readonly notes: Mistake[];
  readonly names: { readonly hosts: Set<string>; readonly projects: Set<string> };
};

/** Everything under the folders of documents; never throws for what they hold. */
export async function readDocuments(reader: FolderReader, limits: FolderLimits): Promise<Findings> {
  const findings: Findings = {
    documents: { registries: [], sources: [], trust: [], projects: [], releases: [] },
    mistakes: [],
    notes: [],
    names: { hosts: new Set(), projects: new Set() },
  };
  await readTop(reader, findings);
  for (const kind of documentKinds) await readKind(reader, limits, kind, findings);
  return findings;
}

/** A mistake of a whole file or folder. */
export function inFolder(file: string, message: string): Mistake {
  return { file, line: 1, column: 1, message };
}

/** A mistyped folder would be believed to be in force, so a name that is nearly a known one is refused. */
async function readTop(reader: FolderReader, { mistakes, notes }: Findings): Promise<void> {
  const top = await reader.list("");
  if (top.outcome !== "entries") {
    mistakes.push(inFolder(".", top.outcome === "absent" ? "there is no such folder" : top.reason));
    return;
  }
  const known = [...documentKinds, ...laterFolders];
  const seen = top.entries.filter(({ name }) => !name.startsWith("."));
  if (!seen.some(({ name }) => known.includes(name))) {
    mistakes.push(
      inFolder(
        ".",
        `none of ${documentKinds.map((kind) => `${kind}/`).join(", ")} is here; is this a policies folder?`,
      ),
    );
  }
  for (const { name, kind } of seen) {
    if (laterFolders.includes(name)) notes.push(inFolder(name, "these documents are known and not read yet"));
    else if (isDocumentFile(name))
      notes.push(inFolder(name, "this file is not read: documents lie in a folder of their kind"));
    if (kind !== "folder" || known.includes(name)) continue;
    const near = nearest(name, known);
    if (near !== undefined) mistakes.push(inFolder(name, `unknown folder; did you mean ${near}/?`));
  }
}

function isDocumentFile(name: string): boolean {
  return !name.startsWith(".") && /\.ya?ml$/.test(name);
}

async function readKind(
  reader: FolderReader,
  limits: FolderLimits,
  kind: DocumentKind,
  findings: Findings,
): Promise<void> {
  const listed = await reader.list(kind);
  if (listed.outcome === "absent") return;
  if (listed.outcome === "refused") {
    findings.mistakes.push(inFolder(kind, listed.reason));
    return;
  }
  for (const entry of listed.entries) {
    const file = `${kind}/${entry.name}`;
    if (entry.kind === "folder") {
      await noteUnreadFolder(reader, file, findings);
    } else if (isDocumentFile(entry.name)) {
      const values = await readFile(reader, limits, file, findings);
      for (const value of values) take(kind, file, value, findings);
    }
  }
}

/** Documents one folder further down are not read; who puts them there should know. Keys and layouts lie there rightly. */
async function noteUnreadFolder(reader: FolderReader, folder: string, { notes }: Findings): Promise<void> {
  const listed = await reader.list(folder);
  const document = listed.outcome === "entries" ? listed.entries.find(({ name }) => isDocumentFile(name)) : undefined;
  if (document !== undefined)
    notes.push(inFolder(`${folder}/${document.name}`, "folders within a folder of documents are not read"));
}

async function readFile(
  reader: FolderReader,
  limits: FolderLimits,
  file: string,
  { mistakes }: Findings,
): Promise<readonly YamlValue[]> {
  const read = await reader.read(file, limits.documentBytes);
  if (read.outcome === "refused") {
    mistakes.push(inFolder(file, `this file ${read.reason}`));
    return [];
  }
  const decoded = decodeText(read.bytes);
  if (decoded.outcome === "refused") {
    mistakes.push({ file, line: decoded.line, column: 1, message: "this line is not UTF-8; save the file as UTF-8" });
    return [];
  }
  const yaml = readYamlText(decoded.text);
  if (yaml.outcome === "values") return yaml.values;
  mistakes.push(...yaml.mistakes.map((mistake) => ({ file, ...mistake })));
  return [];
}

function take(kind: DocumentKind, file: string, yaml: YamlValue, { documents, mistakes, names }: Findings): void {
  const raw = yaml.value as { readonly host?: unknown; readonly id?: unknown };
  if (kind === "registries" && typeof raw.host === "string") names.hosts.add(raw.host);
  if (kind === "projects" && typeof raw.id === "string") names.projects.add(raw.id);
  const parsed = parseInto(kind, file, yaml, documents);
  mistakes.push(...parsed);
}

function parseInto(kind: DocumentKind, file: string, yaml: YamlValue, documents: Documents): readonly Mistake[] {
  const keep = <T>(list: Located<T>[], parsed: { document: Located<T> | undefined; mistakes: readonly Mistake[] }) => {
    if (parsed.document !== undefined) list.push(parsed.document);
    return parsed.mistakes;
  };
  switch (kind) {
    case "registries":
      return keep(documents.registries, parseDocument("registries", file, yaml));
    case "sources":
      return keep(documents.sources, parseDocument("sources", file, yaml));
    case "trust":
      return keep(documents.trust, parseDocument("trust", file, yaml));
    case "projects":
      return keep(documents.projects, parseDocument("projects", file, yaml));
    case "releases":
      return keep(documents.releases, parseDocument("releases", file, yaml));
  }
}
