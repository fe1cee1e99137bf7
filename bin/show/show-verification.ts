// A verification as people read it: the verdict, why, who signed, what was attested, and who could enforce it.
import type { ConsumerTrust, Reason } from "../../policies/plan/switch-plan.ts";
import { momentOf } from "../terminal/moment.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import type { JudgedBy, KeptVerifications, ShownVerifications, VerifiedImage } from "../verify/verified.ts";
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

/** `name`: the file. What is verified by its own claim alone is never said to be verified without saying that. */
export function showKept(kept: KeptVerifications, name: string, options: ShowOptions): string {
  const { policy, trustRoot } = kept.judgedBy;
  const isClaim = policy === "file" && kept.verdict === "verified";
  const isIncomplete = kept.unknown?.some(({ field }) => field === "policy") ?? false;
  const by = isClaim
    ? `by the file's own policy ${kept.policy}`
    : isIncomplete
      ? "by no policy: the file's own is incomplete"
      : undefined;
  const note = (text: string) => labelled("", options.paint("dim", printable(text)), options);
  return [
    `${options.paint("bold", printable(`${kept.repository}@${kept.digest}`))}\n`,
    ...showVerdict(kept, options, isClaim ? { by, colour: "yellow" } : { by }),
    ...(trustRoot === null
      ? []
      : trustRoot.digest === kept.trustRootDigest
        ? [note(rootNote(trustRoot.from, name))]
        : [
            labelled("root", trustRoot.digest, options),
            note(`${rootNote(trustRoot.from, name)}; the verdict does not rest on it`),
          ]),
    labelled("judged", options.paint(isClaim ? "yellow" : "dim", printable(judgedNote(policy, name))), options),
    ...(kept.judgedBy.restsOnFirstSight
      ? [note(`it is verified only since ${name} says when the signatures were first seen`)]
      : []),
    ...(kept.judgedBy.restsOnRepository
      ? [
          note(
            `no signature that counts names a repository: that the image is of ${kept.repository} is what ${name} says; compare it, or give --repository`,
          ),
        ]
      : []),
    ...showFound(kept, () => "", options),
  ].join("");
}

function judgedNote(policy: JudgedBy["policy"], name: string): string {
  switch (policy) {
    case "file":
      return `nobody but ${name} vouches for this policy: compare the policy digest with one that you trust, or give --policy-digest or --key`;
    case "policy-digest":
      return `by the documents of the digest that you gave; when signatures were seen and looked for is what ${name} says`;
    case "signer":
      return `by the signer that you gave alone: no document in ${name} was used`;
    case null:
      return `by no policy; when signatures were seen and looked for is what ${name} says`;
  }
}

function rootNote(from: NonNullable<JudgedBy["trustRoot"]>["from"], name: string): string {
  switch (from) {
    case "shipped":
      return "the public-good trust root, as it comes with this program";
    case "given":
      return "the trust root that you gave";
    case "policy":
      return `the public-good trust root of ${name}, not that of this program; the policy digest covers it`;
    case "file":
      return `the public-good trust root of ${name}, not that of this program: nobody but ${name} vouches for it`;
  }
}

/** `by`: on whose word, right beside the verdict. */
function showVerdict(
  shown: ShownVerifications,
  options: ShowOptions,
  { by: whose, colour }: { readonly by?: string | undefined; readonly colour?: Parameters<Paint>[0] } = {},
): readonly string[] {
  const { paint } = options;
  const { verdict, reasons, policy, policyDigest, trustRootDigest, checkedAt, digest } = shown;
  const by = whose ?? (policy === null ? "no trust policy speaks for it" : `by the policy ${policy}`);
  const checked = checkedAt === null ? "" : `; checked ${momentOf(checkedAt)}`;
  const line = (label: string, text: string) => labelled(label, printable(text), options);
  return [
    labelled(
      "verdict",
      `${paint(colour ?? colourOfVerdict(verdict), verdict)}${whose === undefined ? ";" : ","} ${printable(by + checked)}`,
      options,
    ),
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
