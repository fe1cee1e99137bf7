// The report of a round of indexing, and the line that shows how far it is.
import { expect, test } from "vitest";
import { showIndexProgress } from "../../../../bin/show/index-progress.ts";
import { showReport } from "../../../../bin/show/show-report.ts";
import { plain } from "../../../../bin/terminal/paint.ts";
import type { RunFailure } from "../../../../db/runs.ts";
import type { ProgressEvent, RunReport, SourceReport } from "../../../../worker/progress.ts";

const source = (name: string, changes: Partial<SourceReport> = {}): SourceReport => ({
  source: name,
  run: 1,
  startedAt: 0,
  endedAt: 1_500,
  repositories: 3,
  done: 3,
  images: 2,
  tagsMoved: 1,
  failures: 0,
  failing: false,
  ...changes,
});

const report = (changes: Partial<RunReport> = {}): RunReport => ({
  startedAt: 0,
  endedAt: 2_000,
  outcome: "done",
  sources: [source("fedora")],
  failures: [],
  traffic: { requests: 12, bytes: 34_000 },
  ...changes,
});

const failed = (changes: Partial<RunFailure> = {}): RunFailure => ({
  source: "a",
  repository: "registry.example/a",
  tag: null,
  stage: "tags",
  code: "timeout",
  reason: "no answer within 30 s",
  at: 1,
  ...changes,
});

test("each source has a line, and the sum comes after", () => {
  expect(showReport(report(), plain, 80)).toBe(`source  looked at  new images  moved  failed   time
fedora          3           2      1       0  1.5 s  done

1 source; 3 repositories; 2 new images; 2.0 s (1.5 repositories/s); 12 requests, 34.0 kB
`);
});

test("what was not finished, out of reach or failed in part is said of each source", () => {
  const sources = [
    source("a", { endedAt: null, done: 1 }),
    source("b", { failing: true, failures: 1, done: 0 }),
    source("c", { failures: 2 }),
  ];
  const shown = showReport(report({ sources, outcome: "stopped" }), plain, 80);
  expect(shown).toMatch(/^a +1\/3 .*not finished$/m);
  expect(shown).toMatch(/^b +0\/3 .*out of reach$/m);
  expect(shown).toMatch(/^c +3 .*in part$/m);
  expect(shown).toContain("stopped before the end: 3 sources");
});

test("failed items stand together by what went wrong, and none is lost", () => {
  const failures = [
    failed(),
    failed({ repository: null, stage: "discover", code: "unreachable", reason: "no\u001b[2K route" }),
    failed({ source: "b", repository: null, stage: "discover", code: "unreachable", reason: "no\u001b[2K route" }),
    failed({ tag: "44" }),
    failed({ tag: `sha256:${"0".repeat(64)}` }),
  ];
  const shown = showReport(report({ sources: [source("a", { failures: 9 })], failures }), plain, 80);
  expect(shown).toContain(`failed tags, timeout: no answer within 30 s
  registry.example/a
  registry.example/a:44
  registry.example/a@sha256:${"0".repeat(64)}
failed discover, unreachable: no\\u{1b}[2K route
  the source a as a whole
  the source b as a whole
  and 4 more
`);
});

test("the line counts sources, repositories, images, bytes and failures", () => {
  const shown: string[] = [];
  let now = 0;
  const progress = { show: (text: string) => void shown.push(text), note: () => {}, end: () => {} };
  const { tell } = showIndexProgress(
    progress,
    () => now,
    () => ({ requests: 1, bytes: 2_000 }),
  );
  const about = { at: 0, run: 1 };
  const event = (each: Partial<ProgressEvent> & { type: string }, name = "fedora") =>
    tell({ ...about, source: name, ...each } as ProgressEvent);
  event({ type: "source-started" });
  event({ type: "source-listed", repositories: 4 });
  now = 2_000;
  event({ type: "repository-done", repository: "r", outcome: "changed", done: 1, repositories: 4, images: 2 });
  event({ type: "failure", item: failed() });
  event({ type: "source-started" }, "centos");
  event({ type: "source-done", failing: false }, "centos");
  expect(shown[0]).toBe("0/1 source, 0/0 repositories, 0.0/s, 0 new images, 2.0 kB; fedora 0/?");
  expect(shown.at(-1)).toBe("1/2 sources, 1/4 repositories, 0.5/s, 2 new images, 2.0 kB, 1 failed; fedora 1/4");
});
