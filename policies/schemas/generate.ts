// The JSON Schemas of policy documents, by which editors complete and check them; `npm run schemas` writes them.
import { z } from "zod";
import { documentKinds, schemas } from "../documents/located-document.ts";

const titles = {
  registries: "Signalbox registry documents",
  sources: "Signalbox source documents",
  trust: "Signalbox trust documents",
  projects: "Signalbox project documents",
  releases: "Signalbox release documents",
} as const;

/** File name -> text. What only the loader can check (names in other documents, keys) is not in them. */
export function schemaTexts(): ReadonlyMap<string, string> {
  return new Map(
    documentKinds.map((kind) => {
      const { $schema, ...document } = z.toJSONSchema(schemas[kind], { io: "input", target: "draft-2020-12" });
      const file = {
        $schema,
        title: titles[kind],
        description: `A file under ${kind}/: a list of documents, or one document.`,
        oneOf: [{ $ref: "#/$defs/document" }, { type: "array", items: { $ref: "#/$defs/document" } }],
        $defs: { document },
      };
      return [`${kind}.schema.json`, `${JSON.stringify(file, null, 2)}\n`];
    }),
  );
}
