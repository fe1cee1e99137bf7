// Verifying kept evidence: the verdict again from a saved /images/{digest}/evidence, from its bytes and without a network.
import { filesNamedBy } from "../../policies/documents/policy-digest.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import type { FoundEvidence, ManifestEvidence } from "../../policies/trust/found-evidence.ts";
import { reason } from "../../policies/trust/reasons.ts";
import { indexTrust, type PublicGoodRoot, type TrustIndex } from "../../policies/trust/trust-rules.ts";
import { verifications } from "../../policies/trust/verifications-body.ts";
import type { Digest } from "../../policies/words/digest.ts";
import { showVerifications } from "../../server/api/verification-schemas.ts";
import type { SignatureLimits } from "../../worker/signatures/limits.ts";
import { publicGood } from "../../worker/signatures/public-good-root.ts";
import { readAgain } from "../../worker/verify/judge-again.ts";
import { openTrust } from "../../worker/verify/trust-in-force.ts";
import { problemFinding, verifyAll } from "../../worker/verify/verify-found.ts";
import { CommandError } from "../command-error.ts";
import { restsOnFirstSight, restsOnRepository } from "./file-words.ts";
import { type GivenSigner, withSigner } from "./given-trust.ts";
import {
  blobsOf,
  changed,
  documentsOf,
  type Kept,
  type KeptItem,
  lookOf,
  noDocuments,
  readKept,
  rootOf,
  rowsOf,
} from "./read-kept.ts";
import type { JudgedBy, KeptVerifications, ShownVerifications } from "./verified.ts";

export type KeptQuestion = {
  /** How messages name it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Null: the documents in it say who may sign. */
  readonly signer: GivenSigner | null;
  /** The digest that the documents must have, by whoever asks; null: they are the file's own claim. */
  readonly policyDigest: Digest | null;
  /** `HOST/PATH` in which the image must be, by whoever asks; null: where the file says. */
  readonly repository: string | null;
  /** The root of whoever asks; undefined: none. */
  readonly root: PublicGoodRoot | undefined;
  /** The root that comes with the program. */
  readonly shippedRoot: PublicGoodRoot;
  readonly limits: SignatureLimits;
  readonly now: number;
};

/**
 * Nothing in the file is believed but what nobody can prove: when the catalog first saw each signature, when it
 * looked, and what it could not read. Who may sign is the file's own claim where neither a signer nor the digest of
 * the policy was given, and so is a root that the policy's digest covers: the answer says so. Under any other root
 * that nobody but the file vouches for, nothing is verified.
 */
export async function verifyKept(question: KeptQuestion): Promise<KeptVerifications> {
  const { name, signer, limits, now } = question;
  const kept = readKept(name, question.bytes, now);
  if (question.repository !== null && question.repository !== kept.repository) {
    throw new CommandError(
      "other-repository",
      `${name} is evidence of an image in ${kept.repository}, not in ${question.repository}: nothing is verified by it`,
    );
  }
  const judging: Judging = {
    name,
    kept,
    evidence: readAgain(rowsOf(kept), blobsOf(name, kept), limits),
    limits,
    now,
  };
  if (signer === null) return byDocuments(judging, question);
  // A mirror is one by a document; of the file's nothing is used.
  const set = withSigner(noDocuments, kept.repository, signer);
  return shown(await underRoots(judging, set, { ...question, isCovered: false }), "signer", question);
}

type Judging = {
  readonly name: string;
  readonly kept: Kept;
  readonly evidence: ReturnType<typeof readAgain>;
  readonly limits: SignatureLimits;
  readonly now: number;
};

async function byDocuments(judging: Judging, question: KeptQuestion): Promise<KeptVerifications> {
  const { name, kept } = judging;
  const { set, isWhole } = documentsOf(name, kept);
  const digestUnder = (root: PublicGoodRoot | null) => indexTrust(set, root).rulesFor(kept.repository).policyDigest;
  const own = digestUnder(rootOf(kept));
  if (!isWhole) return incomplete(judging, set, question);
  if (own !== kept.policyDigest) throw changed(name, "its documents, keys and root are not those of its policyDigest");
  const { policyDigest: wanted, root } = question;
  // With a root of one's own, the policy may be known by its digest under either.
  if (wanted !== null && wanted !== own && (root === undefined || wanted !== digestUnder(root))) {
    throw new CommandError(
      "other-policy",
      `${name} is judged by another policy, and nothing is verified by it: its digest is ${own ?? "none"}, not ${wanted}`,
    );
  }
  const [policy] = set.trust;
  const isCovered = policy !== undefined && filesNamedBy(policy).includes(publicGood);
  const by = policy === undefined ? null : wanted === null ? "file" : "policy-digest";
  return shown(await underRoots(judging, set, { ...question, isCovered }), by, question);
}

type Judged = {
  readonly body: ShownVerifications;
  readonly trustRoot: JudgedBy["trustRoot"];
} & Pick<JudgedBy, "restsOnFirstSight" | "restsOnRepository">;

function shown(
  { body, trustRoot, restsOnFirstSight, restsOnRepository }: Judged,
  policy: JudgedBy["policy"],
  { repository }: Pick<KeptQuestion, "repository">,
): KeptVerifications {
  const rests = { restsOnFirstSight, restsOnRepository: repository === null && restsOnRepository };
  return { ...body, judgedBy: { policy, trustRoot, ...rests } };
}

type Roots = Pick<KeptQuestion, "root" | "shippedRoot" | "signer"> & {
  /** The digest of the policy names the public-good root, too. */
  readonly isCovered: boolean;
};

