// cosign: what `cosign verify` does with the policy's keys and identities, at the digest that the tag names.
import type { ConsumerTrust } from "../../plan/switch-plan.ts";
import type { Digest } from "../../words/digest.ts";
import { countSigners } from "../count-signers.ts";
import type { SignatureFinding } from "../finding.ts";
import { type FoundEvidence, isUnread } from "../found-evidence.ts";
import { isBy, makerName } from "../match-signer.ts";
import { reason, type TrustReason } from "../reasons.ts";
import { isGivenOut, isLogged, isPromised } from "../signing-time.ts";
import type { PolicyRules, SignerRule } from "../trust-rules.ts";
import { consumerTrust } from "./consumer-trust.ts";
import { cosignRanges } from "./consumer-versions.ts";
import { goneReason, onesidedReason, type SeenImage, type SeenManifest, shownIn, topLevel } from "./seen-image.ts";
import { isInSigTag, isSha256 } from "./sigstore-requirement.ts";

type CosignVersion = (typeof cosignRanges)[number] & {
  /** As none does: it looks at referrers wherever a registry lists them. To find out why it refuses. */
  readonly seesAllReferrers?: true;
};

export function judgeCosign(image: SeenImage): ConsumerTrust {
  const { rules, judgement } = image;
  const manifest = topLevel(image);
  const signers = rules.policy === null || manifest === null ? [] : signersToGive(manifest, rules.policy, image.now);
  const outcomes = cosignRanges.map((version) => ({
    from: version.from,
    to: version.to,
    reads: version.isCurrent && signers.length > 0,
    accepts:
      rules.policy !== null &&
      manifest !== null &&
      accepts(version, manifest, shownIn(manifest), rules.policy, signers),
  }));
  return consumerTrust(judgement.verdict, outcomes, () =>
    judgement.verdict === "verified" && manifest !== null && rules.policy !== null
      ? whyNot(image, manifest, rules.policy, signers)
      : judgement.reasons,
  );
}

/** Keys and identities that may speak now, or whose signatures here still count. cosign knows nothing of time. */
function signersToGive({ judgement }: SeenManifest, policy: PolicyRules, now: number): readonly SignerRule[] {
  const counted = new Set(judgement.signatures.flatMap((signature) => signature.counted.map(({ id }) => id)));
  return policy.signers.filter(
    (signer) => signer.type !== "openpgp" && (isGivenOut(signer, now) || counted.has(signer.id)),
  );
}

function accepts(
  version: CosignVersion,
  manifest: SeenManifest,
  found: readonly FoundEvidence[],
  policy: PolicyRules,
  signers: readonly SignerRule[],
): boolean {
  const { digest } = manifest.evidence;
  const candidates = visibleTo(version, found);
  const made = candidates.flatMap((each) => {
    const maker = each.finding.signer;
    const by = signers.filter((signer) => takes(version, each, digest, signer, policy)).map(({ id }) => id);
    return maker === null || by.length === 0 ? [] : [{ maker: makerName(maker), signers: by }];
  });
  return countSigners(made) >= policy.document.threshold && hasAttestations(version, manifest, found, policy);
}

/** Any bundle at all, whoever made it and whatever it says, hides the `.sig` tag from cosign 3. */
function visibleTo(version: CosignVersion, found: readonly FoundEvidence[]): readonly FoundEvidence[] {
  const bundles = bundlesFor(version, found);
  return bundles.length > 0 ? bundles : found.filter(isInSigTag);
}

/** It asks for referrers as Go's registry clients do, and what they do not read is not there (found-evidence.ts). */
function bundlesFor(version: CosignVersion, found: readonly FoundEvidence[]): readonly FoundEvidence[] {
  if (!version.seesBundles) return [];
  return found.filter((each) => isBundle(each) && (version.seesAllReferrers === true || !isUnread(each.place)));
}

/** It passes over what is older than 0.3, has a log entry of a kind that it does not know, or cannot be read at all. */
function isBundle({ finding, place }: FoundEvidence): boolean {
  const { format, bundleVersion, log, reasons, signature } = finding;
  // Only among referrers: a bundle in the .sig tag is a layer that it does not know.
  if (place.via === "tag" || format !== "sigstore-bundle" || bundleVersion === "0.1" || bundleVersion === "0.2")
    return false;
  if (log.some(({ kind, version }) => `${kind} ${version}` === "dsse 0.0.2")) return false;
  return !(signature.holds === null && reasons.some(({ code }) => code === "MALFORMED"));
}

/** One run of `cosign verify`, with one key or identity, over one signature. */
function takes(
  version: CosignVersion,
  { finding }: FoundEvidence,
  digest: Digest,
  signer: SignerRule,
  policy: PolicyRules,
): boolean {
  const maker = finding.signer;
  if (maker === null || !isBy(finding, maker, signer)) return false;
  // The predicate is not asked for: a signed SBOM passes for a signature. Nor is docker-reference compared.
  const isOfThis =
    finding.format === "sigstore-bundle"
      ? finding.claims?.type === "statement" && finding.claims.subjectMatches
      : digestBySimpleSigning(finding) === digest;
  if (!isOfThis) return false;
  return signer.type === "key" ? takesKey(finding, policy) : takesIdentity(version, finding);
}

/** Members that are missing, unknown or there twice are nothing to it. */
function digestBySimpleSigning({ claims, looseDigest }: SignatureFinding): string | undefined {
  return claims?.type === "simple-signing" ? claims.digest : looseDigest;
}

/** What it never asks: what a statement is about, and what stands in a payload beside the digest. */
const unasked: readonly SignatureFinding["reasons"][number]["code"][] = [
  "PREDICATE_TYPE",
  "PAYLOAD_TYPE",
  "PAYLOAD_FORMAT",
];

