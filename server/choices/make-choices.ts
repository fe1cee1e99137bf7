// Making choices: the curated menu of an installer, small enough to be read in one go.
import type { ChoiceRow } from "../../db/choices.ts";
import { lifecycleAt } from "../../policies/documents/lifecycle-status.ts";
import { choosePlatform } from "../../policies/plan/choose-platform.ts";
import { osReleaseOf } from "../../policies/plan/os-release.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PolicyIndex } from "../../policies/plan/policy-index.ts";
import type { Verdict } from "../../policies/plan/switch-plan.ts";
import { bestVerdict } from "../../policies/trust/best-verdict.ts";

export type ChoiceQuestion = {
  /** OCI's name. */
  readonly architecture: string;
  readonly firmware: "uefi" | "bios" | null;
  readonly use: string | null;
  /** Also what is not known to be verified, bootable and kept up. */
  readonly all: boolean;
};

export type Choice = {
  readonly ref: string;
  readonly title: string;
  readonly summary: string | null;
  readonly use: string | null;
  readonly official: boolean;
  readonly kind: string;
  readonly level: null;
  readonly verdict: Verdict;
  readonly bytes: number | null;
  readonly digest: string;
  readonly logo: string | null;
  readonly media: null;
};

export type Choices = {
  readonly items: readonly Choice[];
  readonly total: number;
  /** The newest generation in which one of them was changed; 0: there is none. */
  readonly generation: number;
  /** The next moment at which time alone changes them; null: never. */
  readonly changesAt: number | null;
};

type Offer = {
  readonly choice: Choice;
  readonly row: ChoiceRow;
  readonly isKeptUp: boolean;
  readonly changesAt: number | null;
};

export function makeChoices(
  rows: readonly ChoiceRow[],
  question: ChoiceQuestion,
  policies: PolicyIndex,
  now: number,
): Choices {
  const offers = rows.flatMap((row) => offerOf(row, question, policies, now) ?? []);
  // What has ended stays so: only what is offered changes by time.
  const moments = offers.flatMap(({ changesAt }) => (changesAt === null ? [] : [changesAt]));
  const chosen = offers.sort(byGroup).slice(0, itemsMax);
  return {
    items: fitted(chosen.map(({ choice }) => choice)),
    total: offers.length,
    generation: chosen.reduce((newest, { row }) => Math.max(newest, row.revision), 0),
    changesAt: moments.length === 0 ? null : Math.min(...moments),
  };
}

/** More than anybody chooses from. */
export const itemsMax = 1_000;

function offerOf(
  row: ChoiceRow,
  { architecture, firmware, use, all }: ChoiceQuestion,
  policies: PolicyIndex,
  now: number,
): Offer | undefined {
  const uses = row.facets.use ?? [];
  if (use !== null && !uses.includes(use)) return undefined;
  if (!boots(row, architecture, firmware)) return undefined;
  const image = choosePlatform(
    planImage({
      digest: row.digest,
      kind: row.imageKind,
      facts: row.facts,
      annotations: row.annotations,
      bytes: null,
      firstSeenAt: null,
      observedAt: null,
      entries: row.entries.map((entry) => ({ ...entry, bytes: null })),
    }),
    architecture,
  );
  // A single manifest is pulled unchecked: of another architecture it starts nowhere.
  if (image.outcome === "none" || (image.platform.architecture ?? architecture) !== architecture) return undefined;
  const { facts } = image;
  const { status, changesAt } = lifecycleOf(row, policies, facts, now);
  const verdict = verdictFor(row, image.digest);
  const isOffered = all || (facts?.bootable === true && verdict === "verified" && !over.has(status));
  if (!isOffered) return undefined;
  const project = policies.set.projects.find(({ id }) => id === row.project);
  const choice: Choice = {
    ref: `${row.name}:${row.tag}`,
    title: clipped(row.title ?? project?.name ?? row.name.slice(row.name.lastIndexOf("/") + 1), titleMax),
    summary: oneLine(row.description ?? project?.summary ?? "") || null,
    use: use ?? uses[0] ?? null,
    official: row.official,
    kind: row.kind,
    level: null,
    verdict,
    bytes: facts?.layerBytes ?? null,
    digest: row.digest,
    logo: webAddress(project?.logo ?? facts?.logo ?? null),
    media: null,
  };
  return { choice, row, isKeptUp: status === "supported", changesAt };
}

