// What is kept of an image's own bytes.
import { expect, test } from "vitest";
import { imageLineage, readStoredLineage } from "../../../../policies/lineage/image-lineage.ts";
import { layerChains } from "../../../../policies/lineage/layer-chains.ts";
import { digestOf } from "../../../../policies/words/digest.ts";
import { buildImage, buildIndex } from "../../../kit/catalog.ts";

const key = "org.opencontainers.image.base.digest";
const base = digestOf("base");
const image = buildImage({
  layers: [
    ["one", 1],
    ["two", 1],
  ],
  labels: { [key]: base },
});

test("layers are told by their own digests, and by the digests of what is in them", () => {
  const read = readStoredLineage(image.bytes, image.config);
  expect(read && imageLineage(read)).toEqual({
    chains: [
      layerChains({ by: "layers", digests: [digestOf("one"), digestOf("two")] }),
      layerChains({ by: "diffs", digests: [digestOf("diff one"), digestOf("diff two")] }),
    ],
    annotation: null,
    label: { repository: null, tag: null, digest: base },
  });
});

test("without a config that can be read, labels are not known and layers have their own digests alone", () => {
  for (const config of [null, Buffer.from("no config")]) {
    const read = readStoredLineage(image.bytes, config);
    expect(read?.labels).toBeNull();
    expect(read?.layers.map(({ by }) => by)).toEqual(["layers"]);
  }
});

test("a config with other layers than the manifest does not tell its layers", () => {
  const other = buildImage({ layers: [["one", 1]] });
  expect(readStoredLineage(image.bytes, other.config)?.layers.map(({ by }) => by)).toEqual(["layers"]);
});

test("of an index its annotations are kept, and nothing of one that says nothing", () => {
  const says = readStoredLineage(buildIndex([image], { [key]: base }).bytes, null);
  expect(says && imageLineage(says)).toMatchObject({ chains: [], annotation: { digest: base } });
  const silent = readStoredLineage(buildIndex([image]).bytes, null);
  expect(silent && imageLineage(silent)).toBeNull();
  expect(readStoredLineage(Buffer.from("no manifest"), null)).toBeUndefined();
});
