// The recorded answers of real programs as cases: what Signalbox says of each row is what the programs did.
import { planTrust } from "../../policies/trust/plan-trust.ts";
import { indexTrust } from "../../policies/trust/trust-rules.ts";
import { isExcepted, modelExceptions, planExceptions } from "../interop/judges/exceptions.ts";
import { readRecording } from "../kit/judges/answers.ts";
import { askSignalbox, trustOf } from "../kit/judges/ask-signalbox.ts";
import { checksPolicy, isAcceptedByModel, isReadable, isSaidToAccept } from "../kit/judges/compare.ts";
import { readRecordedEvidence } from "../kit/judges/recorded-evidence.ts";
import { recordedPlaces } from "../kit/judges/recorded-registry.ts";
import { allRows } from "../kit/judges/rows/all-rows.ts";

export type RecordedCase = { readonly name: string; readonly isJudgedRight: () => boolean };

/** Found and verified once: what is asked again is the judgement. `step` 3: every third row. */
export async function recordedCases(step: number): Promise<readonly RecordedCase[]> {
  const recorded = readRecordedEvidence();
  const answers = Map.groupBy(readRecording(), ({ row }) => row);
  const places = recordedPlaces(recorded);
  const trust = await trustOf(recorded.policies);
  const { set } = trust.index;
  const content = recorded.policies["trust/roots/own.json"] ?? "";
  const digest = set.files["trust/roots/own.json"]?.sha256 ?? "sha256:0";
  const now = recorded.atMs;
  const cases = allRows
    .filter((_, at) => at % step === 0)
    .map(async ({ id, otherHostFiles }): Promise<RecordedCase> => {
      const row = recorded.rows.find((each) => each.id === id);
      if (row === undefined) throw new Error(`${id} is not recorded`);
      const { hostFiles, pulled } = row;
      const { repository, reference } = pulled;
      const { top, platform } = await askSignalbox(trust, places, pulled, now);
      return {
        name: `recorded: ${id}`,
        isJudgedRight() {
          // Nothing that was worked out before may be remembered.
          const index = indexTrust(set, { digest, content });
          const planned = planTrust({ index, repository, reference, top, platform, now });
          const asked = { said: { top, platform }, reference, nowMs: now };
          return (answers.get(id) ?? []).every((answer) => {
            const ofPlan = otherHostFiles === undefined && !isExcepted(planExceptions, answer);
            if (ofPlan && isSaidToAccept(planned.trust, answer) !== answer.accepted) return false;
            if (answer.program === "cosign" || hostFiles === null || isExcepted(modelExceptions, answer)) return true;
            const accepts = checksPolicy(answer)
              ? isAcceptedByModel({ index }, asked, hostFiles, answer)
              : isReadable(hostFiles);
            return accepts === answer.accepted;
          });
        },
      };
    });
  return Promise.all(cases);
}
