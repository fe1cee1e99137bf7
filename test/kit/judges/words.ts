// What a program said, without what is another in each run: ports, digests, paths, times and key ids.

const maxWords = 600;

/** cosign keeps the predicate types that it found in a map of Go, whose order is another in each run: sorted. */
export function cleanWords(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/\bsha256[:-][0-9a-f]{64}\b/g, "DIGEST")
    .replace(/\b[0-9a-f]{64}\b/g, "HEX")
    .replace(/\b[0-9A-F]{40}\b/g, "FINGERPRINT")
    .replace(/\b[0-9A-F]{16}\b/g, "KEYID")
    .replace(/\/(?:tmp|root|var)\/[\w./-]+/g, "PATH")
    .replace(/\btime\.Date\([^)]*\)/g, "TIME")
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d{4}(?: [A-Z]{3,4})?)?/g, "TIME")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(?<=, found: )\S+$/, (found) => found.split(",").sort().join(","))
    .slice(0, maxWords);
}

/** Of what logrus writes at the end of skopeo: the message alone. */
export function fatalWords(stderr: string): string {
  const message = /level=fatal msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(stderr)?.[1] ?? stderr;
  return cleanWords(
    message.startsWith('"')
      ? message
          .slice(1, -1)
          .replace(/\\(["\\])/g, "$1")
          .replace(/\\n/g, " ")
      : message,
  );
}

/** Of what cosign writes: its error, once. */
export function errorWords(stderr: string): string {
  const error = /^Error: ([\s\S]*?)(?:\nerror during command execution: |$)/m.exec(stderr)?.[1];
  return cleanWords(error ?? stderr);
}
