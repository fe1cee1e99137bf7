// JSON bodies: read with a bound, refused for what is wrong with them, never trusted to be what they say.
import type { DocumentLimits } from "../../policies/images/document-limits.ts";
import { parseInPieces } from "../../policies/images/json-pieces.ts";
import { type ParsedJson, parseStrictJson } from "../../policies/images/strict-json.ts";
import type { Problem } from "../problems.ts";
import type { Turns } from "../turns.ts";
import type { Posted } from "./posted.ts";

type Refused = { readonly outcome: "refused"; readonly problem: Problem };
export type ParsedBody = { readonly outcome: "value"; readonly value: unknown } | Refused;

export type BodyLimits = { readonly maxBytes: number; readonly maxDepth: number };

/** A host with some ten thousand layered packages has that many values; a batch has a thousand hosts. */
const bytesPerMember = 16;

/** What the headers say of a body that is not read; undefined: nothing is wrong with it so far. */
export function refusedBody(posted: Posted, { maxBytes }: BodyLimits): Problem | undefined {
  const type = posted.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return {
      name: "unsupported-media-type",
      detail: `the body is ${type === undefined ? "of no named type" : JSON.stringify(type.slice(0, 100))}`,
    };
  }
  const encoding = posted.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity") return { name: "unsupported-media-type", detail: "the body has a content encoding" };
  return Number(posted.header("content-length") ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined;
}

export function tooLarge(maxBytes: number): Problem {
  return { name: "body-too-large", detail: `the body is larger than ${maxBytes} bytes` };
}

export function parseBody(bytes: Uint8Array, limits: BodyLimits): ParsedBody {
  return bodyOf(parseStrictJson(bytes, documentLimits(limits)));
}

/** The same of a large body, others served in between. */
export async function parseLargeBody(bytes: Uint8Array, limits: BodyLimits, turn: Turns): Promise<ParsedBody> {
  const steps = parseInPieces(bytes, documentLimits(limits));
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) await turn();
  return bodyOf(step.value);
}

function bodyOf(parsed: ParsedJson): ParsedBody {
  if (parsed.outcome === "invalid") return refused("invalid-body", `the body cannot be read: ${parsed.reason}`);
  return { outcome: "value", value: parsed.value };
}

function documentLimits({ maxBytes, maxDepth }: BodyLimits): DocumentLimits {
  return { maxBytes, maxDepth, maxMembers: Math.ceil(maxBytes / bytesPerMember), maxItems: maxBytes };
}

function refused(name: Problem["name"], detail: string): Refused {
  return { outcome: "refused", problem: { name, detail } };
}
