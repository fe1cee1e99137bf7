// Verifying kept evidence: the verdict again from a saved /images/{digest}/evidence, from its bytes and without a network.
import type { z } from "@hono/zod-openapi";
import type { KeptEvidence } from "../../db/evidence.ts";
import type { PolicyFile, PolicySet } from "../../policies/documents/policy-set.ts";
import { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import type { FoundEvidence, SignatureLook } from "../../policies/trust/found-evidence.ts";
import { indexTrust, type PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { verifications } from "../../policies/trust/verifications-body.ts";
import { digestOf, matchesDigest } from "../../policies/words/digest.ts";
import { Evidence, type EvidenceItem, showVerifications } from "../../server/api/verification-schemas.ts";
import type { SignatureLimits } from "../../worker/signatures/limits.ts";
import { readAgain } from "../../worker/verify/judge-again.ts";
import { openTrust } from "../../worker/verify/trust-in-force.ts";
import { problemFinding, verifyAll } from "../../worker/verify/verify-found.ts";
import { CommandError } from "../command-error.ts";
import { type GivenSigner, withSigner } from "./given-trust.ts";
import type { ShownVerifications } from "./verified.ts";

type Kept = z.output<typeof Evidence>;
type Item = z.output<typeof EvidenceItem>;

export type KeptQuestion = {
  /** How messages name it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Null: the documents in it say who may sign. */
  readonly signer: GivenSigner | null;
  /** Undefined: the root in it. */
  readonly root: PublicGoodRoot | undefined;
  readonly limits: SignatureLimits;
  readonly now: number;
};

/**
 * Nothing in the file is believed but what nobody can prove: when the catalog first saw each signature, what it could
 * not read, and, without a signer of the caller's own, who may sign.
 */
export async function verifyKept(question: KeptQuestion): Promise<ShownVerifications> {
  const { name, signer, limits, now } = question;
  const kept = readKept(name, question.bytes);
  const { digest, repository } = kept;
  const held = policySetOf(name, kept);
  const root = question.root ?? rootOf(kept);
  const set = withSigner(held, repository, signer);
  const index = indexTrust(set, root);
  const isOwn = signer !== null || question.root !== undefined;
  const { policyDigest } = index.rulesFor(repository);
  // A document of which scopes were left out has another digest; all else of it is there.
  const isCut = kept.unknown?.some(({ field }) => field === "documents") ?? false;
  if (!isOwn && !isCut && policyDigest !== kept.policyDigest) {
    throw changed(name, "its documents, keys and root are not those of its policyDigest");
  }
  const given = await openTrust(set, root).givenFor(repository);
  const evidence = readAgain(rowsOf(kept), blobsOf(name, kept), limits);
  const findings = await verifyAll(evidence, new Map(), { trust: given, now: () => now, limits });
  const byDigest = new Map([...findings.values()].map((finding) => [finding.evidence as string, finding]));
  const found = kept.items.map((item) => foundOf(item, byDigest.get(item.evidence) ?? unread(kept, item)));
  const { body } = verifications(index, repository, { digest, found, look: lookOf(kept) }, now);
  return showVerifications(!isOwn && isCut ? { ...body, policyDigest: kept.policyDigest } : body);
}

function readKept(name: string, bytes: Uint8Array): Kept {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CommandError("wrong-use", `${name} is no JSON: save the answer of /images/{digest}/evidence`, { cause });
  }
  const read = Evidence.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
  throw new CommandError(
    "wrong-use",
    `${name} is no evidence that can be read: ${where}${issue?.message ?? "it is wrong"}`,
  );
}

function policySetOf(name: string, { documents, files }: Kept): PolicySet {
  const trust: TrustDocument[] = [];
  const registries: RegistryDocument[] = [];
  for (const { id, document } of documents) {
    const asTrust = TrustDocument.safeParse(document);
    const asRegistry = RegistryDocument.safeParse(document);
    if (asTrust.success) trust.push(asTrust.data);
    else if (asRegistry.success) registries.push(asRegistry.data);
    else throw new CommandError("wrong-use", `${name} has a document ${id} that this version cannot read`);
  }
  const read = files.map(({ name: file, encoding, content }): [string, PolicyFile] => [
    file,
    // By its bytes, whatever the file says of them.
    { sha256: digestOf(Buffer.from(content, encoding)), encoding, content },
  ]);
  return {
    digest: digestOf("evidence"),
    registries,
    sources: [],
    trust,
    projects: [],
    releases: [],
    files: Object.fromEntries(read),
    layouts: {},
  };
}

function rootOf({ trustRoot }: Kept): PublicGoodRoot | null {
  return trustRoot === null ? null : { digest: digestOf(trustRoot.content), content: trustRoot.content };
}

function blobsOf(name: string, { manifests, blobs }: Kept): ReadonlyMap<string, Buffer> {
  const held = new Map<string, Buffer>();
  for (const [digest, text] of [...Object.entries(manifests), ...Object.entries(blobs)]) {
    const bytes = Buffer.from(text, "base64");
    if (!matchesDigest(bytes, digest)) throw changed(name, `${digest} has other bytes than its name says`);
    held.set(digest, bytes);
  }
  return held;
}

function changed(name: string, how: string): CommandError {
  return new CommandError("changed-file", `${name} was changed, and nothing is verified by it: ${how}`);
}

function rowsOf({ digest, items }: Kept): readonly KeptEvidence[] {
  return items.flatMap(({ evidence, format, source, carrier, blob, firstSeen, shown }) =>
    source === null
      ? []
      : [
          {
            ...{ repositoryId: 0, subject: digest, digest: evidence, place: "", format, source, carrier, blob, shown },
            firstSeenAt: Date.parse(firstSeen),
          },
        ],
  );
}

function foundOf({ place, carrier, firstSeen, shown }: Item, finding: SignatureFinding): FoundEvidence {
  return { finding, place, carrier, firstSeenAt: Date.parse(firstSeen), shown };
}

/** What the catalog could not read, or what is not in the file: nothing is ever verified by it. */
function unread({ digest }: Kept, { evidence, kind, format, source, problem }: Item): SignatureFinding {
  return problemFinding({
    format,
    kind,
    announcedFor: digest,
    source: source ?? { via: "file" },
    digest: evidence,
    ...(problem ?? { code: "LIMIT_EXCEEDED" as const, message: "its bytes are not in the file" }),
  });
}

function lookOf({ looked, checkedAt, recheckAt, failingSince, failure }: Kept): SignatureLook | null {
  if (!looked) return null;
  const ms = (time: string | null) => (time === null ? null : Date.parse(time));
  return { checkedAt: ms(checkedAt), recheckAt: ms(recheckAt), failingSince: ms(failingSince), failure };
}
