// The evidence of one digest: from rows and documents to the answer that a stranger can judge by, within its bound.
import { type KeptEvidence, readEvidence, readOwnBlobs } from "../../db/evidence.ts";
import type { Store } from "../../db/store.ts";
import { evidenceSizes, type StoredVerification } from "../../db/verifications.ts";
import { documentDigest, filesNamedBy } from "../../policies/documents/policy-digest.ts";
import { visibilityOf } from "../../policies/documents/registry-document.ts";
import type { FoundEvidence } from "../../policies/trust/found-evidence.ts";
import { isInScope } from "../../policies/words/pattern.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Shown } from "../hot/read-through.ts";
import type { Evidence, EvidenceItem } from "./verification-schemas.ts";
import { timeOf } from "./words.ts";

/** What of the stored bytes goes into the answer. */
export type ChosenEvidence = {
  readonly rows: readonly KeptEvidence[];
  readonly taken: ReadonlySet<string>;
  readonly leftOut: readonly string[];
  readonly sizeBytes: number;
};

/**
 * Signatures come before attestations, and small ones before large ones: the verdict rests on few bytes, and an SBOM
 * that somebody attached must not crowd them out.
 */
export async function chooseEvidence(
  store: Store,
  { repository, evidence }: StoredVerification,
  maxBytes: number,
): Promise<ChosenEvidence> {
  const rows = await readEvidence(store, [{ repositoryId: repository.id, subject: evidence.digest }]);
  const sizes = await evidenceSizes(
    store,
    rows.flatMap((row) => digestsOf(row)),
  );
  const kinds = new Map(evidence.found.map(({ finding }) => [finding.evidence as string, finding.kind]));
  const sizeOf = (row: KeptEvidence) => digestsOf(row).reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
  const rank = (row: KeptEvidence) => (kinds.get(row.digest) === "attestation" ? 1 : 0);
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b) || sizeOf(a) - sizeOf(b));
  const taken = new Set<string>();
  const leftOut = new Set<string>();
  let sizeBytes = 0;
  for (const row of sorted) {
    const more = digestsOf(row).filter((digest) => !taken.has(digest) && sizes.has(digest));
    const moreBytes = more.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
    if (sizeBytes + moreBytes > maxBytes) {
      for (const digest of more) leftOut.add(digest);
      continue;
    }
    sizeBytes += moreBytes;
    for (const digest of more) taken.add(digest);
  }
  return { rows, taken, leftOut: [...leftOut].filter((digest) => !taken.has(digest)), sizeBytes };
}

export async function readEvidenceAnswer(
  store: Store,
  { policies }: LoadedCatalog,
  { repository, evidence: { digest, found, look } }: StoredVerification,
  { rows, taken, leftOut }: ChosenEvidence,
): Promise<Shown<typeof Evidence>> {
  const blobs = await readOwnBlobs(store, [...taken]);
  const rowsByEvidence = Map.groupBy(rows, (row) => row.digest);
  const carriers = new Set(rows.flatMap(({ carrier }) => (carrier === null ? [] : [carrier])));
  const base64 = (wanted: (digest: string) => boolean) =>
    Object.fromEntries([...blobs].flatMap(([name, bytes]) => (wanted(name) ? [[name, bytes.toString("base64")]] : [])));
  const judged = documentsOf(policies, repository.name);
  const items = boundedItems(found);
  const missing = found.length - items.length;
  const unknown = [
    ...judged.unknown,
    ...(missing === 0 ? [] : [{ field: "items", reason: `${missing} more were left out: there are too many` }]),
    ...leftOut.map((name) => ({
      field: `${carriers.has(name) ? "manifests" : "blobs"}.${name}`,
      reason: "left out, since the answer would be too large: its registry shows it",
    })),
  ];
  return {
    digest,
    repository: repository.name,
    ...judged.answer,
    looked: look !== null,
    checkedAt: timeOf(look?.checkedAt ?? null),
    recheckAt: timeOf(look?.recheckAt ?? null),
    failingSince: timeOf(look?.failingSince ?? null),
    failure: look?.failure ?? null,
    items: items.map((each) => itemOf(each, rowsByEvidence.get(each.finding.evidence) ?? [])),
    manifests: base64((name) => carriers.has(name)),
    blobs: base64((name) => !carriers.has(name)),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

/** The documents by which the repository is judged, without what tells of private registries. */
function documentsOf({ index, publicGood }: LoadedCatalog["policies"], repository: string) {
  const rules = index.trust.rulesFor(repository);
  const { set } = index;
  const hidden = set.registries.filter((registry) => visibilityOf(registry) === "private").map(({ host }) => host);
  const trust = rules.policy?.document;
  const scopes = trust?.scopes.filter((scope) => !hidden.some((host) => isInScope(host, scope))) ?? [];
  const mirror = rules.mirror === null ? undefined : set.registries.find(({ host }) => host === rules.mirror?.host);
  const documents = [
    ...(trust === undefined ? [] : [{ id: trust.id, digest: documentDigest(trust), document: { ...trust, scopes } }]),
    ...(mirror === undefined ? [] : [{ id: mirror.host, digest: documentDigest(mirror), document: mirror }]),
  ];
  const named = new Set(trust === undefined ? [] : filesNamedBy(trust));
  const files = Object.entries(set.files).flatMap(([name, file]) => (named.has(name) ? [{ name, ...file }] : []));
  const isWhole = trust === undefined || scopes.length === trust.scopes.length;
  return {
    answer: {
      policy: trust?.id ?? null,
      policyDigest: rules.policyDigest,
      documents,
      files,
      trustRoot: publicGood === null ? null : { name: "public-good", ...publicGood },
    },
    unknown: isWhole
      ? []
      : [{ field: "documents", reason: "scopes of private registries are left out, so that its digest is another" }],
  };
}

function digestsOf({ carrier, blob }: KeptEvidence): readonly string[] {
  return [carrier, blob].filter((digest) => digest !== null);
}

/** Of so many, only somebody who wants to fill memories makes more. */
const itemsMax = 10_000;

/** In their order; where there are too many, attestations are left out before signatures. */
export function boundedItems(found: readonly FoundEvidence[]): readonly FoundEvidence[] {
  if (found.length <= itemsMax) return found;
  const ofKind = (kind: "signature" | "attestation") => found.filter(({ finding }) => finding.kind === kind);
  const kept = new Set([...ofKind("signature"), ...ofKind("attestation")].slice(0, itemsMax));
  return found.filter((each) => kept.has(each));
}

function itemOf(
  { finding, place, carrier, firstSeenAt, shown }: FoundEvidence,
  rows: readonly KeptEvidence[],
): Shown<typeof EvidenceItem> {
  const { evidence, kind, format } = finding;
  const placeName = place.via === "tag" ? place.tag : place.via === "lookaside" ? place.base : place.via;
  const row = rows.find((each) => each.place === placeName);
  const [reason] = finding.reasons;
  // Nothing was tried where there was nothing to try it on.
  const isProblem =
    reason !== undefined &&
    finding.signature.holds === null &&
    finding.tried.keys.length + finding.tried.openpgp.length + finding.tried.trustRoots.length === 0;
  return {
    evidence,
    kind,
    format,
    place,
    source: row?.source ?? null,
    carrier,
    blob: row?.blob ?? null,
    firstSeen: timeOf(firstSeenAt) ?? "",
    shown,
    problem: isProblem ? { code: reason.code, message: reason.message } : null,
  };
}
