// Kept evidence made by hand: what /images/{digest}/evidence would answer, of any material and under any policy.
import type { z } from "zod";
import { documentDigest, filesNamedBy } from "../../policies/documents/policy-digest.ts";
import { policyFileOf } from "../../policies/documents/policy-file.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import { indexTrust } from "../../policies/trust/trust-rules.ts";
import { digestOf } from "../../policies/words/digest.ts";
import type { Evidence } from "../../server/api/verification-schemas.ts";
import { type EvidenceSource, evidenceDigest } from "../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../worker/signatures/limits.ts";
import { readSignatureManifest } from "../../worker/signatures/read-manifest.ts";
import { cosignTag, type PushedManifest } from "./signing/cosign.ts";
import { image, repository } from "./signing/evidence.ts";

export type EvidenceFile = z.output<typeof Evidence>;

export type KeptInput = {
  readonly repository?: string;
  readonly digest?: string;
  /** Null: nobody declared who may sign. */
  readonly policy: z.input<typeof TrustDocument> | null;
  readonly registries?: readonly z.input<typeof RegistryDocument>[];
  /** What the policy names, by its name there. */
  readonly files?: Readonly<Record<string, string>>;
  readonly signatures?: readonly PushedManifest[];
  /** The public-good root in force; null: none is. */
  readonly root?: string | null;
  readonly firstSeenMs: number;
  readonly checkedMs?: number;
};

export function keptEvidence(input: KeptInput): EvidenceFile {
  const { repository: name = repository, digest = image, policy, signatures = [], root = null } = input;
  const trust = policy === null ? [] : [TrustDocument.parse(policy)];
  const registries = (input.registries ?? []).map((registry) => RegistryDocument.parse(registry));
  const named = new Set(trust.flatMap(filesNamedBy));
  const files = Object.entries(input.files ?? {})
    .filter(([file]) => named.has(file))
    .map(([file, content]) => [file, policyFileOf(Buffer.from(content))] as const);
  const nothing = { sources: [], projects: [], releases: [], layouts: {} };
  const set: PolicySet = { digest: digestOf("set"), trust, registries, files: Object.fromEntries(files), ...nothing };
  const trustRoot = root === null ? null : { name: "public-good", digest: digestOf(root), content: root };
  const { firstSeenMs, checkedMs = firstSeenMs } = input;
  const source: EvidenceSource = { via: "tag", tag: cosignTag(digest, "sig") };
  const base64 = (all: Iterable<readonly [string, Buffer]>) =>
    Object.fromEntries([...all].map(([key, bytes]) => [key, bytes.toString("base64")]));
  return {
    ...{ digest, repository: name, policy: trust[0]?.id ?? null },
    policyDigest: indexTrust(set, trustRoot).rulesFor(name).policyDigest,
    documents: [
      ...trust.map((document) => ({ id: document.id, digest: documentDigest(document), document })),
      ...registries.map((document) => ({ id: document.host, digest: documentDigest(document), document })),
    ],
    files: files.map(([file, held]) => ({ name: file, ...held })),
    trustRoot,
    ...{ looked: true, checkedAt: new Date(checkedMs).toISOString(), recheckAt: null },
    ...{ failingSince: null, failure: null },
    items: signatures.flatMap(({ bytes, blobs }) =>
      readSignatureManifest(
        { bytes, announcedFor: digest, source },
        (each) => blobs.get(each),
        defaultSignatureLimits,
      ).evidence.map((evidence) => ({
        ...{ evidence: evidenceDigest(evidence), kind: evidence.kind, format: evidence.format, source },
        ...{ place: source, carrier: digestOf(bytes), blob: evidence.blobDigest },
        ...{ firstSeen: new Date(firstSeenMs).toISOString(), shown: true, problem: null },
      })),
    ),
    manifests: base64(signatures.map(({ bytes }) => [digestOf(bytes), bytes] as const)),
    blobs: base64(signatures.flatMap(({ blobs }) => [...blobs])),
  };
}
