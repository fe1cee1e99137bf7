// The sample catalog: what is committed is what its generator makes, and it is a right folder of policies.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFolder } from "../../../policies/documents/load-folder.ts";

test("the layouts and keys in the tree are those that the generator writes", () => {
  const generator = fileURLToPath(new URL("../../../bin/write-demo.ts", import.meta.url));
  expect(execFileSync(process.execPath, [generator, "--check"], { encoding: "utf8" })).toBe("");
});

test("the folder is right, and nothing in it needs a remark", async () => {
  const loaded = await loadFolder(fileURLToPath(new URL("../../../policies/demo", import.meta.url)));
  expect(loaded).toMatchObject({ outcome: "loaded", notes: [] });
});
