// Own words: what agrees is taken together, the most exact of it; what disagrees is not known, and who said what is kept.
import { describe, expect, test } from "vitest";
import { traitsOf } from "../../../../policies/plan/image-traits.ts";
import { gather, type OwnWords, settle, withOwnWords } from "../../../../policies/plan/own-words.ts";

const known = traitsOf({
  declared: { kind: "base", official: true, distribution: "almalinux" },
  facets: { desktop: "gnome" },
  openFacets: [],
  facts: { kernel: "6.12.0-211.el10_2.x86_64", version: "10.2", created: "2026-11-10T00:00:00Z" },
  osId: "almalinux",
  release: "10.2",
  builder: null,
});
const silent: OwnWords = { facts: {}, version: null, createdMs: null };
const isTen = (_: string, release: string) => release.startsWith("10");
const words = (change: Partial<OwnWords>, traits = known) => withOwnWords(traits, { ...silent, ...change }, isTen);
const fromOs = (osRelease: NonNullable<OwnWords["facts"]["osRelease"]>) => words({ facts: { osRelease } });

test("of a silent host are those of the catalog", () => {
  expect(words({})).toEqual({ traits: known, contradictions: {} });
});

describe("releases", () => {
  test.each([
    { title: "the most exact of what agrees", osRelease: { id: "almalinux", versionId: "10" }, release: "10.2" },
    { title: "the major one where minors differ", osRelease: { id: "almalinux", versionId: "10.1" }, release: "10" },
    { title: "of a text that names none", osRelease: { id: "almalinux", versionId: "rolling" }, release: "10.2" },
  ])("$title", ({ osRelease, release }) => {
    const { traits, contradictions } = fromOs(osRelease);
    expect([traits.release, traits.major, contradictions]).toEqual([release, 10, {}]);
  });

  test("that disagree are none", () => {
    const { traits, contradictions } = fromOs({ id: "almalinux", versionId: "9.6" });
    expect([traits.release, traits.major]).toEqual([null, null]);
    expect(contradictions).toEqual({ release: { osRelease: "9.6", image: "10.2", version: "10.2" } });
  });

  test("are read from a version of that shape alone", () => {
    const nothing = { ...known, release: null, major: null, version: null };
    expect(words({ version: "10.20261115" }, nothing).traits.release).toBe("10");
    expect(words({ version: "3.1.0" }, nothing).traits.release).toBeNull();
  });
});

test("a distribution of the same family is a contradiction, and a remix's own name is none", () => {
  const other = fromOs({ id: "centos", versionId: "10" });
  expect(other.contradictions).toEqual({ distribution: { image: "almalinux", osRelease: "centos" } });
  expect([other.traits.family, other.traits.distribution]).toEqual(["el", null]);
  const remix = fromOs({ id: "mine", idLike: ["rhel"], versionId: "10.2" });
  expect(remix).toMatchObject({ traits: { family: "el", distribution: "mine" }, contradictions: {} });
});

test("another family takes family and distribution away", () => {
  const { traits, contradictions } = fromOs({ id: "fedora", versionId: "10" });
  expect([traits.family, traits.distribution]).toEqual([null, null]);
  expect(contradictions).toMatchObject({ family: { image: "el", osRelease: "fedora" } });
});

test("desktops: a base without one may have got one, and another one is a contradiction", () => {
  const about = (base: string, traits = known) => words({ facts: { imageInfo: { "base-image-name": base } } }, traits);
  expect(about("fedora-coreos").traits.desktops).toEqual(["gnome"]);
  expect(about("kinoite")).toMatchObject({
    traits: { desktops: null, displayManagers: null },
    contradictions: { desktop: { image: ["gnome"], imageInfo: "kde" } },
  });
  const unknown = { ...known, desktops: null };
  expect(about("kinoite", unknown).traits.desktops).toEqual(["kde"]);
  expect(about("fedora-coreos", unknown).traits.desktops).toEqual([]);
  expect(about("base", unknown).traits.desktops).toBeNull();
});

test("the time of building is the host's, where it is one", () => {
  expect(words({ createdMs: 0 }).traits.created).toBe("1970-01-01T00:00:00Z");
  expect(words({ createdMs: 1e300 }).traits.created).toBeNull();
});

test("settle and gather", () => {
  expect(settle({ a: null, b: null })).toEqual({ value: null, contradiction: null });
  expect(settle({ a: "x", b: "x", c: null })).toEqual({ value: "x", contradiction: null });
  expect(settle({ a: "x", b: "y" })).toEqual({ value: null, contradiction: { a: "x", b: "y" } });
  expect(settle({ a: "x1", b: "x2" }, (one, other) => one[0] === other[0]).value).toBe("x1");
  expect(gather({ backend: null, family: { a: "x" } })).toEqual({ family: { a: "x" } });
});
