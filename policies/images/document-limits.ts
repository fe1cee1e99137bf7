// Document limits: how large a manifest or a config may be before it is refused unread.

export type DocumentLimits = {
  readonly maxBytes: number;
  /** Arrays and objects within one another. */
  readonly maxDepth: number;
  /** Members of all objects together: annotations, labels and the rest. */
  readonly maxMembers: number;
  /** Entries of an index, layers of an image, diff ids, steps of a history. */
  readonly maxItems: number;
};

/** The distribution specification has registries take 4 MiB; the largest index seen has some dozen entries, an image 128 layers. */
export const manifestLimits: DocumentLimits = {
  maxBytes: 4 * 1024 * 1024,
  maxDepth: 16,
  maxMembers: 100_000,
  maxItems: 2_000,
};

/** Labels of rechunked images hold a whole package list; a history has a step for each line of a build. */
export const configLimits: DocumentLimits = {
  maxBytes: 8 * 1024 * 1024,
  maxDepth: 16,
  maxMembers: 200_000,
  maxItems: 10_000,
};
