// Refusals: what a status and an error body of a registry mean.
import { parseRetryAfter } from "../http/back-off.ts";
import type { HttpAnswer } from "../http/http.ts";
import { HttpError, type HttpErrorCode } from "../http/http-error.ts";
import { isObject, type JsonObject, stringIn } from "./json-body.ts";
import { cleanText } from "./outside-text.ts";
import { RegistryError, type RegistryErrorCode, type RegistrySaid } from "./registry-error.ts";

/**
 * The codes by which registries say that something is not there: the specification's, Quay's TAG_EXPIRED, Harbor's
 * NOT_FOUND. A 404 without one may as well be a proxy or a page that knows nothing of the registry.
 */
const absenceCodes = new Set([
  "MANIFEST_UNKNOWN",
  "NAME_UNKNOWN",
  "BLOB_UNKNOWN",
  "TAG_EXPIRED",
  "NOT_FOUND",
  "REPOSITORY_NOT_FOUND",
  "not_found",
]);

/** What an answer's body says, in the form of the distribution specification or of Quay's REST API. */
export function readSaid(answer: HttpAnswer): RegistrySaid {
  const { status } = answer;
  let body: unknown;
  try {
    body = JSON.parse(answer.body.toString("utf8"));
  } catch {
    return { status };
  }
  if (!isObject(body)) return { status };
  const said = Array.isArray(body.errors) ? body.errors[0] : body;
  if (!isObject(said)) return { status };
  const code = stringIn(said, "code") ?? quayErrorType(said);
  const message = stringIn(said, "message") ?? stringIn(said, "detail") ?? stringIn(said, "error_message");
  return {
    status,
    ...(code === undefined ? {} : { code: cleanText(code, 60) }),
    ...(message === undefined ? {} : { message: cleanText(message) }),
  };
}

function quayErrorType(body: JsonObject): string | undefined {
  const type = stringIn(body, "type");
  return stringIn(body, "error_type") ?? (type === undefined ? undefined : type.slice(type.lastIndexOf("/") + 1));
}

/** Whether the registry itself says that there is none. */
export function saysAbsent(answer: HttpAnswer): boolean {
  return answer.status === 404 && absenceCodes.has(readSaid(answer).code ?? "");
}

/** The error for an answer that is none to the question. */
export function refusalOf(answer: HttpAnswer, nowMs: number): RegistryError {
  const said = readSaid(answer);
  const retryAfterMs = parseRetryAfter(answer.headers["retry-after"], nowMs);
  const words = [said.code, said.message].filter((word) => word !== undefined).join(": ");
  const text = `${answer.url.host} answered ${answer.status} to ${answer.url.pathname}`;
  return new RegistryError(codeOfStatus(answer.status), words === "" ? text : `${text} (${words})`, {
    said,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOfStatus(status: number): RegistryErrorCode {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404) return "not-found";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "server-error" : "refused";
}

const byHttpCode: Readonly<Record<Exclude<HttpErrorCode, "closed">, RegistryErrorCode>> = {
  unreachable: "unreachable",
  timeout: "timeout",
  "too-large": "too-large",
  malformed: "malformed",
  "redirect-refused": "redirect-refused",
  "address-refused": "address-refused",
  "circuit-open": "circuit-open",
  "rate-limited": "rate-limited",
};

/** The same failure in the registry's words; what is none of its business (an abort, a closed client) as it was. */
export function asRegistryError(error: unknown): unknown {
  if (!(error instanceof HttpError) || error.code === "closed") return error;
  return new RegistryError(byHttpCode[error.code], error.message, {
    cause: error,
    ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}
