// Writes what is generated from the program's own tables: the policy documents' JSON Schemas and the page of settings.
// With --check it writes nothing and fails where a file is not what it would write.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { DocumentKind } from "../policies/documents/policy-set.ts";
import { ProjectDocument } from "../policies/documents/project-document.ts";
import { RegistryDocument } from "../policies/documents/registry-document.ts";
import { ReleaseDocument } from "../policies/documents/release-document.ts";
import { SourceDocument } from "../policies/documents/source-document.ts";
import { TrustDocument } from "../policies/documents/trust-document.ts";
import { configurationPage } from "./describe-config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const schemasFolder = "policies/schemas";

const documents: Readonly<Record<DocumentKind, z.ZodType>> = {
  registries: RegistryDocument,
  sources: SourceDocument,
  trust: TrustDocument,
  projects: ProjectDocument,
  releases: ReleaseDocument,
};

/** Path from the root of the repository -> text. */
function generatedFiles(): ReadonlyMap<string, string> {
  const schemas = Object.entries(documents).map(([kind, document]) => {
    // Draft 7, and what a person writes rather than what is read from it: that is what editors complete.
    const schema = z.toJSONSchema(z.array(document), { target: "draft-7", io: "input", unrepresentable: "any" });
    const titled = { $schema: schema.$schema, title: `Signalbox: the documents in ${kind}/`, ...schema };
    return [`${schemasFolder}/${kind}.schema.json`, `${JSON.stringify(titled, null, 2)}\n`] as const;
  });
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
    return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
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
