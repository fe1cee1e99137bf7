// The gate of a host: every attempt pays from its budget, asks its circuit, and is written down in both.
import { isBroken, parseRetryAfter } from "./back-off.ts";
import { abandonTrial, type Circuit, closedCircuit, permitRequest, recordFailure } from "./circuit.ts";
import type { ExchangeAnswer } from "./exchange.ts";
import { createHostBudget } from "./host-budget.ts";
import { HttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";

export type HostGate = {
  /** Sends one attempt when it is its turn. Throws `circuit-open` or `rate-limited` where it may not go out. */
  pass(priority: "first" | "normal", signal: AbortSignal, send: () => Promise<ExchangeAnswer>): Promise<ExchangeAnswer>;
  /**
   * Heeds what a 429 or Retry-After asks, for all of the host's work and as far as it is believed. `give-up`: longer
   * than a request may wait, so nothing is sent for the longest time that is believed.
   */
  heed(answer: ExchangeAnswer, drawnMs: number): "wait" | "give-up";
  setRate(requestsPerSecond: number): void;
  end(error: Error): void;
};

export function createHostGate(
  host: string,
  requestsPerSecond: number,
  limits: HttpLimits,
  now: () => number,
): HostGate {
  const budget = createHostBudget(host, requestsPerSecond, now);
  const rule = {
    failures: limits.circuitFailures,
    openMs: limits.circuitOpenMs,
    openMaxMs: limits.circuitOpenMaxMs,
  };
  let circuit: Circuit = closedCircuit;

  function askCircuit(): Circuit {
    const permit = permitRequest(circuit, now());
    if (permit.outcome === "go") return permit.circuit;
    throw new HttpError("circuit-open", `${host} is left alone for now: ${permit.reason}`, {
      retryAfterMs: permit.retryAfterMs,
    });
  }

  function recordError(error: unknown): Circuit {
    if (!(error instanceof HttpError) || error.code === "closed") return abandonTrial(circuit, now());
    if (error.code === "unreachable" || error.code === "timeout") {
      return recordFailure(circuit, rule, now(), error.message);
    }
    return closedCircuit;
  }

  return {
    async pass(priority, signal, send) {
      // Before the queue, so that a dead host's work does not stand in it; and after it, for it may have died meanwhile.
      askCircuit();
      await budget.enter(priority, signal);
      circuit = askCircuit();
      try {
        const answer = await send();
        circuit = isBroken(answer.status)
          ? recordFailure(circuit, rule, now(), `it answered ${answer.status}`)
          : closedCircuit;
        return answer;
      } catch (error) {
        circuit = recordError(error);
        throw error;
      }
    },

    heed(answer, drawnMs) {
      const askedMs = parseRetryAfter(answer.headers["retry-after"], now());
      if (askedMs === undefined && answer.status !== 429) return "wait";
      const pauseMs = Math.max(askedMs ?? 0, drawnMs);
      const believed = pauseMs <= limits.retryAfterMaxMs;
      budget.pause(Math.min(pauseMs, limits.retryAfterMaxMs), believed ? "wait" : "refuse");
      return believed ? "wait" : "give-up";
    },

    setRate: budget.setRate,
    end: budget.end,
  };
}
