// Kernel order: by the version's numbers, then by the packager's, and no answer where they count different things.
import { expect, test } from "vitest";
import { compareKernels } from "../../../../../policies/plan/hazards/kernel-order.ts";

test.each([
  { a: "7.2.0-300.fc44.x86_64", b: "7.1.9-ogc1.fc44.x86_64", is: 1, isOneSeries: true },
  { a: "6.12.0-160.el10.x86_64", b: "7.2.0-300.fc44.x86_64", is: -1, isOneSeries: false },
  { a: "7.2.0-300.fc44.x86_64", b: "7.3.0-300.fc45.x86_64", is: -1, isOneSeries: false },
  { a: "7.10.0-1", b: "7.9.0-1", is: 1, isOneSeries: false },
  { a: "7.2-rc1", b: "7.2.1", is: -1, isOneSeries: false },
  // Every kernel of Enterprise Linux 10 is 6.12.0.
  { a: "6.12.0-211.1.1.el10_2.x86_64", b: "6.12.0-55.9.1.el10_0.x86_64", is: 1, isOneSeries: true },
  { a: "6.12.0-124.el10_1.x86_64", b: "6.12.0-124.9.1.el10_1.x86_64", is: -1, isOneSeries: true },
  { a: "6.12.0-160.el10.x86_64", b: "6.12.0-160.el10_1.x86_64", is: 0, isOneSeries: true },
  { a: "7.2.0-1.fc44.x86_64", b: "7.2.0-300.fc44.x86_64", is: -1, isOneSeries: true },
  { a: "7.3.0-0.rc1.20261101.fc44.x86_64", b: "7.3.0-300.fc44.x86_64", is: -1, isOneSeries: true },
  { a: "7.2.0-ogc4.1.fc44.x86_64", b: "7.2.0-ogc4.2.fc44.x86_64", is: -1, isOneSeries: true },
  { a: "7.2.1-arch1-1", b: "7.2.1-arch1-1", is: 0, isOneSeries: false },
])("$a and $b", ({ a, b, is, isOneSeries }) => {
  const order = compareKernels(a, b);
  expect([Math.sign(order?.order ?? Number.NaN), order?.isOneSeries]).toEqual([is, isOneSeries]);
});

test.each([
  { a: null, b: "7.2.0" },
  { a: "7.2.0", b: null },
  { a: "latest", b: "7.2.0" },
  { a: "7", b: "7.2.0" },
  { a: "7.2.1-arch1-1", b: "7.2.1-arch2-1" },
  { a: "7.2.0-ogc4.fc44.x86_64", b: "7.2.0-300.fc44.x86_64" },
  { a: "7.2.0-300.fc44.x86_64", b: "7.2.0-300.fc45.x86_64" },
])("$a and $b have no order", ({ a, b }) => {
  expect(compareKernels(a, b)).toBeNull();
});
