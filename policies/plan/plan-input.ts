// Plan input: the plain data a switch plan is made from, as one database query gives it.
import type { ImageFacts } from "../images/image-facts.ts";
import type { Layer } from "../images/layer.ts";
import type { Annotations } from "../images/manifest.ts";
import type { ManifestEvidence } from "../trust/found-evidence.ts";
import type { HostTrustFacts } from "../trust/host-files/make-host-files.ts";
import type { Platform } from "../words/platform.ts";
import type { Reference } from "../words/reference.ts";
import type { Host } from "./host-document.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ImageBuilder } from "./image-builder.ts";
import type { PolicyIndex } from "./policy-index.ts";

export type PlanInput = {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly policies: PolicyIndex;
  readonly request: PlanRequest;
  readonly repository: PlanRepository;
  /** The row of the tag asked for; null where a digest was asked for. */
  readonly tag: PlanTag | null;
  /** The image that the tag names, or that was asked for. */
  readonly image: PlanImage;
  /** The image of `request.from`; null where the catalog does not have it, or none was asked for. */
  readonly from: PlanImage | null;
  /** Of a digest: the channels that are known to name it, or to have named it. */
  readonly channels?: readonly string[];
  /** The same of what the host has booted, in the repository that it follows. */
  readonly bootedChannels?: readonly string[];
  /** Layers of the host's other deployments, where the catalog has them. */
  readonly held?: readonly (readonly Layer[])[];
};

/** Of a plan's input, what tells of the target whoever asks. */
export type TargetInput = Omit<PlanInput, "request" | "from" | "bootedChannels" | "held"> & {
  readonly request: Pick<PlanRequest, "reference" | "architecture">;
};

/** What was asked, checked and in normal form. */
export type PlanRequest = {
  readonly reference: Reference;
  /** OCI's name. */
  readonly architecture: string;
  /** The digest the host has booted. */
  readonly from: string | null;
  readonly verbose: boolean;
  /** What the host said of its own policy.json and registries.d; left out where it said nothing. */
  readonly hostTrust?: HostTrustFacts;
  /** What the host said of itself; left out where nothing came of it. */
  readonly host?: HostAnswers;
};

/** Null: that part did not come. */
export type HostAnswers = { readonly document: Host | null; readonly facts: HostFacts | null };

/** Columns of `repositories`; kind and official are null where no source declares it. */
export type PlanRepository = {
  readonly name: string;
  readonly kind: string | null;
  readonly official: boolean | null;
  readonly distribution: string | null;
  readonly project: string | null;
};

/** Columns of `tags`. */
export type PlanTag = {
  readonly name: string;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  /** Null for a tag that is not followed. */
  readonly facets: Readonly<Record<string, readonly string[]>> | null;
  readonly olderThan: {
    readonly digest: string;
    readonly version: string | null;
    readonly created: string | null;
    readonly since: number;
  } | null;
};

/** Columns of `images` and `repository_images`. */
export type PlanImage = {
  readonly digest: string;
  readonly kind: "index" | "image" | "artifact";
  /** Of an image; null for an index and where they were not read. */
  readonly facts: ImageFacts | null;
  /** Of an index; they speak where its images are silent. */
  readonly annotations: Annotations;
  /** Of an image; null where they were not read. Only a question with `from` needs them. */
  readonly layers: readonly Layer[] | null;
  /** Null where the manifest does not tell; left out where it was not read. */
  readonly builder?: ImageBuilder | null;
  /** Of an index, in its order; empty otherwise. */
  readonly entries: readonly PlanEntry[];
  /** The last look at this digest in this repository. */
  readonly observedAt: number | null;
  /** Left out where nobody looked for signatures yet. */
  readonly evidence?: ManifestEvidence;
};

/** An entry that may be pulled, with the image it names. */
export type PlanEntry = {
  readonly digest: string;
  /** Null where the index names none for it. */
  readonly platform: Platform | null;
  /** A zstd:chunked twin of another entry, which containers/image prefers. */
  readonly zstd: boolean;
  /** Null where that image was not inspected. */
  readonly facts: ImageFacts | null;
  readonly layers: readonly Layer[] | null;
  readonly builder?: ImageBuilder | null;
  readonly evidence?: ManifestEvidence;
};
