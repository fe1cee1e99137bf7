// Where the programs that judge are: a folder for each Debian release, made by make.sh and named by SIGNALBOX_JUDGES.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../programs.ts";

/** A release's folder and the upstream versions of what is in it. */
export type Release = {
  readonly name: string;
  readonly folder: string;
  readonly skopeo: string;
  readonly cosign: string | undefined;
};

/** `unset`: nobody said where they are. `unusable`: somebody did, and it is wrong. */
export type FoundReleases =
  | { readonly outcome: "found"; readonly folder: string; readonly releases: readonly Release[] }
  | { readonly outcome: "unset"; readonly reason: string }
  | { readonly outcome: "unusable"; readonly reason: string };

/** In the order of skopeo's versions. */
export function findReleases(folder = process.env.SIGNALBOX_JUDGES): FoundReleases {
  if (folder === undefined || folder === "") {
    return { outcome: "unset", reason: "SIGNALBOX_JUDGES names no folder made by test/kit/judges/make.sh" };
  }
  const unusable = (reason: string) => ({ outcome: "unusable", reason: `SIGNALBOX_JUDGES: ${reason}` }) as const;
  if (process.getuid?.() !== 0) return unusable("only root may start programs in another root folder");
  if (findProgram("chroot") === undefined) return unusable("not installed: chroot");
  if (!existsSync(folder)) return unusable(`${folder} is not there`);
  const releases = readdirSync(folder)
    .map((name) => readRelease(join(folder, name), name))
    .filter((release) => release !== undefined)
    .sort((a, b) => compareVersions(a.skopeo, b.skopeo));
  return releases.length === 0
    ? unusable(`${folder} holds nothing made by test/kit/judges/make.sh`)
    : { outcome: "found", folder, releases };
}

function readRelease(folder: string, name: string): Release | undefined {
  if (!existsSync(join(folder, "PACKAGES"))) return undefined;
  const packages = readFileSync(join(folder, "PACKAGES"), "utf8");
  const skopeo = versionOf(packages, "skopeo");
  return skopeo === undefined ? undefined : { name, folder, skopeo, cosign: versionOf(packages, "cosign") };
}

/** The upstream version of a package: cosign's and skopeo's own words depend on how Debian built them. */
function versionOf(packages: string, name: string): string | undefined {
  return new RegExp(`^${name}_(?:\\d+%3a)?(\\d+\\.\\d+\\.\\d+)[^_]*_`, "m").exec(packages)?.[1];
}

/** By the numbers between the dots. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
