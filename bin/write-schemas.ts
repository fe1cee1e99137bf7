// Writes what is generated from the program's own tables: the policy documents' JSON Schemas and the page of settings.
// With --check it writes nothing and fails where a file is not what it would write.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { schemaTexts } from "../policies/schemas/generate.ts";
import { configurationPage } from "./describe-config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const schemasFolder = "policies/schemas";

/** Path from the root of the repository -> text. */
function generatedFiles(): ReadonlyMap<string, string> {
  const schemas = [...schemaTexts()].map(([name, text]) => [`${schemasFolder}/${name}`, text] as const);
  return new Map([...schemas, ["docs/configuration.md", configurationPage()] as const]);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

function listIfThere(folder: string): readonly string[] {
  try {
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".json"));
    return names.map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

const files = generatedFiles();
const stale = [...files].filter(([path, text]) => readIfThere(path) !== text).map(([path]) => path);
const leftOver = listIfThere(schemasFolder).filter((path) => !files.has(path));
if (process.argv.includes("--check")) {
  for (const path of [...stale, ...leftOver]) console.error(`${path} is not what npm run schemas writes`);
  process.exitCode = stale.length + leftOver.length > 0 ? 1 : 0;
} else {
  for (const path of leftOver) rmSync(join(root, path));
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? "");
    console.log(`wrote ${path}`);
  }
}
