// Which operating-system release an image is of, and so until when it is supported.
import type { PolicySet } from "./policy-set.ts";
import type { ReleaseDocument } from "./release-document.ts";

export type ReleaseQuestion = {
  /** ID of os-release; null where it is not known. */
  readonly osId: string | null;
  /** VERSION_ID of os-release; null where it is not known. */
  readonly versionId: string | null;
  /** The distribution that the source says it belongs to: it speaks where no release is known of the ID itself. */
  readonly distribution: string | null;
};

/** The release whose version is the longest dotted prefix of VERSION_ID. Undefined: no document speaks of it. */
export function releaseOf(set: Pick<PolicySet, "releases">, question: ReleaseQuestion): ReleaseDocument | undefined {
  const { osId, versionId, distribution } = question;
  if (versionId === null) return undefined;
  const known = osId !== null && set.releases.some((release) => release.os === osId);
  const os = known ? osId : distribution;
  return set.releases
    .filter((release) => release.os === os && isDottedPrefix(release.version, versionId))
    .toSorted((a, b) => b.version.length - a.version.length)[0];
}

function isDottedPrefix(prefix: string, text: string): boolean {
  return text === prefix || text.startsWith(`${prefix}.`);
}
