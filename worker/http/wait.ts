// Waiting that ends when one of its signals does.

/** Resolves after the time, or rejects with the reason of the signal that was aborted. */
export async function wait(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  for (const signal of signals) signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (event: Event) => reject(event.target instanceof AbortSignal ? event.target.reason : undefined);
  const timer = setTimeout(resolve, ms);
  for (const signal of signals) signal.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}
