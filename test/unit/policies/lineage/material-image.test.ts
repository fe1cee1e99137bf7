// The ways in which provenance names images.
import { expect, test } from "vitest";
import { imageOfMaterial } from "../../../../policies/lineage/material-image.ts";

const sha256 = "a".repeat(64);
const digest = `sha256:${sha256}`;
const repository = "quay.io/fedora/fedora-bootc";

test.each([
  [`pkg:docker/${repository}@44?platform=linux%2Famd64`, sha256, { repository, tag: "44", digest }],
  [`pkg:docker/${repository}@44?digest=${digest}&platform=linux%2Famd64`, null, { repository, tag: "44", digest }],
  [`pkg:docker/alpine@3.22`, sha256, { repository: "docker.io/library/alpine", tag: "3.22", digest }],
  [`pkg:docker/someone/tool@1`, sha256, { repository: "docker.io/someone/tool", tag: "1", digest }],
  [
    `pkg:oci/fedora-bootc@sha256%3A${sha256}?repository_url=${encodeURIComponent(repository)}&tag=44`,
    null,
    { repository, tag: "44", digest },
  ],
  [`oci://${repository}@${digest}`, null, { repository, tag: null, digest }],
  [`docker://${repository}:44`, sha256, { repository, tag: "44", digest }],
  [`pkg:oci/no%ZZ@1`, sha256, { repository: null, tag: null, digest }],
])("%s", (uri, hex, image) => {
  expect(imageOfMaterial({ uri, sha256: hex })).toEqual(image);
});

test.each([
  [`pkg:docker/${repository}@44`, null],
  [`oci://${repository}:44`, "no digest"],
])("%s has no digest, so it names no image", (uri, hex) => {
  expect(imageOfMaterial({ uri, sha256: hex })).toBeUndefined();
});
