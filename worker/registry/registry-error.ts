// Registry errors: why something could not be found out from a registry.
import type { danglingTag } from "../../policies/words/dangling-tag.ts";

export type RegistryErrorCode =
  | "unreachable"
  | "timeout"
  | "refused"
  | "unauthorized"
  | "no-credentials"
  | "rate-limited"
  | "server-error"
  | "too-large"
  | "too-deep"
  | "too-many"
  | "digest-mismatch"
  | "malformed"
  | "redirect-refused"
  | "address-refused"
  | "listing-unsupported"
  | "listing-suspect"
  | "circuit-open"
  | "not-found"
  | typeof danglingTag
  | "unsupported-media-type";

/** What the registry itself said, where it said anything. */
export type RegistrySaid = {
  readonly status?: number;
  /** The code of the distribution specification's error body (`MANIFEST_UNKNOWN`), or Quay's error type. */
  readonly code?: string;
  readonly message?: string;
};

export type RegistryErrorOptions = ErrorOptions & {
  readonly said?: RegistrySaid;
  /** Not before this long from now is there any sense in asking again. */
  readonly retryAfterMs?: number;
};

export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly code: RegistryErrorCode;
  readonly said: RegistrySaid;
  readonly retryAfterMs: number | null;

  constructor(code: RegistryErrorCode, message: string, options: RegistryErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.said = options.said ?? {};
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
