// Host answers: finished plans for hosts, under a digest of the question, for minutes and until a commit changes them.
import { createCipheriv, createSecretKey, randomBytes } from "node:crypto";
import { createKept, type Drops, type Made, type Subject } from "../hot/kept.ts";
import { planParts, type WrittenHost, type WrittenTarget } from "./plan-bytes.ts";

export type HostAnswer = {
  /** The target's own part, which its memory keeps for all hosts; without it there is no answer. */
  readonly target: WeakRef<WrittenTarget>;
  readonly host: WrittenHost;
  readonly about: readonly Subject[];
  /** The next moment at which time alone changes it; null: never. */
  readonly endsAt: number | null;
};

/** The question itself is not kept: hosts that ask it again send it again. */
export type HostAnswers = Drops & {
  /** The plan as JSON, in parts. */
  get(key: string): readonly Buffer[] | undefined;
  /** Taken before anything is read of the catalog. */
  ticket(): number;
  put(key: string, answer: HostAnswer, ticket: number): void;
  /** Those whose minutes are over leave the memory, too. */
  forgetOld(): void;
  readonly size: number;
};

type HostAnswerLimits = { readonly hostAnswerBytes: number; readonly hostAnswerMs: number };

/** What one of the subjects costs in the books. */
const subjectBytes = 250;

type Entry = Made & HostAnswer & { readonly keepUntil: number };

export function createHostAnswers({ hostAnswerBytes, hostAnswerMs }: HostAnswerLimits, now: () => number): HostAnswers {
  const kept = createKept<Entry>(hostAnswerBytes, ({ host, about }) => host.sizeBytes + about.length * subjectBytes);

  return {
    get: (key) => {
      const known = kept.get(key);
      if (known === undefined) return undefined;
      const target = known.target.deref();
      if (target !== undefined && now() < known.keepUntil) return planParts(known.host, target);
      kept.delete(key);
      return undefined;
    },
    ticket: kept.ticket,
    put: (key, answer, ticket) => {
      const keepUntil = Math.min(now() + hostAnswerMs, answer.endsAt ?? Number.POSITIVE_INFINITY);
      kept.put(key, { ...answer, topics: [], keepUntil }, ticket);
    },
    forgetOld: () => {
      const moment = now();
      kept.deleteWhere(({ keepUntil }) => keepUntil <= moment);
    },
    drop: kept.drop,
    dropAll: kept.dropAll,
    get size() {
      return kept.size;
    },
  };
}

/** Of this process alone. */
const secret = createSecretKey(randomBytes(32));
const nonce = Buffer.alloc(12);

/**
 * All that decides the answer, beside the catalog and the time: every byte of the body, and the query. The body's tag
 * is its GMAC under a key that never leaves the process, nor do the tags: whoever does not have it finds no two bodies
 * of one tag but by chance, 2^-100 for each pair. It takes a third of the time of a digest that nobody needs a key for.
 */
export function questionKey(
  body: Uint8Array,
  { verbose, arch }: { readonly verbose?: boolean | undefined; readonly arch?: string | undefined },
): string {
  const gmac = createCipheriv("aes-256-gcm", secret, nonce).setAAD(body);
  gmac.final();
  const tag = gmac.getAuthTag().toString("base64");
  return `${tag}${verbose === true ? " verbose" : ""}${arch === undefined ? "" : ` of ${arch}`}`;
}
