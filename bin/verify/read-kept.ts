// Reading kept evidence: a saved /images/{digest}/evidence, of which nothing is used that something else in it belies.
import type { z } from "@hono/zod-openapi";
import type { KeptEvidence } from "../../db/evidence.ts";
import { documentDigest, filesNamedBy } from "../../policies/documents/policy-digest.ts";
import { policyFileOf } from "../../policies/documents/policy-file.ts";
import type { PolicyFile, PolicySet } from "../../policies/documents/policy-set.ts";
import { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import type { SignatureLook } from "../../policies/trust/found-evidence.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { digestOf, matchesDigest } from "../../policies/words/digest.ts";
import { parseRepository } from "../../policies/words/reference.ts";
import { Evidence, type EvidenceItem } from "../../server/api/verification-schemas.ts";
import { publicGood } from "../../worker/signatures/public-good-root.ts";
import { readJson } from "../../worker/signatures/strict-json.ts";
import { CommandError } from "../command-error.ts";

export type Kept = z.output<typeof Evidence>;
export type KeptItem = z.output<typeof EvidenceItem>;

/** Two machines' clocks differ; what is later than that was not seen yet by anybody. */
const clockSkewMs = 10 * 60 * 1000;
/** Far more than documents and items have; blobs are strings, whatever their size. */
const jsonLimits = { depth: 64, values: 4_000_000 };

export function readKept(name: string, bytes: Uint8Array, now: number): Kept {
  const kept = parse(name, bytes);
  if (parseRepository(kept.repository) === undefined) {
    throw new CommandError("wrong-use", `${name} is no evidence that can be read: repository: not HOST/PATH`);
  }
  const times = [kept.checkedAt, kept.failingSince, ...kept.items.map(({ firstSeen }) => firstSeen)];
  const late = times.find((time) => time !== null && !(Date.parse(time) <= now + clockSkewMs));
  if (late !== undefined) throw changed(name, `it speaks of ${late}, and it is ${new Date(now).toISOString()}`);
  const places = new Set(kept.items.map(({ evidence, place }) => JSON.stringify([evidence, Object.entries(place)])));
  if (places.size !== kept.items.length) throw changed(name, "it has one signature twice in one place");
  const { trustRoot } = kept;
  if (trustRoot !== null && (trustRoot.name !== publicGood || digestOf(trustRoot.content) !== trustRoot.digest)) {
    throw changed(name, "its trust root is not that of its digest");
  }
  return kept;
}

function parse(name: string, bytes: Uint8Array): Kept {
  let value: unknown;
  try {
    value = readJson(bytes, { ...jsonLimits, bytes: bytes.byteLength });
  } catch (cause) {
    const what = cause instanceof Error && cause.cause === undefined ? ` (${cause.message})` : "";
    const message = `${name} is no JSON with one meaning${what}: save the answer of /images/{digest}/evidence`;
    throw new CommandError("wrong-use", message, { cause });
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

/** What the file says is wrong, or was made so: then none of it says anything. */
export function changed(name: string, how: string): CommandError {
  return new CommandError("changed-file", `${name} was changed, and nothing is verified by it: ${how}`);
}

export type KeptDocuments = {
  readonly set: PolicySet;
  /** Undefined: the document cannot have the digest that it comes with, since scopes were left out of it. */
  readonly isWhole: boolean;
};

/** No documents at all: nothing of the file is believed. */
export const noDocuments: PolicySet = {
  ...{ digest: digestOf("evidence"), registries: [], sources: [], trust: [], projects: [], releases: [] },
  ...{ files: {}, layouts: {} },
};

/** The documents in the file, with every digest that it gives of them compared. */
export function documentsOf(name: string, { documents, files, repository, policy, unknown }: Kept): KeptDocuments {
  const trust: TrustDocument[] = [];
  const registries: RegistryDocument[] = [];
  const mayBeCut = unknown?.some(({ field }) => field === "documents") ?? false;
  let isWhole = true;
  for (const { id, digest, document } of documents) {
    const asTrust = TrustDocument.safeParse(document);
    const asRegistry = RegistryDocument.safeParse(document);
    const read = asTrust.success ? asTrust.data : asRegistry.data;
    if (read === undefined) {
      throw new CommandError("wrong-use", `${name} has a document ${id} that this version cannot read`);
    }
    if (documentDigest(read) !== digest) {
      if (!asTrust.success || !mayBeCut) throw changed(name, `the document ${id} is not that of its digest`);
      isWhole = false;
    }
    if (asTrust.success) trust.push(asTrust.data);
    else if (asRegistry.success) registries.push(asRegistry.data);
  }
  const host = parseRepository(repository)?.host;
  const isOwn = documents.every(({ id }, at) => documents.findIndex((each) => each.id === id) === at);
  if (
    trust.length > 1 ||
    (trust[0]?.id ?? null) !== policy ||
    registries.some((registry) => registry.host !== host || registry.mirrorOf === undefined) ||
    !isOwn
  ) {
    throw changed(name, "it has other documents than those that speak for its repository");
  }
  return { set: { ...noDocuments, trust, registries, files: filesOf(name, files, trust) }, isWhole };
}

function filesOf(name: string, files: Kept["files"], trust: readonly TrustDocument[]): PolicySet["files"] {
  const named = new Set(trust.flatMap(filesNamedBy));
  const read = new Map<string, PolicyFile>();
  for (const { name: file, encoding, content, sha256 } of files) {
    const bytes = Buffer.from(content, encoding);
    if (digestOf(bytes) !== sha256) throw changed(name, `its file ${file} is not that of its digest`);
    if (read.has(file) || !named.has(file)) throw changed(name, `its file ${file} is not one that its policy names`);
    // Whether a key is text is for its bytes to say, or a signer or root would be passed over.
    read.set(file, policyFileOf(bytes));
  }
  return Object.fromEntries(read);
}

export function rootOf({ trustRoot }: Kept): PublicGoodRoot | null {
  return trustRoot === null ? null : { digest: trustRoot.digest, content: trustRoot.content };
}

export function blobsOf(name: string, { manifests, blobs }: Kept): ReadonlyMap<string, Buffer> {
  const held = new Map<string, Buffer>();
  for (const [digest, text] of [...Object.entries(manifests), ...Object.entries(blobs)]) {
    const bytes = Buffer.from(text, "base64");
    if (!matchesDigest(bytes, digest)) throw changed(name, `${digest} has other bytes than its name says`);
    held.set(digest, bytes);
  }
  return held;
}

export function rowsOf({ digest, items }: Kept): readonly KeptEvidence[] {
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

export function lookOf({ looked, checkedAt, recheckAt, failingSince, failure }: Kept): SignatureLook | null {
  if (!looked) return null;
  const ms = (time: string | null) => (time === null ? null : Date.parse(time));
  return { checkedAt: ms(checkedAt), recheckAt: ms(recheckAt), failingSince: ms(failingSince), failure };
}
