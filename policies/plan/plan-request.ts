// Plan requests: what a client asks of resolve, checked and in normal form, or what is wrong with it.

import type { HostTrustFacts } from "../trust/host-files/make-host-files.ts";
import { isDigest } from "../words/digest.ts";
import { architecture, isArchitecture } from "../words/platform.ts";
import { parseReference } from "../words/reference.ts";
import { hostOf } from "./host-document.ts";
import { architectureOfFacts, factsOf, type HostFacts } from "./host-facts.ts";
import type { PlanRequest } from "./plan-input.ts";
import { bootedDeployment } from "./rpm-ostree-status.ts";
import { expectedInstead, factAdvice, hostAdvice, type Path } from "./wrong-member.ts";

/** As it comes in, from the query of a GET, the body of a POST or an item of a batch; undefined: not given. */
export type AskedPlan = {
  readonly target: unknown;
  readonly host?: unknown;
  readonly facts?: unknown;
  /** From the body or the item. */
  readonly arch?: unknown;
  /** What is booted, of a host that does not say it itself. */
  readonly from?: unknown;
};

export type ParsedPlanRequest =
  | { readonly outcome: "request"; readonly request: PlanRequest }
  | {
      readonly outcome: "refused";
      readonly problem: "invalid-reference" | "invalid-host" | "missing-architecture";
      readonly reason: string;
      /** Of what is wrong, as in `host`, `status`, `booted`. */
      readonly path: Path;
    };

/** `query`: what stands in the address, for the whole request. */
export function planRequestOf(
  asked: AskedPlan,
  query: { readonly arch?: string | undefined; readonly verbose?: boolean } = {},
): ParsedPlanRequest {
  if (typeof asked.target !== "string") {
    return refused(
      "invalid-reference",
      ["target"],
      expectedInstead("a reference, such as HOST/PATH:TAG", asked.target),
    );
  }
  const target = parseReference(asked.target);
  if (target.outcome === "invalid") return refused("invalid-reference", ["target"], target.reason);

  const host = asked.host == null ? null : hostOf(asked.host);
  if (host?.outcome === "invalid")
    return refused("invalid-host", ["host", ...host.path], `${host.reason}; ${hostAdvice}`);
  const facts = asked.facts == null ? null : factsOf(asked.facts);
  if (facts?.outcome === "invalid") {
    return refused("invalid-host", ["facts", ...facts.path], `${facts.reason}; ${factAdvice(facts.path)}`);
  }

  const { from } = asked;
  if (from != null && (typeof from !== "string" || !isDigest(from))) {
    const wanted = "a digest: sha256: and 64 lower-case hexadecimal digits";
    return refused("invalid-reference", ["from"], expectedInstead(wanted, from));
  }

  const said = asked.arch ?? query.arch ?? null;
  if (said !== null && (typeof said !== "string" || !isArchitecture(architecture(said)))) {
    const reason = expectedInstead("the name of an architecture, such as amd64", said);
    return refused("missing-architecture", ["arch"], reason);
  }
  const booted = host?.host.bootedDigest ?? deployedDigest(facts?.facts) ?? null;
  // Two answers to what is booted: neither could be taken without guessing.
  if (from != null && booted !== null && from !== booted) {
    return refused("invalid-host", ["from"], `the host says that it has booted ${booted}: leave one of the two out`);
  }
  // The host knows best; facts come last, because a client may send those of another machine's template.
  const known =
    host?.host.architecture ??
    (said === null ? null : architecture(said)) ??
    (facts === null ? null : architectureOfFacts(facts.facts));
  if (known === null) {
    const reason = "neither the host nor `arch` says which architecture is wanted: give `arch`, such as amd64";
    return refused("missing-architecture", ["arch"], reason);
  }
  return {
    outcome: "request",
    request: {
      reference: target.reference,
      architecture: known,
      from: from ?? booted,
      verbose: query.verbose ?? false,
      ...(facts === null ? {} : { hostTrust: hostTrustOf(facts.facts) }),
      ...(host === null && facts === null
        ? {}
        : { host: { document: host?.host ?? null, facts: facts?.facts ?? null } }),
    },
  };
}

/** Where bootc is silent, as with layered packages, rpm-ostree may still tell what is booted. */
function deployedDigest(facts: HostFacts | undefined): string | undefined {
  const digest = facts?.rpmOstreeStatus == null ? null : bootedDeployment(facts.rpmOstreeStatus)?.digest;
  return digest != null && isDigest(digest) ? digest : undefined;
}

/** Null says that the host has no policy.json: it is not the same as silence. */
function hostTrustOf({ policyJson, registriesD }: HostFacts): HostTrustFacts {
  return { policyJson, registriesD };
}

function refused(
  problem: "invalid-reference" | "invalid-host" | "missing-architecture",
  path: Path,
  reason: string,
): ParsedPlanRequest {
  return { outcome: "refused", problem, reason, path };
}
