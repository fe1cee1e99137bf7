// JSON bodies: read with a bound, refused for what is wrong with them, never trusted to be what they say.
import type { DocumentLimits } from "../../policies/images/document-limits.ts";
import { parseStrictJson } from "../../policies/images/strict-json.ts";
import type { Problem } from "../problems.ts";
import type { Posted } from "./posted.ts";

type Refused = { readonly outcome: "refused"; readonly problem: Problem };
export type ReadBody = { readonly outcome: "bytes"; readonly bytes: Uint8Array } | Refused;
export type ParsedBody = { readonly outcome: "value"; readonly value: unknown } | Refused;

export type BodyLimits = { readonly maxBytes: number; readonly maxDepth: number };

/** A host with some ten thousand layered packages has that many values; a batch has a thousand hosts. */
const bytesPerMember = 16;

/** The bytes that are said to be JSON, within the bound. */
export async function readBodyBytes(posted: Posted, limits: BodyLimits): Promise<ReadBody> {
  const type = posted.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return refused(
      "unsupported-media-type",
      `the body is ${type === undefined ? "of no named type" : JSON.stringify(type.slice(0, 100))}`,
    );
  }
  const encoding = posted.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity") return refused("unsupported-media-type", "the body has a content encoding");
  const tooLarge = refused("body-too-large", `the body is larger than ${limits.maxBytes} bytes`);
  if (Number(posted.header("content-length") ?? 0) > limits.maxBytes) return tooLarge;
  const bytes = await posted.readBody(limits.maxBytes);
  return bytes === undefined ? tooLarge : { outcome: "bytes", bytes };
}

export function parseBody(bytes: Uint8Array, limits: BodyLimits): ParsedBody {
  const parsed = parseStrictJson(bytes, documentLimits(limits));
  if (parsed.outcome === "invalid") return refused("invalid-body", `the body is not usable JSON: ${parsed.reason}`);
  return { outcome: "value", value: parsed.value };
}

function documentLimits({ maxBytes, maxDepth }: BodyLimits): DocumentLimits {
  return { maxBytes, maxDepth, maxMembers: Math.ceil(maxBytes / bytesPerMember), maxItems: maxBytes };
}

function refused(name: Problem["name"], detail: string): Refused {
  return { outcome: "refused", problem: { name, detail } };
}
