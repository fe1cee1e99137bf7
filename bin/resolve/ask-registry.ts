// Asking the registry itself for what a switch plan says: any image, now, without a catalog and without a kind.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { makePlan } from "../../policies/plan/make-plan.ts";
import type { PlanImage, PlanRequest } from "../../policies/plan/plan-input.ts";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../policies/plan/policy-index.ts";
import { dotted } from "../../policies/plan/wrong-member.ts";
import { type ProblemName, problemBody } from "../../server/problems.ts";
import type { OutsideOptions } from "../open-worker.ts";
import { type LiveRegistry, openLiveRegistry } from "../verify/live-registry.ts";
import { shippedRoot } from "../verify/shipped-root.ts";
import { readAnswer } from "./read-answer.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

export async function askRegistry(
  set: PolicySet,
  options: OutsideOptions,
  signal: AbortSignal,
  asked: ResolveQuestion,
): Promise<Resolved> {
  const { target, arch, from, host, facts, verbose } = asked;
  const parsed = planRequestOf({ target, host, facts, arch, from }, { verbose });
  if (parsed.outcome === "refused") return refused(parsed.problem, `${dotted(parsed.path)}: ${parsed.reason}`);
  const { request } = parsed;
  // What the documents say of trust and of releases holds; what they say of this repository is not asked for.
  const live: PolicySet = { ...set, sources: [] };
  const root = shippedRoot();
  const registry = openLiveRegistry(live, root, request.reference, options, signal);
  try {
    const look = await registry.look(request.reference);
    switch (look.outcome) {
      case "absent":
        return refused("unknown-reference", `${request.reference.text}: ${look.reason}`);
      case "failed":
        return refused("not-yet-indexed", `${request.reference.text} could not be read (${look.code}): ${look.reason}`);
      case "found": {
        const { plan } = makePlan({
          now: options.now(),
          policies: indexPolicies(live, root),
          request,
          repository: {
            name: request.reference.repository,
            kind: null,
            official: null,
            distribution: null,
            project: null,
          },
          tag: look.tag,
          image: await registry.withEvidence(look.image, request.architecture),
          from: await bootedImage(registry, request),
        });
        return { outcome: "plan", plan, body: plan };
      }
    }
  } finally {
    await registry.close();
  }
}

/** What the host has booted is most often of the same repository; where it is not, the download stays unknown. */
async function bootedImage(registry: LiveRegistry, request: PlanRequest): Promise<PlanImage | null> {
  if (request.from === null) return null;
  const look = await registry.look({ path: request.reference.path, tag: null, digest: request.from });
  return look.outcome === "found" ? look.image : null;
}

function refused(name: ProblemName, detail: string): Resolved {
  const problem = problemBody({ name, detail }, "");
  return readAnswer(problem.status, problem, "the registry");
}
