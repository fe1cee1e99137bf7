// A switch plan as people read it: may this host switch, why, to what, and how.
import { shellLine } from "../../policies/plan/commands/shell-word.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { momentOf } from "../terminal/moment.ts";
import { printable } from "../terminal/printable.ts";
import { countOf, describeBytes } from "../terminal/quantities.ts";
import { colourOfVerdict, labelled, type ShowOptions } from "./labelled.ts";

const colours = { allow: "green", warn: "yellow", block: "red", info: "cyan" } as const;
type Severity = keyof typeof colours;

export function showPlan(plan: SwitchPlan, options: ShowOptions): string {
  const { paint } = options;
  const { target, trust, lifecycle } = plan;
  const line = (label: string, text: string) => labelled(label, text, options);
  const reasons = plan.decisionReasons.length > 0 ? `: ${plan.decisionReasons.join(", ")}` : "";
  const head = `${paint("bold", printable(target.ref))}\n`;
  const decided = paint([colourOf(plan.decision), "bold"], printable(plan.decision).toUpperCase());
  return [
    head,
    line("decision", `${decided}${printable(reasons)}`),
    line("digest", printable(target.digest)),
    line("image", describeImage(plan)),
    line("built", describeBuild(plan)),
    line("verdict", `${paint(colourOfVerdict(trust.verdict), printable(trust.verdict))}${describeTrust(plan)}`),
    ...trust.reasons.map(({ code, message }) => line("", paint("dim", printable(`${code}: ${message}`)))),
    line("release", describeLifecycle(plan)),
    ...(lifecycle.successor === null ? [] : [line("moved to", printable(lifecycle.successor))]),
    ...(target.olderThan === null
      ? []
      : [
          line(
            "went back",
            `named the newer build ${printable(target.olderThan.digest)} until ${target.olderThan.since}`,
          ),
        ]),
    line("download", describeDelta(plan)),
    line("seen", describeSight(plan)),
    ...showHazards(plan, options),
    ...showCommands(plan, options),
    ...showUnknown(plan, options),
  ].join("");
}

function describeImage({ target }: SwitchPlan): string {
  const { platform } = target;
  const own = [platform.os, platform.architecture, platform.variant].filter((part) => part !== null).join("/");
  const facets = Object.entries(target.facets).map(([key, values]) => `${key}: ${[values].flat().join(", ")}`);
  return printable(
    [
      [target.official ? "official" : "", target.kind ?? "image of no known kind"].filter(Boolean).join(" "),
      target.project === null ? "" : `project ${target.project}`,
      target.bootable === false ? "not bootable" : "",
      target.pin === "digest" ? "pinned: it will get no updates" : "",
      own === "" ? `no image for this architecture (there are: ${target.architectures.join(", ")})` : own,
      ...facets,
    ]
      .filter(Boolean)
      .join("; "),
  );
}

function describeBuild({ target }: SwitchPlan): string {
  const { id, versionId } = target.osRelease;
  const system = id === null ? "" : [id, versionId].filter((part) => part !== null).join(" ");
  const parts = [
    target.version === null ? "" : `version ${target.version}`,
    target.created === null ? "" : `on ${target.created.slice(0, 16).replace("T", " ")} UTC`,
    target.kernel === null ? "" : `kernel ${target.kernel}`,
    system,
  ].filter(Boolean);
  return parts.length === 0 ? "nothing is known of the build" : printable(parts.join("; "));
}

function describeTrust({ trust }: SwitchPlan): string {
  const policy = trust.policy === null ? "no trust policy speaks for it" : `by the policy ${trust.policy}`;
  return printable(`; ${policy}${trust.checkedAt === null ? "" : `; checked ${momentOf(trust.checkedAt)}`}`);
}

function describeLifecycle({ lifecycle }: SwitchPlan): string {
  const end = lifecycle.endOfLife === null ? "" : `; end of life ${lifecycle.endOfLife}`;
  return printable(`${lifecycle.status}${lifecycle.deprecated ? "; deprecated" : ""}${end}`);
}

