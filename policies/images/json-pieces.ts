// JSON in pieces: a large document is parsed some elements of its lists at a time, so that others have a turn between.
import type { DocumentLimits } from "./document-limits.ts";
import { invalid, type ParsedJson, parseStrictJson, sign, tooDeep, tooMany } from "./strict-json.ts";

/** Parsed in a fraction of a millisecond. A list that is shorter is not cut. */
const pieceBytes = 16_384;

/** Elements of one list, without the commas around them. */
type Piece = {
  /** Of the member that the list is, as it is written. */
  readonly name: Uint8Array;
  readonly isFirst: boolean;
  readonly start: number;
  readonly end: number;
};

/**
 * In steps what `parseStrictJson` says at once; of several faults it may name another. Long lists are parsed on their
 * own, as far as they are members of the outermost object, then what is left without their elements.
 */
export function* parseInPieces(
  bytes: Uint8Array,
  limits: DocumentLimits,
  cutBytes = pieceBytes,
): Generator<void, ParsedJson> {
  if (bytes.byteLength > limits.maxBytes) return parseStrictJson(bytes, limits);
  const lists: { readonly name: Uint8Array; readonly pieces: (readonly unknown[])[] }[] = [];
  const rest: Uint8Array[] = [];
  let restFrom = 0;
  const cutting = cut(bytes, limits, cutBytes);
  let next = cutting.next();
  for (; next.done !== true; next = cutting.next()) {
    const { name, isFirst, start, end } = next.value;
    const list = Buffer.concat([openList, bytes.subarray(start, end), closeList]);
    const parsed = parseStrictJson(list, limits);
    if (parsed.outcome === "invalid") return parsed;
    // Nothing beside a comma.
    if (!Array.isArray(parsed.value) || parsed.value.length === 0) return invalid("malformed", "not JSON");
    if (isFirst) {
      lists.push({ name, pieces: [] });
      rest.push(bytes.subarray(restFrom, start));
    }
    lists.at(-1)?.pieces.push(parsed.value);
    restFrom = end;
    yield;
  }
  if (next.value !== undefined) return next.value;
  const whole = parseStrictJson(Buffer.concat([...rest, bytes.subarray(restFrom)]), limits);
  if (whole.outcome === "invalid") return whole;
  for (const { name, pieces } of lists) {
    const list = (whole.value as Record<string, unknown[]>)[String(JSON.parse(Buffer.from(name).toString()))];
    for (const piece of pieces) for (const element of piece) list?.push(element);
  }
  return whole;
}

const openList = Buffer.from("[");
const closeList = Buffer.from("]");

/** Of bytes that may yet turn out to be no JSON; returns what is wrong with their shape. */
function* cut(
  bytes: Uint8Array,
  { maxDepth, maxMembers }: DocumentLimits,
  cutBytes: number,
): Generator<Piece, ParsedJson | undefined> {
  const { length } = bytes;
  let [open, members, start] = [0, 0, 0];
  let [isObject, isList, isCut] = [false, false, false];
  let name = bytes.subarray(0, 0);
  for (let i = 0; i < length; i++) {
    switch (bytes[i]) {
      case sign.quote: {
        const from = i;
        for (i++; i < length && bytes[i] !== sign.quote; i++) if (bytes[i] === sign.backslash) i++;
        if (open === 1) name = bytes.subarray(from, i + 1);
        break;
      }
      case sign.colon:
        if (++members > maxMembers) return tooMany(maxMembers);
        break;
      case sign.openBrace:
      case sign.openBracket:
        if (++open > maxDepth) return tooDeep(maxDepth);
        if (open === 1) isObject = bytes[i] === sign.openBrace;
        if (open === 2) [isList, isCut, start] = [isObject && bytes[i] === sign.openBracket, false, i + 1];
        break;
      case sign.comma:
        if (isList && open === 2 && i - start >= cutBytes) {
          yield { name, isFirst: !isCut, start, end: i };
          [isCut, start] = [true, i + 1];
        }
        break;
      case sign.closeBrace:
      case sign.closeBracket:
        if (isList && isCut && open === 2) yield { name, isFirst: false, start, end: i };
        open--;
        break;
    }
  }
  return undefined;
}
