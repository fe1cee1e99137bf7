// Failures: what an exception means to the catalog, as the code and the reason that a failed item shows.
import { RegistryError, type RegistryErrorCode } from "./registry/registry-error.ts";

/** `internal` is a mistake of this program; `listed-twice` two sources that claim one repository. */
export type FailureCode = RegistryErrorCode | "internal" | "listed-twice";

export type Failure = {
  readonly code: FailureCode;
  readonly reason: string;
  /** Not before this long is there any sense in asking again; null: the registry did not say. */
  readonly retryAfterMs: number | null;
};

/** When every repository of a source failed for one of these, the registry is out, and not its repositories. */
const registryFailures: ReadonlySet<string> = new Set<FailureCode>([
  "unreachable",
  "timeout",
  "unauthorized",
  "no-credentials",
  "rate-limited",
  "server-error",
  "circuit-open",
  "address-refused",
  "redirect-refused",
  "listing-unsupported",
  "listing-suspect",
]);

export function isRegistryFailure(code: string): boolean {
  return registryFailures.has(code);
}

const maxReason = 500;
/** Reasons are printed on terminals and may quote a registry. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

export function failureOf(error: unknown): Failure {
  if (error instanceof RegistryError) {
    return { code: error.code, reason: asReason(error.message), retryAfterMs: error.retryAfterMs };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "internal", reason: asReason(`Signalbox failed: ${message}`), retryAfterMs: null };
}

function asReason(text: string): string {
  const line = text.replaceAll(controls, " ").trim();
  return line.length <= maxReason ? line : `${line.slice(0, maxReason - 1)}…`;
}
