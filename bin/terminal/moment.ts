// Moments: times as people read them in a terminal.

const utc = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;

/** An RFC 3339 time in UTC to the second; what is written in another way stays as it is. */
export function momentOf(time: string): string {
  return time.replace(utc, "$1 $2 UTC");
}
