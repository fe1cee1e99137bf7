// Judging again: every verdict under new documents or a new root, from what is stored, without a request.
import type { Change } from "../../db/changes.ts";
import { type KeptEvidence, readEvidence, readOwnBlobs } from "../../db/evidence.ts";
import {
  hurryLooks,
  type JudgedManifest,
  type JudgementRow,
  judgedManifestsAfter,
  lookVersions,
  readJudgedManifests,
  storeFound,
  storeJudgements,
} from "../../db/judgements.ts";
import type { Store } from "../../db/store.ts";
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import type { FoundEvidence } from "../../policies/trust/found-evidence.ts";
import type { Evidence } from "../signatures/evidence.ts";
import type { SignatureLimits } from "../signatures/limits.ts";
import { readLookasideFile } from "../signatures/read-lookaside.ts";
import { readSignatureManifest } from "../signatures/read-manifest.ts";
import type { GivenTrust } from "../signatures/verify-evidence.ts";
import { judgeLook } from "./judge.ts";
import { showVerdicts } from "./show-verdicts.ts";
import type { TrustInForce } from "./trust-in-force.ts";
import { isTried, verifyAll } from "./verify-found.ts";

export type JudgedAgain = {
  readonly judgements: readonly JudgementRow[];
  /** Findings that were made again. */
  readonly found: readonly { readonly id: number; readonly found: readonly FoundEvidence[] }[];
  readonly hurried: readonly { readonly id: number; readonly changesAt: number }[];
};

export type Rejudgement = {
  readonly trust: TrustInForce;
  /** By which lookasides were read so far; undefined: none were. */
  readonly before: TrustInForce | undefined;
  readonly now: number;
  readonly limits: SignatureLimits;
};

const manifestsPerPage = 2_000;
/** A bundle may carry a whole SBOM: the bytes of few are in memory at once. */
const verifiedAtOnce = 16;

