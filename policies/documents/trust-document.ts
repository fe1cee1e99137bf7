// Trust documents: which signers may speak for which repositories, and when.
import { z } from "zod";
import { DocumentId, Pattern, Time } from "./vocabulary.ts";

const signerCommon = {
  id: DocumentId,
  validFrom: Time.nullable()
    .default(null)
    .describe("Judged by log or timestamp time, else by when this catalog first saw the signature."),
  validUntil: Time.nullable().default(null),
  revoked: z
    .strictObject({ at: Time, reason: z.enum(["compromised", "superseded"]) })
    .nullable()
    .default(null),
  role: z
    .enum(["primary", "backup", "retired"])
    .default("primary")
    .describe("A retired signer's signatures count, but no host is given it any more."),
  confirmed: z.boolean().default(true),
  evidence: z.string().optional(),
};

const RelativeFile = z.string().min(1).max(255).describe("A file, relative to this document.");

export const Signer = z.union([
  z.strictObject({ ...signerCommon, key: RelativeFile }),
  z.strictObject({
    ...signerCommon,
    identity: z.strictObject({
      issuer: z.url(),
      subject: Pattern.describe("Literal, or with * for one path segment."),
    }),
    trustRoot: z.string().min(1).default("public-good").describe("public-good, or the path of a trusted_root.json."),
  }),
  z.strictObject({ ...signerCommon, openpgp: RelativeFile, lookaside: z.url().optional() }),
]);
export type Signer = z.infer<typeof Signer>;

export const TrustDocument = z.strictObject({
  id: DocumentId,
  scopes: z
    .array(z.string().min(1).max(255))
    .min(1)
    .describe("Registries, namespaces or repositories, by whole path segments; the longest match wins."),
  signature: z
    .enum(["required", "expected"])
    .default("required")
    .describe("What a missing signature means: block or warn."),
  threshold: z.int().min(1).max(16).default(1).describe("How many different signers must have signed."),
  signers: z.array(Signer).min(1),
  transparencyLog: z.enum(["required", "optional"]).default("optional").describe("For signatures by keys."),
  attestations: z
    .array(
      z.strictObject({
        predicateType: z.url(),
        signers: z.array(DocumentId).min(1),
        sourceRepository: Pattern.optional(),
        builder: Pattern.optional(),
        required: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type TrustDocument = z.infer<typeof TrustDocument>;
