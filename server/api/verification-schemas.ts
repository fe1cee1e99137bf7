// Verifications as answers show them: signatures and attestations of one digest in one repository, and their evidence.
import { z } from "@hono/zod-openapi";
import type { FindingCode } from "../../policies/trust/finding.ts";
import type { AttestationBody, SignatureBody, VerificationsBody } from "../../policies/trust/verifications-body.ts";
import type { Shown } from "../hot/read-through.ts";
import { Document, Policies } from "./policy-routes.ts";
import { Reason } from "./switch-plan-schema.ts";
import { Digest, Next, Time, Unknown, Verdict } from "./words.ts";

const part = { unknown: Unknown.optional() };
const of = {
  digest: Digest,
  repository: z.string().openapi({ example: "ghcr.io/ublue-os/bazzite" }),
};

const Format = z
  .enum(["cosign-tag", "cosign-referrer", "sigstore-bundle", "openpgp-lookaside"])
  .openapi({ description: "Where and how it is kept." });

const Signer = z
  .object({
    id: z.string().nullable().openapi({ description: "The trust policy's name of it; null: the policy has no such." }),
    type: z.enum(["key", "identity", "openpgp"]),
    fingerprint: z.string().nullable(),
    issuer: z.string().nullable().openapi({ description: "Of an identity." }),
    subject: z.string().nullable().openapi({ description: "Of an identity." }),
  })
  .nullable()
  .openapi({ description: "Who made it; null: nobody known." });

const shown = z.boolean().openapi({ description: "Whether the registry showed it at the last complete look." });

export const Signature = z
  .object({
    format: Format,
    manifest: Digest.openapi({ description: "The manifest that it was found for." }),
    carrier: Digest.nullable().openapi({ description: "The manifest that carries it; null: none does." }),
    evidence: Digest.openapi({ description: "The content address of the signature itself." }),
    valid: z.boolean().nullable().openapi({ description: "Whether it is cryptographically valid for this digest." }),
    reasons: z.array(Reason),
    signer: Signer,
    accepted: z.boolean().openapi({ description: "Whether its signer may speak for the repository now." }),
    signedIdentity: z.string().nullable().openapi({ description: "What it says it signs; null: it names nothing." }),
    transparencyLog: z
      .object({ logIndex: z.int().nullable(), integratedTime: Time.nullable() })
      .nullable()
      .openapi({ description: "The proven log entry; null: there is none." }),
    timestamp: Time.nullable().openapi({ description: "The proven timestamp; null: there is none." }),
    firstSeen: Time.nullable().openapi({ description: "When this catalog first saw it here. Never moved." }),
    shown,
    ...part,
  })
  .openapi("Signature");

export const Attestation = z
  .object({
    format: Format,
    evidence: Digest.openapi({ description: "The content address of the attestation itself." }),
    predicateType: z.string().nullable().openapi({ example: "https://slsa.dev/provenance/v1" }),
    valid: z.boolean().nullable(),
    reasons: z.array(Reason),
    signer: Signer,
    accepted: z.boolean().openapi({ description: "Whether it satisfies what the trust policy asks for." }),
    subjectMatches: z.boolean().nullable().openapi({ description: "Whether this digest is among its subjects." }),
    builder: z.string().nullable(),
    sourceRepository: z.string().nullable(),
    sourceRevision: z.string().nullable(),
    firstSeen: Time.nullable(),
    shown,
    ...part,
  })
  .openapi("Attestation");

const checkedAt = Time.nullable().openapi({ description: "The last complete look for signatures; null: none was." });
const recheckAt = Time.nullable().openapi({ description: "When they are looked for again." });
const policy = z
  .string()
  .nullable()
  .openapi({ description: "The trust policy's id; null: none speaks for the repository." });

/** More than any publisher has; a registry may show a thousand strangers. */
export const shownMax = 1_000;

export const Verifications = z
  .object({
    ...of,
    verdict: Verdict,
    reasons: z.array(Reason),
    policy,
    policyDigest: Digest.nullable().openapi({ description: "What it was judged by." }),
    trustRootDigest: Digest.nullable().openapi({ description: "The trust root that the verdict rests on." }),
    checkedAt,
    recheckAt,
    signatures: z.array(Signature).openapi({ description: `At most ${shownMax}, those that count first.` }),
    signatureCount: z.int().openapi({ description: "How many there are; all of them under /signatures." }),
    attestations: z.array(Attestation).openapi({ description: `At most ${shownMax}, those that count first.` }),
    attestationCount: z.int().openapi({ description: "How many there are; all of them under /attestations." }),
    ...part,
  })
  .openapi("Verifications", { description: "What is known of the signatures of one digest in one repository." });

export const SignaturePage = z.object({ ...of, items: z.array(Signature), next: Next }).openapi("SignaturePage");
export const AttestationPage = z.object({ ...of, items: z.array(Attestation), next: Next }).openapi("AttestationPage");

