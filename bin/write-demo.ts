// Writes the demo's image layouts and keys: `npm run demo:images`; `--check` says whether they are what this would write.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleCatalog } from "./demo-images/sample-catalog.ts";
import { sampleKeys } from "./demo-images/sample-keys.ts";
import { sampleTrustRoot } from "./demo-images/sample-log.ts";
import { layoutFiles } from "./demo-images/write-layout.ts";

const root = fileURLToPath(new URL("../policies/demo", import.meta.url));
const folders = ["layouts", "trust/keys"].map((folder) => join(root, folder));

const wanted = new Map<string, Buffer>();
for (const repository of sampleCatalog()) {
  for (const [path, bytes] of layoutFiles(repository)) wanted.set(join(root, "layouts", repository.name, path), bytes);
}
wanted.set(join(root, "trusted_root.json"), sampleTrustRoot());
for (const [name, pem] of sampleKeys()) wanted.set(join(root, "trust/keys", name), Buffer.from(pem));

const present = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

if (process.argv.includes("--check")) {
  const strange = present.filter((path) => !wanted.has(path));
  const changed = [...wanted].filter(([path, bytes]) => !existsSync(path) || !readFileSync(path).equals(bytes));
  const wrong = [...strange, ...changed.map(([path]) => path)].map((path) => `  ${relative(root, path)}\n`);
  if (wrong.length > 0) {
    process.stderr.write(
      `policies/demo is not what bin/demo-images makes: run \`npm run demo:images\`\n${wrong.join("")}`,
    );
    process.exitCode = 1;
  }
} else {
  for (const path of present) if (!wanted.has(path)) rmSync(path);
  for (const [path, bytes] of wanted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
