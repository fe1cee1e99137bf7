// Blobs: their bytes, checked by digest, or a part of them.
import { matchesDigest } from "../../policies/words/digest.ts";
import { saysAbsent } from "./refusals.ts";
import type { BlobRange } from "./registry.ts";
import type { RegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

export type BlobQuestion = {
  readonly path: string;
  readonly digest: string;
  readonly limitBytes: number;
  readonly range: BlobRange | undefined;
};

export async function readRegistryBlob(
  client: RegistryClient,
  environment: RegistryEnvironment,
  question: BlobQuestion,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const { path, digest, limitBytes, range } = question;
  const what = `the blob ${digest} of ${client.host}/${path}`;
  if (range !== undefined) refuseLargeRange(range, limitBytes, what);
  const answer = await client.ask(
    {
      target: `/v2/${path}/blobs/${digest}`,
      path,
      // A registry that knows no ranges sends the blob from its beginning: it is read as far as is needed.
      headers: { accept: "*/*", ...(range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` }) },
      limitBytes: range === undefined ? limitBytes : Math.min(limitBytes, range.end + 1),
      beyondLimit: range === undefined ? "fail" : "cut",
      deadlineMs: environment.limits.blobDeadlineMs,
    },
    signal,
  );
  if (saysAbsent(answer)) return undefined;
  if (range !== undefined && answer.status === 206) return checkPart(answer.body, answer.headers, range, what);
  if (answer.status !== 200) throw client.refusal(answer);
  if (range !== undefined && range.end >= limitBytes && answer.cut) {
    throw new RegistryError("too-large", `${what}: the registry knows no ranges, and the part lies too far behind`);
  }
  if (range !== undefined) return answer.body.subarray(range.start, range.end + 1);
  if (matchesDigest(answer.body, digest)) return answer.body;
  throw new RegistryError("digest-mismatch", `${what}: the bytes are others`);
}

/** What could not be read within the limit is not asked for. */
export function refuseLargeRange(range: BlobRange, limitBytes: number, what: string): void {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError(`${what}: ${start} to ${end} is no range`);
  }
  if (end - start + 1 > limitBytes)
    throw new RegistryError("too-large", `${what}: the part is over ${limitBytes} bytes`);
}

function checkPart(body: Buffer, headers: Readonly<Record<string, string>>, range: BlobRange, what: string): Buffer {
  const said = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/(?:[0-9]{1,15}|\*)$/.exec(headers["content-range"] ?? "");
  const length = said === null ? -1 : Number(said[2]) - Number(said[1]) + 1;
  // Shorter than asked for is the end of the blob.
  if (Number(said?.[1]) !== range.start || length !== body.length || length > range.end - range.start + 1) {
    throw new RegistryError("malformed", `${what}: another part came than was asked for`);
  }
  return body;
}
