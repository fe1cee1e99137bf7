// Content encodings: none is asked for, those that come are unpacked within the same limit.
import { promisify } from "node:util";
import zlib from "node:zlib";
import { HttpError } from "./http-error.ts";

type Unpack = (bytes: Buffer, limitBytes: number) => Promise<Buffer>;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const zstd = promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

const byEncoding: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ["gzip", (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength })],
  ["x-gzip", (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength })],
  ["deflate", (bytes, maxOutputLength) => inflate(bytes, { maxOutputLength })],
  ["br", (bytes, maxOutputLength) => brotli(bytes, { maxOutputLength })],
  // RFC 9659: a window of more than 8 MiB must not be needed.
  [
    "zstd",
    (bytes, maxOutputLength) => zstd(bytes, { maxOutputLength, params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 } }),
  ],
]);

/** Nobody packs twice but to make a small thing that unpacks to a very large one. */
const maxLayers = 2;

/** The body as it was before it was packed; throws `too-large` as soon as more than the limit comes out. */
export async function unpackBody(body: Buffer, encoding: string | undefined, limitBytes: number): Promise<Buffer> {
  if (encoding === undefined || body.length === 0) return body;
  const layers = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (layers.length > maxLayers) throw new HttpError("malformed", `the body is packed ${layers.length} times`);
  let bytes = body;
  for (const name of layers.reverse()) {
    const unpack = byEncoding.get(name);
    if (unpack === undefined) throw new HttpError("malformed", `the body has an unknown content encoding`);
    bytes = await unpack(bytes, limitBytes).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ERR_BUFFER_TOO_LARGE") {
        throw new HttpError("too-large", `the body unpacks to more than ${limitBytes} bytes`, { cause });
      }
      throw new HttpError("malformed", `the body is not ${name}, as it says`, { cause });
    });
  }
  return bytes;
}
