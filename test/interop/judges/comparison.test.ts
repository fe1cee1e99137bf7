// Signalbox beside the real programs, by what was recorded of both sides: not one difference, and no program is needed.
import { beforeAll, describe, expect, test } from "vitest";
import type { TrustInForce } from "../../../worker/verify/trust-in-force.ts";
import { readRecording } from "../../kit/judges/answers.ts";
import { askSignalbox, type Said, trustOf } from "../../kit/judges/ask-signalbox.ts";
import { checksPolicy, isAcceptedByModel, isReadable, isSaidToAccept } from "../../kit/judges/compare.ts";
import { type RecordedRow, readRecordedEvidence } from "../../kit/judges/recorded-evidence.ts";
import { recordedPlaces } from "../../kit/judges/recorded-registry.ts";
import { allRows } from "../../kit/judges/rows/all-rows.ts";
import { sameFiles } from "../../kit/judges/same-files.ts";
import { enforcedByNobody, isExcepted, modelExceptions, planExceptions } from "./exceptions.ts";

const recorded = readRecordedEvidence();
const answers = Map.groupBy(readRecording(), ({ row }) => row);
const recordedRows = new Map(recorded.rows.map((row) => [row.id, row]));
const saidOf = new Map<string, Said>();
let trust: TrustInForce;

beforeAll(async () => {
  trust = await trustOf(recorded.policies);
  const places = recordedPlaces(recorded);
  for (const { id, pulled } of recorded.rows) saidOf.set(id, await askSignalbox(trust, places, pulled, recorded.atMs));
}, 180_000);

function of(id: string): { readonly row: RecordedRow; readonly said: Said } {
  const row = recordedRows.get(id);
  const said = saidOf.get(id);
  if (row === undefined || said === undefined) throw new Error(`${id} is not recorded: node test/kit/judges/record.ts`);
  return { row, said };
}

const word = (accepts: boolean) => (accepts ? "accepts" : "refuses");

describe("each consumer's verdict is what the program did", () => {
  const plain = allRows.filter(({ otherHostFiles }) => otherHostFiles === undefined);
  test.each(plain)("$id: $title", ({ id }) => {
    const { said } = of(id);
    const compared = (answers.get(id) ?? []).filter((answer) => !isExcepted(planExceptions, answer));
    const real = compared.map(({ program, version, accepted }) => `${program} ${version} ${word(accepted)}`);
    const ours = compared.map(
      (answer) => `${answer.program} ${answer.version} ${word(isSaidToAccept(said.trust, answer))}`,
    );
    expect(ours).toEqual(real);
  });
});

describe("the model of containers/image does what the program did with the same files", () => {
  test.each(allRows)("$id: $title", ({ id }) => {
    const { row, said } = of(id);
    const { hostFiles, pulled } = row;
    const compared = (answers.get(id) ?? []).filter(
      (answer) => answer.program !== "cosign" && !isExcepted(modelExceptions, answer),
    );
    if (hostFiles === null) return expect(compared).toEqual([]);
    const asked = { said, reference: pulled.reference, nowMs: recorded.atMs };
    const real = compared.map(({ program, version, accepted }) => `${program} ${version} ${word(accepted)}`);
    const ours = compared.map((answer) => {
      const accepts = checksPolicy(answer) ? isAcceptedByModel(trust, asked, hostFiles, answer) : isReadable(hostFiles);
      return `${answer.program} ${answer.version} ${word(accepts)}`;
    });
    expect(ours).toEqual(real);
  });
});

describe("host files", () => {
  test("that Signalbox gives out are those by which the programs judged", () => {
    const others = allRows.filter(({ id, otherHostFiles }) => {
      const { row, said } = of(id);
      if (otherHostFiles !== undefined || said.hostFiles === undefined) return false;
      return row.hostFiles === null || !sameFiles(row.hostFiles, said.hostFiles);
    });
    expect(others.map(({ id }) => id)).toEqual([]);
  });

  test("say what was written by hand from the contract, but where a mirror's signatures name no tag", () => {
    const others = allRows.filter(({ id, otherHostFiles }) => {
      const { row, said } = of(id);
      if (otherHostFiles !== undefined || said.trust.policy === null) return false;
      if (row.filesByHand === null || said.hostFiles === undefined) return row.filesByHand !== (said.hostFiles ?? null);
      return !sameFiles(row.filesByHand, said.hostFiles);
    });
    // By hand these have remapIdentity, which takes none of cosign's signatures (test/fixtures/judges/README.md).
    expect(others.map(({ id }) => id)).toEqual(["mirror-cosign-2", "mirror-cosign-2-digest"]);
  });
});

describe("a plan", () => {
  test("is verified only where a program accepts, but for these, which are right and enforced by nobody", () => {
    const alone = allRows.filter(({ id, otherHostFiles }) => {
      if (otherHostFiles !== undefined || of(id).said.trust.verdict !== "verified") return false;
      return !(answers.get(id) ?? []).some((answer) => answer.accepted && checksPolicy(answer));
    });
    expect(alone.map(({ id }) => id).toSorted()).toEqual(Object.keys(enforcedByNobody).toSorted());
    for (const { id } of alone) {
      const verdicts = Object.values(of(id).said.trust.consumers).map(({ verdict }) => verdict);
      expect([id, ...new Set(verdicts)]).toEqual([id, "not-enforceable"]);
    }
  });

  test("that no policy speaks for is never verified, whatever a host without files accepts", () => {
    const unspoken = allRows.filter(({ id }) => of(id).said.trust.policy === null);
    expect(unspoken.length).toBeGreaterThan(0);
    expect(unspoken.filter(({ id }) => of(id).said.trust.verdict === "verified")).toEqual([]);
  });
});

describe("exceptions", () => {
  test("each still leave something out", () => {
    const all = [...answers.values()].flat();
    for (const { why, applies } of [...planExceptions, ...modelExceptions]) {
      expect(all.some(applies), why).toBe(true);
    }
  });
});
