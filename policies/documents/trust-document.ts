// Trust documents: which signers may speak for which repositories, and when.
import { z } from "zod";
import { isScope } from "../words/reference.ts";
import { Confirmed, DocumentId, Evidence, Pattern, Time } from "./vocabulary.ts";

const signerCommon = {
  id: DocumentId.describe("No other signer of this policy has it."),
  validFrom: Time.nullable()
    .default(null)
    .describe("Judged by log or timestamp time, else by when this catalog first saw the signature."),
  validUntil: Time.nullable().default(null).describe("The first moment at which a new signature no longer counts."),
  revoked: z
    .strictObject({ at: Time, reason: z.enum(["compromised", "superseded"]) })
    .nullable()
    .default(null)
    .describe(
      "compromised: only what a log or timestamp proves to be older counts; superseded: old signatures stay valid.",
    ),
  role: z
    .enum(["primary", "backup", "retired"])
    .default("primary")
    .describe("A retired signer's signatures count, but no host is given it any more."),
  confirmed: Confirmed,
  evidence: Evidence,
};

const RelativeFile = z
  .string()
  .max(255)
  .regex(/^(?!\/)[^\\\p{Cc}]+$/u, "a file's path relative to this document, such as keys/example.pub");

const KeySigner = z.strictObject({
  ...signerCommon,
  key: RelativeFile.describe(
    "A public key in PEM (P-256, P-384, P-521, RSA 2048 to 4096, Ed25519), relative to this file.",
  ),
});

const IdentitySigner = z.strictObject({
  ...signerCommon,
  identity: z.strictObject({
    issuer: z
      .url({ protocol: /^https?$/, error: "the issuer's URL" })
      .describe("The OpenID Connect issuer, literally."),
    subject: Pattern.max(1024).describe("The certificate's subject: literal, or with * for any characters but /."),
  }),
  trustRoot: z
    .union([z.literal("public-good"), RelativeFile])
    .default("public-good")
    .describe("public-good, or the path of a trusted_root.json, relative to this file."),
});

const OpenpgpSigner = z.strictObject({
  ...signerCommon,
  openpgp: RelativeFile.describe("OpenPGP public keys, armoured or binary, relative to this file."),
  lookaside: z
    .url({ protocol: /^https?$/, error: "the lookaside's URL" })
    .optional()
    .describe("Where the detached signatures lie."),
});

export const Signer = z.union([KeySigner, IdentitySigner, OpenpgpSigner]);
export type Signer = z.infer<typeof Signer>;

const Attestation = z.strictObject({
  predicateType: z.url({ error: "the URI of a predicate type, such as https://slsa.dev/provenance/v1" }),
  signers: z.array(DocumentId).min(1).max(100).describe("Ids of signers above."),
  sourceRepository: Pattern.max(1024)
    .optional()
    .describe("Compared after git+, @… and .git are stripped; * stands for any characters but /."),
  builder: Pattern.max(1024).optional().describe("Compared with the builder's id; * stands for any characters but /."),
  required: z
    .boolean()
    .default(false)
    .describe("true: its absence or mismatch makes the image untrusted; false: it is listed as not accepted, no more."),
});

export const TrustDocument = z.strictObject({
  id: DocumentId.describe("No other document of this kind has it."),
  scopes: z
    .array(
      z
        .string()
        .refine(
          isScope,
          "a registry, namespace or repository, such as ghcr.io/ublue-os, by whole path segments and without *",
        ),
    )
    .min(1)
    .max(1000)
    .describe("Registries, namespaces or repositories, by whole path segments; the longest match wins."),
  signature: z
    .enum(["required", "expected"])
    .default("required")
    .describe("What a missing signature means: required blocks, expected warns."),
  threshold: z.int().min(1).max(100).default(1).describe("How many different signers below must have signed."),
  signers: z.array(Signer).min(1).max(100),
  transparencyLog: z
    .enum(["required", "optional"])
    .default("optional")
    .describe("Whether signatures by keys must be in a transparency log."),
  attestations: z.array(Attestation).max(100).default([]),
});
export type TrustDocument = z.infer<typeof TrustDocument>;
