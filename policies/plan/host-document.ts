// Host documents: what `bootc status --format=json` says of a host, in every version that was published.
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { architecture, isArchitecture } from "../words/platform.ts";
import { parseReference, type Reference } from "../words/reference.ts";
import { findExcess } from "./json-shape.ts";

export type Host = {
  /** OCI's name; null where no entry has an image, as with layered packages (facts: 4a). */
  readonly architecture: string | null;
  /** The manifest of the platform, never that of an index (facts: 4a). */
  readonly bootedDigest: string | null;
  /** Null for an image that came from no registry. */
  readonly bootedReference: Reference | null;
};

export type ParsedHost =
  | { readonly outcome: "host"; readonly host: Host }
  /** `member`: the path of what is wrong, within the document. */
  | { readonly outcome: "invalid"; readonly member: string; readonly reason: string };

const Architecture = z
  .string()
  .transform(architecture)
  .refine(isArchitecture, "not the name of an architecture, such as amd64");

const ImageStatus = z.object({
  image: z.object({ image: z.string().max(1_024), transport: z.string().max(64) }),
  imageDigest: Digest,
  // Entries of the first versions have none.
  architecture: Architecture.nullish(),
});

const BootEntry = z.object({ image: ImageStatus.nullish() }).nullish();

/** Members that no answer uses yet are not looked at: a later bootc may change them. */
const HostDocument = z.object({
  apiVersion: z
    .string()
    .regex(
      /^org\.containers\.bootc\/v1(?:alpha[0-9]+|beta[0-9]+)?$/,
      "not a version of bootc's host document that is known",
    ),
  kind: z.literal("BootcHost"),
  status: z
    .object({
      booted: BootEntry,
      staged: BootEntry,
      rollback: BootEntry,
      otherDeployments: z.array(BootEntry).nullish(),
    })
    .nullish(),
});

/** A host without an image, or without a booted entry, is a valid host. */
export function hostOf(document: unknown): ParsedHost {
  const excess = findExcess(document);
  if (excess !== undefined) return { outcome: "invalid", member: "", reason: excess };
  const parsed = HostDocument.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { outcome: "invalid", member: issue?.path.join(".") ?? "", reason: issue?.message ?? "wrong" };
  }
  const status = parsed.data.status ?? {};
  const booted = status.booted?.image ?? null;
  // One machine has one architecture: any of its entries tells it.
  const others = [status.staged, status.rollback, ...(status.otherDeployments ?? [])];
  const images = [booted, ...others.map((entry) => entry?.image ?? null)];
  return {
    outcome: "host",
    host: {
      architecture: images.find((image) => image?.architecture)?.architecture ?? null,
      bootedDigest: booted?.imageDigest ?? null,
      bootedReference: booted?.image.transport === "registry" ? referenceOf(booted.image.image) : null,
    },
  };
}

function referenceOf(text: string): Reference | null {
  const parsed = parseReference(text);
  return parsed.outcome === "reference" ? parsed.reference : null;
}
