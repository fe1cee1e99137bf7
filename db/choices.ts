// Choices: what a menu is made from, every public repository's default channel with its image, in two readings.
import { sql } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import type { Verdict } from "../policies/plan/switch-plan.ts";
import { fromJson, type RawNumber, toNumber } from "./bulk.ts";
import type { Facets, ImageKind } from "./schema.ts";
import type { Store } from "./store.ts";

export type ChoiceRow = {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly title: string | null;
  readonly description: string | null;
  /** The default channel's. */
  readonly facets: Facets;
  readonly tag: string;
  readonly digest: string;
  /** Of that digest alone; null: nobody has looked. */
  readonly verdict: Verdict | null;
  readonly revision: number;
  readonly imageKind: ImageKind;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** Of an index, in its order: those of the architecture, and those that name none. */
  readonly entries: readonly ChoiceEntry[];
};

export type ChoiceEntry = {
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
  readonly zstd: boolean;
  readonly facts: ImageFacts | null;
  readonly verdict: Verdict | null;
};

export type ChoicesWanted = {
  /** Of what is installed or of its index; null: whatever it is. */
  readonly verdict: Verdict | null;
  /** OCI's name. */
  readonly architecture: string;
  /** A value of the facet `use`; null: whatever it is. */
  readonly use: string | null;
};

/**
 * In the order of names; without a digest there is nothing to install. What nobody has costs next to nothing: a
 * stranger may ask for any architecture and any use. Who is read has them among their words, which the caller judges.
 */
export async function readChoices(store: Store, { verdict, architecture, use }: ChoicesWanted): Promise<ChoiceRow[]> {
  const find = sql.raw(store.dialect === "postgres" ? "strpos" : "instr");
  const has = (column: string, word: string) => sql` and ${find}(${sql.raw(column)}, ${JSON.stringify(word)}) > 0`;
  const isTrue = store.dialect === "postgres" ? sql`` : sql` = 1`;
  const isFalse = store.dialect === "postgres" ? sql` = false` : sql` = 0`;
  const isJudged = sql`exists (select 1 from judgements j where j.repository_id = r.id and j.verdict = ${verdict}
    and (j.digest = r.default_digest
      or j.digest in (select e.digest from image_platforms e where e.index_digest = r.default_digest)))`;
  const offered = sql`r.state = 'listed' and r.active${isTrue} and r.private${isFalse}
    and r.default_tag is not null${verdict === null ? sql`` : sql` and ${isJudged}`}
    ${has("r.architectures", architecture)}${use === null ? sql`` : has("r.facets", use)}`;
  const rows = await store.rows<RawRow>(sql`
    select r.id, r.name, r.kind, r.official, r.distribution, r.project, r.title, r.description, t.facets,
      r.default_tag, r.default_digest, j.verdict, r.revision, i.kind as image_kind, i.facts, i.annotations
    from repositories r join images i on i.digest = r.default_digest
      left join tags t on t.repository_id = r.id and t.name = r.default_tag
      left join judgements j on j.repository_id = r.id and j.digest = r.default_digest
    where ${offered} order by r.name`);
  const entries = await store.rows<RawEntry>(sql`
    select r.id, p.digest, p.os, p.architecture, p.variant, p.role, p.zstd, i.facts, j.verdict
    from repositories r join image_platforms p on p.index_digest = r.default_digest
      left join images i on i.digest = p.digest
      left join judgements j on j.repository_id = r.id and j.digest = p.digest
    where ${offered} and (p.architecture = ${architecture} or p.architecture is null)
    order by r.id, p.position`);
  const byRepository = Map.groupBy(entries, ({ id }) => toNumber(id));
  return rows.map((raw) => rowOf(raw, byRepository.get(toNumber(raw.id)) ?? []));
}

type RawRow = {
  readonly id: RawNumber;
  readonly name: string;
  readonly kind: string;
  readonly official: boolean | number;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly facets: string | null;
  readonly default_tag: string;
  readonly default_digest: string;
  readonly verdict: Verdict | null;
  readonly revision: RawNumber;
  readonly image_kind: ImageKind;
  readonly facts: string | null;
  readonly annotations: string | null;
};

type RawEntry = {
  readonly id: RawNumber;
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
  readonly zstd: boolean | number;
  readonly facts: string | null;
  readonly verdict: Verdict | null;
};

function rowOf(raw: RawRow, entries: readonly RawEntry[]): ChoiceRow {
  return {
    id: toNumber(raw.id),
    name: raw.name,
    kind: raw.kind,
    official: Boolean(raw.official),
    distribution: raw.distribution,
    project: raw.project,
    title: raw.title,
    description: raw.description,
    facets: fromJson<Facets>(raw.facets) ?? {},
    tag: raw.default_tag,
    digest: raw.default_digest,
    verdict: raw.verdict,
    revision: toNumber(raw.revision),
    imageKind: raw.image_kind,
    facts: fromJson<ImageFacts>(raw.facts),
    annotations: fromJson<Readonly<Record<string, string>>>(raw.annotations),
    entries: entries.map((entry) => ({
      digest: entry.digest,
      os: entry.os,
      architecture: entry.architecture,
      variant: entry.variant,
      role: entry.role,
      zstd: Boolean(entry.zstd),
      facts: fromJson<ImageFacts>(entry.facts),
      verdict: entry.verdict,
    })),
  };
}
