// The limits of a look for signatures; their defaults and reasons stand in the configuration module.

export type FindLimits = {
  /** Bytes of evidence that one look at one manifest fetches; what is beyond them is left for a person. */
  readonly evidenceBytes: number;
  /** Files of one lookaside for one manifest. */
  readonly lookasideFiles: number;
};
