// Loads a policies folder: every document and every file it names, or every mistake that is in it.
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { nearest } from "../words/nearest.ts";
import { checkProjects, checkReleases, noteProjects } from "./check-projects.ts";
import { checkRegistries } from "./check-registries.ts";
import { checkSources, type DeclaredNames, noteSources } from "./check-sources.ts";
import { checkTrust, noteTrust } from "./check-trust.ts";
import { codeOf, decodeText, type FolderLimits, type FolderReader, folderLimits, readFolder } from "./folder-files.ts";
import { sortMistakes } from "./format-mistakes.ts";
import { documentKinds, type Located, parseDocument } from "./located-document.ts";
import { folderDigest } from "./policy-digest.ts";
import type { DocumentKind, Mistake, PolicyFile, PolicySet } from "./policy-set.ts";
import type { ProjectDocument } from "./project-document.ts";
import type { RegistryDocument } from "./registry-document.ts";
import type { ReleaseDocument } from "./release-document.ts";
import type { SourceDocument } from "./source-document.ts";
import type { TrustDocument } from "./trust-document.ts";
import { fileOfSigner, readTrustFiles, type TrustFiles } from "./trust-files.ts";
import { readYamlText, type YamlValue } from "./yaml-text.ts";

/** `notes` are what is allowed and yet hardly meant; they never refuse a folder. */
export type LoadedFolder =
  | { readonly outcome: "loaded"; readonly set: PolicySet; readonly notes: readonly Mistake[] }
  | { readonly outcome: "refused"; readonly mistakes: readonly Mistake[]; readonly notes: readonly Mistake[] };

/** Words of the folder that are known and not read yet. */
const laterFolders: readonly string[] = ["images", "lifecycle"];

type Documents = {
  readonly registries: Located<RegistryDocument>[];
  readonly sources: Located<SourceDocument>[];
  readonly trust: Located<TrustDocument>[];
  readonly projects: Located<ProjectDocument>[];
  readonly releases: Located<ReleaseDocument>[];
};

/** What was found so far; names of documents that are wrong count as declared, so that one mistake is said once. */
type Findings = {
  readonly documents: Documents;
  readonly mistakes: Mistake[];
  readonly notes: Mistake[];
  readonly names: { readonly hosts: Set<string>; readonly projects: Set<string> };
};

/** Never throws for what the folder holds: a folder that cannot be read is a mistake too. */
export async function loadFolder(dir: string, limits: FolderLimits = folderLimits): Promise<LoadedFolder> {
  const findings: Findings = {
    documents: { registries: [], sources: [], trust: [], projects: [], releases: [] },
    mistakes: [],
    notes: [],
    names: { hosts: new Set(), projects: new Set() },
  };
  const { documents, mistakes, notes, names } = findings;
  let root: string;
  try {
    root = await realpath(dir);
  } catch (cause) {
    const message =
      codeOf(cause) === "ENOENT" ? "there is no such folder" : `this folder can't be read (${codeOf(cause)})`;
    return { outcome: "refused", mistakes: [inFolder(".", message)], notes };
  }
  const reader = readFolder(root, limits);
  await readTop(reader, findings);
  for (const kind of documentKinds) await readKind(reader, limits, kind, findings);

  const trustFiles = await readTrustFiles(
    reader,
    limits,
    documents.trust.flatMap(({ value }) => value.signers),
  );
  mistakes.push(...presentOf(checkFolder(documents, trustFiles, names)));
  const layouts = layoutsOf(documents.registries, root);
  notes.push(
    ...presentOf([
      ...noteSources(documents.sources, names),
      ...noteTrust(documents.trust),
      ...noteProjects(documents.projects, names.projects),
      ...(await noteLayouts(documents.registries, layouts)),
    ]),
  );
  if (mistakes.length > 0) return { outcome: "refused", mistakes: sortMistakes(mistakes), notes: sortMistakes(notes) };
  return { outcome: "loaded", set: assemble(documents, trustFiles, layouts), notes: sortMistakes(notes) };
}

function inFolder(file: string, message: string): Mistake {
  return { file, line: 1, column: 1, message };
}

function presentOf(mistakes: readonly (Mistake | undefined)[]): readonly Mistake[] {
  return mistakes.filter((mistake) => mistake !== undefined);
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

function checkFolder(documents: Documents, files: TrustFiles, names: DeclaredNames): readonly (Mistake | undefined)[] {
  const registries = documents.registries.map(({ value }) => value);
  return [
    ...checkRegistries(documents.registries),
    ...checkSources(documents.sources, names),
    ...checkTrust(documents.trust, files, registries),
    ...checkProjects(documents.projects),
    ...checkReleases(documents.releases),
  ];
}

function layoutsOf(registries: readonly Located<RegistryDocument>[], root: string): ReadonlyMap<string, string> {
  return new Map(
    registries.flatMap(({ value }) =>
      "layout" in value ? [[value.host, resolve(root, "registries", value.layout)] as const] : [],
    ),
  );
}

/** A folder of layouts may be on a disk that is not there now: that fails this registry's items, not the folder. */
async function noteLayouts(
  registries: readonly Located<RegistryDocument>[],
  layouts: ReadonlyMap<string, string>,
): Promise<readonly (Mistake | undefined)[]> {
  const notes: (Mistake | undefined)[] = [];
  for (const { value, mistakeAt } of registries) {
    const folder = layouts.get(value.host);
    if (folder === undefined) continue;
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true)
      notes.push(mistakeAt(["layout"], "there is no such folder now: this registry's items will fail"));
  }
  return notes;
}

function assemble(documents: Documents, trustFiles: TrustFiles, layouts: ReadonlyMap<string, string>): PolicySet {
  const sorted = <T>(list: readonly Located<T>[], nameOf: (document: T) => string): readonly T[] =>
    list.map(({ value }) => value).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const files = new Map<string, PolicyFile>();
  for (const signer of documents.trust.flatMap(({ value }) => value.signers)) {
    const wanted = fileOfSigner(signer);
    if (wanted === undefined) continue;
    const read = trustFiles(wanted.use, wanted.name);
    if (read.outcome === "file") files.set(wanted.name, read.file);
  }
  const set = {
    registries: sorted(documents.registries, ({ host }) => host),
    sources: sorted(documents.sources, ({ id }) => id),
    trust: sorted(documents.trust, ({ id }) => id),
    projects: sorted(documents.projects, ({ id }) => id),
    releases: sorted(documents.releases, ({ os, version }) => `${os} ${version}`),
    files: Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { digest: folderDigest(set), ...set, layouts: Object.fromEntries(layouts) };
}
