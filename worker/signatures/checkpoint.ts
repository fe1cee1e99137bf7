// Checkpoints of transparency logs (C2SP tlog-checkpoint, signed-note): a log's own word on how large it is and its root.
import { verify } from "node:crypto";
import { decodeBase64 } from "./encoding.ts";
import { SignatureError } from "./signature-error.ts";
import type { TransparencyLog } from "./trust-root.ts";

export type Checkpoint = { readonly origin: string; readonly size: bigint; readonly rootHash: Buffer };

type NoteSignature = { readonly name: string; readonly keyHint: Buffer; readonly signature: Buffer };

const linesOfCosignatures = 64;

function wrong(message: string): SignatureError {
  return new SignatureError("TLOG_PROOF", message);
}

/** The checkpoint, if this log signed it. Signatures by others (witnesses) are neither needed nor believed. */
export function readCheckpoint(note: string, log: TransparencyLog): Checkpoint {
  const end = note.indexOf("\n\n");
  const body = note.slice(0, end + 1);
  const signatures = readSignatures(note.slice(end + 2));
  const signed = signatures.some(
    ({ name, keyHint, signature }) =>
      isNameOf(name, log) &&
      keyHint.equals(log.logID.subarray(0, 4)) &&
      verify(hashOf(log), Buffer.from(body, "utf8"), log.publicKey, signature),
  );
  if (!signed) throw wrong("the checkpoint is not signed by the log");

  const [origin = "", size = "", root = ""] = body.split("\n");
  const rootHash = decodeBase64(root, "the checkpoint's root hash");
  if (origin === "" || !/^(?:0|[1-9][0-9]{0,18})$/.test(size) || rootHash.length !== 32) {
    throw wrong("the checkpoint is not origin, size and root hash");
  }
  return { origin, size: BigInt(size), rootHash };
}

/** Ed25519 hashes for itself; all other logs use SHA-256. */
export function hashOf(log: TransparencyLog): "sha256" | null {
  return log.publicKey.asymmetricKeyType === "ed25519" ? null : "sha256";
}

function readSignatures(text: string): readonly NoteSignature[] {
  const lines = text.split("\n");
  if (lines.length > linesOfCosignatures)
    throw new SignatureError("LIMIT_EXCEEDED", "a checkpoint with too many signatures");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const [dash, name, value, more] = line.split(" ");
      if (dash !== "\u2014" || name === undefined || value === undefined || more !== undefined) {
        throw wrong("a signature line of the checkpoint is malformed");
      }
      const bytes = decodeBase64(value, "a signature of the checkpoint");
      return { name, keyHint: bytes.subarray(0, 4), signature: bytes.subarray(4) };
    });
}

/** The name of the key in a note is the log's address without its scheme; the root may give it with or without. */
function isNameOf(name: string, log: TransparencyLog): boolean {
  const address = log.baseURL.replace(/^[a-z]+:\/\//, "").replace(/\/$/, "");
  return name === address || name === address.split("/", 1)[0];
}
