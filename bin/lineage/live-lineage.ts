// A lineage without a catalog: what one image, asked of its registry now, says itself of the image that it was built on.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { provenanceImages } from "../../policies/lineage/provenance-images.ts";
import type { PlanImage } from "../../policies/plan/plan-input.ts";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import { indexPolicies } from "../../policies/plan/policy-index.ts";
import { dotted } from "../../policies/plan/wrong-member.ts";
import type { LineageBody } from "../../server/lineage/lineage-body.ts";
import { type ProblemName, problemBody } from "../../server/problems.ts";
import type { OutsideOptions } from "../open-worker.ts";
import { readAnswer } from "../resolve/read-answer.ts";
import type { Resolved } from "../resolve/resolved.ts";
import { openLiveRegistry } from "../verify/live-registry.ts";
import { shippedRoot } from "../verify/shipped-root.ts";
import { selfLineage } from "./self-lineage.ts";

export type LiveLineage =
  | { readonly outcome: "body"; readonly body: LineageBody }
  | Extract<Resolved, { outcome: "problem" }>;

export async function liveLineage(
  set: PolicySet,
  options: OutsideOptions,
  signal: AbortSignal,
  { ref, arch }: { readonly ref: string; readonly arch: string },
): Promise<LiveLineage> {
  const parsed = planRequestOf({ target: ref, arch });
  if (parsed.outcome === "refused") return refused(parsed.problem, `${dotted(parsed.path)}: ${parsed.reason}`);
  const { reference, architecture } = parsed.request;
  const live: PolicySet = { ...set, sources: [] };
  const root = shippedRoot();
  const registry = openLiveRegistry(live, root, reference, options, signal);
  try {
    const look = await registry.look(reference);
    if (look.outcome === "absent") return refused("unknown-reference", `${reference.text}: ${look.reason}`);
    if (look.outcome === "failed") {
      return refused("not-yet-indexed", `${reference.text} could not be read (${look.code}): ${look.reason}`);
    }
    const image = await registry.withEvidence(look.image, architecture);
    const rules = indexPolicies(live, root).trust.rulesFor(reference.repository);
    const materials = (digest: string) => provenanceImages(evidenceOf(image, digest), rules, options.now());
    return {
      outcome: "body",
      body: selfLineage(reference.text, { image, lineages: look.lineages, materials }, architecture),
    };
  } finally {
    await registry.close();
  }
}

function evidenceOf(image: PlanImage, digest: string) {
  const holder = digest === image.digest ? image : image.entries.find((entry) => entry.digest === digest);
  return holder?.evidence?.found ?? [];
}

function refused(name: ProblemName, detail: string): Extract<Resolved, { outcome: "problem" }> {
  const problem = problemBody({ name, detail }, "");
  const answer = readAnswer(problem.status, problem, "the registry");
  if (answer.outcome !== "problem") throw new Error("a problem was read as something else");
  return answer;
}
