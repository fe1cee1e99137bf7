// Writes openapi.json and the client's types from the routes themselves; `--check` only says whether they are so already.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTypescript, { astToString } from "openapi-typescript";
import { readConfig } from "../bin/config.ts";
import type { Store } from "../db/store.ts";
import { openApiDocument } from "../server/api/document.ts";
import { createServer } from "../server/create-server.ts";

/** Nothing is asked of it: routes are described and not called. */
const noStore = {} as Store;

async function generate(): Promise<ReadonlyMap<string, string>> {
  const silent = () => {};
  const { app } = createServer({
    store: noStore,
    limits: readConfig({}).server,
    now: () => 0,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    publicUrl: null,
    version: "0.0.0",
  });
  const document = openApiDocument(app);
  const types = await openapiTypescript(structuredClone(document) as never, { alphabetize: false });
  return new Map([
    ["openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    [
      "schema.d.ts",
      `// The types of the API, made from openapi.json by \`npm run openapi\`: not edited by hand.\n${astToString(types)}`,
    ],
  ]);
}

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, text] of await generate()) {
  const file = new URL(`./${name}`, import.meta.url);
  if (isCheck) {
    if (readExisting(file) !== text) stale.push(name);
  } else {
    writeFileSync(file, text);
  }
}
if (stale.length > 0) {
  process.stderr.write(`openapi/${stale.join(", openapi/")} not as the routes are: run \`npm run openapi\`\n`);
  process.exitCode = 1;
}

function readExisting(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
