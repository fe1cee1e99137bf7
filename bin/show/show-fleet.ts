// A fleet's answers as people read them: a line for each host, and the summary.
import type { FleetAnswer } from "../resolve/fleet.ts";
import type { Resolved } from "../resolve/resolved.ts";
import { printable } from "../terminal/printable.ts";
import { countOf } from "../terminal/quantities.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import type { ShowOptions } from "./labelled.ts";

const columns: readonly Column[] = [{ title: "HOST" }, { title: "DECISION" }, { title: "WHY", shrinks: true }];
const colours = { allow: "green", warn: "yellow", block: "red" } as const;

export function showFleet({ hosts, summary }: FleetAnswer, { paint, width }: ShowOptions): string {
  const rows = hosts.map(({ file, resolved }) => {
    const { word, why } = describe(resolved);
    const shown = word === "error" ? word : paint([colours[word], "bold"], word.toUpperCase());
    return [printable(file), shown, printable(why)];
  });
  const { allow, warn, block, errors } = summary;
  return `${renderTable(columns, rows, width)}\n${countOf(hosts.length, "host")}: ${allow} allow, ${warn} warn, ${block} block, ${countOf(errors, "error")}\n`;
}

function describe(resolved: Resolved): { readonly word: keyof typeof colours | "error"; readonly why: string } {
  switch (resolved.outcome) {
    case "plan":
      return { word: resolved.plan.decision, why: resolved.plan.decisionReasons.join(", ") };
    case "newer-plan":
      return { word: "block", why: resolved.reason };
    case "problem":
      return { word: "error", why: resolved.problem.detail || resolved.problem.title };
  }
}
