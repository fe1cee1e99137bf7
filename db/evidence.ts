// Evidence: the pieces that were found and their bytes, by content address, kept for ever.
import { asJson, inChunks, type RawBoolean, type RawNumber, toBoolean, toNumber } from "./bulk.ts";
import type { EvidenceSource } from "./schema.ts";
import type { Store } from "./store.ts";

export type EvidenceRow = {
  readonly repositoryId: number;
  readonly subject: string;
  readonly digest: string;
  readonly place: string;
  readonly format: string;
  readonly source: EvidenceSource;
  readonly carrier: string | null;
  readonly blob: string | null;
  readonly firstSeenAt: number;
};

/**
 * `complete`: the subjects whose evidence was all seen: what is not among the rows is not shown any more. A look that
 * was not complete does not say anew by which way a thing comes that is shown.
 */
export async function storeEvidence(
  tx: Store,
  rows: readonly EvidenceRow[],
  complete: readonly { readonly repositoryId: number; readonly subject: string }[],
): Promise<void> {
  await tx.bulk(
    { repository: "bigint", subject: "text" },
    complete.map(({ repositoryId, subject }) => [repositoryId, subject]),
    `update evidence set shown = false
     from v where evidence.repository_id = v.repository and evidence.subject = v.subject and evidence.shown`,
  );
  await tx.bulk(
    {
      repository: "bigint",
      subject: "text",
      digest: "text",
      place: "text",
      format: "text",
      source: "text",
      carrier: "text",
      blob: "text",
      seen: "bigint",
    },
    rows.map((row) => [
      row.repositoryId,
      row.subject,
      row.digest,
      row.place,
      row.format,
      asJson(row.source),
      row.carrier,
      row.blob,
      row.firstSeenAt,
    ]),
    `insert into evidence (repository_id, subject, digest, place, format, source, carrier, blob, first_seen_at, shown)
     select repository, subject, digest, place, format, source, carrier, blob, seen, true from v where true
     on conflict (repository_id, subject, digest, place) do update
     set source = case when evidence.shown then evidence.source else excluded.source end, carrier = excluded.carrier, blob = excluded.blob, shown = true`,
  );
}

export async function storeEvidenceBlobs(tx: Store, blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const sorted = [...blobs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  // A bundle may have an SBOM in it: few of them to a statement.
  for (const chunk of inChunks(sorted, 16)) {
    await tx.bulk(
      { digest: "text", bytes: "bytea" },
      chunk.map(([digest, bytes]) => [digest, Buffer.from(bytes)]),
      `insert into evidence_blobs (digest, bytes) select digest, bytes from v where true on conflict do nothing`,
    );
  }
}

/**
 * Those of the bytes that the catalog has and that this repository may use: its own, and those that a public
 * repository holds. A registry that merely names a digest must not bring to light what was read with credentials.
 */
export async function readEvidenceBlobs(
  store: Store,
  { repositoryId, private: isPrivate }: { readonly repositoryId: number; readonly private: boolean },
  digests: readonly string[],
): Promise<Map<string, Buffer>> {
  const rows = await store.bulk<{ readonly digest: string; readonly bytes: Buffer }>(
    { digest: "text", repository: "bigint", hidden: "boolean" },
    [...new Set(digests)].map((digest) => [digest, repositoryId, isPrivate]),
    `select b.digest, b.bytes from v join evidence_blobs b on b.digest = v.digest
     where v.hidden
       or exists (select 1 from evidence e join repositories r on r.id = e.repository_id
                  where e.carrier = v.digest and (e.repository_id = v.repository or not r.private))
       or exists (select 1 from evidence e join repositories r on r.id = e.repository_id
                  where e.blob = v.digest and (e.repository_id = v.repository or not r.private))`,
  );
  return new Map(rows.map(({ digest, bytes }) => [digest, Buffer.from(bytes)]));
}

export type KeptEvidence = EvidenceRow & { readonly shown: boolean };

/** Everything that was ever found for these manifests, in the order of when. */
export async function readEvidence(
  store: Store,
  subjects: readonly { readonly repositoryId: number; readonly subject: string }[],
): Promise<KeptEvidence[]> {
  const rows = await store.bulk<RawEvidence>(
    { repository: "bigint", subject: "text" },
    subjects.map(({ repositoryId, subject }) => [repositoryId, subject]),
    `select e.* from v join evidence e on e.repository_id = v.repository and e.subject = v.subject
     order by e.first_seen_at, e.digest, e.place`,
  );
  return rows.map((raw) => ({
    repositoryId: toNumber(raw.repository_id),
    subject: raw.subject,
    digest: raw.digest,
    place: raw.place,
    format: raw.format,
    source: JSON.parse(raw.source) as EvidenceSource,
    carrier: raw.carrier,
    blob: raw.blob,
    firstSeenAt: toNumber(raw.first_seen_at),
    shown: toBoolean(raw.shown),
  }));
}

type RawEvidence = {
  readonly repository_id: RawNumber;
  readonly subject: string;
  readonly digest: string;
  readonly place: string;
  readonly format: string;
  readonly source: string;
  readonly carrier: string | null;
  readonly blob: string | null;
  readonly first_seen_at: RawNumber;
  readonly shown: RawBoolean;
};

/** Stored bytes by digest, whoever holds them: for what is known to be this repository's own. */
export async function readOwnBlobs(store: Store, digests: readonly string[]): Promise<Map<string, Buffer>> {
  return readEvidenceBlobs(store, { repositoryId: 0, private: true }, digests);
}
