// Hazard 14, local changes that a switch takes away: packages, an overlay of /usr, and what waits for the next boot.
import type { Severity } from "../switch-plan.ts";
import { absent, type HostCircumstances, type HostHazard, type Judgement } from "./hazard.ts";

/** Names in evidence: a host may have thousands. */
const shown = 20;

export const localModifications: HostHazard = {
  id: "local-modifications",
  title: "Packages and other local changes are lost",
  highest: "block",
  judge(circumstances): Judgement {
    const { host } = circumstances;
    if (host.cannotSwitch !== null) {
      return { status: "unknown", advice: host.cannotSwitch, evidence: { readOnly: true }, needs: ["host"] };
    }
    const waiting = waitingOn(circumstances);
    const told = waiting.length === 0 ? {} : { waiting: waiting.map(({ evidence }) => evidence) };
    const also = waiting.map(({ advice }) => advice);
    switch (host.changes.outcome) {
      case "none": {
        if (waiting.length === 0) return absent;
        const severity = waiting.some((each) => each.severity === "warn") ? "warn" : "info";
        return { status: "present", severity, advice: also.join(" "), evidence: told };
      }
      case "some": {
        const { names } = host.changes;
        const advice =
          "A switch drops them without a word. Before: write down what you need (`rpm-ostree status`), then run `rpm-ostree reset`, restart, and ask again. After: install what is missing as containers or Flatpaks, or build an image of your own.";
        const evidence = { changes: names.slice(0, shown), count: names.length, ...told };
        return { status: "present", severity: "block", advice: [advice, ...also].join(" "), evidence };
      }
      case "unknown": {
        const advice = "Packages that were layered on the image are lost in a switch.";
        const needs = ["host", "rpmOstreeStatus"] as const;
        return { status: "unknown", advice: [advice, ...also].join(" "), evidence: told, needs };
      }
    }
  },
};

type Waiting = {
  readonly severity: Severity;
  readonly advice: string;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** What is no change to the system that runs, and is lost all the same. Images are not named: the host knows its own. */
function waitingOn({ host: { document }, target }: HostCircumstances): readonly Waiting[] {
  if (document === null) return [];
  const { rollbackQueued, usrOverlay, staged, wantedReference, bootedReference } = document;
  const waiting: Waiting[] = [];
  if (rollbackQueued) {
    const advice =
      "A rollback is queued, and the switch takes its place: if you want the older system, restart first and ask again, since this plan speaks of the one that runs.";
    waiting.push({ severity: "warn", advice, evidence: { what: "rollback" } });
  }
  if (usrOverlay?.isWritable) {
    const { isPersistent } = usrOverlay;
    const advice = isPersistent
      ? "Changes that were made over /usr have outlived restarts; they do not outlive the switch: write down what you need of them."
      : "What was tried out over /usr (`bootc usr-overlay`) is gone at the next start.";
    const severity = isPersistent ? "warn" : "info";
    waiting.push({ severity, advice, evidence: { what: "usr-overlay", persistent: isPersistent } });
  }
  const image = staged?.image ?? null;
  const isTarget = image !== null && (image.digest === target.platform.digest || image.digest === target.digest);
  if (staged !== null && image !== null && !isTarget) {
    const { downloadOnly, softRebootCapable } = staged;
    const advice = downloadOnly
      ? "An update was fetched, and waits to be applied (`bootc upgrade --from-downloaded`): the switch takes its place."
      : "What is staged for the next start is replaced by the switch.";
    waiting.push({ severity: "info", advice, evidence: { what: "staged", downloadOnly, softRebootCapable } });
  }
  const wanted = wantedReference?.text ?? null;
  if (staged === null && wanted !== null && bootedReference !== null) {
    if (wanted !== bootedReference.text && wanted !== target.ref) {
      const advice =
        "The host was told to follow another image than it has booted (`spec` in bootc status): the switch takes its place.";
      waiting.push({ severity: "info", advice, evidence: { what: "wanted" } });
    }
  }
  return waiting;
}
