// Shown columns: what a listing says of a repository, from its channels and their images.
import { describe, expect, test } from "vitest";
import type { ChannelRow, EntrySummary, ImageSummary } from "../../../db/channels.ts";
import { SourceDocument } from "../../../policies/documents/source-document.ts";
import type { ImageFacts } from "../../../policies/images/image-facts.ts";
import { buildDigestsOf, buildFactsOf, shownOf, speakersOf } from "../../../worker/shown-columns.ts";

const facts = (changes: Partial<ImageFacts> = {}): ImageFacts => ({
  os: "linux",
  architecture: "amd64",
  variant: null,
  created: "2026-08-01T00:00:00Z",
  version: "44",
  kernel: null,
  osRelease: { id: null, versionId: null },
  bootable: true,
  title: "Desktop",
  description: "For desks",
  licenses: null,
  source: null,
  logo: null,
  expiresAfter: null,
  layerCount: 1,
  layerBytes: 1,
  unknown: {},
  ...changes,
});

const source = (changes: object = {}) =>
  SourceDocument.parse({
    id: "os",
    registry: "r.example",
    repositories: ["a"],
    kind: "base",
    tags: { channels: ["*"] },
    ...changes,
  });

const channel = (name: string, digest: string, changes: Partial<ChannelRow> = {}): ChannelRow => ({
  repositoryId: 1,
  name,
  digest,
  since: 5_000,
  facets: null,
  ...changes,
});

const image = (digest: string, changes: Partial<ImageFacts> = {}): ImageSummary => ({
  digest,
  kind: "image",
  facts: facts(changes),
  annotations: null,
  entries: [],
});

const entry = (digest: string, architecture: string, changes: Partial<EntrySummary> = {}): EntrySummary => ({
  digest,
  os: "linux",
  architecture,
  variant: null,
  role: "image",
  ...changes,
});

const index = (digest: string, ...entries: EntrySummary[]): ImageSummary => ({
  digest,
  kind: "index",
  facts: null,
  annotations: null,
  entries,
});

const images = (...each: ImageSummary[]) => new Map(each.map((one) => [one.digest, one]));

describe("shownOf", () => {
  test("speaks of the default channel's image", () => {
    const shown = shownOf(
      1,
      source(),
      [channel("43", "b"), channel("latest", "a")],
      images(image("a"), image("b", { version: "43" })),
    );
    expect(shown).toMatchObject({
      defaultTag: "latest",
      defaultDigest: "a",
      title: "Desktop",
      description: "For desks",
      version: "44",
      updatedAt: Date.UTC(2026, 7, 1),
    });
  });

  test.each([
    ["an image without a time of building", facts({ created: null }), 5_000],
    ["an image whose time is none", facts({ created: "yesterday" }), 5_000],
    ["an image with one", facts(), Date.UTC(2026, 7, 1)],
  ])("%s was updated at %#", (_, said, updatedAt) => {
    expect(shownOf(1, source(), [channel("latest", "a")], images(image("a", said)))).toMatchObject({ updatedAt });
  });

  test("an index is spoken for by its amd64 image, and by its own annotations where that is silent", () => {
    const listed = {
      ...index("i", entry("arm", "arm64"), entry("amd", "amd64")),
      annotations: { "org.opencontainers.image.title": "By the index" },
    };
    const all = images(listed, image("arm", { version: "arm" }), image("amd", { title: null, version: "amd" }));
    expect(shownOf(1, source(), [channel("latest", "i")], all)).toMatchObject({
      version: "amd",
      title: "By the index",
    });
    expect(speakersOf([listed])).toEqual(["amd"]);
  });

  test("architectures and facets are the union of all channels', each once and in order", () => {
    const all = images(
      index(
        "i",
        entry("x", "arm64"),
        entry("v3", "amd64", { variant: "v3" }),
        entry("a", "unknown", { role: "attestation", os: "unknown" }),
      ),
      image("b"),
      image("w", { os: "windows" }),
    );
    const channels = [
      channel("one", "i", { facets: { use: ["gaming"], desktop: ["kde"] } }),
      channel("two", "b", { facets: { use: ["develop", "gaming"] } }),
    ];
    const shown = shownOf(1, source(), channels, all);
    expect(shown.architectures).toEqual(["amd64", "amd64/v3", "arm64"]);
    expect(shown.facets).toEqual({ desktop: ["kde"], use: ["develop", "gaming"] });
  });

  test("a repository without channels shows nothing of an image", () => {
    expect(shownOf(1, source(), [], images())).toEqual({
      id: 1,
      facets: {},
      architectures: [],
      defaultTag: null,
      defaultDigest: null,
      title: null,
      description: null,
      version: null,
      updatedAt: null,
    });
  });
});

describe("buildFactsOf", () => {
  test("gives an index one build for each architecture that can be installed", () => {
    const listed = index("i", entry("amd", "amd64"), entry("arm", "arm64"), entry("win", "amd64", { os: "windows" }));
    const all = images(listed, image("amd"), image("arm", { created: "2026-09-01T00:00:00Z" }));
    expect(buildDigestsOf([listed])).toEqual(["amd", "arm"]);
    expect(buildFactsOf("i", all)).toEqual({
      version: "44",
      created: "2026-08-01T00:00:00Z",
      builds: [
        { digest: "amd", architecture: "amd64", created: "2026-08-01T00:00:00Z", version: "44" },
        { digest: "arm", architecture: "arm64", created: "2026-09-01T00:00:00Z", version: "44" },
      ],
    });
  });

  test("knows nothing of an image that is not in the store", () => {
    expect(buildFactsOf("gone", images())).toEqual({
      version: null,
      created: null,
      builds: [{ digest: "gone", architecture: null, created: null, version: null }],
    });
  });
});
