// A layer of the sample catalog: a tar with one small file, the same bytes on every machine.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

export type Blob = { readonly mediaType: string; readonly digest: string; readonly bytes: Buffer };

export type Layer = Blob & { readonly diffId: string };

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Nothing of an operating system is in it: a layer here only has a name, so that layers can be shared and compared. */
export function sampleLayer(name: string): Layer {
  const tar = tarOf(
    `usr/share/signalbox-sample/${name.replaceAll(/[^a-z0-9.]+/g, "-")}`,
    `The layer "${name}" of the sample catalog of Signalbox. There is no operating system in it.\n`,
  );
  // Stored, not deflated: what zlib makes of the same text differs between its versions and processors.
  const bytes = gzipSync(tar, { level: 0 });
  // The byte that tells the operating system.
  bytes[9] = 255;
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  return { mediaType, digest: digestOf(bytes), bytes, diffId: digestOf(tar) };
}

/** POSIX ustar with one regular file, owned by root, of the year 1970. */
function tarOf(path: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  header.write("root", 265);
  header.write("root", 297);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
