// OpenPGP key rings: every key that can be read, though another in the same file cannot.
import { type Key, readKey, unarmor } from "openpgp";
import { digestOf } from "../../policies/words/digest.ts";
import { SignatureError } from "./signature-error.ts";

export type OpenpgpKey = {
  /** Of the primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  /**
   * The fingerprint with the digest of all its packets: the same key exported again, with a revocation, a new subkey
   * or another end, says something else of the signatures that it made.
   */
  readonly exactly: string;
  readonly key: Key;
};

export type ReadOpenpgpKeys = {
  readonly keys: readonly OpenpgpKey[];
  /** One sentence for each key that cannot be used: of a kind that is not supported, private, or malformed. */
  readonly problems: readonly string[];
};

const publicKeyTag = 6;
const ringBytes = 4 * 1024 * 1024;
const ringKeys = 256;
const armorHeader = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/**
 * Reads armored blocks, of which a file may have several, or one binary ring. Red Hat's files hold ML-DSA keys too:
 * read as one ring, such a key would make all others in it unreadable.
 */
export async function readOpenpgpKeys(file: Uint8Array | string): Promise<ReadOpenpgpKeys> {
  const keys: OpenpgpKey[] = [];
  const problems: string[] = [];
  try {
    const size = typeof file === "string" ? Buffer.byteLength(file) : file.byteLength;
    if (size > ringBytes) throw new SignatureError("LIMIT_EXCEEDED", `a key ring of ${size} bytes`);
    for (const ring of await dearmor(file)) {
      const { binaryKeys, problem } = splitRing(ring);
      if (problem !== null) problems.push(problem);
      for (const binaryKey of binaryKeys) {
        const read = await readOneKey(binaryKey);
        if (typeof read === "string") problems.push(read);
        else keys.push(read);
      }
    }
  } catch (thrown) {
    problems.push(thrown instanceof Error ? thrown.message : "not an OpenPGP key ring");
  }
  if (keys.length + problems.length === 0) problems.push("the file holds no OpenPGP public key");
  return { keys: uniqueKeys(keys), problems };
}

/** Each once. Copies of one key that differ are all kept: any of them may hold its revocation. */
export function uniqueKeys(keys: readonly OpenpgpKey[]): readonly OpenpgpKey[] {
  return [...new Map(keys.map((key) => [key.exactly, key])).values()];
}

async function dearmor(file: Uint8Array | string): Promise<readonly Uint8Array[]> {
  const isBinary = typeof file !== "string" && ((file[0] ?? 0) & 0x80) !== 0;
  if (isBinary) return [file];
  const text = typeof file === "string" ? file : Buffer.from(file).toString("latin1");
  const blocks = text.split(armorHeader).slice(1);
  return Promise.all(
    blocks.map(async (block) => {
      const { data } = await unarmor(armorHeader + block);
      if (!(data instanceof Uint8Array)) throw new SignatureError("MALFORMED", "an armored block without data");
      return data;
    }),
  );
}

/** Cuts a ring where a new primary key begins (RFC 9580, sections 4.2 and 10.1), as far as it is one. */
function splitRing(ring: Uint8Array): { readonly binaryKeys: readonly Uint8Array[]; readonly problem: string | null } {
  const starts: number[] = [];
  let end = 0;
  let problem: string | null = null;
  while (end < ring.length && problem === null) {
    const packet = readPacketHeader(ring, end);
    if (packet === undefined) problem = "the key ring ends in something that is no packet";
    else if (packet.tag === publicKeyTag && starts.push(end) > ringKeys)
      problem = `more than ${ringKeys} keys in a ring`;
    end = packet?.end ?? end;
  }
  const last = problem === null ? ring.length : end;
  return {
    binaryKeys: starts.slice(0, ringKeys).map((start, index) => ring.subarray(start, starts[index + 1] ?? last)),
    problem,
  };
}

function readPacketHeader(bytes: Uint8Array, at: number): { readonly tag: number; readonly end: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const first = view.getUint8(at);
    if ((first & 0x80) === 0) return undefined;
    const isNewFormat = (first & 0x40) !== 0;
    const tag = isNewFormat ? first & 0x3f : (first >> 2) & 0x0f;
    const [header, length] = isNewFormat ? newLength(view, at + 1) : oldLength(view, at + 1, first & 0x03);
    const end = at + 1 + header + length;
    return end > bytes.length ? undefined : { tag, end };
  } catch {
    // Its length lies behind the end, or is a partial one, which keys do not have.
    return undefined;
  }
}

function newLength(view: DataView, at: number): readonly [number, number] {
  const first = view.getUint8(at);
  if (first < 192) return [1, first];
  if (first < 224) return [2, ((first - 192) << 8) + view.getUint8(at + 1) + 192];
  if (first === 255) return [5, view.getUint32(at + 1)];
  throw new SignatureError("MALFORMED", "a key of partial lengths");
}

function oldLength(view: DataView, at: number, type: number): readonly [number, number] {
  if (type === 0) return [1, view.getUint8(at)];
  if (type === 1) return [2, view.getUint16(at)];
  if (type === 2) return [4, view.getUint32(at)];
  return [0, view.byteLength - at];
}

async function readOneKey(binaryKey: Uint8Array): Promise<OpenpgpKey | string> {
  try {
    const key = await readKey({ binaryKey });
    if (key.isPrivate()) return "the ring holds a private key";
    const fingerprint = key.getFingerprint().toUpperCase();
    return { fingerprint, exactly: `${fingerprint} ${digestOf(binaryKey)}`, key };
  } catch (thrown) {
    return `a key of the ring cannot be read: ${thrown instanceof Error ? thrown.message : "unknown"}`;
  }
}
