// sigstoreSigned: which cosign signatures containers/image takes (signature/policy_eval_sigstore.go, rekor_set.go, fulcio_cert.go).

import type { SignatureFinding } from "../finding.ts";
import type { FoundEvidence } from "../found-evidence.ts";
import { isPromised } from "../signing-time.ts";
import { isInUse } from "../trusted-root.ts";
import type { Requirement } from "./containers-policy.ts";
import { matchesIdentity } from "./match-identity.ts";
import { anyOf, type Pull, type RefusalCode, type Simulated } from "./pull.ts";
import { usesAttachments } from "./registries-config.ts";

type SigstoreSigned = Extract<Requirement, { type: "sigstoreSigned" }>;

export function askSigstore(pull: Pull, requirement: SigstoreSigned): Simulated {
  const { host, manifest, reference } = pull;
  const { by, rekor } = requirement;
  const logs = rekor === null ? { values: [] } : host.keys.logs(rekor);
  if ("missing" in logs) return { outcome: "unknown", missing: logs.missing };
  const attached = usesAttachments(host.registries, reference) ? manifest.found.filter(isInSigTag) : [];
  switch (by.kind) {
    case "keys": {
      const keys = host.keys.publicKeys(by.keys);
      if ("missing" in keys) return { outcome: "unknown", missing: keys.missing };
      return anyOf(attached, ({ finding }) => {
        const { signer } = finding;
        if (signer?.type !== "key" || !keys.values.includes(signer.fingerprint)) return "other-signer";
        if (rekor !== null && !isPromisedBy(finding, logs.values)) return "proof";
        return refuseSigned(pull, requirement, finding);
      });
    }
    case "fulcio": {
      const authorities = host.keys.certificates(by.ca);
      if ("missing" in authorities) return { outcome: "unknown", missing: authorities.missing };
      return anyOf(attached, ({ finding }) => {
        const { signer, reasons } = finding;
        if (signer?.type !== "identity" || signer.issuer !== by.issuer) return "other-signer";
        const isNamed = signer.subjects.some(({ type, value }) => type === "email" && value === by.email);
        if (!isNamed) return "other-signer";
        // It does not look at SCTs; everything else about certificate and log it checks as findings do.
        if (!reasons.every(({ code }) => code === "SCT")) return "proof";
        if (!isPromisedBy(finding, logs.values) || !isIssuedBy(pull, finding, authorities.values)) return "proof";
        return refuseSigned(pull, requirement, finding);
      });
    }
    case "pki":
      // Certificates of other authorities than Sigstore's are not in findings.
      return { outcome: "unknown", missing: "a judgement of certificates by a pki requirement" };
  }
}

/** Only the `.sig` tag is looked at: neither referrers nor bundles, wherever they stand. */
export function isInSigTag({ finding, place }: FoundEvidence): boolean {
  return (
    finding.format === "cosign-tag" &&
    finding.kind === "signature" &&
    (place.via !== "tag" || place.tag.endsWith(".sig"))
  );
}

/** By the bare arithmetic: nothing else that may be wrong with log or time is looked at where only a key is asked for. */
function refuseSigned(
  { manifest, reference }: Pull,
  { identity }: SigstoreSigned,
  { signature, claims, reasons }: SignatureFinding,
): RefusalCode | undefined {
  if (signature.holds !== true || !isSha256(signature.algorithm)) return "algorithm";
  if (claims?.type !== "simple-signing" || claims.digest !== manifest.digest) return "payload";
  // Of a payload that can be read, it is the layer's type that is another.
  if (reasons.some(({ code }) => code === "PAYLOAD_TYPE")) return "payload";
  return matchesIdentity(identity, reference, claims.reference) ? undefined : "reference";
}

/** cosign and containers/image hash with SHA-256 whatever the key, and know PKCS #1 v1.5 alone. */
export function isSha256(algorithm: string | null): boolean {
  return algorithm === "ed25519" || (algorithm?.endsWith("-sha256") === true && !algorithm.startsWith("rsa-pss"));
}

/** A promise (SET) of a given log, for an entry of the one kind that is understood. */
function isPromisedBy(finding: SignatureFinding, logs: readonly string[]): boolean {
  return (
    isPromised(finding) &&
    finding.log.some(
      ({ kind, version, logId, promise, body }) =>
        `${kind} ${version}` === "hashedrekord 0.0.1" &&
        promise === "holds" &&
        body === "holds" &&
        logs.includes(logId),
    )
  );
}

/**
 * Whether every authority that can have issued the certificate is among those given. A chain ends in the file, or
 * goes on through intermediates that lie beside the signature.
 */
function isIssuedBy({ roots }: Pull, finding: SignatureFinding, given: readonly Buffer[]): boolean {
  const root = roots.get(finding.trustRoot?.digest ?? "");
  const promisedMs = finding.log.find(({ promise }) => promise === "holds")?.integratedAtMs ?? null;
  if (root === undefined || promisedMs === null) return false;
  const possible = root.authorities.filter((authority) => isInUse(authority, promisedMs));
  return (
    possible.length > 0 &&
    possible.every(({ certificates }) =>
      certificates.some(
        (der, index) => (index === 0 || finding.attached.chain) && given.some((each) => each.equals(der)),
      ),
    )
  );
}
