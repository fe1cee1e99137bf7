// The real programs are asked again, with the host files that Signalbox gives out for what it finds in real registries.
import { afterAll, describe, expect, test } from "vitest";
import { lookasideDestinations, lookasidesOver } from "../../../worker/find-signatures/read-lookaside.ts";
import type { TrustInForce } from "../../../worker/verify/trust-in-force.ts";
import { differences, newColumns, readRecording } from "../../kit/judges/answers.ts";
import { askSignalbox, type Said, trustOf } from "../../kit/judges/ask-signalbox.ts";
import { isSaidToAccept } from "../../kit/judges/compare.ts";
import type { Answer } from "../../kit/judges/judge.ts";
import { type Matrix, openMatrix } from "../../kit/judges/open-matrix.ts";
import { pulledOf } from "../../kit/judges/recorded-evidence.ts";
import type { Row } from "../../kit/judges/row.ts";
import { allRows } from "../../kit/judges/rows/all-rows.ts";
import { createTestHttpClient, openTestRegistry } from "../../kit/registries/open-test-registry.ts";
import { isExcepted, planExceptions } from "./exceptions.ts";

/** All rows take three minutes on two idle cores, and several times as long beside other work: every fourth is asked. */
const rows: readonly Row[] =
  process.env.SIGNALBOX_JUDGES_ROWS === "all" ? allRows : allRows.filter((_, at) => at % 4 === 0);
const askTimeoutMs = 1_200_000;

let matrix: Matrix | undefined;
let answers: readonly Answer[] | undefined;
const saidOf = new Map<string, Said>();

const recorded = readRecording().filter(({ row }) => rows.some(({ id }) => id === row));

afterAll(async () => matrix?.close(), 120_000);

/** Signalbox's own way, over HTTP. */
async function askAll({ addresses, policyFolder }: Matrix): Promise<void> {
  const trust: TrustInForce = await trustOf(policyFolder);
  const places = [addresses.registry, addresses.mirror].map((host) => openTestRegistry({ host }));
  const http = createTestHttpClient();
  http.declare(lookasideDestinations(trust.index.set));
  const shown = {
    registryOf(host: string) {
      const place = places.find(({ registry }) => registry.host === host);
      if (place === undefined) throw new Error(`${host} is no registry of the matrix`);
      return place.registry;
    },
    readLookaside: lookasidesOver(http, Date.now),
  };
  for (const row of rows) {
    saidOf.set(row.id, await askSignalbox(trust, shown, await pulledOf(row, { addresses }), Date.now()));
  }
  await Promise.all([...places, http].map((each) => each.close()));
}

describe("programs that judge", () => {
  test("answer as it was recorded, with the host files that Signalbox gives out", {
    timeout: askTimeoutMs,
  }, async (context) => {
    matrix = await openMatrix(context, rows);
    await askAll(matrix);
    answers = await matrix.judge({
      hostFilesFor: (row, byHand) =>
        row.otherHostFiles === undefined ? (saidOf.get(row.id)?.hostFiles ?? byHand) : byHand,
    });
    expect(answers.length).toBeGreaterThan(rows.length);
    expect(differences(answers, recorded)).toEqual([]);
  });

  test("do what Signalbox says that they do", (context) => {
    if (answers === undefined) return context.skip("no program was asked");
    const unknown = new Set(newColumns(answers, recorded));
    const compared = answers.filter(
      (answer) =>
        !unknown.has(`${answer.program} ${answer.version}`) &&
        !isExcepted(planExceptions, answer) &&
        rows.find(({ id }) => id === answer.row)?.otherHostFiles === undefined,
    );
    expect(compared.length).toBeGreaterThan(rows.length);
    const others = compared.filter((answer) => {
      const said = saidOf.get(answer.row);
      return said === undefined || isSaidToAccept(said.trust, answer) !== answer.accepted;
    });
    expect(others).toEqual([]);
  });

  test("are of versions that were recorded", (context) => {
    if (answers === undefined) return context.skip("no program was asked");
    const columns = newColumns(answers, recorded);
    // A new version is no mistake of ours: it wants a column, which record.ts adds.
    if (columns.length > 0) {
      return context.skip(`not recorded: ${columns.join(", ")} (node test/kit/judges/record.ts adds them)`);
    }
    expect(columns).toEqual([]);
  });
});
