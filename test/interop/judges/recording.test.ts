// The recording says something of every row for every version it knows, and what it says is what the facts rest on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadFolder } from "../../../policies/documents/load-folder.ts";
import { differences, mergeRecording, newColumns, readRecording } from "../../kit/judges/answers.ts";
import { policyFolderOf } from "../../kit/judges/documents.ts";
import { type Answer, type Program, questionsOf } from "../../kit/judges/judge.ts";
import { makeOpenpgpKeyring } from "../../kit/judges/keyring.ts";
import { compareVersions } from "../../kit/judges/releases.ts";
import { allRows } from "../../kit/judges/rows/all-rows.ts";
import { cleanWords, errorWords, fatalWords } from "../../kit/judges/words.ts";

const recorded = readRecording();
const addresses = { registry: "127.0.0.1:5000", mirror: "127.0.0.1:5001", lookaside: "127.0.0.1:5002" };

function versionsOf(program: Program): readonly string[] {
  const versions = recorded.filter((answer) => answer.program === program).map(({ version }) => version);
  return [...new Set(versions)].sort(compareVersions);
}

describe("the matrix", () => {
  test("has at least a hundred rows, each with an id and a title of its own", () => {
    expect(allRows.length).toBeGreaterThanOrEqual(100);
    expect(new Set(allRows.map(({ id }) => id)).size).toBe(allRows.length);
    expect(new Set(allRows.map(({ title }) => title)).size).toBe(allRows.length);
    for (const { id } of allRows) expect(id).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
  });

  test("has a hundred images that real programs signed", () => {
    const signed = allRows.filter(({ acts }) => acts.some(({ act }) => act === "sign" || act === "attest"));
    expect(signed.length).toBeGreaterThanOrEqual(100);
  });
});

describe("the matrix's policies folder", () => {
  test("is one that Signalbox takes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-matrix-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const files = policyFolderOf(allRows, addresses, await makeOpenpgpKeyring());
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const loaded = await loadFolder(folder);
    expect(loaded.outcome === "refused" ? loaded.mistakes : []).toEqual([]);
  });
});

describe("the recording", () => {
  test("knows cosign 2 and 3, and two versions of skopeo that read sigstore signatures", () => {
    expect(versionsOf("cosign").map((version) => version.split(".")[0])).toEqual(expect.arrayContaining(["2", "3"]));
    for (const program of ["copy", "image-proxy"] as const) {
      const able = versionsOf(program).filter((version) => compareVersions(version, "1.17.0") >= 0);
      expect(able.length).toBeGreaterThanOrEqual(2);
    }
  });

  test("has one answer of each version to each question, and no other", async () => {
    const openpgp = await makeOpenpgpKeyring();
    const expected = allRows.flatMap((row) => {
      const { hostFiles, cosignSigners } = questionsOf(row, addresses, openpgp, Date.now());
      const skopeo = hostFiles === undefined ? [] : (["image-proxy", "copy"] as const);
      const programs: readonly Program[] = [...skopeo, ...(cosignSigners.length > 0 ? (["cosign"] as const) : [])];
      return programs.flatMap((program) =>
        versionsOf(program)
          // Debian's oldest is asked of some rows alone (judge.ts).
          .filter((version) => compareVersions(version, "1.11.0") >= 0)
          .map((version) => `${row.id} ${program} ${version}`),
      );
    });
    const given = recorded
      .filter(({ version }) => compareVersions(version, "1.11.0") >= 0)
      .map(({ row, program, version }) => `${row} ${program} ${version}`);
    expect(given.toSorted()).toEqual(expected.toSorted());
  });

  test("has words for each refusal, without ports, paths or digests of one run", () => {
    for (const { accepted, words } of recorded) {
      expect(accepted ? words === "" : words !== "").toBe(true);
      expect(words).not.toMatch(/127\.0\.0\.1:\d|[0-9a-f]{64}|\b20\d\d-\d\d-\d\dT/);
    }
  });
});

describe("a recording", () => {
  const answer = (more: Partial<Answer> = {}): Answer => ({
    row: "a",
    program: "copy",
    version: "1.0.0",
    accepted: true,
    words: "",
    ...more,
  });

  test("differs where a program answers otherwise, says other words, or is not asked", () => {
    const before = [answer(), answer({ row: "b", accepted: false, words: "no" }), answer({ row: "c" })];
    const now = [answer({ accepted: false, words: "no" }), answer({ row: "b", accepted: false, words: "never" })];
    expect(differences(now, before)).toEqual([
      "a: copy 1.0.0 refuses: no (recorded: accepts)",
      "b: copy 1.0.0 refuses: never (recorded: refuses: no)",
      "c: copy 1.0.0 was not asked (recorded: accepts)",
    ]);
    expect(differences(before, before)).toEqual([]);
  });

  test("differs where a row is new to a known version, and not where the version is new", () => {
    expect(differences([answer(), answer({ row: "b" })], [answer()])).toEqual([
      "b: copy 1.0.0 accepts (recorded: was not asked)",
    ]);
    expect(differences([answer({ version: "2.0.0" })], [answer()])).toEqual([]);
    expect(newColumns([answer({ version: "2.0.0" }), answer()], [answer()])).toEqual(["copy 2.0.0"]);
  });

  test("keeps the columns of versions that are not there, in the order of the rows, without rows that are gone", () => {
    const old = [
      answer({ row: "gone" }),
      answer({ row: "a", version: "0.9.0" }),
      answer({ row: "a", accepted: false, words: "no" }),
    ];
    expect(mergeRecording([answer({ row: "b" }), answer()], old, ["b", "a"])).toEqual([
      answer({ row: "b" }),
      answer({ row: "a", version: "0.9.0" }),
      answer(),
    ]);
  });
});

describe("words", () => {
  test("are cleaned of what is another in each run", () => {
    const digest = "a".repeat(64);
    expect(cleanWords(`GET 127.0.0.1:4711/a@sha256:${digest}:\n  sha256-${digest}.sig at 2026-01-02T03:04:05Z`)).toBe(
      "GET HOST/a@DIGEST: DIGEST.sig at TIME",
    );
    expect(cleanWords("no match: https://a, found: https://c,https://b\n")).toBe(
      "no match: https://a, found: https://b,https://c",
    );
    expect(cleanWords(`x${"y".repeat(5_000)}`).length).toBeLessThan(1_000);
  });

  test("of skopeo are its last message, of cosign its error", () => {
    expect(fatalWords('time="now" level=fatal msg="it says \\"no\\""\n')).toBe('it says "no"');
    expect(fatalWords("level=fatal msg=no\n")).toBe("no");
    expect(errorWords("WARNING: so\nError: no: never\nerror during command execution: no: never\n")).toBe("no: never");
    expect(errorWords("killed")).toBe("killed");
  });
});
