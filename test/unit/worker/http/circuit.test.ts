// When a host is left alone, and when it is tried again.
import { describe, expect, test } from "vitest";
import {
  abandonTrial,
  type Circuit,
  closedCircuit,
  permitRequest,
  recordFailure,
} from "../../../../worker/http/circuit.ts";

const rule = { failures: 3, openMs: 1_000, openMaxMs: 3_000 };

function failed(times: number, circuit: Circuit = closedCircuit, atMs = 0): Circuit {
  let current = circuit;
  for (let i = 0; i < times; i += 1) current = recordFailure(current, rule, atMs, "it is down");
  return current;
}

function trialAt(circuit: Circuit, atMs: number): Circuit {
  const permit = permitRequest(circuit, atMs);
  if (permit.outcome !== "go") throw new Error("refused");
  return permit.circuit;
}

describe("a circuit", () => {
  test("stays closed below the number of failures", () => {
    expect(permitRequest(failed(2), 0).outcome).toBe("go");
  });

  test("opens at the number of failures and says why and for how long", () => {
    expect(permitRequest(failed(3), 0)).toEqual({ outcome: "refused", retryAfterMs: 1_000, reason: "it is down" });
  });

  test("counts failures in a row alone", () => {
    expect(permitRequest(failed(1, failed(2)), 0).outcome).toBe("refused");
    expect(permitRequest(failed(2, closedCircuit), 0).outcome).toBe("go");
  });

  test("lets one request try when its time is over, and no second one", () => {
    const trial = trialAt(failed(3), 1_000);
    expect(trial.state).toBe("trial");
    expect(permitRequest(trial, 1_000).outcome).toBe("refused");
  });

  test("opens for twice as long at each failed trial, up to the longest", () => {
    let circuit = failed(3);
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 4; i += 1) {
      const refused = permitRequest(circuit, now);
      if (refused.outcome !== "refused") throw new Error("open");
      waits.push(refused.retryAfterMs);
      now += refused.retryAfterMs;
      circuit = recordFailure(trialAt(circuit, now), rule, now, "still down");
    }
    expect(waits).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  test("is not held open by what was under way when it opened", () => {
    const open = failed(3);
    expect(recordFailure(open, rule, 900, "late")).toBe(open);
  });

  test("is tried by the next where the trial was given up", () => {
    const abandoned = abandonTrial(trialAt(failed(3), 1_000), 1_000);
    expect(permitRequest(abandoned, 1_000).outcome).toBe("go");
    expect(abandonTrial(closedCircuit, 0)).toBe(closedCircuit);
  });

  test("is not kept open by a clock that was set back", () => {
    const open = failed(3, closedCircuit, 1_000_000);
    expect(permitRequest(open, 0)).toMatchObject({ outcome: "refused", retryAfterMs: 1_000 });
  });
});
