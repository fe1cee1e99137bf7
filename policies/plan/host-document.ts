// Host documents: what `bootc status --format=json` says of a host, in every version that was published.
import { z } from "zod";
import { parseTimestamp } from "../images/timestamp.ts";
import { Digest } from "../words/digest.ts";
import { architecture, isArchitecture } from "../words/platform.ts";
import { parseReference, type Reference } from "../words/reference.ts";
import { findExcess } from "./json-shape.ts";
import { type WrongMember, withInput, wrongMemberOf } from "./wrong-member.ts";

/** One deployment. */
export type HostEntry = {
  readonly image: HostImage | null;
  /** Local changes to what rpm-ostree deployed; bootc then says nothing of the image (facts: 4a). */
  readonly incompatible: boolean;
  readonly pinned: boolean;
  /** Fetched, and not booted into until somebody says so. */
  readonly downloadOnly: boolean;
  /** From what is booted it may be entered without the firmware and another kernel. */
  readonly softRebootCapable: boolean;
  readonly backend: "ostree" | "composefs" | null;
  /** Of the composefs backend alone; null where it is not that. */
  readonly composefs: {
    readonly bootType: string;
    readonly bootloader: string;
    readonly missingVerityAllowed: boolean;
  } | null;
};

export type HostImage = {
  /** Null for an image that came from no registry. */
  readonly reference: Reference | null;
  /** Whether updates are held to policy.json; the composefs backend records it of none. */
  readonly isEnforced: boolean;
  /** The manifest of the platform, never that of an index (facts: 4a). */
  readonly digest: string;
  readonly version: string | null;
  readonly createdMs: number | null;
};

export type Host = {
  /** OCI's name; null where no entry has an image, as with layered packages (facts: 4a). */
  readonly architecture: string | null;
  /** The manifest of the platform, never that of an index (facts: 4a). */
  readonly bootedDigest: string | null;
  /** Null for an image that came from no registry. */
  readonly bootedReference: Reference | null;
  readonly booted: HostEntry | null;
  readonly staged: HostEntry | null;
  readonly rollback: HostEntry | null;
  /** Such as the pinned ones. */
  readonly others: readonly HostEntry[];
  /** A live medium: nothing can be switched there. */
  readonly readOnly: boolean;
  /** The next boot is into the older deployment. */
  readonly rollbackQueued: boolean;
  /** Laid over /usr, to try something out; null: there is none. */
  readonly usrOverlay: { readonly isWritable: boolean; readonly isPersistent: boolean } | null;
  /** What the host was told to follow, which need not be booted yet; null: nothing, or from no registry. */
  readonly wantedReference: Reference | null;
};

export type ParsedHost =
  | { readonly outcome: "host"; readonly host: Host }
  /** `path`: of what is wrong, within the document. */
  | ({ readonly outcome: "invalid" } & WrongMember);

const Architecture = z
  .string()
  .transform(architecture)
  .refine(isArchitecture, "the name of an architecture, such as amd64");

/** `nightly`, or a version of any kind: text of a stranger, which is compared and never trusted. */
const Version = z.string().max(1_024).nullish();

const ImageReference = z.object({
  image: z.string().max(1_024),
  transport: z.string().max(64),
  // A word, or an object with one; what later versions add enforces nothing that is known.
  signature: z.unknown().optional(),
});

const ImageStatus = z.object({
  image: ImageReference,
  imageDigest: Digest,
  // Entries of the first versions have none.
  architecture: Architecture.nullish(),
  version: Version,
  timestamp: z.string().max(64).nullish(),
});

const Flag = z.boolean().nullish().catch(null);

const BootEntry = z
  .object({
    image: ImageStatus.nullish(),
    incompatible: z.boolean().nullish(),
    pinned: z.boolean().nullish(),
    // What only adds to an advice may change in a later version without making the document unreadable.
    downloadOnly: Flag,
    softRebootCapable: Flag,
    // Their other members are not used; that one of them is there tells the backend.
    ostree: z.unknown().optional(),
    composefs: z
      .object({
        bootType: z.string().max(64).nullish(),
        bootloader: z.string().max(64).nullish(),
        missingVerityAllowed: z.boolean().nullish(),
      })
      .nullish(),
  })
  .nullish();
