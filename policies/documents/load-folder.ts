// Loads a policies folder: every document and every file it names, or every mistake that is in it.
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { checkProjects, checkReleases, noteProjects } from "./check-projects.ts";
import { checkRegistries } from "./check-registries.ts";
import { checkSources, type DeclaredNames, noteSources } from "./check-sources.ts";
import { checkTrust, noteTrust } from "./check-trust.ts";
import { codeOf, type FolderLimits, folderLimits, readFolder } from "./folder-files.ts";
import { sortMistakes } from "./format-mistakes.ts";
import type { Located } from "./located-document.ts";
import { folderDigest } from "./policy-digest.ts";
import type { Mistake, PolicyFile, PolicySet } from "./policy-set.ts";
import { type Documents, inFolder, readDocuments } from "./read-documents.ts";
import type { RegistryDocument } from "./registry-document.ts";
import { fileOfSigner, readTrustFiles, type TrustFiles } from "./trust-files.ts";

/** `notes` are what is allowed and yet hardly meant; they never refuse a folder. */
export type LoadedFolder =
  | { readonly outcome: "loaded"; readonly set: PolicySet; readonly notes: readonly Mistake[] }
  | { readonly outcome: "refused"; readonly mistakes: readonly Mistake[]; readonly notes: readonly Mistake[] };

/** Never throws for what the folder holds: a folder that cannot be read is a mistake too. */
export async function loadFolder(dir: string, limits: FolderLimits = folderLimits): Promise<LoadedFolder> {
  let root: string;
  try {
    root = await realpath(dir);
  } catch (cause) {
    const message =
      codeOf(cause) === "ENOENT" ? "there is no such folder" : `this folder can't be read (${codeOf(cause)})`;
    return { outcome: "refused", mistakes: [inFolder(".", message)], notes: [] };
  }
  const reader = readFolder(root, limits);
  const { documents, mistakes, notes, names } = await readDocuments(reader, limits);

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

function presentOf(mistakes: readonly (Mistake | undefined)[]): readonly Mistake[] {
  return mistakes.filter((mistake) => mistake !== undefined);
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
