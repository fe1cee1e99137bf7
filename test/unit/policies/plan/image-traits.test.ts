// Image traits: from curated facets and an image's own facts; silence of a curated source is told from silence of none.
import { describe, expect, test } from "vitest";
import { bootloaderName, type TraitsQuestion, traitsOf } from "../../../../policies/plan/image-traits.ts";

const declared = { kind: "remix", official: false, distribution: "fedora" };
const kernel = "7.2.0-300.fc44.x86_64";

function traits(change: Partial<TraitsQuestion> = {}) {
  return traitsOf({
    declared,
    facets: {},
    openFacets: [],
    facts: { kernel, version: null, created: null },
    osId: null,
    release: "44",
    builder: null,
    ...change,
  });
}

const official = { ...declared, kind: "base", official: true };
const plain = { backend: "ostree" };

describe("traitsOf", () => {
  test.each([
    { title: "a desktop", facets: { desktop: "GNOME" }, is: { desktops: ["gnome"], displayManagers: ["gdm"] } },
    { title: "no desktop", facets: { desktop: "none" }, is: { desktops: [], displayManagers: [] } },
    {
      title: "several desktops",
      facets: { desktop: ["gnome", "kde"] },
      is: { desktops: ["gnome", "kde"], displayManagers: ["gdm", "sddm"] },
    },
    {
      title: "a desktop whose login screen nobody named",
      facets: { desktop: "niri" },
      is: { desktops: ["niri"], displayManagers: null },
    },
    {
      title: "a login screen",
      facets: { desktop: "sway", "display-manager": "sddm" },
      is: { displayManagers: ["sddm"] },
    },
    { title: "an image that is not sealed", facets: plain, is: { backend: "ostree", bootloaders: null } },
    { title: "a sealed stream", facets: { stream: "sealed" }, is: { backend: "composefs", bootloaders: ["systemd"] } },
    { title: "a backend", facets: { backend: "composefs" }, is: { backend: "composefs" } },
    { title: "boot loaders", facets: { bootloader: ["grub2", "sd-boot"] }, is: { bootloaders: ["grub", "systemd"] } },
    { title: "bound images", facets: { "bound-images": "quay.io/a/b:1" }, is: { boundImages: ["quay.io/a/b:1"] } },
    { title: "none bound", facets: { "bound-images": "none" }, is: { boundImages: [] } },
    { title: "another family", facets: { family: "centos" }, is: { family: "el", distribution: "centos" } },
    { title: "no signature", facets: { "secure-boot": "unsigned" }, is: { secureBoot: { by: "nobody" } } },
    {
      title: "certificates",
      facets: { "secure-boot": ["AB".repeat(32), "not one"] },
      is: { secureBoot: { by: "keys", fingerprints: ["ab".repeat(32)] } },
    },
    { title: "words that nobody knows", facets: { "secure-boot": "test" }, is: { secureBoot: null } },
    {
      title: "nothing",
      facets: {},
      is: { hardware: [], desktops: null, backend: null, boundImages: null, secureBoot: null, bootloaders: null },
    },
  ])("reads facets: $title", ({ facets, is }) => {
    expect(traits({ facets })).toMatchObject(is);
  });

  test("knows nothing of what no source declares, nor of its family by a kernel of Fedora, which EL images have too", () => {
    expect(traits({ declared: null })).toMatchObject({ hardware: null, backend: null, family: null });
  });

  test.each([
    { open: "hardware", facets: plain, is: { hardware: null, secureBoot: null } },
    { open: "family", facets: plain, is: { family: null, distribution: null, secureBoot: null, bootloaders: null } },
    { open: "backend", facets: {}, is: { backend: null, secureBoot: null, bootloaders: null } },
    { open: "stream", facets: {}, is: { streams: null, backend: null } },
    { open: "stream", facets: plain, is: { streams: null, backend: "ostree" } },
    { open: "bootloader", facets: plain, is: { bootloaders: null } },
    { open: "secure-boot", facets: plain, is: { secureBoot: null } },
    { open: "desktop", facets: {}, is: { desktops: null, displayManagers: null } },
    { open: "display-manager", facets: { desktop: "gnome" }, is: { displayManagers: null } },
    { open: "bound-images", facets: {}, is: { boundImages: null } },
    { open: "kernel-arguments", facets: {}, is: { kernelArguments: null } },
  ])("takes for unknown what a tag may have set: $open", ({ open, facets, is }) => {
    expect(traits({ declared: official, facets, openFacets: [open] })).toMatchObject(is);
  });

  test("tells the family by a kernel of Enterprise Linux, though a tag may have set it", () => {
    const facts = { kernel: "6.12.0-160.el10.x86_64", version: null, created: null };
    expect(traits({ facts, openFacets: ["family"] })).toMatchObject({ family: "el", distribution: null });
  });

  test("tells the family by a kernel of Enterprise Linux, else by the source", () => {
    const facts = { kernel: "6.12.0-160.el10.x86_64", version: null, created: null };
    expect(traits({ facts }).family).toBe("el");
    expect(traits({ declared: { ...declared, distribution: "centos" } }).family).toBe("el");
    expect(traits({ declared: { ...declared, distribution: null }, facts: null }).family).toBeNull();
  });

  test("takes the distribution's own kernel for signed by it, unless drivers were added", () => {
    expect(traits({ declared: official, facets: plain })).toMatchObject({
      secureBoot: { by: "distribution" },
      bootloaders: ["grub"],
    });
    expect(traits({ declared: official, facets: { ...plain, hardware: "nvidia" } }).secureBoot).toBeNull();
    expect(traits({ declared: official }).secureBoot).toBeNull();
    expect(traits({ declared: official, facets: { stream: "sealed" } }).secureBoot).toBeNull();
    expect(traits({ declared: { ...declared, distribution: "arch" } }).secureBoot).toEqual({ by: "nobody" });
  });

  test("is not fooled by facets that are called like members of every object", () => {
    expect(traits({ facets: Object.create({ desktop: "gnome" }) }).desktops).toBeNull();
  });
});

test.each([
  { word: "systemd-boot", is: "systemd" },
  { word: "GRUB2", is: "grub" },
  { word: "grub-cc", is: "grub-cc" },
])("$word is $is", ({ word, is }) => {
  expect(bootloaderName(word)).toBe(is);
});
