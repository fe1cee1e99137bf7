// Removal: what is said of a repository, tag or digest that was seen once and is gone.
import { formatTimestamp } from "../../policies/images/timestamp.ts";
import type { Problem } from "../problems.ts";

export function removedProblem(
  name: string,
  removedAt: number | null,
  lastDigest: string | null,
  successor: string | null,
): Problem {
  const advice = successor === null ? "no successor is declared" : `go to ${successor}`;
  return {
    name: "removed",
    detail: `${name} was seen once and its registry does not have it any more; ${advice}`,
    members: { removedAt: removedAt === null ? null : formatTimestamp(removedAt), lastDigest, successor },
  };
}
