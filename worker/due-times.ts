// Due times: when what was looked at is looked at again.
import type { WorkerLimits } from "./worker-limits.ts";

/** From 0 (included) to 1; a parameter, so that a decision can be repeated. */
export type Random = () => number;

/** Up to a tenth earlier: what was looked at together does not come back together for ever. */
export function nextLookAt(now: number, intervalMs: number, random: Random): number {
  return now + Math.round(intervalMs * (1 - 0.1 * random()));
}

/**
 * After `attempts` failures in a row: doubled each time, half of it by chance, and not before the registry said that
 * there is any sense in it.
 */
export function retryAt(
  now: number,
  attempts: number,
  retryAfterMs: number | null,
  limits: Pick<WorkerLimits, "retryMs" | "retryMaxMs">,
  random: Random,
): number {
  const whole = Math.min(limits.retryMs * 2 ** Math.min(attempts - 1, 30), limits.retryMaxMs);
  return now + Math.max(Math.round(whole * (0.5 + 0.5 * random())), Math.min(retryAfterMs ?? 0, limits.retryMaxMs));
}
