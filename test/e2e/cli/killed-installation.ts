// A program that installs a plan's files and kills itself after so many of them: `killed-installation.ts ROOT PLAN COUNT`.
import { readFileSync } from "node:fs";
import { openHostRoot } from "../../../bin/trust/host-root.ts";
import { install, locked, type Step } from "../../../bin/trust/journal.ts";
import { planInstallation } from "../../../bin/trust/plan-installation.ts";
import { writeHostFile } from "../../../bin/trust/write-file.ts";

const [folder = "", plan = "", count = "0"] = process.argv.slice(2);
let left = Number(count);

const step: Step = async (root, path, to) => {
  if (left-- === 0) process.kill(process.pid, "SIGKILL");
  if (to === null) throw new Error("nothing is removed here");
  await writeHostFile(root, path, { bytes: Buffer.from(to.content, "base64"), mode: to.mode, owner: to });
};

const root = await openHostRoot(folder);
const { record } = await planInstallation(root, JSON.parse(readFileSync(plan, "utf8")), undefined, Date.now());
await locked(root, () => install(root, record, step));
