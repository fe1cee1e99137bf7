// Image builders: each leaves its own annotation, and where none is there the builder is not known.
import { expect, test } from "vitest";
import { builderOf } from "../../../../policies/plan/image-builder.ts";

const layer = (annotations: Readonly<Record<string, string>>) => ({
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: `sha256:${"1".repeat(64)}`,
  size: 1,
  artifactType: null,
  annotations,
});

test.each([
  {
    title: "rpm-ostree",
    annotations: {},
    layers: [layer({}), layer({ "ostree.components": "a,b" })],
    is: "rpm-ostree",
  },
  {
    title: "rechunk, which keeps rpm-ostree's annotations",
    annotations: { "dev.hhd.rechunk.info": "{}" },
    layers: [layer({ "ostree.components": "a" })],
    is: "rechunk",
  },
  {
    title: "chunkah, whatever the base was",
    annotations: { "dev.hhd.rechunk.info": "{}" },
    layers: [layer({ "org.chunkah.component": "a" })],
    is: "chunkah",
  },
  { title: "nobody that is known", annotations: {}, layers: [layer({})], is: null },
])("$title", ({ annotations, layers, is }) => {
  expect(builderOf({ annotations, layers })).toBe(is);
});
