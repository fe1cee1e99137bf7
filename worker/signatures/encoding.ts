// Encodings in which bytes travel inside JSON and annotations: base64, hexadecimal, PEM. Nothing lenient.
import { SignatureError } from "./signature-error.ts";

/**
 * Node's own decoder skips what it does not know, so that many texts would mean the same bytes. Line ends alone are
 * skipped, as Go's decoder does, which cosign and containers/image use.
 */
export function decodeBase64(text: string, what: string): Buffer {
  const line = text.includes("\n") || text.includes("\r") ? text.replaceAll(/[\r\n]/g, "") : text;
  const bytes = Buffer.from(line, "base64");
  if (bytes.toString("base64") !== line) throw new SignatureError("MALFORMED", `${what} is not base64`);
  return bytes;
}

export function decodeHex(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, "hex");
  if (bytes.toString("hex") !== text) throw new SignatureError("MALFORMED", `${what} is not lower-case hexadecimal`);
  return bytes;
}

export type PemBlock = { readonly label: string; readonly der: Buffer };

const begin = /^-----BEGIN ([A-Z0-9 ]+)-----$/;

/** All PEM blocks of a text (RFC 7468). Text around them, as OpenSSL writes it, is skipped. */
export function readPem(text: string, what: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let label: string | undefined;
  let body: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (label === undefined) {
      label = begin.exec(line)?.[1];
      body = [];
    } else if (line === `-----END ${label}-----`) {
      blocks.push({ label, der: decodeBase64(body.join(""), what) });
      label = undefined;
    } else {
      body.push(line);
    }
  }
  if (label !== undefined) throw new SignatureError("MALFORMED", `${what} is a PEM block without an end`);
  return blocks;
}

/** The one PEM block of a text: of two, programs take different ones. */
export function readOnePem(text: string, what: string): PemBlock {
  const blocks = readPem(text, what);
  const [block] = blocks;
  if (block === undefined || blocks.length !== 1) {
    throw new SignatureError("MALFORMED", `${what} is not one PEM block`);
  }
  return block;
}
