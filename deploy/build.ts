// Builds dist/: the sources as JavaScript and, beside them, the files they read while running.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the program reads from its own folder, as globs from the root of the repository. */
const read = [
  "db/*/migrations",
  "policies/{default,demo}",
  "policies/schemas/*.json",
  "openapi/{openapi.json,schema.d.ts}",
  "server/assets",
];

rmSync(join(root, "dist"), { recursive: true, force: true });
// By path: two packages own .bin/tsc, and which of them wins changes between installs.
execFileSync(process.execPath, [join(root, "node_modules/typescript-native/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
for (const path of globSync(read, { cwd: root })) {
  cpSync(join(root, path), join(root, "dist", path), { recursive: true });
}
