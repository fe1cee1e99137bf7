// The end of `signalbox index --once` as people read it: each source in a line, then what failed.
import type { RunFailure } from "../../db/runs.ts";
import type { RunReport, SourceReport } from "../../worker/progress.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { countOf, describeBytes, describeDuration } from "../terminal/quantities.ts";
import { type Column, renderTable } from "../terminal/table.ts";

const columns: readonly Column[] = [
  { title: "source", shrinks: true },
  { title: "looked at", align: "right" },
  { title: "new images", align: "right" },
  { title: "moved", align: "right" },
  { title: "failed", align: "right" },
  { title: "time", align: "right" },
  { title: "" },
];

export function showReport(report: RunReport, paint: Paint, width: number): string {
  const sources = report.sources.toSorted((a, b) => (a.source < b.source ? -1 : 1));
  const rows = sources.map((source) => [
    printable(source.source),
    source.done === source.repositories ? String(source.done) : `${source.done}/${source.repositories}`,
    String(source.images),
    String(source.tagsMoved),
    source.failures > 0 ? paint("red", String(source.failures)) : "0",
    source.endedAt === null ? "" : describeDuration(source.endedAt - source.startedAt),
    outcomeOf(source, paint),
  ]);
  return [renderTable(columns, rows, width), "\n", summaryOf(report, paint), showFailures(report, paint)].join("");
}

function outcomeOf(source: SourceReport, paint: Paint): string {
  if (source.endedAt === null) return paint("yellow", "not finished");
  if (source.failing) return paint("red", "out of reach");
  return source.failures > 0 ? paint("yellow", "in part") : paint("green", "done");
}

function summaryOf({ sources, startedAt, endedAt, outcome, traffic }: RunReport, paint: Paint): string {
  const sum = (of: (source: SourceReport) => number) => sources.reduce((total, source) => total + of(source), 0);
  const took = Math.max(1, endedAt - startedAt);
  const done = sum((source) => source.done);
  const parts = [
    countOf(sources.length, "source"),
    countOf(done, "repository", "repositories"),
    countOf(
      sum((source) => source.images),
      "new image",
    ),
    `${describeDuration(took)} (${((done * 1000) / took).toFixed(1)} repositories/s)`,
  ];
  // Layouts on disk are read without a request.
  if (traffic !== null && traffic.requests > 0)
    parts.push(`${countOf(traffic.requests, "request")}, ${describeBytes(traffic.bytes)}`);
  const stopped = outcome === "stopped" ? `${paint("yellow", "stopped before the end")}: ` : "";
  return `${stopped}${parts.join("; ")}\n`;
}

/** Items that failed in the same way for the same reason stand together. */
function showFailures({ failures, sources }: RunReport, paint: Paint): string {
  if (failures.length === 0) return "";
  const groups = Map.groupBy(failures, ({ stage, code, reason }) => `${stage}, ${code}: ${printable(reason)}`);
  const lines = [...groups].flatMap(([how, items]) => [
    `${paint("red", "failed")} ${how}\n`,
    ...items.map((item) => `  ${printable(nameOf(item))}\n`),
  ]);
  const total = sources.reduce((sum, source) => sum + source.failures, 0);
  const more = total > failures.length ? `  and ${total - failures.length} more\n` : "";
  return `\n${lines.join("")}${more}`;
}

function nameOf({ source, repository, tag }: RunFailure): string {
  if (repository === null) return `the source ${source} as a whole`;
  if (tag === null) return repository;
  return tag.startsWith("sha256:") ? `${repository}@${tag}` : `${repository}:${tag}`;
}
