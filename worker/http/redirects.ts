// Redirects: whether an answer leads elsewhere, and whether one goes there.
import { judgeDestination } from "./destinations.ts";
import type { Destination } from "./http.ts";

export type RedirectStep = {
  readonly status: number;
  readonly location: string | undefined;
  readonly from: URL;
  /** Every URL of this request so far, `from` included. */
  readonly visited: ReadonlySet<string>;
  readonly mode: "follow" | "same-origin";
};

export type RedirectDecision =
  /** It is no redirect, or one that is reported as it is. */
  | { readonly outcome: "answer" }
  | { readonly outcome: "follow"; readonly url: URL; readonly keepAuthorization: boolean }
  | { readonly outcome: "refused"; readonly code: "redirect-refused" | "address-refused"; readonly reason: string };

const redirecting = new Set([301, 302, 303, 307, 308]);

export function decideRedirect(
  step: RedirectStep,
  declared: ReadonlyMap<string, Destination>,
  limit: number,
): RedirectDecision {
  if (!redirecting.has(step.status) || step.location === undefined) return { outcome: "answer" };
  const url = URL.parse(step.location, step.from.href);
  if (url === null) return refused("redirect-refused", `${step.from.host} redirects to what is no URL`);
  url.hash = "";
  const sameOrigin = url.origin === step.from.origin;
  if (step.mode === "same-origin" && !sameOrigin) return { outcome: "answer" };
  if (step.visited.has(url.href)) return refused("redirect-refused", `${step.from.host} redirects in a circle`);
  if (step.visited.size > limit) {
    return refused("redirect-refused", `${step.from.host} redirects more than ${limit} times`);
  }
  const judgement = judgeDestination(url, declared);
  switch (judgement.outcome) {
    case "admitted":
      // Distribution specification: Authorization MUST NOT go to another host.
      return { outcome: "follow", url, keepAuthorization: sameOrigin };
    case "address-refused":
      return refused("address-refused", `${step.from.host} redirects to a refused address: ${judgement.reason}`);
    case "scheme-refused":
      return refused("redirect-refused", `${step.from.host} redirects where one does not go: ${judgement.reason}`);
  }
}

function refused(code: "redirect-refused" | "address-refused", reason: string): RedirectDecision {
  return { outcome: "refused", code, reason };
}
