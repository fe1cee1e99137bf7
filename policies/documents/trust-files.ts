// Trust files: the keys and trust roots that trust documents name, read once and checked for what they claim to be.
import { posix } from "node:path";
import { decodeText, type FolderLimits, type FolderReader } from "./folder-files.ts";
import { readOpenpgpKeys } from "./openpgp-key-file.ts";
import { policyFileOf } from "./policy-file.ts";
import type { PolicyFile } from "./policy-set.ts";
import { readPublicKey } from "./public-key-file.ts";
import type { Signer } from "./trust-document.ts";

/** A file and what a signer may use it as. A file that is refused for one use may be right for another. */
export type TrustFile =
  | { readonly outcome: "file"; readonly file: PolicyFile; readonly fingerprints: readonly string[] }
  | { readonly outcome: "refused"; readonly reason: string };

type Use = "key" | "openpgp" | "trustRoot";

/** The file that a signer names and what for; undefined where it names none but `public-good`. */
export function fileOfSigner(signer: Signer): { readonly use: Use; readonly name: string } | undefined {
  if ("key" in signer) return { use: "key", name: signer.key };
  if ("openpgp" in signer) return { use: "openpgp", name: signer.openpgp };
  return signer.trustRoot === "public-good" ? undefined : { use: "trustRoot", name: signer.trustRoot };
}

export type TrustFiles = (use: Use, name: string) => TrustFile;

/** Reads every file that these signers name; what it gives back looks them up. */
export async function readTrustFiles(
  reader: FolderReader,
  limits: FolderLimits,
  signers: readonly Signer[],
): Promise<TrustFiles> {
  const found = new Map<string, TrustFile>();
  for (const signer of signers) {
    const wanted = fileOfSigner(signer);
    if (wanted === undefined || found.has(`${wanted.use} ${wanted.name}`)) continue;
    found.set(`${wanted.use} ${wanted.name}`, await readTrustFile(reader, limits, wanted.use, wanted.name));
  }
  return (use, name) => found.get(`${use} ${name}`) ?? { outcome: "refused", reason: "was not read" };
}

async function readTrustFile(reader: FolderReader, limits: FolderLimits, use: Use, name: string): Promise<TrustFile> {
  const path = posix.normalize(posix.join("trust", name));
  if (path.startsWith("../"))
    return { outcome: "refused", reason: "leads out of the policies folder; keep the file inside it" };
  const read = await reader.read(path, use === "trustRoot" ? limits.trustRootBytes : limits.keyBytes);
  if (read.outcome === "refused") return read;
  const decoded = decodeText(read.bytes);
  const text = decoded.outcome === "text" ? decoded.text : undefined;
  const file = policyFileOf(read.bytes);
  switch (use) {
    case "key": {
      const key = readPublicKey(text ?? "");
      return key.outcome === "refused" ? key : { outcome: "file", file, fingerprints: [key.fingerprint] };
    }
    case "openpgp": {
      const keys = readOpenpgpKeys(read.bytes);
      return keys.outcome === "refused" ? keys : { outcome: "file", file, fingerprints: keys.fingerprints };
    }
    case "trustRoot":
      return isJsonObject(text)
        ? { outcome: "file", file, fingerprints: [] }
        : { outcome: "refused", reason: "is no JSON object; a trust root is a trusted_root.json of Sigstore" };
  }
}

function isJsonObject(text: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
