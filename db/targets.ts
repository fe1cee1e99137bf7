// Targets: everything a switch plan is made from, in one prepared query.
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import type { FoundEvidence } from "../policies/trust/found-evidence.ts";
import { tagObservedAt } from "./observed-at.ts";
import type { Facets, ImageKind, OlderThan } from "./schema.ts";
import type { Store } from "./store.ts";
import { targetRows } from "./target-rows.ts";

export type TargetQuestion = {
  /** `host/path`. */
  readonly repository: string;
  /** Exactly one of the two is given. */
  readonly tag: string | null;
  readonly digest: string | null;
  /** OCI's name. Where manifests are wanted, those of this architecture alone are read. */
  readonly architecture: string;
  readonly from: string | null;
  /** Whether its manifests are wanted though there is no `from`; with one they always are. */
  readonly manifests?: boolean;
};

export type TargetImage = {
  readonly digest: string;
  readonly kind: ImageKind;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** The manifest; null where the question wants none. */
  readonly bytes: Buffer | null;
  /** When somebody asked for it by digest and it was last looked at; null for what tags led to. */
  readonly observedAt: number | null;
  readonly firstSeenAt: number | null;
  readonly entries: readonly TargetEntry[];
  /** What is known of its signatures; null: nobody looked for them yet. */
  readonly signatures: TargetSignatures | null;
};

/** Columns of `signature_looks`. */
export type TargetSignatures = {
  readonly found: readonly FoundEvidence[];
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureReason: string | null;
};

export type TargetEntry = {
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
  readonly zstd: boolean;
  /** Null where that image was not inspected. */
  readonly facts: ImageFacts | null;
  readonly bytes: Buffer | null;
  /** Null as well where the entry is of another architecture. */
  readonly signatures: TargetSignatures | null;
};

export type TargetTag = {
  readonly name: string;
  readonly digest: string | null;
  readonly followed: boolean;
  readonly present: boolean;
  readonly removedAt: number | null;
  readonly observedAt: number | null;
  /** The last look, whatever came of it. */
  readonly lookedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly facets: Facets | null;
  readonly olderThan: OlderThan | null;
};

export type TargetRepository = {
  readonly id: number;
  readonly name: string;
  readonly sourceId: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly private: boolean;
  readonly active: boolean;
  readonly state: "expected" | "listed" | "removed";
  readonly removedAt: number | null;
  /** The first failed look at its list of tags; null while looks succeed. */
  readonly failingSince: number | null;
  readonly failureReason: string | null;
  readonly defaultDigest: string | null;
};

export type TargetWish = {
  readonly state: "open" | "found" | "absent" | "failed";
  readonly waiting: boolean;
  readonly answeredAt: number | null;
  readonly reason: string | null;
};

export type Target = {
  readonly repository: TargetRepository;
  /** Null: no tag was asked for, or the repository was never seen to have it. */
  readonly tag: TargetTag | null;
  /** What the tag names, or the digest asked for; null where this repository was not seen to hold it. */
  readonly image: TargetImage | null;
  /** What came of the question when it was wished for; null: never. */
  readonly wish: TargetWish | null;
  /** The image of `from`, where a public repository holds it. */
  readonly from: TargetImage | null;
};

/** Undefined: no such repository is known. What is private is given as well: the caller decides who may see it. */
export async function findTarget(store: Store, question: TargetQuestion): Promise<Target | undefined> {
  const { repository, tag, digest, architecture, from } = question;
  const manifests = from !== null || question.manifests === true ? "wanted" : null;
  const rows = await store
    .prepared("find_target", targetRows)
    .execute({ repository, tag, digest, architecture, from, manifests, reference: tag ?? digest });
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    repository: first.repository,
    tag: first.tag === null ? null : { ...first.tag, observedAt: tagObservedAt(first.tag, first.repository) },
    image:
      first.image === null || first.seen === null
        ? null
        : { ...first.image, ...first.seen, signatures: topSignatures(rows), entries: entriesOf(rows) },
    wish: first.wish === null ? null : wishOf(first.wish),
    from:
      first.from === null
        ? null
        : { ...first.from, firstSeenAt: null, observedAt: null, signatures: null, entries: fromEntriesOf(rows) },
  };
}

type Row = Awaited<ReturnType<ReturnType<typeof targetRows>["execute"]>>[number];

/** Each entry stands in as many rows as `from` has entries of the architecture, and the other way round. */
function entriesOf(rows: readonly Row[]): TargetEntry[] {
  const byPosition = new Map<number, TargetEntry>();
  for (const { entry, entryImage, entrySignatures } of rows) {
    if (entry === null || byPosition.has(entry.position)) continue;
    const { position, ...rest } = entry;
    const signatures = signaturesOf(entrySignatures);
    byPosition.set(position, {
      ...rest,
      facts: entryImage?.facts ?? null,
      bytes: entryImage?.bytes ?? null,
      signatures,
    });
  }
  return inOrder(byPosition);
}

function fromEntriesOf(rows: readonly Row[]): TargetEntry[] {
  const byPosition = new Map<number, TargetEntry>();
  for (const { fromEntry, fromImage } of rows) {
    if (fromEntry === null) continue;
    const { position, ...rest } = fromEntry;
    const { facts = null, bytes = null } = fromImage ?? {};
    byPosition.set(position, { ...rest, facts, bytes, signatures: null });
  }
  return inOrder(byPosition);
}

/** They stand in the row of the first entry alone: a row for each would carry them again and again. */
function topSignatures(rows: readonly Row[]): TargetSignatures | null {
  const row = rows.find(({ signatures }) => (signatures?.found ?? null) !== null);
  return signaturesOf(row?.signatures ?? null);
}

/** A look that is yet to be made says nothing. */
function signaturesOf(look: Row["signatures"]): TargetSignatures | null {
  if (look === null || look.found === null) return null;
  const { checkedAt, recheckAt, failingSince, failureReason } = look;
  return { found: JSON.parse(look.found), checkedAt, recheckAt, failingSince, failureReason };
}

function inOrder<Entry>(byPosition: ReadonlyMap<number, Entry>): Entry[] {
  return [...byPosition].toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
}

function wishOf({ dueAt, ...wish }: NonNullable<Row["wish"]>): TargetWish {
  return { ...wish, waiting: dueAt !== null };
}
