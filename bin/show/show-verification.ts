// A verification as people read it: the verdict, why, who signed, what was attested, and who could enforce it.
import type { ConsumerTrust, Reason } from "../../policies/plan/switch-plan.ts";
import { printable } from "../terminal/printable.ts";
import type { ShownVerifications, VerifiedImage } from "../verify/verified.ts";
import { colourOfVerdict, labelled, type ShowOptions } from "./labelled.ts";

export function showImage(image: VerifiedImage, options: ShowOptions): string {
  const { index, platform } = image.manifests;
  const where = image.platform === null ? "no image for this architecture" : image.platform.architecture;
  const parts = index === null ? [] : [`index ${index}`, image.platform === null ? where : `${where} ${platform}`];
  return [
    `${options.paint("bold", printable(image.ref))}\n`,
    ...showVerdict(image, options),
    ...(parts.length === 0 ? [] : [labelled("parts", printable(parts.join("; ")), options)]),
    ...showFound(image, partOf(image), options),
    ...showConsumers(image, options),
  ].join("");
}

/** `name`: the file. */
export function showKept(kept: ShownVerifications, name: string, options: ShowOptions): string {
  const note = `by the policy and the times of first sight in ${name}: compare the policy digest with one that you trust, or give --key`;
  return [
    `${options.paint("bold", printable(`${kept.repository}@${kept.digest}`))}\n`,
    ...showVerdict(kept, options),
    labelled("judged", options.paint("dim", printable(note)), options),
    ...showFound(kept, () => "", options),
  ].join("");
}

function showVerdict(shown: ShownVerifications, options: ShowOptions): readonly string[] {
  const { paint } = options;
  const { verdict, reasons, policy, policyDigest, trustRootDigest, checkedAt, digest } = shown;
  const by = policy === null ? "no trust policy speaks for it" : `by the policy ${policy}`;
  const checked = checkedAt === null ? "" : `; checked ${checkedAt}`;
  const line = (label: string, text: string) => labelled(label, printable(text), options);
  return [
    labelled("verdict", `${paint(colourOfVerdict(verdict), verdict)}; ${printable(by + checked)}`, options),
    ...showReasons(reasons, options),
    line("digest", digest),
    ...(policyDigest === null ? [] : [line("policy", policyDigest)]),
    ...(trustRootDigest === null ? [] : [line("root", trustRootDigest)]),
  ];
}

function showReasons(reasons: readonly Reason[], options: ShowOptions): readonly string[] {
  return reasons.map(({ code, message }) =>
    labelled("", options.paint("dim", printable(`${code}: ${message}`)), options),
  );
}

type Signer = ShownVerifications["signatures"][number]["signer"];

/** Enough to read; --json has all. */
const itemsShown = 20;

function showFound(
  shown: ShownVerifications,
  part: (manifest: string) => string,
  options: ShowOptions,
): readonly string[] {
  const { paint } = options;
  const title = (text: string) => `\n${paint("bold", text)}\n`;
  const signatures = shown.signatures.slice(0, itemsShown).flatMap((signature) => {
    const { accepted, signer, format, firstSeen, transparencyLog, timestamp, shown: isShown } = signature;
    const facts = [
      nameOf(signer),
      part(signature.manifest),
      format,
      transparencyLog === null ? "" : `logged ${transparencyLog.integratedTime ?? ""}`.trim(),
      timestamp === null ? "" : `stamped ${timestamp}`,
      firstSeen === null ? "" : `first seen ${firstSeen}`,
      isShown ? "" : "no longer in the registry",
      keyOf(signer),
    ].filter(Boolean);
    return [
      labelled(accepted ? "  yes" : "  no", printable(facts.join("; ")), options, accepted ? "green" : "red"),
      ...showReasons(signature.reasons, options),
    ];
  });
  const attestations = shown.attestations.slice(0, itemsShown).flatMap((attestation) => {
    const { accepted, signer, predicateType, builder, sourceRepository } = attestation;
    const facts = [
      predicateType ?? "of an unknown kind",
      nameOf(signer),
      builder === null ? "" : `built by ${builder}`,
      sourceRepository === null ? "" : `from ${sourceRepository}`,
    ].filter(Boolean);
    return [
      labelled(accepted ? "  yes" : "  no", printable(facts.join("; ")), options, accepted ? "green" : "dim"),
      ...showReasons(attestation.reasons, options),
    ];
  });
  return [
    ...(signatures.length === 0 ? [] : [title("signatures"), ...signatures, more(shown.signatureCount)]),
    ...(attestations.length === 0 ? [] : [title("attestations"), ...attestations, more(shown.attestationCount)]),
  ];
}

function more(count: number): string {
  return count > itemsShown ? `  and ${count - itemsShown} more (--json shows them)\n` : "";
}

function nameOf(signer: Signer): string {
  if (signer === null) return "by nobody known";
  const { id, type, issuer, subject } = signer;
  return [id ?? "a stranger", type === "identity" ? `: ${subject} (${issuer})` : ""].join("");
}

/** The last of a line: it fills one alone. */
function keyOf(signer: Signer): string {
  return signer === null || signer.type === "identity" ? "" : `${signer.type} ${signer.fingerprint}`;
}

/** Of an index and its image, which of the two was signed. */
function partOf({ manifests, platform, digest }: VerifiedImage): (manifest: string) => string {
  if (manifests.index === null) return () => "";
  return (manifest) => (manifest === digest ? "the index" : `the image for ${platform?.architecture}`);
}

function showConsumers({ consumers, reasons: known }: VerifiedImage, options: ShowOptions): readonly string[] {
  const lines = Object.entries(consumers).flatMap(([name, { verdict, since, reasons }]: [string, ConsumerTrust]) => [
    labelled(
      `  ${name}`,
      `${options.paint(colourOfVerdict(verdict), verdict)}${since === null ? "" : ` since ${since}`}`,
      options,
    ),
    // What is wrong with the image itself was said above.
    ...(verdict === "verified"
      ? []
      : showReasons(
          reasons.filter((reason) => !isSaid(reason, known)),
          options,
        )),
  ]);
  return [`\n${options.paint("bold", "who could enforce it")}\n`, ...lines];
}

function isSaid({ code }: Reason, known: readonly Reason[]): boolean {
  return known.some((reason) => reason.code === code);
}
