// The limits of the worker; their defaults and reasons stand in the configuration module.

export type WorkerLimits = {
  /** How often an idle worker asks for due rows, in milliseconds. */
  readonly pollMs: number;
  /** Repositories that one process looks at at once. */
  readonly concurrency: number;
  /** Of these, how many of one host. */
  readonly perHostConcurrency: number;
  /** Requests that one repository's look makes at once. */
  readonly perRepositoryConcurrency: number;
  /** Wishes about one host that are answered at once, in a lane of their own. */
  readonly perHostWishes: number;
  /** A killed worker's rows are taken over after this; work that goes on extends it. */
  readonly leaseMs: number;
  /** Between two runs of a source. */
  readonly sourceIntervalMs: number;
  /** Between two looks at a repository. */
  readonly repositoryIntervalMs: number;
  /** What failed is looked at again after this, doubled with each failure in a row. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** A look that changes nothing moves `observedAt` in answers at most this often. */
  readonly observedStepMs: number;
  /** Entries of one index that are inspected. */
  readonly indexEntries: number;
  /** Indexes within one another. */
  readonly indexDepth: number;
  /** One image config. */
  readonly configBytes: number;
  /** Failed items kept of one run, which counts them all. */
  readonly failuresPerRun: number;
  /** Runs kept of one source. */
  readonly runsPerSource: number;
  /** Answers to wishes that nobody asked for again: how many are kept, and for how long. */
  readonly answeredWishes: number;
  readonly answeredWishMs: number;
  /** How long a finished look may wait for others, to be stored in one transaction with them. */
  readonly storeLingerMs: number;
  /** Finished looks in one transaction. */
  readonly storeGroup: number;
  /** After `stop`, how long work under way may take to store what it has. */
  readonly shutdownMs: number;
};
