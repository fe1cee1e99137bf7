// Errors of the work on a host's files: why nothing, or not everything, was done.

export type TrustErrorCode =
  /** A path leads out of the root, or to something that is no file. */
  | "unsafe-path"
  /** A file is not what it was when it was written. */
  | "changed-since"
  /** Another process works on the same root. */
  | "busy"
  /** The record of what was done cannot be understood. */
  | "bad-record"
  /** What is to be installed would do harm, or nothing. */
  | "bad-files"
  | "not-readable"
  | "not-writable";

export class TrustError extends Error {
  override readonly name = "TrustError";
  readonly code: TrustErrorCode;

  constructor(code: TrustErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
