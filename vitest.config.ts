// The test projects: unit needs nothing; integration uses real databases; interop real registries and programs.
import { defineConfig } from "vitest/config";

const project = (name: string, testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 120_000 },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", 20_000),
      project("integration", 60_000),
      project("interop", 180_000),
      project("e2e", 180_000),
    ],
  },
});
