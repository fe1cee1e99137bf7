// Image configs: labels as they are, nulls as Go writes them, and every malformed member refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../../policies/images/image-config.ts";
import { bytesOf, config, digest } from "./document-builders.ts";

describe("parseConfig", () => {
  test("reads platform, time, labels and layers", () => {
    expect(parseConfig(bytesOf(config({ variant: "v8" }, { b: "2", a: "" })))).toEqual({
      outcome: "config",
      config: {
        os: "linux",
        architecture: "amd64",
        variant: "v8",
        created: "2026-08-21T04:11:00Z",
        labels: { b: "2", a: "" },
        diffIds: [digest(11), digest(12)],
        historyCount: 2,
      },
    });
  });

  test("keeps the order of labels", () => {
    const answer = parseConfig(bytesOf(config({}, { z: "1", a: "2", m: "3" })));
    expect(answer.outcome === "config" && Object.keys(answer.config.labels)).toEqual(["z", "a", "m"]);
  });

  test.each([
    { title: "is empty", document: {} },
    {
      title: "writes everything as null",
      document: { os: null, created: null, config: null, rootfs: null, history: null },
    },
    { title: "writes labels and layers as null", document: { config: { Labels: null }, rootfs: { diff_ids: null } } },
    { title: "writes empty names", document: { os: "", architecture: "", variant: "", created: "" } },
  ])("says nothing where the document $title", ({ document }) => {
    expect(parseConfig(bytesOf(document))).toEqual({
      outcome: "config",
      config: { os: null, architecture: null, variant: null, created: null, labels: {}, diffIds: [], historyCount: 0 },
    });
  });

  test.each([
    { title: "an architecture that is no text", document: config({ architecture: 64 }), code: "malformed" },
    { title: "an endless architecture", document: config({ architecture: "x".repeat(65) }), code: "malformed" },
    { title: "a label that is no text", document: config({}, { a: 1 }), code: "malformed" },
    { title: "labels as a list", document: config({ config: { Labels: ["a=b"] } }), code: "malformed" },
    { title: "a layer that is no digest", document: config({ rootfs: { diff_ids: ["x"] } }), code: "malformed" },
    { title: "a label that stands twice", document: '{"config":{"Labels":{"a":"1","a":"2"}}}', code: "malformed" },
    { title: "a list", document: [], code: "malformed" },
    { title: "text", document: '"x"', code: "malformed" },
    {
      title: "endless history",
      document: config({ history: Array.from({ length: 10_001 }, () => 0) }),
      code: "too-many",
    },
    { title: "bytes beyond the limit", document: config({}, { a: "x".repeat(8 * 1024 * 1024) }), code: "too-large" },
  ])("refuses $title", ({ document, code }) => {
    expect(parseConfig(bytesOf(document))).toMatchObject({ outcome: "invalid", code });
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytesOf)), (bytes) => {
        expect(["config", "invalid"]).toContain(parseConfig(bytes).outcome);
      }),
    );
  });
});
