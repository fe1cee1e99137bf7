// The limits of everything that goes out by HTTP; their defaults and reasons stand in the configuration module.

export type HttpLimits = {
  /** To resolve the name, connect and shake hands. */
  readonly connectTimeoutMs: number;
  /** From the request sent to the last header received. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly idleTimeoutMs: number;
  /** One request with all its attempts, redirects, back-off and its body; waiting for the host's budget is not counted. */
  readonly deadlineMs: number;
  /** A body that comes slower than this, once `slowAfterMs` have passed, is given up: a drip would hold a place for hours. */
  readonly minBytesPerSecond: number;
  readonly slowAfterMs: number;
  readonly headerBytes: number;
  /** What is read of the body of an answer that is not a success. */
  readonly errorBodyBytes: number;
  readonly redirects: number;
  /** Of one idempotent request, the first included. */
  readonly attempts: number;
  /** The first back-off is drawn from 0 to this, the next from 0 to twice this, and so on. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** The longest pause that a host's Retry-After can bring about. */
  readonly retryAfterMaxMs: number;
  readonly connectionsPerHost: number;
  readonly keepAliveMs: number;
  /** How many hosts' budgets and circuits are remembered, and how many have open connections. */
  readonly hosts: number;
  /** For hosts that are not declared: the places that registries redirect to. */
  readonly requestsPerSecond: number;
  /** Failures in a row (no connection, time-out, 5xx) that open a host's circuit. */
  readonly circuitFailures: number;
  /** How long a circuit stays open the first time; doubled at each failed trial. */
  readonly circuitOpenMs: number;
  readonly circuitOpenMaxMs: number;
};