function isRight({ reasons }: SignatureFinding): boolean {
  return reasons.every(({ code }) => unasked.includes(code));
}

function takesKey(finding: SignatureFinding, policy: PolicyRules): boolean {
  // With a certificate beside it, it wants that certificate to be valid today, or refuses a bundle altogether.
  if (finding.attached.certificate) return false;
  if (finding.signature.holds !== true || !isSha256(finding.signature.algorithm)) return false;
  if (policy.document.transparencyLog === "optional") return true;
  const isProven = finding.format === "sigstore-bundle" ? isLogged(finding) : isPromised(finding);
  return isProven && isRight(finding);
}

/** `--insecure-ignore-tlog` is never given here: a certificate of ten minutes is judged by the log's time. */
function takesIdentity(version: CosignVersion, finding: SignatureFinding): boolean {
  if (!isRight(finding)) return false;
  if (finding.format !== "sigstore-bundle") return isSha256(finding.signature.algorithm) && isPromised(finding);
  if (isPromised(finding)) return true;
  return (
    version.takesTimestamps && finding.log.every(isRekor2) && finding.times.some(({ from }) => from === "timestamp")
  );
}

/** Rekor 2 promises no time. Rekor 1 has an entry of version 0.0.2 as well: intoto's. */
function isRekor2({ kind, version }: SignatureFinding["log"][number]): boolean {
  return version === "0.0.2" && kind !== "intoto";
}

/** `cosign verify-attestation` finds them as `verify` finds signatures, and takes the policy's conditions as CUE. */
function hasAttestations(
  version: CosignVersion,
  { judgement }: SeenManifest,
  found: readonly FoundEvidence[],
  policy: PolicyRules,
): boolean {
  const bundles = bundlesFor(version, found);
  const visible = judgement.attestations.filter(
    ({ signed }) =>
      found.includes(signed.found) &&
      (bundles.length > 0 ? bundles.includes(signed.found) : signed.found.finding.format === "cosign-tag"),
  );
  const required = policy.document.attestations.filter((rule) => rule.required);
  return required.every((rule) => visible.some(({ satisfies }) => satisfies.includes(rule)));
}

/** The plan is verified, and cosign is not content with what it sees. */
function whyNot(
  image: SeenImage,
  manifest: SeenManifest,
  policy: PolicyRules,
  signers: readonly SignerRule[],
): readonly TrustReason[] {
  if (signers.length === 0) {
    const message =
      "cosign knows keys and identities, and the trust policy has OpenPGP keys alone: sign with a key as well";
    return [reason("POLICY_INEXPRESSIBLE", message)];
  }
  const current = cosignRanges.filter(({ isCurrent }) => isCurrent);
  const allSeeing = current.map((version) => ({ ...version, seesAllReferrers: true }) as const);
  const wouldAccept = (found: readonly FoundEvidence[]) =>
    allSeeing.every((version) => accepts(version, manifest, found, policy, signers));
  const passedOver = passedOverIn(manifest);
  if (passedOver !== undefined && wouldAccept(shownIn(manifest))) return [passedOver];
  if (wouldAccept(manifest.evidence.found)) return [goneReason("cosign", [manifest])];
  const onesided = onesidedReason(image, "cosign", [manifest]);
  return onesided.length > 0 ? onesided : [unseen(manifest, current)];
}

/** What counts and is shown where cosign does not look for referrers, and what to do about it. */
function passedOverIn({ judgement, evidence }: SeenManifest): TrustReason | undefined {
  const counting = [
    ...judgement.signatures.filter(({ verdict }) => verdict === "verified").map(({ found }) => found),
    ...judgement.attestations.filter(({ satisfies }) => satisfies.length > 0).map(({ signed }) => signed.found),
  ];
  const bundles = counting.filter((each) => each.shown && isBundle(each) && isUnread(each.place));
  if (bundles.length === 0) return undefined;
  const message = bundles.some(({ place }) => place.via === "fallback-tag")
    ? `cosign asks the registry's referrers API, and then does not read the tag ${evidence.digest.replace(":", "-")} that alone lists the policy's bundle: sign again and delete the tag, or sign in the .sig tag where the API does not list the new one either`
    : "cosign reads no more of a registry's referrers API than the first page, and only by the very content type of an index, and the policy's bundle is beyond that: remove referrers that nobody needs, or sign in the .sig tag";
  return reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures: bundles.map(({ finding }) => finding.evidence) });
}

function unseen({ judgement, evidence }: SeenManifest, versions: readonly CosignVersion[]): TrustReason {
  const verified = judgement.signatures.filter(({ verdict }) => verdict === "verified").map(({ found }) => found);
  const signatures = verified.map(({ finding }) => finding.evidence);
  const isHidden = versions.some((version) => {
    const visible = visibleTo(version, evidence.found);
    return visible.some(isBundle) && verified.some(isInSigTag);
  });
  if (isHidden) {
    const message =
      "cosign 3 looks at bundles alone where there is any, and the policy's signature is in the .sig tag: sign with a bundle as well";
    return reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures });
  }
  const passedOver = passedOverIn({ judgement, evidence });
  if (passedOver !== undefined) return passedOver;
  const seen = verified.filter((each) => versions.some((version) => visibleTo(version, evidence.found).includes(each)));
  if (seen.some(({ finding }) => !isSha256(finding.signature.algorithm))) {
    const message = "cosign verifies with SHA-256 and PKCS #1 alone unless it is told otherwise: sign with such a key";
    return reason("ALG_UNSUPPORTED", message, { signatures });
  }
  const message =
    seen.length === 0
      ? "the policy's signature is in a format that cosign does not look for: sign with cosign"
      : "some versions of cosign 3 do not take what comes with the policy's signature: sign with a Rekor 1 entry, or with a key";
  return reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures });
}
