// HTTP errors: why a request that went out brought no answer that may be used.

export type HttpErrorCode =
  /** No connection, no name, or it broke off. */
  | "unreachable"
  | "timeout"
  | "too-large"
  /** What came is no HTTP, or is not encoded as it says. */
  | "malformed"
  | "redirect-refused"
  /** The address is one that may not be spoken to. */
  | "address-refused"
  | "circuit-open"
  /** The host asked to be left alone for longer than this request may wait. */
  | "rate-limited"
  /** The client was closed. */
  | "closed";

export type HttpErrorOptions = ErrorOptions & {
  readonly retryAfterMs?: number;
  /** Whether asking again at once can help. */
  readonly passing?: boolean;
};

export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: HttpErrorCode;
  readonly retryAfterMs: number | null;
  readonly passing: boolean;

  constructor(code: HttpErrorCode, message: string, options: HttpErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.passing = options.passing ?? false;
  }
}
