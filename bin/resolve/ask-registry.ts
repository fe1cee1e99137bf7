// Asking the registry itself for what a switch plan says: any image, now, without a catalog and without a kind.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import type { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { makePlan } from "../../policies/plan/make-plan.ts";
import type { PlanImage, PlanRequest } from "../../policies/plan/plan-input.ts";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../policies/plan/policy-index.ts";
import { type ProblemName, problemBody } from "../../server/problems.ts";
import { lookLive } from "../../worker/look-live.ts";
import { type OutsideOptions, openOutside } from "../open-worker.ts";
import { readAnswer } from "./read-answer.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

export async function askRegistry(
  set: PolicySet,
  options: OutsideOptions,
  signal: AbortSignal,
  asked: ResolveQuestion,
): Promise<Resolved> {
  const { target, arch, from, host, verbose } = asked;
  const parsed = planRequestOf({ target, host, arch, from }, { verbose });
  if (parsed.outcome === "refused") return refused(parsed.problem, `${parsed.member}: ${parsed.reason}`);
  const { request } = parsed;
  const document = documentOf(set, request.reference.host);
  // What the documents say of trust and of releases holds; what they say of this repository is not asked for.
  const live: PolicySet = { ...set, sources: [] };
  const outside = openOutside(options);
  try {
    // A host that no document declares has to be public.
    outside.registries.declare(live);
    const registry = outside.registries.open(document, live, "first");
    const looker = { registry, limits: options.config.worker, now: options.now, signal };
    const look = await lookLive(looker, request.reference);
    switch (look.outcome) {
      case "absent":
        return refused("unknown-reference", `${request.reference.text}: ${look.reason}`);
      case "failed":
        return refused("not-yet-indexed", `${request.reference.text} could not be read (${look.code}): ${look.reason}`);
      case "found": {
        const { tag, image } = look;
        const { plan } = makePlan({
          now: options.now(),
          policies: indexPolicies(live, null),
          request,
          repository: {
            name: request.reference.repository,
            kind: null,
            official: null,
            distribution: null,
            project: null,
          },
          tag,
          image,
          from: await bootedImage(looker, request),
        });
        return { outcome: "plan", plan, body: plan };
      }
    }
  } finally {
    await outside.close();
  }
}

/** What the host has booted is most often of the same repository; where it is not, the download stays unknown. */
async function bootedImage(looker: Parameters<typeof lookLive>[0], request: PlanRequest): Promise<PlanImage | null> {
  if (request.from === null) return null;
  const { path } = request.reference;
  const look = await lookLive(looker, { path, tag: null, digest: request.from });
  return look.outcome === "found" ? look.image : null;
}

/** As declared; any other host is spoken to as the distribution specification says, at a modest pace. */
function documentOf(set: PolicySet, host: string): RegistryDocument {
  const declared = set.registries.find((each) => each.host === host);
  return declared ?? { host, dialect: "oci", requestsPerSecond: 10, plainHttp: false, allowPlainHttp: false };
}

function refused(name: ProblemName, detail: string): Resolved {
  const problem = problemBody({ name, detail }, "");
  return readAnswer(problem.status, problem, "the registry");
}
