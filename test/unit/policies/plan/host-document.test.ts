// Host documents: every version that bootc published is understood, and what is wrong is named by its member.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { hostOf } from "../../../../policies/plan/host-document.ts";
import { dotted } from "../../../../policies/plan/wrong-member.ts";
import { digest } from "./plan-builders.ts";

function bootEntry(n: number, change: object = {}) {
  const image = { image: "registry.example/desk/os:stable", transport: "registry", signature: "insecure" };
  const status = { image, version: "44.1", timestamp: null, imageDigest: digest(n), architecture: "amd64", ...change };
  return { image: status, cachedUpdate: null, incompatible: false, pinned: false };
}

const layered = { image: null, cachedUpdate: null, incompatible: true, pinned: false };

function host(status: object | null, change: object = {}) {
  return {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    metadata: { name: "host" },
    spec: { image: null, bootOrder: "default" },
    status,
    ...change,
  };
}

function read(document: unknown) {
  const answer = hostOf(document);
  if (answer.outcome === "invalid") throw new Error(`${dotted(answer.path)}: ${answer.reason}`);
  return answer.host;
}

describe("hostOf", () => {
  test("takes digest, reference and architecture from what is booted", () => {
    expect(read(host({ booted: bootEntry(1), staged: bootEntry(2) }))).toMatchObject({
      architecture: "amd64",
      bootedDigest: digest(1),
      bootedReference: { text: "registry.example/desk/os:stable" },
    });
  });

  test.each([
    {
      title: "has layered packages, and so no image",
      status: { booted: layered, staged: null, rollback: null },
      architecture: null,
    },
    {
      title: "has layered packages and an older entry with an image",
      status: { booted: layered, rollback: bootEntry(3, { architecture: "aarch64" }) },
      architecture: "arm64",
    },
    {
      title: "was booted from ostree and has an image staged",
      status: { booted: { ...layered, incompatible: false }, staged: bootEntry(2, { architecture: "s390x" }) },
      architecture: "s390x",
    },
    {
      title: "keeps a pinned entry with an image",
      status: { booted: null, otherDeployments: [bootEntry(2)] },
      architecture: "amd64",
    },
    { title: "booted nothing of bootc's", status: { booted: null, staged: null, rollback: null }, architecture: null },
    { title: "says nothing of its status", status: null, architecture: null },
  ])("accepts a host that $title", ({ status, architecture }) => {
    expect(read(host(status))).toMatchObject({ architecture, bootedDigest: null, bootedReference: null });
  });

  test("has no reference of an image that came from no registry", () => {
    const image = { image: "/var/mnt/osupdate", transport: "oci" };
    expect(read(host({ booted: bootEntry(1, { image }) }))).toMatchObject({
      bootedDigest: digest(1),
      bootedReference: null,
    });
  });

  test("has no reference where the host's spelling names no registry", () => {
    const image = { image: "localhost-image", transport: "registry" };
    expect(read(host({ booted: bootEntry(1, { image }) })).bootedReference).toBeNull();
  });

  test("tells the backend, what was changed and which entry is pinned", () => {
    const composefs = {
      verity: "0",
      bootType: "Uki",
      bootloader: "systemd",
      bootDigest: null,
      missingVerityAllowed: true,
    };
    const status = {
      booted: { ...bootEntry(1, { timestamp: "2026-08-19T00:00:00Z" }), composefs },
      staged: { ...layered, ostree: { stateroot: "default" } },
      rollback: { ...bootEntry(2), pinned: true },
      otherDeployments: [bootEntry(3), null],
      readOnly: true,
    };
    const seen = read(host(status));
    expect(seen.booted).toMatchObject({
      backend: "composefs",
      composefs: { bootType: "Uki", bootloader: "systemd", missingVerityAllowed: true },
      image: { digest: digest(1), version: "44.1", createdMs: Date.parse("2026-08-19T00:00:00Z") },
    });
    expect(seen.staged).toMatchObject({ image: null, incompatible: true, backend: "ostree" });
    expect(seen.rollback).toMatchObject({ pinned: true, incompatible: false });
    expect(seen.others.map(({ image }) => image?.digest)).toEqual([digest(3)]);
    expect(seen.readOnly).toBe(true);
  });

  test.each([
    ["containerPolicy", true],
    ["insecure", false],
    [null, false],
    [undefined, false],
    [{ ostreeRemote: "fedora" }, false],
    [["of a later version"], false],
  ])("knows whether an image is held to policy.json: %j", (signature, isEnforced) => {
    const image = { image: "registry.example/desk/os:1", transport: "registry", signature };
    expect(read(host({ booted: bootEntry(1, { image }) })).booted?.image?.isEnforced).toBe(isEnforced);
  });

  test("tells what waits for the next boot, and what was only laid over /usr", () => {
    const status = {
      booted: bootEntry(1),
      staged: { ...bootEntry(2), downloadOnly: true, softRebootCapable: true },
      rollbackQueued: true,
      usrOverlay: { accessMode: "readWrite", persistence: "transient" },
    };
    const spec = { image: { image: "registry.example/desk/other:stable", transport: "registry" } };
    const seen = read(host(status, { spec }));
    expect(seen).toMatchObject({
      rollbackQueued: true,
      usrOverlay: { isWritable: true, isPersistent: false },
      wantedReference: { text: "registry.example/desk/other:stable" },
      booted: { downloadOnly: false, softRebootCapable: false },
      staged: { downloadOnly: true, softRebootCapable: true },
    });
    expect(read(host({ booted: bootEntry(1) }, { spec: { bootOrder: "rollback" } })).rollbackQueued).toBe(true);
    expect(read(host({ booted: bootEntry(1), rollbackQueued: null }))).toMatchObject({
      rollbackQueued: false,
      usrOverlay: null,
      wantedReference: null,
    });
  });

  test("passes over what later versions may add or change", () => {
    const booted = { ...bootEntry(1), composefs: { verity: 1 }, ostree: "?", store: "new" };
    const status = { booted, type: "somethingNew", usrOverlay: 3, rollbackQueued: "no" };
    expect(read(host(status, { spec: { image: 1, bootOrder: 2 } }))).toMatchObject({
      bootedDigest: digest(1),
      usrOverlay: null,
      rollbackQueued: false,
    });
  });

  test("accepts an entry of the first versions, which had no architecture", () => {
    expect(read(host({ booted: bootEntry(1, { architecture: undefined }) })).architecture).toBeNull();
  });

  test.each([
    { title: "another kind of document", document: host(null, { kind: "Pod" }), member: "kind" },
    { title: "a later version", document: host(null, { apiVersion: "org.containers.bootc/v2" }), member: "apiVersion" },
    { title: "no version", document: { kind: "BootcHost" }, member: "apiVersion" },
    {
      title: "a wrong digest",
      document: host({ booted: bootEntry(1, { imageDigest: "sha256:1" }) }),
      member: "status.booted.image.imageDigest",
    },
    {
      title: "no digest",
      document: host({ booted: bootEntry(1, { imageDigest: undefined }) }),
      member: "status.booted.image.imageDigest",
    },
    {
      title: "a wrong architecture",
      document: host({ booted: bootEntry(1, { architecture: "../x" }) }),
      member: "status.booted.image.architecture",
    },
    {
      title: "a wrong entry",
      document: host({ otherDeployments: [bootEntry(1, { image: 3 })] }),
      member: "status.otherDeployments.0.image.image",
    },
    { title: "text", document: "BootcHost", member: "" },
    { title: "a list", document: [], member: "" },
  ])("refuses $title and names the member", ({ document, member }) => {
    const answer = hostOf(document);
    expect(answer.outcome === "invalid" ? dotted(answer.path) : answer.outcome).toBe(member);
  });

  test("refuses a document that is too deep or too large before reading it", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`);
    expect(hostOf(host({ booted: deep }))).toMatchObject({
      outcome: "invalid",
      reason: expect.stringContaining("deeper"),
    });
    const large = Array.from({ length: 200_001 }, () => 0);
    expect(hostOf(host({ otherDeployments: large }))).toMatchObject({
      outcome: "invalid",
      reason: expect.stringContaining("values"),
    });
  });

  test("never throws, whatever the document", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (status, entry) => {
        expect(["host", "invalid"]).toContain(hostOf(host(status as object)).outcome);
        expect(["host", "invalid"]).toContain(hostOf(host({ booted: entry })).outcome);
        expect(["host", "invalid"]).toContain(hostOf(status).outcome);
      }),
    );
  });
});

describe("bootc's own examples", () => {
  const folder = join(process.env.SIGNALBOX_TEST_DATA ?? "", "bootc/status");
  const names = process.env.SIGNALBOX_TEST_DATA !== undefined && existsSync(folder) ? readdirSync(folder) : [];

  /** As serde reads it for bootc: a version is text, though YAML would take it for a number; tags name enum variants. */
  function readExample(name: string): unknown {
    const text = readFileSync(join(folder, name), "utf8").replace(/version: ([0-9.]+)$/gm, 'version: "$1"');
    const ostreeRemote = { tag: "!ostreeRemote", resolve: (remote: string) => ({ ostreeRemote: remote }) };
    return name.endsWith(".json") ? JSON.parse(text) : parse(text, { customTags: [ostreeRemote] });
  }

  test("are there", ({ skip }) => {
    skip(names.length === 0, "SIGNALBOX_TEST_DATA names no folder with bootc/status");
    expect(names.length).toBeGreaterThan(10);
  });

  test.each(names)("%s is understood", (name) => {
    const document = readExample(name) as { status: { booted: ReturnType<typeof bootEntry> | null } };
    const booted = document.status.booted?.image ?? null;
    const answer = read(document);
    expect(answer.bootedDigest).toBe(booted?.imageDigest ?? null);
    if (booted !== null) expect(answer.architecture).toBe(booted.architecture);
    const isFromRegistry = booted?.image.transport === "registry";
    expect(answer.bootedReference?.text ?? null).toBe(isFromRegistry ? booted.image.image : null);
  });

  test.each(names)("%s keeps what was changed, pinned and deployed how", (name) => {
    type Entry = { incompatible: boolean; pinned: boolean; ostree?: object | null; image: unknown } | null | undefined;
    type Status = { booted: Entry; staged?: Entry; rollback: Entry; otherDeployments?: Entry[] };
    const { status } = readExample(name) as { status: Status };
    const seen = read(readExample(name));
    const expected = (entry: Entry) =>
      entry == null
        ? null
        : expect.objectContaining({
            incompatible: entry.incompatible,
            pinned: entry.pinned,
            backend: entry.ostree == null ? null : "ostree",
            image: entry.image == null ? null : expect.anything(),
          });
    expect([seen.booted, seen.staged, seen.rollback]).toEqual(
      [status.booted, status.staged, status.rollback].map(expected),
    );
    expect(seen.others).toEqual((status.otherDeployments ?? []).map(expected));
  });

  test("have the members that are read here, by bootc's own schema", ({ skip }) => {
    const file = join(process.env.SIGNALBOX_TEST_DATA ?? "", "bootc/host-v1.schema.json");
    skip(!existsSync(file), "SIGNALBOX_TEST_DATA names no folder with bootc/host-v1.schema.json");
    const { $defs } = JSON.parse(readFileSync(file, "utf8"));
    const membersOf = (definition: string) => Object.keys($defs[definition].properties);
    expect(membersOf("HostStatus")).toEqual(
      expect.arrayContaining([
        ...["booted", "staged", "rollback", "otherDeployments", "readOnly"],
        ...["rollbackQueued", "usrOverlay"],
      ]),
    );
    expect(membersOf("BootEntry")).toEqual(
      expect.arrayContaining(["image", "incompatible", "pinned", "ostree", "composefs"]),
    );
    expect(membersOf("BootEntryComposefs")).toEqual(
      expect.arrayContaining(["bootType", "bootloader", "missingVerityAllowed"]),
    );
    expect(membersOf("ImageStatus")).toEqual(
      expect.arrayContaining(["image", "imageDigest", "architecture", "version", "timestamp"]),
    );
    const loaders = $defs.Bootloader.oneOf.map((each: { const: string }) => each.const);
    expect(loaders).toEqual(["grub", "grub-cc", "systemd", "none"]);
  });
});
