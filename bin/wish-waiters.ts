// Waiting for a wish: a question in the server goes on when the worker of this process has answered it.
import type { Worker } from "../worker/worker.ts";

export type WaitForWish = (repository: string, reference: string, timeoutMs: number) => Promise<void>;

export function waitForWishes(worker: Pick<Worker, "onWishAnswered" | "poke">): WaitForWish {
  const waiting = new Map<string, Set<() => void>>();
  const keyOf = (repository: string, reference: string) => `${repository} ${reference}`;
  worker.onWishAnswered(({ repository, reference }) => {
    for (const goOn of waiting.get(keyOf(repository, reference)) ?? []) goOn();
  });
  return (repository, reference, timeoutMs) =>
    new Promise((resolve) => {
      const key = keyOf(repository, reference);
      const others = waiting.get(key) ?? new Set();
      const goOn = () => {
        clearTimeout(timer);
        others.delete(goOn);
        if (others.size === 0) waiting.delete(key);
        resolve();
      };
      const timer = setTimeout(goOn, timeoutMs);
      others.add(goOn);
      waiting.set(key, others);
      worker.poke();
    });
}
