// The guarded HTTP client: everything that the worker sends out passes here.
import { isDeepStrictEqual } from "node:util";
import { LRUCache } from "lru-cache";
import { Agent } from "undici";
import { drawBackOff, isPassing } from "./back-off.ts";
import { createConnector, type Resolve, resolveByDns } from "./connector.ts";
import { judgeDestination } from "./destinations.ts";
import { type ExchangeAnswer, type ExchangeCall, exchange } from "./exchange.ts";
import { createHostGate, type HostGate } from "./host-gate.ts";
import type { Destination, HttpAnswer, HttpClient, HttpRequest } from "./http.ts";
import { HttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";
import { decideRedirect } from "./redirects.ts";
import { wait } from "./wait.ts";

export type HttpClientOptions = {
  readonly limits: HttpLimits;
  /** `signalbox/VERSION (+URL)`: registries ask clients to say who they are, and refuse browsers' names. */
  readonly userAgent: string;
  readonly now: () => number;
  readonly random?: () => number;
  readonly resolve?: Resolve;
};

/** Time left to one request. Waiting for a host's budget does not use it up, else a long queue would fail as a whole. */
type Allowance = { leftMs: number };
type Call = Omit<ExchangeCall, "timeoutMs">;

/**
 * undici's own interceptors for retries and redirects are not used: here each attempt and each hop is judged again,
 * pays from its host's budget and counts for its host's circuit.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { limits, now } = options;
  const random = options.random ?? Math.random;
  const gates = new LRUCache<string, HostGate>({ max: limits.hosts });
  const closing = new AbortController();
  const agents = new Set<Agent>();
  let declared: ReadonlyMap<string, Destination> = new Map();
  let admitted: ReadonlySet<string> = new Set();
  let agent = openAgent(declared);

  /** The connector keeps the rules of its agent: a connection must not outlive the permission it was made under. */
  function openAgent(places: ReadonlyMap<string, Destination>): Agent {
    const opened = new Agent({
      connect: createConnector(
        (origin) => places.get(origin)?.addresses ?? "public",
        options.resolve ?? resolveByDns,
        limits.connectTimeoutMs,
      ),
      connections: limits.connectionsPerHost,
      maxOrigins: limits.hosts,
      allowH2: false,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      bodyTimeout: limits.idleTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      keepAliveMaxTimeout: limits.keepAliveMs,
    });
    agents.add(opened);
    return opened;
  }

  function gateOf(url: URL): HostGate {
    const known = gates.get(url.host);
    if (known !== undefined) return known;
    const rate = declared.get(url.origin)?.requestsPerSecond ?? limits.requestsPerSecond;
    const gate = createHostGate(url.host, rate, limits, now);
    gates.set(url.host, gate);
    return gate;
  }

  /** Throws where the URL may not be asked; the connector judges the addresses behind a name. */
  function admit(url: URL): void {
    // Judged when they were declared: an address is parsed once, not for each of a sync's ten thousand requests.
    if (admitted.has(url.origin) && url.username === "" && url.password === "") return;
    const judgement = judgeDestination(url, declared);
    if (judgement.outcome === "address-refused") throw new HttpError("address-refused", judgement.reason);
    if (judgement.outcome === "scheme-refused") throw new HttpError("redirect-refused", judgement.reason);
  }

  async function send(call: Call, allowance: Allowance, signal: AbortSignal): Promise<ExchangeAnswer> {
    const startedMs = performance.now();
    try {
      return await exchange(agent, { ...call, timeoutMs: Math.max(1, allowance.leftMs) }, limits, signal);
    } finally {
      allowance.leftMs -= performance.now() - startedMs;
    }
  }

  /** Only GET and HEAD are ever sent, so every request may be sent again. */
  async function sendUntilAnswered(
    call: Call,
    priority: "first" | "normal",
    allowance: Allowance,
    signal: AbortSignal,
  ): Promise<ExchangeAnswer> {
    const gate = gateOf(call.url);
    let failure: HttpError | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const drawnMs = drawBackOff(attempt, limits, random);
      const isLast = () => attempt >= limits.attempts || drawnMs >= allowance.leftMs;
      try {
        const answer = await gate.pass(priority, signal, () => send(call, allowance, signal));
        if (!isPassing(answer.status)) return answer;
        if (gate.heed(answer, drawnMs) === "give-up" || isLast()) return answer;
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        // What went wrong says more than that the circuit opened over it.
        if (error.code === "circuit-open" && failure !== undefined) throw failure;
        if (!error.passing || isLast()) throw error;
        failure = error;
      }
      allowance.leftMs -= drawnMs;
      await wait(drawnMs, signal, closing.signal);
    }
  }

  async function request(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    closing.signal.throwIfAborted();
    const { method, limitBytes, beyondLimit = "fail", priority = "normal", redirects: mode = "follow" } = asked;
    const allowance: Allowance = { leftMs: asked.deadlineMs ?? limits.deadlineMs };
    const visited = new Set<string>();
    let { url, authorization } = asked;
    for (;;) {
      visited.add(url.href);
      admit(url);
      const headers = headersOf(options.userAgent, asked.headers, authorization);
      const call = { method, url, headers, limitBytes, beyondLimit };
      const answer = await sendUntilAnswered(call, priority, allowance, signal);
      const { status } = answer;
      const step = { status, location: answer.headers.location, from: url, visited, mode };
      const decision = decideRedirect(step, declared, limits.redirects);
      switch (decision.outcome) {
        case "answer":
          return { ...answer, url };
        case "refused":
          throw new HttpError(decision.code, decision.reason);
        case "follow":
          url = decision.url;
          if (!decision.keepAuthorization) authorization = undefined;
      }
    }
  }

  return {
    request,

    declare(destinations) {
      const next = new Map(destinations.map((destination) => [destination.origin, destination]));
      if (isDeepStrictEqual(declared, next)) return;
      declared = next;
      const origins = [...next.keys()];
      admitted = new Set(origins.filter((origin) => judgeDestination(new URL(origin), next).outcome === "admitted"));
      for (const [origin, { requestsPerSecond }] of declared) {
        gates.get(new URL(origin).host)?.setRate(requestsPerSecond ?? limits.requestsPerSecond);
      }
      const retired = agent;
      agent = openAgent(declared);
      // What is under way ends under the rules it began with; a failure to close leaves nothing to do.
      retired
        .close()
        .finally(() => agents.delete(retired))
        .catch(() => undefined);
    },

    async close() {
      const error = new HttpError("closed", "the HTTP client was closed");
      closing.abort(error);
      for (const gate of gates.values()) gate.end(error);
      await Promise.all([...agents].map((open) => open.destroy()));
    },
  };
}

function headersOf(
  userAgent: string,
  asked: Readonly<Record<string, string>> | undefined,
  authorization: string | undefined,
): Readonly<Record<string, string>> {
  const headers = { "accept-encoding": "identity", "user-agent": userAgent, ...asked };
  return authorization === undefined ? headers : { ...headers, authorization };
}
