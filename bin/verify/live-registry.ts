// A registry that is asked now: an image with the signatures of what a host would pull, without a catalog.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import type { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { choosePlatform } from "../../policies/plan/choose-platform.ts";
import type { PlanImage } from "../../policies/plan/plan-input.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import type { Reference } from "../../policies/words/reference.ts";
import { type LiveLook, lookLive } from "../../worker/look-live.ts";
import { lookForSignaturesLive } from "../../worker/verify/look-live.ts";
import { openTrust } from "../../worker/verify/trust-in-force.ts";
import { type OutsideOptions, openOutside } from "../open-worker.ts";

export type LiveRegistry = {
  look(reference: Pick<Reference, "path" | "tag" | "digest">): Promise<LiveLook>;
  /** The image with the evidence of its index and of the manifest that a host of the architecture pulls. */
  withEvidence(image: PlanImage, architecture: string): Promise<PlanImage>;
  close(): Promise<void>;
};

/** A host that no document declares has to be public, and is spoken to as the distribution specification says. */
export function openLiveRegistry(
  set: PolicySet,
  root: PublicGoodRoot,
  { host, path, repository }: Pick<Reference, "host" | "path" | "repository">,
  options: OutsideOptions,
  signal: AbortSignal,
): LiveRegistry {
  const { config, log, now } = options;
  const outside = openOutside(options);
  outside.registries.declare(set);
  const registry = outside.registries.open(documentOf(set, host), set, "first");
  const trust = openTrust(set, root);

  async function evidenceOf(digest: string) {
    const looker = {
      registry,
      lookasides: trust.lookasidesFor(repository),
      readLookaside: outside.lookasides,
      limits: { ...config.verify, signatures: config.signatures },
      signal,
      report: (error: unknown) => log.error({ repository, err: error }, "a look for signatures failed here"),
      verifier: { trust: await trust.givenFor(repository), now, limits: config.signatures },
      now,
    };
    return lookForSignaturesLive(looker, path, digest);
  }

  return {
    look: (reference) => lookLive({ registry, limits: config.worker, now, signal }, reference),
    async withEvidence(image, architecture) {
      const choice = choosePlatform(image, architecture);
      const chosen = choice.outcome === "manifest" ? choice.digest : null;
      const wanted = [...new Set([image.digest, chosen].filter((digest) => digest !== null))];
      const found = new Map(
        await Promise.all(wanted.map(async (digest) => [digest, await evidenceOf(digest)] as const)),
      );
      const add = <Held extends { readonly digest: string }>(held: Held) => {
        const evidence = found.get(held.digest);
        return evidence === undefined ? held : { ...held, evidence };
      };
      return { ...add(image), entries: image.entries.map((entry) => add(entry)) };
    },
    close: () => outside.close(),
  };
}

function documentOf(set: PolicySet, host: string): RegistryDocument {
  const declared = set.registries.find((each) => each.host === host);
  return declared ?? { host, dialect: "oci", requestsPerSecond: 10, plainHttp: false, allowPlainHttp: false };
}
