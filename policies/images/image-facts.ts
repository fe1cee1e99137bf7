// Image facts: what the catalog knows of one image from that image's own bytes.

/** Derived from a digest once and kept for ever. `null` is not known, and `unknown` then says why. */
export type ImageFacts = {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  /** RFC 3339, UTC. */
  readonly created: string | null;
  readonly version: string | null;
  readonly kernel: string | null;
  /** What the image's labels say of its os-release; a derived image inherits these labels from its base. */
  readonly osRelease: { readonly id: string | null; readonly versionId: string | null };
  /** Whether a label that bootc asks for is there; null where the config could not be read. */
  readonly bootable: boolean | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly licenses: string | null;
  readonly source: string | null;
  readonly logo: string | null;
  /** Quay deletes a tag of this image that long after it was pushed, as in `14d`. */
  readonly expiresAfter: string | null;
  readonly layerCount: number;
  /** Compressed bytes of all layers. */
  readonly layerBytes: number;
  /** Why a fact above is null, by its name (`osRelease.id` for a nested one). */
  readonly unknown: Readonly<Record<string, string>>;
};
