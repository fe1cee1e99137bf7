// The words of the guarded HTTP client: what can be asked, what comes back and which places are declared.

/**
 * A place that the policies name. Exactly these may be private or loopback or speak plain HTTP; whatever else is
 * reached, by redirect, link or realm, must be public and https.
 */
export type Destination = {
  /** As `new URL(…).origin` writes it: `https://quay.io`, `http://127.0.0.1:5000`. */
  readonly origin: string;
  /** `loopback`: plain HTTP that was not allowed for other addresses. */
  readonly addresses: "any" | "loopback";
  /** All requests to this host and port together; the burst is as much again. */
  readonly requestsPerSecond?: number;
};

export type HttpRequest = {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the URL's own origin alone; the first redirect to another origin drops it for good. */
  readonly authorization?: string;
  /** How large the body may be, received and unpacked. */
  readonly limitBytes: number;
  /** What happens beyond the limit: an error (the default), or the body is cut there. */
  readonly beyondLimit?: "fail" | "cut";
  /** `same-origin`: a redirect to another origin is the answer. Default: follow. */
  readonly redirects?: "follow" | "same-origin";
  /** In place of the client's own deadline, for what is known to be large. */
  readonly deadlineMs?: number;
  /** `first`: somebody waits for it, so it passes what is waiting for the host's budget. */
  readonly priority?: "first" | "normal";
};

export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case; lines of one name are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** Whether the body was cut at the limit. */
  readonly cut: boolean;
};

export type HttpClient = {
  /** Any status is an answer; throws HttpError where there is none, and the signal's reason where it was aborted. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Replaces the declared places: documents are read again while the program runs. */
  declare(destinations: readonly Destination[]): void;
  /** Ends everything that is under way. */
  close(): Promise<void>;
};
