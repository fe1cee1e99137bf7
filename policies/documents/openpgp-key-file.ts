// OpenPGP key files: whether a file holds public keys, and the fingerprints by which two files share a key.
import { createHash } from "node:crypto";

export type OpenpgpKeyFile =
  | {
      readonly outcome: "keys";
      /** Of the primary keys, in hexadecimal, in the file's order. */
      readonly fingerprints: readonly string[];
    }
  | { readonly outcome: "refused"; readonly reason: string };

const publicKey = 6;
const secretKeys: readonly number[] = [5, 7];
const maxPackets = 10_000;

/**
 * Walks the packets without reading the keys' algorithms: a ring may hold keys that no library here can read
 * (post-quantum ones), and they must not hide the others.
 */
export function readOpenpgpKeys(bytes: Uint8Array): OpenpgpKeyFile {
  const rings = dearmoured(bytes);
  if (typeof rings === "string") return { outcome: "refused", reason: rings };
  const fingerprints: string[] = [];
  for (const ring of rings) {
    const packets = packetsOf(ring);
    if (packets === undefined)
      return {
        outcome: "refused",
        reason: "is no OpenPGP file that can be read; export the key again (gpg --export --armor)",
      };
    for (const { tag, body } of packets) {
      if (secretKeys.includes(tag)) {
        return {
          outcome: "refused",
          reason:
            "holds a private key: take it out of the folder, replace that key everywhere, and put the public key here",
        };
      }
      if (tag === publicKey) fingerprints.push(fingerprintOf(body));
    }
  }
  if (fingerprints.length === 0) return { outcome: "refused", reason: "holds no OpenPGP public key" };
  return { outcome: "keys", fingerprints };
}

/** The binary rings in the file (RFC 9580, 6.2), or why there is none. */
function dearmoured(bytes: Uint8Array): readonly Buffer[] | string {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.includes("-----BEGIN PGP ")) return [Buffer.from(bytes)];
  const labels = [...text.matchAll(/^-----BEGIN PGP ([A-Z ]{1,40})-----/gm)].map((match) => match[1]);
  if (labels.some((label) => label !== "PUBLIC KEY BLOCK")) {
    return `holds ${labels.includes("PRIVATE KEY BLOCK") ? "a private key" : "something"} that is no public key block; export the public key alone (gpg --export --armor)`;
  }
  const blocks = text.split(/^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?$/m).slice(1);
  const rings: Buffer[] = [];
  for (const block of blocks) {
    const end = block.indexOf("\n-----END PGP PUBLIC KEY BLOCK-----");
    if (end < 0) return "has an OpenPGP block without an end";
    const lines = block
      .slice(0, end)
      .split("\n")
      .map((line) => line.trim());
    // Armour headers (`Version: …`) end with an empty line; the checksum line starts with `=`.
    const blank = lines.indexOf("", 1);
    const body = lines.slice(blank < 0 ? 1 : blank + 1).filter((line) => line !== "" && !line.startsWith("="));
    if (body.some((line) => !/^[A-Za-z0-9+/]+={0,2}$/.test(line))) return "has an OpenPGP block that is not base64";
    rings.push(Buffer.from(body.join(""), "base64"));
  }
  return rings;
}

type Packet = { readonly tag: number; readonly body: Buffer };

/** RFC 9580, 4.2: both header formats. Keys have definite lengths; anything else is not read. */
function packetsOf(ring: Buffer): readonly Packet[] | undefined {
  const packets: Packet[] = [];
  let offset = 0;
  while (offset < ring.length) {
    const head = ring.readUInt8(offset);
    if ((head & 0x80) === 0 || packets.length >= maxPackets) return undefined;
    const modern = (head & 0x40) !== 0;
    const length = modern ? modernLength(ring, offset + 1) : oldLength(ring, offset + 1, head & 3);
    if (length === undefined || length.bodyAt + length.bytes > ring.length) return undefined;
    const tag = modern ? head & 0x3f : (head >> 2) & 0x0f;
    packets.push({ tag, body: ring.subarray(length.bodyAt, length.bodyAt + length.bytes) });
    offset = length.bodyAt + length.bytes;
  }
  return packets;
}

type Length = { readonly bodyAt: number; readonly bytes: number };

function modernLength(ring: Buffer, at: number): Length | undefined {
  const first = ring.at(at);
  if (at >= ring.length || first === undefined) return undefined;
  if (first < 192) return { bodyAt: at + 1, bytes: first };
  if (first < 224)
    return at + 2 > ring.length
      ? undefined
      : { bodyAt: at + 2, bytes: ((first - 192) << 8) + ring.readUInt8(at + 1) + 192 };
  return first === 255 && at + 5 <= ring.length ? { bodyAt: at + 5, bytes: ring.readUInt32BE(at + 1) } : undefined;
}

function oldLength(ring: Buffer, at: number, type: number): Length | undefined {
  const size = [1, 2, 4][type];
  if (size === undefined || at + size > ring.length) return undefined;
  return { bodyAt: at + size, bytes: ring.readUIntBE(at, size) };
}

/** RFC 9580, 5.5.4. A version that is not known is named by its bytes: enough to see that two files hold the same key. */
function fingerprintOf(body: Buffer): string {
  const header = Buffer.alloc(5);
  switch (body.at(0)) {
    case 4:
      header.writeUInt8(0x99, 0);
      header.writeUInt16BE(body.length & 0xffff, 1);
      return createHash("sha1").update(header.subarray(0, 3)).update(body).digest("hex");
    case 6:
      header.writeUInt8(0x9b, 0);
      header.writeUInt32BE(body.length, 1);
      return createHash("sha256").update(header).update(body).digest("hex");
    default:
      return createHash("sha256").update(body).digest("hex");
  }
}
