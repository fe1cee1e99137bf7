// Server limits: every bound, time-out and budget of what answers; bin/config.ts gives the defaults.

export type ServerLimits = {
  /** Finished answers kept in memory, in bytes of bodies and their headers. */
  readonly cacheBytes: number;
  /** Targets and hosts' images kept in memory, for questions with a host: in bytes of what is written of them. */
  readonly targetBytes: number;
  /** Finished answers to questions with a host, in bytes; and how long each of them is kept, in milliseconds. */
  readonly hostAnswerBytes: number;
  readonly hostAnswerMs: number;
  /** How often another process's commits are looked for, in milliseconds. */
  readonly pollMs: number;
  /** The body of one question (`POST /resolve`), in bytes. */
  readonly bodyMaxBytes: number;
  /** The body of `POST /resolve/batch`, in bytes. */
  readonly batchBodyMaxBytes: number;
  /** Manifests and blobs in one answer of `/images/{digest}/evidence`, in bytes. */
  readonly evidenceMaxBytes: number;
  /** How deep the JSON of a body may be nested. */
  readonly bodyMaxDepth: number;
  /** How long a question about an unseen tag waits for the worker of this process, in milliseconds. */
  readonly wishWaitMs: number;
  /** How many questions wait at once; further ones are told to come back. */
  readonly wishWaitersMax: number;
  /** Open wishes in all, and of one repository. */
  readonly wishesMax: number;
  readonly wishesPerRepositoryMax: number;
  /** What one client may ask of what no cache can answer: that many per window. A batch costs one for each ten items. */
  readonly rateMax: number;
  readonly rateWindowMs: number;
  /** Clients remembered for it; beyond, the one longest unheard is forgotten. */
  readonly rateClientsMax: number;
  /** Proxies in front whose `X-Forwarded-For` entries are believed, counted from the right; 0: the header is ignored. */
  readonly proxyHops: number;
  /** Readers of the event stream at once. */
  readonly streamClientsMax: number;
  /** A comment is sent to them that often, in milliseconds. */
  readonly streamHeartbeatMs: number;
  /** Bytes that may wait for a slow reader of the stream before it is let go. */
  readonly streamBufferMaxBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly connectionsMax: number;
  readonly headerMaxBytes: number;
  /** How long requests under way may take to finish when the server is stopped, in milliseconds. */
  readonly shutdownMs: number;
  /** One request of so many is logged; slow and failed ones always. */
  readonly logSample: number;
  /** A request that takes longer is logged, in milliseconds. */
  readonly slowMs: number;
};