type BootEntry = z.infer<typeof BootEntry>;

/** A host keeps a handful. */
const maxDeployments = 64;

/** Members that no answer uses yet are not looked at: a later bootc may change them. */
const HostDocument = z.object({
  apiVersion: z
    .string()
    .regex(
      /^org\.containers\.bootc\/v1(?:alpha[0-9]+|beta[0-9]+)?$/,
      "a version of bootc's host document that is known (org.containers.bootc/v1)",
    ),
  kind: z.literal("BootcHost"),
  spec: z
    .object({ image: ImageReference.nullish().catch(null), bootOrder: z.unknown().optional() })
    .nullish()
    .catch(null),
  status: z
    .object({
      booted: BootEntry,
      staged: BootEntry,
      rollback: BootEntry,
      otherDeployments: z.array(BootEntry).max(maxDeployments).nullish(),
      readOnly: z.boolean().nullish(),
      rollbackQueued: Flag,
      usrOverlay: z
        .object({ accessMode: z.unknown().optional(), persistence: z.unknown().optional() })
        .nullish()
        .catch(null),
    })
    .nullish(),
});

/** A host without an image, or without a booted entry, is a valid host. */
export function hostOf(document: unknown): ParsedHost {
  const excess = findExcess(document);
  if (excess !== undefined) return { outcome: "invalid", path: [], reason: `it has ${excess}` };
  const parsed = HostDocument.safeParse(document, withInput);
  if (!parsed.success) return { outcome: "invalid", ...wrongMemberOf(parsed.error) };
  const { spec } = parsed.data;
  const status = parsed.data.status ?? {};
  const { usrOverlay } = status;
  const [booted, staged, rollback] = [status.booted, status.staged, status.rollback].map(entryOf);
  const others = (status.otherDeployments ?? []).map(entryOf).filter((entry) => entry !== null);
  // One machine has one architecture: any of its entries tells it.
  const entries = [status.booted, status.staged, status.rollback, ...(status.otherDeployments ?? [])];
  return {
    outcome: "host",
    host: {
      architecture: entries.find((entry) => entry?.image?.architecture)?.image?.architecture ?? null,
      bootedDigest: booted?.image?.digest ?? null,
      bootedReference: booted?.image?.reference ?? null,
      booted: booted ?? null,
      staged: staged ?? null,
      rollback: rollback ?? null,
      others,
      readOnly: status.readOnly ?? false,
      // Old versions say it in the specification alone.
      rollbackQueued: (status.rollbackQueued ?? false) || spec?.bootOrder === "rollback",
      usrOverlay:
        usrOverlay == null
          ? null
          : { isWritable: usrOverlay.accessMode !== "readOnly", isPersistent: usrOverlay.persistence === "persistent" },
      wantedReference: spec?.image == null ? null : registryReference(spec.image),
    },
  };
}

function entryOf(entry: BootEntry): HostEntry | null {
  if (entry == null) return null;
  const { image, composefs } = entry;
  return {
    image:
      image == null
        ? null
        : {
            reference: registryReference(image.image),
            isEnforced: image.image.signature === "containerPolicy",
            digest: image.imageDigest,
            version: image.version || null,
            createdMs: parseTimestamp(image.timestamp ?? "") ?? null,
          },
    incompatible: entry.incompatible ?? false,
    pinned: entry.pinned ?? false,
    downloadOnly: entry.downloadOnly ?? false,
    softRebootCapable: entry.softRebootCapable ?? false,
    backend: composefs != null ? "composefs" : entry.ostree != null ? "ostree" : null,
    composefs:
      composefs == null
        ? null
        : {
            bootType: composefs.bootType ?? "",
            bootloader: composefs.bootloader ?? "",
            missingVerityAllowed: composefs.missingVerityAllowed ?? false,
          },
  };
}

function registryReference({ image, transport }: z.infer<typeof ImageReference>): Reference | null {
  const parsed = transport === "registry" ? parseReference(image) : undefined;
  return parsed?.outcome === "reference" ? parsed.reference : null;
}
