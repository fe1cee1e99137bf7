// One budget for all of a host's work: order, pauses, and nobody left waiting.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHostBudget, type HostBudget } from "../../../../worker/http/host-budget.ts";

const never = new AbortController().signal;

function budget(requestsPerSecond: number): HostBudget {
  return createHostBudget("registry.example", requestsPerSecond, Date.now);
}

/** Enters and writes down who came through, and when. */
function enterAs(
  name: string,
  host: HostBudget,
  seen: string[],
  priority: "first" | "normal" = "normal",
  signal = never,
) {
  return host.enter(priority, signal).then(
    () => void seen.push(`${name}@${Date.now()}`),
    (error: unknown) => void seen.push(`${name} ${error instanceof Error ? error.message : String(error)}`),
  );
}

describe("a host's budget", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  test("lets its burst through at once and the rest at its rate, in order", async () => {
    const host = budget(2);
    const seen: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) void enterAs(name, host, seen);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(seen).toEqual(["a@0", "b@0", "c@500", "d@1000", "e@1500"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("lets those through first for whom somebody waits", async () => {
    const host = budget(1);
    const seen: string[] = [];
    for (const name of ["a", "b", "c"]) void enterAs(name, host, seen);
    void enterAs("wish", host, seen, "first");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(["a@0", "wish@1000", "b@2000", "c@3000"]);
  });

  test("holds everybody while the host asked for a pause, and lets no burst through after it", async () => {
    const host = budget(2);
    const seen: string[] = [];
    host.pause(3_000, "wait");
    host.pause(1_000, "wait");
    for (const name of ["a", "b"]) void enterAs(name, host, seen);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(["a@3500", "b@4000"]);
  });

  test("refuses who waits and who comes where the pause is longer than anybody waits", async () => {
    const host = budget(1);
    const seen: string[] = [];
    void enterAs("a", host, seen);
    void enterAs("b", host, seen);
    await vi.advanceTimersByTimeAsync(0);
    host.pause(60_000, "refuse");
    await vi.advanceTimersByTimeAsync(0);
    void enterAs("c", host, seen);
    await vi.advanceTimersByTimeAsync(61_001);
    void enterAs("d", host, seen);
    await vi.advanceTimersByTimeAsync(1_000);
    const refusal = "registry.example asked for a pause of 60 s";
    expect(seen).toEqual(["a@0", `b ${refusal}`, `c ${refusal}`, "d@61001"]);
    host.pause(5_000, "refuse");
    await expect(host.enter("normal", never)).rejects.toMatchObject({ code: "rate-limited", retryAfterMs: 5_000 });
  });

  test("forgets who went away, and gives the turn to the next", async () => {
    const host = budget(1);
    const seen: string[] = [];
    const gone = new AbortController();
    void enterAs("a", host, seen);
    void enterAs("b", host, seen, "normal", gone.signal);
    void enterAs("c", host, seen);
    gone.abort(new Error("went away"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(["a@0", "b went away", "c@1000"]);
    await expect(host.enter("normal", gone.signal)).rejects.toThrow("went away");
  });

  test("keeps a new rate for those who already wait", async () => {
    const host = budget(0.1);
    const seen: string[] = [];
    for (const name of ["a", "b"]) void enterAs(name, host, seen);
    await vi.advanceTimersByTimeAsync(1_000);
    host.setRate(10);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(["a@0", "b@1000"]);
  });

  test("fails all who wait when it ends, and leaves no timer", async () => {
    const host = budget(1);
    const seen: string[] = [];
    for (const name of ["a", "b", "c"]) void enterAs(name, host, seen);
    await vi.advanceTimersByTimeAsync(0);
    host.end(new Error("closed"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(["a@0", "b closed", "c closed"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
