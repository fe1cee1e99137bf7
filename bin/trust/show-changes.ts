// Showing changes of a host's files: a unified diff, and what the host's own files still say after them.
import { createTwoFilesPatch } from "diff";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import type { HostFileConflict } from "../../policies/trust/host-files/host-conflicts.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import type { Installation } from "./plan-installation.ts";
import type { KeptFile, Record } from "./record.ts";

/** Of the files that change, as `diff -u` writes it; text of the host's that is none is not shown. */
export function showDiff(files: Record["files"], paint: Paint): string {
  return files.map(({ path, before, after }) => diffOf(path, before, after, paint)).join("");
}

function diffOf(path: string, before: KeptFile, after: KeptFile, paint: Paint): string {
  const [from, to] = [textOf(before), textOf(after)];
  const [old, next] = [before === null ? "/dev/null" : `a${path}`, after === null ? "/dev/null" : `b${path}`];
  if (from === undefined || to === undefined)
    return `${paint("bold", `${printable(path)} is replaced: it is no text`)}\n`;
  const patch = createTwoFilesPatch(old, next, from, to, undefined, undefined, { context: 3 });
  // The library begins with a line of its own.
  const lines = patch.split("\n").filter((line, index) => !(index === 0 && /^=+$/.test(line)));
  return lines.map((line, index) => (index < 2 ? paint("bold", printable(line)) : paintLine(line, paint))).join("\n");
}

function textOf(file: KeptFile): string | undefined {
  if (file === null) return "";
  const bytes = Buffer.from(file.content, "base64");
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function paintLine(line: string, paint: Paint): string {
  const shown = printable(line.replaceAll("\t", "    "));
  if (line.startsWith("@@")) return paint("cyan", shown);
  if (line.startsWith("+")) return paint("green", shown);
  if (line.startsWith("-")) return paint("red", shown);
  return shown;
}

/** What becomes of registries that no section speaks of. */
export function describeRest(policyJson: string, isNew: boolean): string {
  const { default: rest, transports } = JSON.parse(policyJson) as {
    readonly default?: readonly { readonly type?: unknown }[];
    readonly transports?: { readonly docker?: { readonly [scope: string]: unknown } };
  };
  if (isNew) return "policy.json is new: registries that it does not list stay open";
  if (transports?.docker?.[""] !== undefined) {
    return "registries that policy.json does not list are treated as before, by its section for all of them";
  }
  return rest?.some(({ type }) => type === "reject") === true
    ? "policy.json refuses registries that it does not list, as before"
    : "policy.json treats registries that it does not list by its default, as before";
}

/** What the files do not reach, for whoever relies on them. */
export function warningsOf({ target, trust }: SwitchPlan, installation: Installation): readonly string[] {
  const warnings = installation.conflicts.map(describeConflict);
  const { bootc, podman } = trust.consumers;
  for (const [name, { verdict, reasons }] of Object.entries({ bootc, podman })) {
    const why = reasons.map(({ message }) => message).join("; ");
    if (verdict !== "verified") warnings.push(`${name} refuses ${target.ref} with these files: ${why}`);
  }
  if (!installation.refusesUnsigned) warnings.push(`this host would still take ${target.ref} without a signature`);
  return warnings;
}

/** Where nobody asked the host's skopeo, and an older one could not read what is installed. */
export function describeUnread({ readFrom }: Pick<Installation, "readFrom">): string {
  return `the host's skopeo could not be asked: ${readFrom} and newer read these files, an older one refuses every pull`;
}

export function describeConflict(conflict: HostFileConflict): string {
  switch (conflict.kind) {
    case "accepts-by-default":
      return "policy.json accepts by `default` whatever no section speaks of, and bootc refuses to enforce such a policy: make it reject, and list what should stay open under transports.docker";
    case "narrower-section":
      return `${conflict.file}: its section ${conflict.section} is narrower, and wins${conflict.hitsImage ? " for this very image" : " for its images"}`;
    case "lookaside-replaced":
      return `${conflict.file}: signatures of ${conflict.section} were looked for in ${conflict.was}, and no longer are`;
    case "unreadable":
      return `${conflict.file} cannot be read: ${conflict.reason}`;
  }
}
