// GPU vendors: by name or by number, and none where it is not recognised.
import { expect, test } from "vitest";
import { gpuVendor } from "../../../../policies/plan/gpu-vendor.ts";

test.each([
  ["nvidia", "nvidia"],
  ["NVIDIA Corporation", "nvidia"],
  ["0x10de", "nvidia"],
  ["10DE:1b80", "nvidia"],
  ["[10de:1b80]", "nvidia"],
  ["Advanced Micro Devices, Inc. [AMD/ATI]", "amd"],
  ["1002", "amd"],
  ["Intel Corporation", "intel"],
  [" 8086 ", "intel"],
  ["Red Hat, Inc.", "virtio"],
  ["1a03", "aspeed"],
  ["beef", null],
  ["Example Graphics", null],
  ["armada", null],
  ["", null],
])("%j is %s", (text, vendor) => {
  expect(gpuVendor(text)).toBe(vendor);
});
