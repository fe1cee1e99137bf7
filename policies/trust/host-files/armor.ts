// OpenPGP armor (RFC 9580, section 6): a binary key ring as text, which a host file must be.
import type { PolicyFile } from "../../documents/policy-set.ts";

export function armoredKeys({ encoding, content }: PolicyFile): string {
  if (encoding === "utf8") return content;
  const lines = content.match(/.{1,64}/g) ?? [];
  const checksum = crc24(Buffer.from(content, "base64")).toString("base64");
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines.join("\n")}\n=${checksum}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

function crc24(bytes: Uint8Array): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x800000) === 0 ? crc << 1 : (crc << 1) ^ 0x1864cfb;
  }
  return Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]);
}
