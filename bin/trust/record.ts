// Records: what one installation changes on a host, with everything that takes it back.
import { z } from "zod";
import { policyJsonPath, registriesFolder } from "../../policies/trust/host-files/host-conflicts.ts";
import { TrustError } from "./trust-error.ts";

const HostPath = z.string().refine(isHostFile, "no path of a host file");

const Kept = z
  .object({
    content: z.base64(),
    mode: z.int().min(0).max(0o7777),
    uid: z.int().min(0),
    gid: z.int().min(0),
  })
  .nullable();

export const Record = z.object({
  version: z.literal(1),
  /** The image that it was for. */
  ref: z.string(),
  installedAt: z.string(),
  /** Null: no file was, or is to be, there. In the order in which they are written. */
  files: z.array(z.object({ path: HostPath, before: Kept, after: Kept })).max(1_000),
  /** Folders that were made for them, the outer ones first. */
  folders: z.array(z.string().regex(/^(?:\/(?!\.\.?(?:\/|$))[\w.+@-]+)+$/)).max(100),
});
export type Record = z.infer<typeof Record>;
export type KeptFile = z.infer<typeof Kept>;

/** A record that somebody else wrote must not make us touch other files. */
export function isHostFile(path: string): boolean {
  const folders = ["/etc/pki/containers", registriesFolder];
  return (
    path === policyJsonPath ||
    folders.some((folder) => path.startsWith(`${folder}/`) && /^[^/]+$/.test(path.slice(folder.length + 1)))
  );
}

export function recordText(record: Record): Buffer {
  return Buffer.from(`${JSON.stringify(record, null, 1)}\n`);
}

export function parseRecord(bytes: Uint8Array, where: string): Record {
  try {
    return Record.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    const message = `${where} is no record of an installation: look at the files by hand, then remove it`;
    throw new TrustError("bad-record", message, { cause });
  }
}

export function isSameFile(one: KeptFile, other: KeptFile): boolean {
  if (one === null || other === null) return one === other;
  return one.content === other.content && one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}