export function showVerifications(body: VerificationsBody): Shown<typeof Verifications> {
  const { signatures, attestations, ...rest } = body;
  return {
    ...rest,
    signatures: bounded(signatures).map(showSignature),
    signatureCount: signatures.length,
    attestations: bounded(attestations).map(showAttestation),
    attestationCount: attestations.length,
  };
}

function bounded<Item extends { readonly accepted: boolean }>(items: readonly Item[]): readonly Item[] {
  if (items.length <= shownMax) return items;
  return [...items.filter(({ accepted }) => accepted), ...items.filter(({ accepted }) => !accepted)].slice(0, shownMax);
}

export function showSignature(signature: SignatureBody): Shown<typeof Signature> {
  return { ...signature, format: Format.parse(signature.format) };
}

export function showAttestation(attestation: AttestationBody): Shown<typeof Attestation> {
  return { ...attestation, format: Format.parse(attestation.format) };
}

const text = z.string().max(4_096);

/** What cryptography alone can say is wrong. */
const findingCodes = [
  "SIGNATURE_ERROR",
  "DIGEST_MISMATCH",
  "PAYLOAD_FORMAT",
  "PAYLOAD_TYPE",
  "SUBJECT_MISMATCH",
  "PREDICATE_TYPE",
  "MALFORMED",
  "CERT_CHAIN",
  "CERT_EXPIRED",
  "SCT",
  "NO_TRUSTED_TIME",
  "TLOG_SET",
  "TLOG_PROOF",
  "TLOG_BODY",
  "TSA",
  "KEY_WINDOW",
  "KEY_REVOKED",
  "ALG_UNSUPPORTED",
  "LIMIT_EXCEEDED",
  "REGISTRY_ERROR",
  "TRUST_ROOT_INVALID",
] as const satisfies readonly FindingCode[];

const EvidencePlace = z.discriminatedUnion("via", [
  z.object({ via: z.literal("tag"), tag: text }),
  z.object({ via: z.literal("referrers") }),
  z.object({ via: z.literal("fallback-tag") }),
  z.object({ via: z.literal("unread-referrers") }),
  z.object({ via: z.literal("lookaside"), base: text }),
  z.object({ via: z.literal("file") }),
]);

export const EvidenceItem = z
  .object({
    evidence: Digest.openapi({ description: "The content address of the signature or attestation itself." }),
    kind: z.enum(["signature", "attestation"]),
    format: Format,
    place: EvidencePlace.openapi({
      description:
        "Where programs look for it. cosign looks neither under `fallback-tag`, the tag of an image's referrers where the registry's referrers API answers without it or refuses to, nor under `unread-referrers`, what that API lists beyond what cosign reads of it, such as a later page.",
    }),
    source: z
      .discriminatedUnion("via", [
        z.object({ via: z.literal("tag"), tag: text }),
        z.object({ via: z.literal("referrers-api") }),
        z.object({ via: z.literal("referrers-tag"), tag: text }),
        z.object({ via: z.literal("lookaside"), url: text }),
        z.object({ via: z.literal("file") }),
      ])
      .nullable()
      .openapi({ description: "How it was found; null: it could not be read." }),
    carrier: Digest.nullable().openapi({ description: "The manifest that carries it; null: none does." }),
    blob: Digest.nullable().openapi({ description: "What is signed, or the signature's file; null: it was not read." }),
    firstSeen: Time,
    shown,
    problem: z
      .object({ code: z.enum(findingCodes), message: text })
      .nullable()
      .openapi({ description: "Why it could not be looked at; null: its bytes are here." }),
  })
  .openapi("EvidenceItem");

const Bytes = z.record(Digest, z.base64()).openapi({ type: "object", additionalProperties: { type: "string" } });

export const Evidence = z
  .object({
    ...of,
    policy,
    policyDigest: Digest.nullable(),
    looked: z.boolean().openapi({ description: "Whether anybody looked for signatures at all." }),
    checkedAt,
    recheckAt,
    failingSince: Time.nullable().openapi({
      description: "The first failed look since then; null: the last succeeded.",
    }),
    failure: text.nullable().openapi({ description: "Why the last look failed; null: it did not." }),
    documents: z
      .array(Document)
      .openapi({ description: "The documents that it is judged by: the trust policy, and a mirror's registry." }),
    files: Policies.shape.files.openapi({ description: "The keys and trust roots that they name." }),
    trustRoot: z
      .object({ name: z.string(), digest: Digest, content: z.string() })
      .nullable()
      .openapi({ description: "The public-good trust root in force; null: none is." }),
    items: z.array(EvidenceItem).openapi({ description: "Everything that was found, in the order of the answer." }),
    manifests: Bytes.openapi({ description: "The manifests that carry signatures, in base64 by their digests." }),
    blobs: Bytes.openapi({ description: "Payloads, envelopes, bundles and files, in base64 by their digests." }),
    ...part,
  })
  .openapi("Evidence", {
    description:
      "Everything from which the verdict can be reached again without a network: `signalbox verify --evidence FILE` does so.",
  });