async function underRoots(
  judging: Judging,
  set: PolicySet,
  { root: given, shippedRoot, signer, isCovered }: Roots,
): Promise<Judged> {
  const held = rootOf(judging.kept);
  const under = (from: NonNullable<JudgedBy["trustRoot"]>["from"], root: PublicGoodRoot | null) =>
    judge(judging, set, root, from);
  if (given !== undefined) return under("given", given);
  if (held?.digest === shippedRoot.digest) return under("shipped", shippedRoot);
  if (isCovered) return under("policy", held);
  const [byShipped, byHeld] = [await under("shipped", shippedRoot), await under("file", held)];
  const verdicts = [byShipped.body.verdict, byHeld.body.verdict];
  if (verdicts[0] === verdicts[1]) return byShipped;
  // The catalog's own word again, which accepts nothing.
  if (!verdicts.includes("verified")) return signer === null ? byHeld : byShipped;
  const refused = byShipped.body.verdict === "verified" ? byHeld : byShipped;
  const why = `${verdicts[0]} under the trust root of this program (${shippedRoot.digest}), and ${verdicts[1]} under the file's own (${held?.digest ?? "none"}), for which nothing but the file vouches: give the root that you trust with --trusted-root`;
  const reasons = [reason("TRUST_ROOT_INVALID", why, { shipped: shippedRoot.digest, file: held?.digest ?? null })];
  return { ...refused, body: withheld(refused.body, reasons) };
}

async function judge(
  { kept, evidence, limits, now }: Judging,
  set: PolicySet,
  root: PublicGoodRoot | null,
  from: NonNullable<JudgedBy["trustRoot"]>["from"],
): Promise<Judged> {
  const { index, givenFor } = openTrust(set, root);
  const trust = await givenFor(kept.repository);
  const findings = await verifyAll(evidence, new Map(), { trust, now: () => now, limits });
  const read = new Map(
    [...findings].map(([{ manifest }, finding]) => [`${finding.evidence} ${manifest?.digest ?? null}`, finding]),
  );
  const found = kept.items.map((item) => {
    // Where it says it is, or it is not there.
    const finding = read.get(`${item.evidence} ${item.carrier}`) ?? unread(kept, item);
    return foundOf(item, finding);
  });
  return judgedOf(index, kept, { digest: kept.digest, found, look: lookOf(kept) }, now, root, from);
}

function judgedOf(
  index: TrustIndex,
  { repository }: Kept,
  evidence: ManifestEvidence,
  now: number,
  root: PublicGoodRoot | null,
  from: NonNullable<JudgedBy["trustRoot"]>["from"],
): Judged {
  return {
    body: showVerifications(verifications(index, repository, evidence, now).body),
    trustRoot: root === null ? null : { from, digest: root.digest },
    restsOnFirstSight: restsOnFirstSight(index.rulesFor(repository), evidence, now),
    restsOnRepository: restsOnRepository(index.rulesFor(repository), evidence, now),
  };
}

/**
 * Documents of which scopes were left out have another digest: that they are the catalog's cannot be shown. What they
 * would accept is not, and its signers are nobody's.
 */
async function incomplete(judging: Judging, set: PolicySet, question: KeptQuestion): Promise<KeptVerifications> {
  const why = `the documents in ${judging.name} are incomplete, so that nobody can compare them with their digest: give --key, or --certificate-identity and --certificate-oidc-issuer`;
  const judged = await underRoots(judging, set, { ...question, isCovered: false });
  const reasons = [reason("LIMIT_EXCEEDED", why)];
  const refused = withheld(judged.body, reasons);
  // That nobody signed it is so whoever may sign.
  const { verdict, reasons: known } = judged.body.signatureCount > 0 ? refused : judged.body;
  const unknown = ["policy", "policyDigest"].map((field) => ({ field, reason: why }));
  const body = {
    ...{ ...refused, verdict, reasons: known, policy: null, policyDigest: null },
    unknown: [...(judged.body.unknown ?? []), ...unknown],
  };
  return shown({ ...judged, restsOnFirstSight: false, restsOnRepository: false, body }, null, question);
}

/** Whoever made it, it does not count here. */
function withheld(body: ShownVerifications, reasons: ShownVerifications["reasons"]): ShownVerifications {
  const refuse = <Item extends ShownVerifications["signatures"][number] | ShownVerifications["attestations"][number]>(
    item: Item,
  ): Item => ({
    ...item,
    accepted: false,
    signer: item.signer === null ? null : { ...item.signer, id: null },
    reasons: item.accepted ? reasons : item.reasons,
  });
  return {
    ...body,
    verdict: "indeterminate",
    reasons,
    trustRootDigest: null,
    signatures: body.signatures.map(refuse),
    attestations: body.attestations.map(refuse),
  };
}

function foundOf({ place, carrier, firstSeen, shown }: KeptItem, finding: SignatureFinding): FoundEvidence {
  return { finding, place, carrier, firstSeenAt: Date.parse(firstSeen), shown };
}

/** What the catalog could not read, or what is not in the file: nothing is ever verified by it. */
function unread({ digest }: Kept, { evidence, kind, format, source, problem }: KeptItem): SignatureFinding {
  return problemFinding({
    format,
    kind,
    announcedFor: digest,
    source: source ?? { via: "file" },
    digest: evidence,
    ...(problem ?? { code: "LIMIT_EXCEEDED" as const, message: "its bytes are not in the file" }),
  });
}
