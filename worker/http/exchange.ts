// One exchange: a request sent once and its answer read, within every limit and without following anything.
import type { Dispatcher } from "undici";
import { HttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";
import { transportFailure } from "./transport-failure.ts";
import { unpackBody } from "./unpack.ts";

export type ExchangeCall = {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitBytes: number;
  readonly beyondLimit: "fail" | "cut";
  readonly timeoutMs: number;
};

export type ExchangeAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly cut: boolean;
};

/**
 * The body is collected by a dispatch handler, not by a stream: it is small by its limit, so each piece is counted as
 * it comes and the connection is ended at the first byte too many.
 */
export async function exchange(
  dispatcher: Dispatcher,
  call: ExchangeCall,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<ExchangeAnswer> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ExchangeAnswer>();
  const reader = createReader(call, limits, { resolve, reject });
  const abort = () => reader.giveUp(signal.reason);
  const timer = setTimeout(
    () => reader.giveUp(new HttpError("timeout", `${call.url.host} took longer than ${call.timeoutMs} ms`)),
    call.timeoutMs,
  );
  signal.addEventListener("abort", abort, { once: true });
  try {
    const { method, url, headers } = call;
    dispatcher.dispatch({ origin: url.origin, path: `${url.pathname}${url.search}`, method, headers }, reader.handler);
    const answer = await promise;
    return { ...answer, body: await unpacked(answer, call.limitBytes) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

async function unpacked(answer: ExchangeAnswer, limitBytes: number): Promise<Buffer> {
  const encoding = answer.headers["content-encoding"];
  if (isSuccess(answer.status)) return unpackBody(answer.body, encoding, limitBytes);
  // What a refusal says in words is of use, but no reason to lose the refusal.
  return unpackBody(answer.body, encoding, limitBytes).catch(() => Buffer.alloc(0));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

type Settle = { readonly resolve: (answer: ExchangeAnswer) => void; readonly reject: (error: unknown) => void };

function createReader(call: ExchangeCall, limits: HttpLimits, settle: Settle) {
  let controller: Dispatcher.DispatchController | undefined;
  let settled = false;
  let status = 0;
  let headers: Readonly<Record<string, string>> = {};
  let limitBytes = call.limitBytes;
  let beyondLimit = call.beyondLimit;
  let bodyStartMs = 0;
  let received = 0;
  const pieces: Buffer[] = [];

  function giveUp(error: unknown): void {
    if (settled) return;
    settled = true;
    settle.reject(error);
    // Before it is on its way there is no controller yet: onRequestStart ends it then.
    controller?.abort(error instanceof Error ? error : new Error("aborted", { cause: error }));
  }

  function finish(cut: boolean): void {
    if (settled) return;
    settled = true;
    settle.resolve({ status, headers, body: Buffer.concat(pieces), cut });
  }

  function tooLarge(): HttpError {
    return new HttpError("too-large", `${call.url.host} sends more than ${limitBytes} bytes`);
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (settled) started.abort(new Error("given up before it was sent"));
    },

    onResponseStart(_, statusCode, responseHeaders) {
      // 1xx precedes the answer.
      if (statusCode < 200) return;
      status = statusCode;
      headers = flatten(responseHeaders);
      bodyStartMs = performance.now();
      if (!isSuccess(status)) {
        limitBytes = limits.errorBodyBytes;
        beyondLimit = "cut";
      }
      const announced = Number(headers["content-length"] ?? 0);
      if (call.method === "GET" && beyondLimit === "fail" && announced > limitBytes) giveUp(tooLarge());
    },

    onResponseData(_, piece) {
      if (settled) return;
      const room = limitBytes - received;
      if (piece.length > room && beyondLimit === "fail") {
        giveUp(tooLarge());
        return;
      }
      if (piece.length > room) {
        pieces.push(piece.subarray(0, room));
        finish(true);
        controller?.abort(new Error("the rest is not wanted"));
        return;
      }
      received += piece.length;
      pieces.push(piece);
      const elapsedMs = performance.now() - bodyStartMs;
      if (elapsedMs > limits.slowAfterMs && received < (limits.minBytesPerSecond * elapsedMs) / 1000) {
        giveUp(
          new HttpError("timeout", `${call.url.host} sends fewer than ${limits.minBytesPerSecond} bytes a second`),
        );
      }
    },

    onResponseEnd() {
      finish(false);
    },

    onResponseError(_, error) {
      if (settled) return;
      settled = true;
      settle.reject(transportFailure(error, call.url.host));
    },
  };
  return { handler, giveUp };
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
