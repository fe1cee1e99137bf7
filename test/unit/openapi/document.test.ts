// The document: every route of the API is in it, described, with an example of each parameter, and as the files say.
import { readFileSync } from "node:fs";
import { z } from "@hono/zod-openapi";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Store } from "../../../db/store.ts";
import type { Schema } from "../../../openapi/client.ts";
import type { SwitchPlan } from "../../../policies/plan/switch-plan.ts";
import type { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { testServer } from "../../kit/server.ts";

const document = JSON.parse(readFileSync(new URL("../../../openapi/openapi.json", import.meta.url), "utf8"));

const Operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: z.record(z.string(), z.unknown()) }))
    .default([]),
  responses: z.record(
    z.string(),
    z.object({ description: z.string().min(3), content: z.record(z.string(), z.unknown()) }),
  ),
});
const operations = Object.entries(document.paths as Record<string, Record<string, unknown>>).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation: Operation.parse(operation) })),
);

describe("the document", () => {
  test("has every route of the API, and no other", () => {
    const { app } = testServer({} as Store);
    const routed = app.routes
      .filter(({ path }) => path.startsWith("/api/") || path.endsWith("z"))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    // A route that is checked stands once for each check.
    expect([...new Set(routed)].sort()).toEqual(described.sort());
  });

  test("names each operation once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(operations)("$method $path describes its parameters and refuses by problems", ({ operation }) => {
    for (const { schema } of operation.parameters) {
      const isDescribed = typeof schema.description === "string" || Array.isArray(schema.enum) || "example" in schema;
      expect(isDescribed).toBe(true);
    }
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) >= 400) expect(Object.keys(content)).toEqual(["application/problem+json"]);
    }
  });
});

test("the client's plan is the server's, and the server's is the contract's", () => {
  expectTypeOf<Schema<"SwitchPlan">["decision"]>().toEqualTypeOf<SwitchPlan["decision"]>();
  expectTypeOf<Schema<"SwitchPlan">["target"]["digest"]>().toEqualTypeOf<string>();
  expectTypeOf<Schema<"SwitchPlan">["trust"]["verdict"]>().toEqualTypeOf<SwitchPlan["trust"]["verdict"]>();
  expectTypeOf<keyof Schema<"SwitchPlan">>().toEqualTypeOf<keyof SwitchPlan>();
  expectTypeOf<keyof z.input<typeof SwitchPlanSchema>>().toEqualTypeOf<keyof SwitchPlan>();
});
