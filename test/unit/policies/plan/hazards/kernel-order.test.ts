// Kernel order: by the version's numbers, and no answer where one of them names none.
import { expect, test } from "vitest";
import { compareKernels } from "../../../../../policies/plan/hazards/kernel-order.ts";

test.each([
  { a: "7.2.0-300.fc44.x86_64", b: "7.1.9-ogc1.fc44.x86_64", is: 1 },
  { a: "6.12.0-160.el10.x86_64", b: "7.2.0-300.fc44.x86_64", is: -1 },
  { a: "7.2.0-1.fc44.x86_64", b: "7.2.0-300.fc44.x86_64", is: 0 },
  { a: "7.10.0-1", b: "7.9.0-1", is: 1 },
  { a: "7.2-rc1", b: "7.2.1", is: -1 },
])("$a and $b", ({ a, b, is }) => {
  const order = compareKernels(a, b);
  expect(Math.sign(order ?? Number.NaN)).toBe(is);
});

test.each([
  { a: null, b: "7.2.0" },
  { a: "7.2.0", b: null },
  { a: "latest", b: "7.2.0" },
  { a: "7", b: "7.2.0" },
])("$a and $b have no order", ({ a, b }) => {
  expect(compareKernels(a, b)).toBeNull();
});
