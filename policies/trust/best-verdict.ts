// The best verdict: what an image is, whose index and platform's manifest are judged each for itself.
import { type Verdict, verdicts } from "../plan/switch-plan.ts";

/** Null: nobody has looked. */
export function bestVerdict(judged: readonly (Verdict | null)[]): Verdict {
  return verdicts.find((verdict) => judged.includes(verdict)) ?? "pending";
}
