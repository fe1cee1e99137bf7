// Verifying a reference without a catalog: found and verified now, by the documents or by a signer that is given.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { choosePlatform } from "../../policies/plan/choose-platform.ts";
import type { PlanImage } from "../../policies/plan/plan-input.ts";
import type { ManifestEvidence } from "../../policies/trust/found-evidence.ts";
import { planTrust } from "../../policies/trust/plan-trust.ts";
import { indexTrust, type PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { verifications } from "../../policies/trust/verifications-body.ts";
import { isArchitecture, architecture as nameOfArchitecture } from "../../policies/words/platform.ts";
import { parseReference, type Reference } from "../../policies/words/reference.ts";
import { showVerifications } from "../../server/api/verification-schemas.ts";
import { type ProblemName, problemBody } from "../../server/problems.ts";
import { CommandError } from "../command-error.ts";
import type { OutsideOptions } from "../open-worker.ts";
import { type GivenSigner, withSigner } from "./given-trust.ts";
import { openLiveRegistry } from "./live-registry.ts";
import type { Verified, VerifiedImage } from "./verified.ts";

export type LiveQuestion = {
  /** As it was typed. */
  readonly target: string;
  /** OCI's name, or the kernel's. */
  readonly architecture: string;
  /** Null: the documents say who may sign. */
  readonly signer: GivenSigner | null;
  readonly root: PublicGoodRoot;
};

export async function verifyLive(
  set: PolicySet,
  options: OutsideOptions,
  signal: AbortSignal,
  { target, architecture: asked, signer, root }: LiveQuestion,
): Promise<Verified> {
  const parsed = parseReference(target);
  if (parsed.outcome === "invalid") throw new CommandError("wrong-use", `${target}: ${parsed.reason}`);
  const { reference } = parsed;
  const architecture = nameOfArchitecture(asked);
  if (!isArchitecture(architecture)) {
    throw new CommandError("wrong-use", `--arch ${asked}: not the name of an architecture, such as amd64`);
  }
  // What the documents say of this repository's tags is not asked for.
  const live = { ...withSigner(set, reference.repository, signer), sources: [] };
  const registry = openLiveRegistry(live, root, reference, options, signal);
  try {
    const look = await registry.look(reference);
    switch (look.outcome) {
      case "absent":
        return problem("unknown-reference", `${reference.text}: ${look.reason}`);
      case "failed":
        return problem("not-yet-indexed", `${reference.text} could not be read (${look.code}): ${look.reason}`);
      case "found": {
        const image = await registry.withEvidence(look.image, architecture);
        return { outcome: "image", image: judge(live, root, reference, image, architecture, options.now()) };
      }
    }
  } finally {
    await registry.close();
  }
}

function judge(
  set: PolicySet,
  root: PublicGoodRoot,
  { repository, text, tag }: Reference,
  image: PlanImage,
  architecture: string,
  now: number,
): VerifiedImage {
  const index = indexTrust(set, root);
  const choice = choosePlatform(image, architecture);
  const chosen = choice.outcome === "manifest" ? choice.digest : null;
  const isIndex = image.kind === "index";
  const top = isIndex ? evidenceOf(image, image.digest) : null;
  const platform = isIndex ? (chosen === null ? null : evidenceOf(image, chosen)) : evidenceOf(image, image.digest);
  const { trust } = planTrust({ index, repository, reference: text, top, platform, now });
  const bodies = [top, platform].flatMap((evidence) =>
    evidence === null ? [] : [showVerifications(verifications(index, repository, evidence, now).body)],
  );
  const { verdict, reasons, manifests, consumers, policy, policyDigest, trustRootDigest, checkedAt, recheckAt } = trust;
  return {
    ref: text,
    digest: image.digest,
    repository,
    tag,
    platform: chosen === null ? null : { architecture, digest: chosen },
    verdict,
    reasons: [...reasons],
    manifests,
    policy,
    policyDigest,
    trustRootDigest,
    checkedAt,
    recheckAt,
    signatures: bodies.flatMap(({ signatures }) => signatures),
    signatureCount: bodies.reduce((sum, { signatureCount }) => sum + signatureCount, 0),
    attestations: bodies.flatMap(({ attestations }) => attestations),
    attestationCount: bodies.reduce((sum, { attestationCount }) => sum + attestationCount, 0),
    consumers,
    ...(trust.unknown === undefined ? {} : { unknown: trust.unknown }),
  };
}

function evidenceOf(image: PlanImage, digest: string): ManifestEvidence {
  const held = [image, ...image.entries].find((each) => each.digest === digest && each.evidence !== undefined);
  return held?.evidence ?? { digest, found: [], look: null };
}

function problem(name: ProblemName, detail: string): Verified {
  const body = problemBody({ name, detail }, "");
  const { type, title } = body;
  return { outcome: "problem", problem: { type, title, detail, candidates: [], successor: null }, body };
}
