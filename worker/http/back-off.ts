// Back-off: how long to wait before a request is sent again.

/** Full jitter: anything from nothing to the doubled bound, so that those who failed together do not return together. */
export function drawBackOff(
  attempt: number,
  limits: { readonly backOffMs: number; readonly backOffMaxMs: number },
  random: () => number,
): number {
  const bound = Math.min(limits.backOffMaxMs, limits.backOffMs * 2 ** (attempt - 1));
  return Math.floor(random() * bound);
}

/** Retry-After (RFC 9110, 10.2.3): seconds, or a date; undefined where it is neither. A date that has passed is 0. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse reads far more than HTTP's dates, plain numbers and local times among it.
  if (!/^[A-Z][a-z]{2,8}, .* GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Whether asking again can help: the host is busy or broken. 501 and 505 say that it never will. */
export function isPassing(status: number): boolean {
  return status === 429 || isBroken(status);
}

/** Whether the status says that the host is broken, which counts against its circuit. */
export function isBroken(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}
