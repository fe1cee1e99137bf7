// The release in an image's version: taken only where the text is shaped as one, since a version may count anything.
import { parseTimestamp } from "../images/timestamp.ts";

/** 44.20261115.0, stream10.20261115, 9.6.20250601: a release, and the day it was built. */
const dated = /^(?:stream)?([0-9]{1,3}(?:\.[0-9]{1,3})?)[.-](?:19|20)[0-9]{6}(?:[.-]|$)/;
/** 44, stream10, 10.2; three numbers are as likely a version of the image's own. */
const bare = /^(?:stream)?([0-9]{1,3}(?:\.[0-9]{1,3})?)$/;

/** The day in a version, in milliseconds since 1970; null: it names none. */
export function dayOfVersion(version: string | null): number | null {
  const [, year, month, day] = /(?:^|[.-])((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[.-]|$)/.exec(version ?? "") ?? [];
  return year === undefined ? null : (parseTimestamp(`${year}-${month}-${day}T00:00:00Z`) ?? null);
}

/** `isKnown`: whether there is such a release. Null: the version tells none. */
export function releaseOfVersion(version: string | null, isKnown: (release: string) => boolean): string | null {
  const onDay = dated.exec(version ?? "")?.[1];
  if (onDay !== undefined) return onDay;
  const alone = bare.exec(version ?? "")?.[1];
  return alone !== undefined && isKnown(alone) ? alone : null;
}