/** Worked out before the transaction, which can then be short. `versions` says of which state. */
export async function judgeAgain(
  store: Store,
  rejudgement: Rejudgement,
): Promise<JudgedAgain & { readonly versions: ReadonlyMap<number, number> }> {
  const versions = new Map<number, number>();
  const made: JudgedAgain[] = [];
  for (let after = 0; ; ) {
    const page = await judgedManifestsAfter(store, after, manifestsPerPage);
    const last = page.at(-1);
    if (last === undefined) return { ...together(made), versions };
    after = last.id;
    for (const { id, version } of page) versions.set(id, version);
    made.push(await judgePage(store, page, rejudgement));
    // Others have a turn: a large catalog takes seconds.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** In the transaction that puts the documents in force; what changed since it was worked out is judged here. */
export async function storeJudgedAgain(
  tx: Store,
  change: Change,
  again: JudgedAgain & { readonly versions: ReadonlyMap<number, number> },
  rejudgement: Rejudgement,
): Promise<void> {
  const current = await lookVersions(tx);
  const late = [...current].flatMap(([id, version]) => (again.versions.get(id) === version ? [] : [id]));
  const lateManifests = await readJudgedManifests(tx, late);
  const isLate = new Set(lateManifests.map(({ repositoryId, digest }) => `${repositoryId} ${digest}`));
  const lateIds = new Set(late);
  const { judgements, found, hurried } = together([
    {
      judgements: again.judgements.filter(({ repositoryId, digest }) => !isLate.has(`${repositoryId} ${digest}`)),
      found: again.found.filter(({ id }) => !lateIds.has(id)),
      hurried: again.hurried.filter(({ id }) => !lateIds.has(id)),
    },
    await judgePage(tx, lateManifests, rejudgement),
  ]);
  await storeFound(tx, found);
  await storeJudgements(tx, judgements);
  await hurryLooks(tx, hurried);
  const repositories = [...new Set(judgements.map(({ repositoryId }) => repositoryId))];
  for (let start = 0; start < repositories.length; start += manifestsPerPage) {
    await showVerdicts(tx, change, repositories.slice(start, start + manifestsPerPage));
  }
}

async function judgePage(
  store: Store,
  page: readonly JudgedManifest[],
  rejudgement: Rejudgement,
): Promise<JudgedAgain> {
  const { trust, before, now } = rejudgement;
  const judgements: JudgementRow[] = [];
  const hurried: { id: number; changesAt: number }[] = [];
  const again = await verifyAgain(store, page, rejudgement);
  for (const manifest of page) {
    const { id, repository } = manifest;
    const { policyDigest } = trust.index.rulesFor(repository);
    const remade = again.get(id);
    const known = before?.lookasidesFor(repository) ?? [];
    // Nobody looked there yet: that is for the next look, which is now.
    if (trust.lookasidesFor(repository).some((base) => !known.includes(base))) hurried.push({ id, changesAt: now });
    if (remade === undefined && manifest.verdict !== null && manifest.policyDigest === policyDigest) continue;
    const judgement = judgeLook(trust.index, manifest, remade ?? manifest.found, manifest, now);
    judgements.push(judgement);
    if (judgement.changesAt !== null) hurried.push({ id, changesAt: judgement.changesAt });
  }
  return { judgements, found: [...again].map(([id, found]) => ({ id, found })), hurried: soonest(hurried) };
}

function soonest(rows: JudgedAgain["hurried"]): JudgedAgain["hurried"] {
  const byId = new Map<number, number>();
  for (const { id, changesAt } of rows) byId.set(id, Math.min(changesAt, byId.get(id) ?? changesAt));
  return [...byId].map(([id, changesAt]) => ({ id, changesAt }));
}

/** Findings that a key or root was not tried for: made again from stored bytes. */
async function verifyAgain(
  store: Store,
  page: readonly JudgedManifest[],
  { trust, now, limits }: Rejudgement,
): Promise<Map<number, readonly FoundEvidence[]>> {
  const wanted: JudgedManifest[] = [];
  for (const manifest of page) {
    if (manifest.found.length === 0) continue;
    const given = await trust.givenFor(manifest.repository);
    if (manifest.found.some(({ finding }) => !isTried(finding, given, now))) wanted.push(manifest);
  }
  const again = new Map<number, readonly FoundEvidence[]>();
  for (let start = 0; start < wanted.length; start += verifiedAtOnce) {
    const group = wanted.slice(start, start + verifiedAtOnce);
    const rows = await readEvidence(
      store,
      group.map(({ repositoryId, digest }) => ({ repositoryId, subject: digest })),
    );
    const blobs = await readOwnBlobs(
      store,
      rows.flatMap(({ carrier, blob }) => [carrier, blob].filter((digest) => digest !== null)),
    );
    for (const manifest of group) {
      const own = rows.filter((row) => row.repositoryId === manifest.repositoryId && row.subject === manifest.digest);
      const known = new Map(manifest.found.map(({ finding }) => [finding.evidence, finding]));
      const given = await trust.givenFor(manifest.repository);
      const findings = await verifyAll(readAgain(own, blobs, limits), known, { trust: given, now: () => now, limits });
      const made = new Map([...findings.values()].map((finding) => [finding.evidence, finding]));
      const remade = manifest.found.map((each) => {
        const finding = made.get(each.finding.evidence) ?? withoutBytes(each.finding, given, now);
        return finding === each.finding ? each : { ...each, finding };
      });
      if (remade.some((each, i) => each !== manifest.found[i])) again.set(manifest.id, remade);
    }
  }
  return again;
}

/** What cannot be made again must not go on to say that keys or roots hold which are not believed any more. */
function withoutBytes(finding: SignatureFinding, given: GivenTrust, now: number): SignatureFinding {
  const claims = finding.valid === true || finding.signer !== null;
  if (!claims || isTried(finding, given, now)) return finding;
  const { evidence, format, kind, manifest, tried, attached } = finding;
  const message = "it was found under other keys or roots, and cannot be read again from what the catalog keeps";
  return {
    ...{ evidence, format, kind, manifest, tried, attached, valid: null, claims: null, signer: null, trustRoot: null },
    ...{ reasons: [{ code: "REGISTRY_ERROR", message }], signature: { holds: null, algorithm: null } },
    ...{ times: [], log: [], validUntilMs: null },
  };
}

/** Evidence from stored bytes, as it was read when it was found. */
export function readAgain(
  rows: readonly KeptEvidence[],
  blobs: ReadonlyMap<string, Buffer>,
  limits: SignatureLimits,
): readonly Evidence[] {
  const evidence: Evidence[] = [];
  const carriers = new Set<string>();
  for (const { subject, place, source, carrier, blob } of rows) {
    if (carrier === null) {
      const bytes = blob === null ? undefined : blobs.get(blob);
      if (bytes === undefined || source.via !== "lookaside") continue;
      evidence.push(...readLookasideFile(bytes, subject, source.url).evidence);
      continue;
    }
    // Of one manifest under two tags another layer may be a signature under each.
    const key = `${subject} ${carrier} ${place}`;
    const bytes = blobs.get(carrier);
    if (bytes === undefined || carriers.has(key)) continue;
    carriers.add(key);
    evidence.push(
      ...readSignatureManifest({ bytes, announcedFor: subject, source }, (digest) => blobs.get(digest), limits)
        .evidence,
    );
  }
  return evidence;
}

function together(made: readonly JudgedAgain[]): JudgedAgain {
  return {
    judgements: made.flatMap(({ judgements }) => judgements),
    found: made.flatMap(({ found }) => found),
    hurried: made.flatMap(({ hurried }) => hurried),
  };
}