function describeDelta({ delta }: SwitchPlan): string {
  // A service of an older version does not say.
  const disk = delta.disk === undefined ? "" : `; takes ${describeBytes(delta.disk.bytes)} of the disk, at a guess`;
  if (delta.bytesNew === null) return `not known: --from or --host says what the host has${disk && `${disk} at most`}`;
  return `${describeBytes(delta.bytesNew)} in ${countOf(delta.layersNew ?? 0, "new layer")}; ${describeBytes(delta.bytesShared ?? 0)} in ${countOf(delta.layersShared ?? 0, "layer")} are there${disk}`;
}

function describeSight({ observedAt, staleSince }: SwitchPlan): string {
  const seen = observedAt === null ? "not known when" : momentOf(observedAt);
  return printable(staleSince === null ? seen : `${seen}; looks have failed since ${staleSince}`);
}

function showHazards({ hazards }: SwitchPlan, options: ShowOptions): string[] {
  if (hazards.length === 0) return [];
  const { paint } = options;
  const lines = hazards.flatMap(({ id, severity, status, title, advice, needs }) => [
    labelled(
      `  ${severity}`,
      printable(`${title} (${id}${status === "present" ? "" : `: ${status}`})`),
      options,
      status === "absent" ? "dim" : colourOf(severity),
    ),
    ...(status === "absent" ? [] : [labelled("", paint("dim", printable(advice)), options)]),
    ...needs.map(({ fact, command }) => labelled("", printable(`${fact}: ${command}`), options)),
  ]);
  return [`\n${paint("bold", "hazards")}\n`, ...lines];
}

function showCommands({ commands }: SwitchPlan, options: ShowOptions): string[] {
  const { paint, verbose } = options;
  const { bootc, rpmOstree, install, installToFilesystem, imageBuilder } = commands;
  const others = verbose ? [rpmOstree, install, installToFilesystem, imageBuilder?.command ?? null] : [];
  const shown = [bootc, ...others]
    .filter((command) => command !== null)
    .map((command) => `  ${printable(shellLine(command))}\n`);
  const texts = verbose
    ? ([
        ["kickstart", commands.kickstart],
        ["kickstart of an older Anaconda", commands.ostreeContainer],
        ["cloud-init", commands.cloudInit],
        ["ignition", commands.ignition],
        ["butane", commands.butane ?? null],
        ["config.toml of bootc-image-builder", imageBuilder?.config ?? null],
      ] as const)
    : [];
  const blocks = texts.flatMap(([name, text]) => (text === null ? [] : [`  ${name}:\n${indented(text)}`]));
  if (shown.length + blocks.length === 0) return [];
  // A service of an older version does not say.
  const loose = commands.notEnforced
    ? [labelled("  loose", paint("dim", `no signature is asked for: ${printable(commands.notEnforced)}`), options)]
    : [];
  const notes = verbose
    ? (commands.notes ?? []).map(({ about, text }) =>
        labelled(`  ${printable(about)}`, paint("dim", printable(text)), options),
      )
    : [];
  return [`\n${paint("bold", "commands")}\n`, ...shown, ...blocks, ...loose, ...notes];
}

function showUnknown({ unknown, delta }: SwitchPlan, options: ShowOptions): string[] {
  const { paint, verbose } = options;
  // That nobody said what the host has is said once, beside the download.
  const told = (field: string) => !verbose && delta.from === null && field.startsWith("delta.");
  const open = unknown.filter(({ field }) => !told(field));
  if (open.length === 0) return [];
  if (!verbose) {
    const fields = open.map(({ field }) => field).join(", ");
    return [`\n${labelled("unknown", paint("dim", printable(`${fields} (--verbose says why)`)), options)}`];
  }
  const lines = open.map(({ field, reason }) => `  ${printable(field)}: ${paint("dim", printable(reason))}\n`);
  return [`\n${paint("bold", "unknown")}\n`, ...lines];
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${printable(line)}\n`)
    .join("");
}

/** A word that this program does not know is as bad as the worst it knows. */
function colourOf(word: string) {
  return Object.hasOwn(colours, word) ? colours[word as Severity] : colours.block;
}
