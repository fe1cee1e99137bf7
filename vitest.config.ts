// The test projects: unit needs nothing; integration uses real databases; interop real registries and programs.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { SkipReporter } from "./test/kit/skip-reporter.ts";

const project = (name: string, testTimeout: number, globalSetup: string[]) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 120_000, globalSetup },
});

const postgres = ["test/kit/postgres-setup.ts"];

export default defineConfig({
  test: {
    projects: [
      project("unit", 20_000, []),
      project("integration", 60_000, postgres),
      project("interop", 180_000, postgres),
      project("e2e", 180_000, postgres),
    ],
    reporters: ["default", new SkipReporter()],
    // Most of the time is waited for other processes: a core is not left for vitest itself.
    maxWorkers: Math.max(2, availableParallelism()),
    coverage: { include: ["{bin,db,openapi,policies,server,worker}/**/*.ts"] },
  },
});
