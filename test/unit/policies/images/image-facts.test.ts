// Image facts: which place each fact is taken from, and that what is wrong or missing is unknown with its reason.
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../../policies/images/image-config.ts";
import { imageFacts, withIndexAnnotations } from "../../../../policies/images/image-facts.ts";
import { parseManifest } from "../../../../policies/images/manifest.ts";
import { bytesOf, config, manifest } from "./document-builders.ts";

const oci = (name: string) => `org.opencontainers.image.${name}`;

function facts({
  labels = {},
  annotations = {},
  change = {},
}: {
  labels?: object;
  annotations?: object;
  change?: object;
}) {
  const parsed = parseManifest(bytesOf(manifest({ annotations })), null);
  const read = parseConfig(bytesOf(config(change, labels)));
  if (parsed.outcome === "invalid" || parsed.manifest.kind !== "image") throw new Error("not an image");
  if (read.outcome === "invalid") throw new Error(read.reason);
  return imageFacts(parsed.manifest, read.config);
}

const noTime = { created: null };

describe("imageFacts", () => {
  test("says what a full image says", () => {
    const labels = {
      "containers.bootc": "1",
      "ostree.linux": "7.2.0-ogc4.1.fc44.x86_64",
      [oci("version")]: "44.20260821",
      version: "44",
      [oci("created")]: "2026-08-21T06:11:00+02:00",
      [oci("title")]: "Bazzite",
      [oci("description")]: "Line one\nline two",
      [oci("licenses")]: "Apache-2.0",
      [oci("source")]: "https://bazzite.example",
      "io.artifacthub.package.logo-url": "https://logo.example/a.svg",
      "quay.expires-after": "14d",
      "redhat.id": "fedora",
      "redhat.version-id": "44",
    };
    expect(facts({ labels })).toEqual({
      os: "linux",
      architecture: "amd64",
      variant: null,
      created: "2026-08-21T04:11:00Z",
      version: "44.20260821",
      kernel: "7.2.0-ogc4.1.fc44.x86_64",
      osRelease: { id: "fedora", versionId: "44" },
      bootable: true,
      title: "Bazzite",
      description: "Line one\nline two",
      licenses: "Apache-2.0",
      source: "https://bazzite.example",
      logo: "https://logo.example/a.svg",
      expiresAfter: "14d",
      layerCount: 2,
      layerBytes: 30,
      unknown: {},
    });
  });

  test("gives a reason for each fact that is null, but for the variant, which is none", () => {
    const empty = facts({ change: { os: null, architecture: null, created: null } });
    const nulls = Object.entries(empty).flatMap(([name, value]) =>
      value === null && name !== "variant" ? [name] : [],
    );
    expect(Object.keys(empty.unknown).sort()).toEqual([...nulls, "osRelease.id", "osRelease.versionId"].sort());
    expect(Object.values(empty.unknown).every((reason) => reason.length > 10)).toBe(true);
  });

  test.each([
    {
      title: "the label before the older label",
      labels: { [oci("version")]: "2", version: "1" },
      annotations: {},
      version: "2",
    },
    { title: "the older label", labels: { version: "1" }, annotations: { [oci("version")]: "3" }, version: "1" },
    {
      title: "the annotation where labels are silent",
      labels: {},
      annotations: { [oci("version")]: "3" },
      version: "3",
    },
    {
      title: "the annotation where the label is empty",
      labels: { [oci("version")]: " " },
      annotations: { [oci("version")]: "3" },
      version: "3",
    },
    {
      title: "no version with blanks",
      labels: { [oci("version")]: "1 2" },
      annotations: { [oci("version")]: "3" },
      version: null,
    },
    { title: "no endless version", labels: { version: "1".repeat(129) }, annotations: {}, version: null },
  ])("takes $title", ({ labels, annotations, version }) => {
    expect(facts({ labels, annotations }).version).toBe(version);
  });

  test.each([
    {
      title: "the label before the config",
      label: "2026-01-02T00:00:00Z",
      config: "2026-01-01T00:00:00Z",
      annotation: null,
      created: "2026-01-02T00:00:00Z",
    },
    {
      title: "the config",
      label: null,
      config: "2026-01-01T00:00:00.123456789Z",
      annotation: "2026-01-03T00:00:00Z",
      created: "2026-01-01T00:00:00.123Z",
    },
    {
      title: "the annotation where the config's is the year 1",
      label: null,
      config: "0001-01-01T00:00:00Z",
      annotation: "2026-01-03T00:00:00Z",
      created: "2026-01-03T00:00:00Z",
    },
    {
      title: "nothing from 1970, which reproducible builds write",
      label: null,
      config: "1970-01-01T00:00:00Z",
      annotation: null,
      created: null,
    },
    {
      title: "nothing where the label is wrong, as bootc does",
      label: "yesterday",
      config: "2026-01-01T00:00:00Z",
      annotation: null,
      created: null,
    },
    {
      title: "nothing where the label is a day",
      label: "2026-01-02",
      config: "2026-01-01T00:00:00Z",
      annotation: null,
      created: null,
    },
  ])("takes as time of building $title", ({ label, config: time, annotation, created }) => {
    const answer = facts({
      labels: label === null ? {} : { [oci("created")]: label },
      annotations: annotation === null ? {} : { [oci("created")]: annotation },
      change: { created: time },
    });
    expect(answer.created).toBe(created);
    expect(answer.unknown.created === undefined).toBe(created !== null);
  });

  test.each([
    { labels: { "containers.bootc": "1" }, bootable: true },
    { labels: { "ostree.bootable": "true" }, bootable: true },
    { labels: { "ostree.bootable": "false" }, bootable: true },
    { labels: { "containers.bootc": "" }, bootable: true },
    { labels: { "ostree.commit": "x" }, bootable: false },
    { labels: {}, bootable: false },
  ])("calls $labels bootable: $bootable, by presence alone", ({ labels, bootable }) => {
    expect(facts({ labels }).bootable).toBe(bootable);
  });

  test("believes no label in an annotation that bootc looks for in the config", () => {
    expect(facts({ annotations: { "containers.bootc": "1" } }).bootable).toBe(false);
  });

  test.each([
    { name: "title", label: oci("title"), value: "a\u001b[31mb" },
    { name: "title", label: oci("title"), value: "a\nb" },
    { name: "description", label: oci("description"), value: "a\u202eb" },
    { name: "kernel", label: "ostree.linux", value: "6.1 ; rm" },
    { name: "logo", label: "io.artifacthub.package.logo-url", value: "javascript:alert(1)" },
    { name: "logo", label: "io.artifacthub.package.logo-url", value: 'https://a"onerror=' },
    { name: "description", label: oci("description"), value: "x".repeat(16_385) },
  ] as const)("shows no $name of $value", ({ name, label, value }) => {
    const answer = facts({ labels: { [label]: value } });
    expect(answer[name]).toBeNull();
    expect(answer.unknown[name]).toBeDefined();
  });

  test("says of an unreadable config that all it could tell is unknown, for that reason", () => {
    const parsed = parseManifest(bytesOf(manifest({ annotations: { [oci("version")]: "3" } })), null);
    if (parsed.outcome === "invalid" || parsed.manifest.kind !== "image") throw new Error("not an image");
    const answer = imageFacts(parsed.manifest, { unreadable: "too-large" });
    expect(answer).toMatchObject({ version: "3", bootable: null, architecture: null, os: null, layerCount: 2 });
    expect(answer.unknown.bootable).toContain("too-large");
    expect(answer.unknown.architecture).toContain("too-large");
    expect(answer.unknown.version).toBeUndefined();
  });
});

describe("withIndexAnnotations", () => {
  const labels = { [oci("title")]: "Own" };

  test("fills what the image does not say, and nothing that it says", () => {
    const annotations = { [oci("title")]: "Index", [oci("version")]: "44.1", [oci("created")]: "2026-02-01T00:00:00Z" };
    const answer = withIndexAnnotations(facts({ labels, change: noTime }), annotations);
    expect(answer).toMatchObject({ title: "Own", version: "44.1", created: "2026-02-01T00:00:00Z" });
    expect(answer.unknown).not.toHaveProperty("version");
    expect(answer.unknown).not.toHaveProperty("created");
    expect(answer.unknown).toHaveProperty("kernel");
  });

  test("keeps the image's own time, and passes over a wrong annotation", () => {
    const own = facts({ labels });
    expect(withIndexAnnotations(own, { [oci("created")]: "2027-01-01T00:00:00Z" }).created).toBe(own.created);
    const untimed = facts({ labels, change: noTime });
    expect(withIndexAnnotations(untimed, { [oci("created")]: "soon" })).toEqual(untimed);
  });

  test("makes nothing bootable", () => {
    expect(withIndexAnnotations(facts({ labels }), { "containers.bootc": "1" }).bootable).toBe(false);
  });
});
