// The answer cache: finished answers by their URL.
import type { Answer } from "./answer.ts";
import { createKept, type Kept } from "./kept.ts";

export type AnswerCache = Kept<Answer>;

export function createAnswerCache(maxBytes: number): AnswerCache {
  return createKept(maxBytes, (answer) => answer.body.byteLength);
}
