// The choice of a platform: the entry that containers/image would pull, and how architectures are written.
import { describe, expect, test } from "vitest";
import { architecturesOf, chooseEntry, choosePlatform } from "../../../../policies/plan/choose-platform.ts";
import { digest, entry, facts, image, layers, single } from "./plan-builders.ts";

describe("chooseEntry", () => {
  test.each([
    {
      title: "the entry of the architecture",
      entries: [entry(1, { architecture: "arm64" }), entry(2, {})],
      for: "amd64",
      chosen: 2,
    },
    { title: "the first of two alike", entries: [entry(1, {}), entry(2, {})], for: "amd64", chosen: 1 },
    {
      title: "zstd before gzip",
      entries: [entry(1, {}), entry(2, {}, { zstd: true }), entry(3, {}, { zstd: true })],
      for: "amd64",
      chosen: 2,
    },
    {
      title: "the plain entry beside amd64/v3",
      entries: [entry(1, { variant: "v3" }), entry(2, {})],
      for: "amd64",
      chosen: 2,
    },
    {
      title: "nothing where amd64/v3 stands alone",
      entries: [entry(1, { variant: "v3" })],
      for: "amd64",
      chosen: null,
    },
    {
      title: "nothing where amd64/v2 stands alone, whatever else there is",
      entries: [entry(1, { variant: "v2" }), entry(2, { architecture: "arm64" })],
      for: "amd64",
      chosen: null,
    },
    {
      title: "arm64/v8 on arm64",
      entries: [entry(1, { architecture: "arm64", variant: "v8" })],
      for: "arm64",
      chosen: 1,
    },
    {
      title: "arm64/v8 before plain arm64, as a host knows its variant",
      entries: [entry(1, { architecture: "arm64" }), entry(2, { architecture: "arm64", variant: "v8" })],
      for: "arm64",
      chosen: 2,
    },
    { title: "nothing of another system", entries: [entry(1, { os: "windows" })], for: "amd64", chosen: null },
    {
      title: "an entry without a platform, last of all",
      entries: [entry(1, null), entry(2, {})],
      for: "amd64",
      chosen: 2,
    },
    {
      title: "an entry without a platform where no other fits",
      entries: [entry(1, null), entry(2, { architecture: "arm64" })],
      for: "amd64",
      chosen: 1,
    },
    { title: "nothing of nothing", entries: [], for: "amd64", chosen: null },
  ])("takes $title", ({ entries, for: architecture, chosen }) => {
    expect(chooseEntry(entries, architecture)?.digest ?? null).toBe(chosen === null ? null : digest(chosen));
  });
});

describe("choosePlatform", () => {
  test("takes a single manifest unchecked, with the platform that its config names", () => {
    const arm = single({ facts: facts({ architecture: "arm64", variant: "v8" }), layers: layers([1, 2]) });
    expect(choosePlatform(arm, "amd64")).toMatchObject({
      outcome: "manifest",
      digest: arm.digest,
      platform: { os: "linux", architecture: "arm64", variant: "v8" },
      layers: layers([1, 2]),
    });
  });

  test("fills what the image is silent about from the index", () => {
    const silent = facts({ version: null, unknown: { version: "silent" } });
    const asked = image({
      entries: [entry(1, {}, { facts: silent })],
      annotations: { "org.opencontainers.image.version": "44.9" },
    });
    expect(choosePlatform(asked, "amd64")).toMatchObject({ facts: { version: "44.9" } });
  });

  test("finds no platform in an artifact", () => {
    expect(choosePlatform(single({ kind: "artifact", facts: null }), "amd64").outcome).toBe("none");
  });
});

describe("architecturesOf", () => {
  test.each([
    { title: "an index", of: image(), is: ["amd64", "arm64"] },
    {
      title: "variants that no host chooses",
      of: image({ entries: [entry(1, {}), entry(2, { variant: "v3" })] }),
      is: ["amd64", "amd64/v3"],
    },
    {
      title: "a variant that hosts do choose",
      of: image({ entries: [entry(1, { architecture: "arm64", variant: "v8" })] }),
      is: ["arm64"],
    },
    { title: "each once", of: image({ entries: [entry(1, {}), entry(2, {}, { zstd: true })] }), is: ["amd64"] },
    { title: "another system", of: image({ entries: [entry(1, { os: "windows" }), entry(2, {})] }), is: ["amd64"] },
    {
      title: "an entry without a platform, by its config",
      of: image({ entries: [entry(1, null, { facts: facts({ architecture: "s390x" }) })] }),
      is: ["s390x"],
    },
    {
      title: "an entry without a platform that was not inspected",
      of: image({ entries: [entry(1, null, { facts: null })] }),
      is: [],
    },
    {
      title: "a single manifest, whose variant nobody checks",
      of: single({ facts: facts({ variant: "v3" }) }),
      is: ["amd64"],
    },
    { title: "an artifact", of: single({ kind: "artifact", facts: null }), is: [] },
  ])("of $title are $is", ({ of, is }) => {
    expect(architecturesOf(of)).toEqual(is);
  });
});