/** As a plan for this architecture has it: what another's image is, the listing says. */
function verdictFor({ verdict, entries }: ChoiceRow, digest: string): Verdict {
  return bestVerdict([verdict, entries.find((entry) => entry.digest === digest)?.verdict ?? null]);
}

/** What nobody knows the end of stays in the menu, behind what is known to be kept up. */
const over: ReadonlySet<string> = new Set(["retired", "deprecated", "ended"]);

/** BIOS is of amd64 alone; what wants UEFI there says so by a facet. */
function boots({ facets }: ChoiceRow, architecture: string, firmware: ChoiceQuestion["firmware"]): boolean {
  if (firmware === null) return true;
  if (firmware === "bios" && architecture !== "amd64") return false;
  return facets.firmware === undefined || facets.firmware.includes(firmware);
}

function lifecycleOf(
  row: ChoiceRow,
  policies: PolicyIndex,
  facts: Parameters<typeof osReleaseOf>[0],
  now: number,
): ReturnType<typeof lifecycleAt> {
  const { id, release } = osReleaseOf(facts, row);
  const document = policies.releaseOf({ osId: id, versionId: release, distribution: row.distribution });
  const { deprecatedOn } = policies.standingOf(row.name);
  return lifecycleAt({ archived: false, deprecatedOn, endOfLife: document?.endOfLife ?? null }, now);
}

const groups = ["workstation", "gaming", "container-host", "iot", "edge", "develop"];

function groupOf({ use }: Choice): number {
  if (use === null) return groups.length + 1;
  const group = groups.indexOf(use);
  return group < 0 ? groups.length : group;
}

function byGroup(a: Offer, b: Offer): number {
  return (
    groupOf(a.choice) - groupOf(b.choice) ||
    compare(a.choice.use ?? "", b.choice.use ?? "") ||
    Number(b.choice.official) - Number(a.choice.official) ||
    Number(b.isKeptUp) - Number(a.isKeptUp) ||
    compare(a.choice.title, b.choice.title) ||
    compare(a.choice.ref, b.choice.ref)
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const titleMax = 40;
/** A menu of a hundred is 30 kB: 300 bytes for each beyond them. */
const bytesPerItem = 300;
const itemsOfBudget = 100;
const envelopeBytes = 400;

/**
 * What titles, summaries and logos may take, the most that fits: most of 300 bytes are digest, reference and names of
 * members.
 */
const lengths = [
  ...[160, 120, 90, 60].map((summary) => ({ title: titleMax, summary, logo: true })),
  ...[60, 45, 30, 20].map((summary) => ({ title: titleMax, summary, logo: false })),
  ...[titleMax, 28, 20, 14].map((title) => ({ title, summary: 0, logo: false })),
];

function fitted(items: readonly Choice[]): readonly Choice[] {
  const room = bytesPerItem * Math.max(itemsOfBudget, items.length) - envelopeBytes;
  let shorter = items;
  for (const { title, summary, logo } of lengths) {
    shorter = items.map((item) => ({
      ...item,
      title: clipped(item.title, title),
      summary: item.summary === null || summary === 0 ? null : clipped(item.summary, summary),
      logo: logo ? item.logo : null,
    }));
    if (Buffer.byteLength(JSON.stringify(shorter)) <= room) break;
  }
  // References alone are too long: a choice that is missing would be worse than a longer answer.
  return shorter;
}

function oneLine(text: string): string {
  // What steers a terminal is no part of a summary, and neither is a second paragraph.
  return text
    .replaceAll(/\p{Cc}/gu, (character) => (character === "\n" || character === "\t" ? " " : ""))
    .replaceAll(/\s+/g, " ")
    .trim();
}

function clipped(text: string, length: number): string {
  const characters = [...oneLine(text)];
  return characters.length <= length
    ? characters.join("")
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}

/** A label may hold anything. */
function webAddress(text: string | null): string | null {
  const url = text === null || text.length > 200 ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}
