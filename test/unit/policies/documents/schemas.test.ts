// The JSON Schemas in the repository are those of the documents.
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { schemaTexts } from "../../../../policies/schemas/generate.ts";

const folder = new URL("../../../../policies/schemas/", import.meta.url);

test.each([...schemaTexts()])("%s is up to date (npm run schemas)", async (name, text) => {
  expect(await readFile(new URL(name, folder), "utf8")).toBe(text);
});

test("there is none that is no longer made", async () => {
  const present = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  expect(present.toSorted()).toEqual([...schemaTexts().keys()].toSorted());
});

test("an editor learns members, their meaning and their values", () => {
  const schema = JSON.parse(schemaTexts().get("sources.schema.json") ?? "");
  const { properties, required, additionalProperties } = schema.$defs.document;
  expect(properties.kind).toMatchObject({
    enum: ["base", "edition", "spin", "remix"],
    description: expect.any(String),
  });
  expect(required).toEqual(["id", "registry", "kind"]);
  expect(additionalProperties).toBe(false);
});
