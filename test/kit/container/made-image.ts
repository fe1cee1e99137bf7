// The container image under test: in a folder that make.sh made, named by SIGNALBOX_CONTAINERS.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { needPrograms, skipOrFail } from "../programs.ts";

export type MadeImage = {
  readonly name: string;
  /** Of the podman whose store it is in. */
  readonly folder: string;
};

/** Skips the test, or fails it in CI, where there is none. */
export function needImage(context: Pick<TestContext, "skip">): MadeImage {
  const folder = process.env.SIGNALBOX_CONTAINERS ?? "";
  if (folder === "" || !existsSync(join(folder, "IMAGE"))) {
    return skipOrFail(context, "SIGNALBOX_CONTAINERS names no folder made by test/kit/container/make.sh");
  }
  needPrograms(context, "podman", "runc");
  return { name: readFileSync(join(folder, "IMAGE"), "utf8").trim(), folder };
}
