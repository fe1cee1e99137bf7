// Host files that Signalbox gives out for the recorded rows, in place of those written by hand.
import { askSignalbox, trustOf } from "./ask-signalbox.ts";
import type { RecordedEvidence, RecordedRow } from "./recorded-evidence.ts";
import { recordedPlaces } from "./recorded-registry.ts";
import type { Row } from "./row.ts";

/** A host of a row without others' files has those that Signalbox gives out. */
export async function withFilesGiven(recorded: RecordedEvidence, rows: readonly Row[]): Promise<RecordedEvidence> {
  const trust = await trustOf(recorded.policies);
  const places = recordedPlaces(recorded);
  const given = recorded.rows.map(async (each): Promise<RecordedRow> => {
    if (rows.find(({ id }) => id === each.id)?.otherHostFiles !== undefined) return each;
    const { hostFiles } = await askSignalbox(trust, places, each.pulled, recorded.atMs);
    return { ...each, hostFiles: hostFiles ?? each.filesByHand };
  });
  return { ...recorded, rows: await Promise.all(given) };
}
