// A reporter that says at the end what was skipped and why, each reason once.
import type { Reporter, TestModule } from "vitest/node";

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const result = test.result();
        const reason = (result.state === "skipped" && result.note) || "no reason given";
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of counts) {
      process.stdout.write(` skipped ${count} ${count === 1 ? "test" : "tests"}: ${reason}\n`);
    }
  }
}
