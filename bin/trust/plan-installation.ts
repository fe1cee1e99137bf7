// Planning an installation: what of a host's files a switch plan changes, and what its own files still say after that.
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { checkMerged } from "../../policies/trust/host-files/check-merged.ts";
import { type GivenFiles, readGivenFiles } from "../../policies/trust/host-files/given-files.ts";
import {
  type HostFileConflict,
  policyJsonPath,
  registriesFolder,
} from "../../policies/trust/host-files/host-conflicts.ts";
import { mergePolicyText } from "../../policies/trust/host-files/merge-policy-text.ts";
import { newPolicy } from "../../policies/trust/host-files/policy-json.ts";
import { mergeRegistries } from "../../policies/trust/host-files/registries-d.ts";
import { type HostRoot, listHostFiles, placeOf, readHostFile } from "./host-root.ts";
import { keptFile } from "./journal.ts";
import { isSameFile, type KeptFile, type Record } from "./record.ts";
import { TrustError } from "./trust-error.ts";

export type Installation = {
  /** Without what is so already. */
  readonly record: Record;
  readonly conflicts: readonly HostFileConflict[];
  /** Whether the host then refuses the very image without a signature. */
  readonly refusesUnsigned: boolean;
  /** policy.json as it will be. */
  readonly policyJson: string;
  /** Whether the host had none. */
  readonly isNewPolicy: boolean;
  /** The first skopeo that reads the host's files; an older one refuses every pull. */
  readonly readFrom: string;
};

/** A host that has none in /etc reads this one, which a file in /etc then hides: it is merged into. */
const vendorPolicyPath = "/usr/share/containers/policy.json";

/** `pending`: what a killed run left; its files count as they were before it. */
export async function planInstallation(
  root: HostRoot,
  plan: SwitchPlan,
  pending: Record | undefined,
  now: number,
): Promise<Installation> {
  const read = readGivenFiles(plan);
  if (read.outcome === "refused") {
    throw new TrustError("bad-files", `the plan's host files are not to be used: ${read.reason}`);
  }
  const given = read.files;
  const { ref } = plan.target;
  const before = await readBefore(root, given, pending);
  const policy = await mergedPolicy(root, before.get(policyJsonPath) ?? null, given, ref);
  const registries = mergeRegistries(registryTexts(before), given.name, given.registries, ref);
  refuseUnreadable(registries.conflicts);
  const configuration = { policyJson: policy.content, registriesD: registries.all, files: given.keys };
  const checked = checkMerged(configuration, ref, given.own);
  if (checked.outcome === "broken") {
    throw new TrustError("bad-files", `the host could not pull with these files: ${checked.reason}`);
  }
  // Keys first and policy.json last: at no moment does it name a key that is not there.
  const wanted = new Map([
    ...Object.entries(given.keys),
    ...registries.files.map(({ path, content }) => [path, content] as const),
    [policyJsonPath, policy.content] as const,
  ]);
  const left = (pending?.files ?? []).map(({ path }) => path).filter((path) => !wanted.has(path));
  const isKey = (path: string) => !path.startsWith(`${registriesFolder}/`);
  const paths = [...left.filter((path) => !isKey(path)), ...wanted.keys(), ...left.filter(isKey)];
  const files = paths.map((path) => {
    const was = before.get(path) ?? null;
    return { path, before: was, after: fileOf(wanted.get(path), was) };
  });
  const changed = files.filter((file) => left.includes(file.path) || !isSameFile(file.before, file.after));
  const folders = await missingFolders(root, changed);
  return {
    record: {
      version: 1,
      ref,
      installedAt: new Date(now).toISOString(),
      files: changed,
      folders: [...new Set([...(pending?.folders ?? []), ...folders])],
    },
    conflicts: [...policy.conflicts, ...registries.conflicts],
    refusesUnsigned: checked.refusesUnsigned,
    policyJson: policy.content,
    isNewPolicy: policy.isNew,
    readFrom: checked.readFrom,
  };
}

type Before = ReadonlyMap<string, KeptFile>;

async function readBefore(root: HostRoot, given: GivenFiles, pending: Record | undefined): Promise<Before> {
  const registries = await listHostFiles(root, registriesFolder, ".yaml");
  const before = new Map<string, KeptFile>();
  for (const path of [...Object.keys(given.keys), ...registries, policyJsonPath]) {
    before.set(path, await keptFile(root, path));
  }
  for (const file of pending?.files ?? []) before.set(file.path, file.before);
  return before;
}

function registryTexts(before: Before): Readonly<{ [path: string]: string }> {
  return Object.fromEntries(
    [...before].flatMap(([path, file]) =>
      file !== null && path.startsWith(`${registriesFolder}/`) ? [[path, textOf(file)]] : [],
    ),
  );
}

/** Bytes that are no text would be written back as others. */
function textOf({ content }: NonNullable<KeptFile>): string {
  const bytes = Buffer.from(content, "base64");
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw unreadable("a file of registries.d", "it is not UTF-8");
  return text;
}

async function mergedPolicy(root: HostRoot, file: KeptFile, { own, inner }: GivenFiles, ref: string) {
  const vendor = file === null ? (await readHostFile(root, vendorPolicyPath))?.bytes : undefined;
  const bytes = file === null ? vendor : Buffer.from(file.content, "base64");
  if (bytes === undefined) return { content: newPolicy({ ...inner, ...own }), conflicts: [], isNew: true };
  const merged = mergePolicyText(bytes, own, inner, ref);
  if (merged.outcome === "merged") return { ...merged, isNew: false };
  refuseUnreadable(merged.conflicts);
  throw unreadable(policyJsonPath, "it cannot be merged into");
}

function refuseUnreadable(conflicts: readonly HostFileConflict[]): void {
  const found = conflicts.find((conflict) => conflict.kind === "unreadable");
  if (found !== undefined) throw unreadable(found.file, found.reason);
}

function unreadable(file: string, reason: string): TrustError {
  return new TrustError("not-readable", `${file} cannot be merged into: ${reason}; repair it first`);
}

/** Whoever owns it keeps it; everybody has to be able to read it. What says the same already stays as it is. */
function fileOf(text: string | undefined, was: KeptFile): KeptFile {
  if (text === undefined) return was;
  const content = Buffer.from(text).toString("base64");
  if (was?.content === content) return was;
  return { content, mode: 0o644, uid: was?.uid ?? process.getuid?.() ?? 0, gid: was?.gid ?? process.getgid?.() ?? 0 };
}

async function missingFolders(root: HostRoot, files: Record["files"]): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/").slice(1, -1);
    for (let count = 1; count <= parts.length; count++) {
      const folder = `/${parts.slice(0, count).join("/")}`;
      const place = await placeOf(root, `${folder}/.signalbox`);
      if (!(await isThere(dirname(place.path)))) folders.add(folder);
    }
  }
  return [...folders].sort();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
