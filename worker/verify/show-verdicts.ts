// Shown verdicts: what channels and listings say of their images, told of when it changes.
import type { Change } from "../../db/changes.ts";
import {
  type ChannelVerdicts,
  readChannelVerdicts,
  storeListedVerdicts,
  storeToldVerdicts,
} from "../../db/judgements.ts";
import type { Store } from "../../db/store.ts";
import type { Verdict } from "../../policies/plan/switch-plan.ts";
import { bestVerdict } from "../../policies/trust/best-verdict.ts";
import { showOlderBuilds } from "./show-older-builds.ts";

/**
 * Derives again, from the judgements in this transaction, what these repositories' channels and listings show, and which
 * channels provenance tells to be at an older build. An image
 * that nobody looked at yet is `pending` in the listing, and no event tells of it: `verdict.changed` is between what was
 * told last and what is known now, whether the image changed or what is known of it.
 */
export async function showVerdicts(tx: Store, change: Change, repositoryIds: readonly number[]): Promise<void> {
  if (repositoryIds.length === 0) return;
  const told: { repositoryId: number; tag: string; verdict: Verdict }[] = [];
  const listed: { repositoryId: number; verdict: Verdict }[] = [];
  for (const channel of await readChannelVerdicts(tx, repositoryIds)) {
    const { repositoryId, repository, tag, digest, private: isPrivate } = channel;
    const verdict = verdictOf(channel);
    if (channel.isDefault && channel.listed !== verdict) {
      listed.push({ repositoryId, verdict });
      change.touch(repositoryId);
    }
    if (verdict === "pending" || verdict === channel.told) continue;
    told.push({ repositoryId, tag, verdict });
    if (channel.told === null) continue;
    const data = { from: channel.told, to: verdict, digest };
    change.event({ type: "verdict.changed", subject: `${repository}:${tag}`, data, private: isPrivate });
    change.touch(repositoryId);
  }
  await storeToldVerdicts(tx, told);
  await storeListedVerdicts(tx, listed);
  await showOlderBuilds(tx, change, repositoryIds);
}

/** The better of the index and of the platform that speaks for it, as a plan for it has it. */
function verdictOf(channel: ChannelVerdicts): Verdict {
  const own = channel.verdict ?? "pending";
  if (!channel.isIndex) return own;
  const platform = speakerOf(channel);
  return bestVerdict([own, platform?.verdict ?? null]);
}

/** Most hosts are amd64; else arm64; else the first (see shown-columns.ts). */
function speakerOf({ platforms }: ChannelVerdicts): ChannelVerdicts["platforms"][number] | undefined {
  for (const wanted of ["amd64", "arm64"]) {
    const found = platforms.find(({ architecture, variant }) => architecture === wanted && !variant);
    if (found !== undefined) return found;
  }
  return platforms[0];
}
