// Transport failures: what an error of undici or of a socket means, and whether asking again can help.
import { HttpError, type HttpErrorCode } from "./http-error.ts";

/** Codes that need another word than `unreachable`. */
const byCode: Readonly<Record<string, HttpErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_HEADERS_OVERFLOW: "too-large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too-large",
  UND_ERR_INVALID_ARG: "malformed",
  UND_ERR_DESTROYED: "closed",
  UND_ERR_CLOSED: "closed",
};

/** These come out the same the next time: a slow body, a certificate that is not right, too many places at once. */
const lasting =
  /^(?:UND_ERR_BODY_TIMEOUT|UND_ERR_MAX_ORIGINS_REACHED|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

export function transportFailure(error: unknown, host: string): HttpError {
  if (error instanceof HttpError) return error;
  const code = codeOf(error);
  const kind = /^(?:HPE_|HTTPParserError$)/.test(code) ? "malformed" : (byCode[code] ?? "unreachable");
  const what = { unreachable: "did not answer", timeout: "took too long", "too-large": "sends too many header bytes" };
  const said = Object.hasOwn(what, kind) ? what[kind as keyof typeof what] : "does not speak HTTP";
  return new HttpError(kind, kind === "closed" ? "the HTTP client was closed" : `${host} ${said} (${code})`, {
    cause: error,
    passing: (kind === "unreachable" || kind === "timeout") && !lasting.test(code),
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string") return error.code;
  // net.connect to several addresses fails with all their errors together.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
