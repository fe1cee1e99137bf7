// A look for signatures: what is shown for one manifest in one repository, found and verified, before it is stored.
import type { EvidenceRow } from "../../db/evidence.ts";
import type { SignatureLookToDo } from "../../db/signature-looks.ts";
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import type { Failure } from "../failures.ts";
import { placeKey, placeOf } from "../find-signatures/evidence-place.ts";
import { findSignatures, type SignatureFinder, type TagState } from "../find-signatures/find-signatures.ts";
import type { Evidence, EvidenceProblem } from "../signatures/evidence.ts";
import { problemFinding, type SeenEvidence, type Verifier, verifyAll } from "./verify-found.ts";

export type SignatureLook = {
  readonly lookedAt: number;
  readonly seen: readonly SeenEvidence[];
  readonly rows: readonly Omit<EvidenceRow, "repositoryId" | "firstSeenAt">[];
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly barren: readonly string[];
  /** Null: complete. */
  readonly failure: Failure | null;
};

/** An API that nothing came by for longer than this is believed to be gone. */
const apiBelievedMs = 7 * 24 * 60 * 60_000;

export type SignatureLooker = Omit<
  SignatureFinder,
  "path" | "digest" | "tag" | "lastCarrier" | "barren" | "referrers"
> & {
  readonly verifier: Verifier;
  readonly now: () => number;
  /** How old a listing of tags may be that is believed. */
  readonly listingMaxMs: number;
};

/** What is known of a manifest's signatures before it is looked at. */
export type KnownSignatures = Pick<
  SignatureLookToDo,
  "path" | "digest" | "found" | "barren" | "tags" | "listedAt" | "apiListedAt" | "failingSince"
>;

/** Never throws but where the signal was aborted. */
export async function lookForSignatures(looker: SignatureLooker, todo: KnownSignatures): Promise<SignatureLook> {
  const lookedAt = looker.now();
  const found = await findSignatures({
    ...looker,
    path: todo.path,
    digest: todo.digest,
    tag: tagStates(todo, lookedAt, looker.listingMaxMs),
    lastCarrier: (tag) =>
      todo.found.find(({ place, shown }) => shown && place.via === "tag" && place.tag === tag)?.carrier ?? null,
    barren: new Set(todo.barren),
    referrers: {
      apiUntilMs: todo.apiListedAt === null ? null : todo.apiListedAt + apiBelievedMs,
      failingSinceMs: todo.failingSince,
    },
  });
  const known = new Map<string, SignatureFinding>(todo.found.map(({ finding }) => [finding.evidence, finding]));
  const findings = await verifyAll(found.evidence, known, looker.verifier);
  const seen: SeenEvidence[] = [];
  const rows = new Map<string, SignatureLook["rows"][number]>();
  const take = (item: Evidence | EvidenceProblem, finding: SignatureFinding, blob: string | null): void => {
    const carrier = found.carriers.get(item) ?? null;
    const place = placeOf(item, found, looker.lookasides);
    seen.push({ finding, place, carrier });
    // What was not read cannot be read again from the store: the finding alone tells of it.
    if (carrier === null && blob === null) return;
    const { evidence: digest, format } = finding;
    const row = { subject: todo.digest, digest, place: placeKey(place), format, source: item.source, carrier, blob };
    rows.set(`${digest} ${row.place}`, row);
  };
  for (const [evidence, finding] of findings) take(evidence, finding, evidence.blobDigest);
  for (const problem of found.problems) take(problem, problemFinding(problem), null);
  const { blobs, barren, failure } = found;
  return { lookedAt, seen, rows: [...rows.values()], blobs, barren, failure };
}

/** A complete listing says of a tag that it is not there, at no cost. */
function tagStates(todo: KnownSignatures, now: number, maxMs: number): (name: string) => TagState {
  const isReliable = todo.listedAt !== null && now - todo.listedAt <= maxMs;
  return (name) => {
    const listed = todo.tags.find((tag) => tag.name === name);
    if (listed !== undefined) return { state: "listed", digest: isReliable ? listed.digest : null };
    return { state: isReliable ? "unlisted" : "unknown" };
  };
}
