// The circuit of a host: after failures in a row it is left alone for a while, then tried once, as pure state.

export type CircuitRule = { readonly failures: number; readonly openMs: number; readonly openMaxMs: number };

export type Circuit =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly untilMs: number; readonly openMs: number; readonly reason: string }
  /** Half open: one request is under way to see whether the host is back. */
  | { readonly state: "trial"; readonly openMs: number; readonly reason: string };

/** Of a host that is well, and of one that has just answered, be it with a refusal. */
export const closedCircuit: Circuit = { state: "closed", failures: 0 };

export type Permit =
  | { readonly outcome: "go"; readonly circuit: Circuit }
  | { readonly outcome: "refused"; readonly retryAfterMs: number; readonly reason: string };

/** Whether a request may go out now; the one that finds the time run out is the trial. */
export function permitRequest(circuit: Circuit, nowMs: number): Permit {
  switch (circuit.state) {
    case "closed":
      return { outcome: "go", circuit };
    case "open": {
      // Not longer than it was opened for: a clock that was set back must not keep a host closed for a day.
      const retryAfterMs = Math.min(circuit.untilMs - nowMs, circuit.openMs);
      if (retryAfterMs > 0) return { outcome: "refused", retryAfterMs, reason: circuit.reason };
      return { outcome: "go", circuit: { state: "trial", openMs: circuit.openMs, reason: circuit.reason } };
    }
    case "trial":
      return { outcome: "refused", retryAfterMs: circuit.openMs, reason: circuit.reason };
  }
}

/** The host did not answer, or only that it is broken. */
export function recordFailure(circuit: Circuit, rule: CircuitRule, nowMs: number, reason: string): Circuit {
  switch (circuit.state) {
    case "closed": {
      const failures = circuit.failures + 1;
      if (failures < rule.failures) return { state: "closed", failures };
      return { state: "open", untilMs: nowMs + rule.openMs, openMs: rule.openMs, reason };
    }
    case "open":
      // One that was under way when the circuit opened: it says nothing new.
      return circuit;
    case "trial": {
      const openMs = Math.min(circuit.openMs * 2, rule.openMaxMs);
      return { state: "open", untilMs: nowMs + openMs, openMs, reason };
    }
  }
}

/** The trial was given up by the one who asked: the next may try. */
export function abandonTrial(circuit: Circuit, nowMs: number): Circuit {
  if (circuit.state !== "trial") return circuit;
  return { state: "open", untilMs: nowMs, openMs: circuit.openMs, reason: circuit.reason };
}
