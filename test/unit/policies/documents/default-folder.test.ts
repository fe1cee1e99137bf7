// The default folder: that it is right, covers the landscape, and claims nothing that nobody has seen.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isFollowed } from "../../../../policies/documents/channels.ts";
import { facetsOf } from "../../../../policies/documents/facets-of.ts";
import { formatMistakes } from "../../../../policies/documents/format-mistakes.ts";
import { loadFolder } from "../../../../policies/documents/load-folder.ts";
import { visibilityOf } from "../../../../policies/documents/registry-document.ts";
import { fateOf } from "../../../../policies/documents/repository-fate.ts";
import { sourceOf } from "../../../../policies/documents/source-of.ts";
import { trustPolicyFor } from "../../../../policies/documents/trust-policy-for.ts";
import { uses } from "../../../../policies/documents/vocabulary.ts";

const loaded = await loadFolder(fileURLToPath(new URL("../../../../policies/default", import.meta.url)));
if (loaded.outcome === "refused") throw new Error(formatMistakes(loaded.mistakes));
const { set } = loaded;

function combined(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (names, part) => names.flatMap((name) => part.map((each) => name + each)),
    [""],
  );
}

test("it has no mistake and nothing to note", () => {
  expect(formatMistakes(loaded.notes)).toBe("");
});

describe("the landscape", () => {
  test.each<[string, readonly string[], { kind: string; official: boolean; channels: readonly string[] }]>([
    [
      "Fedora base images",
      ["quay.io/fedora/fedora-bootc"],
      { kind: "base", official: true, channels: ["42", "43", "44", "rawhide", "latest"] },
    ],
    [
      "their development builds",
      combined(
        ["quay.io/bootc-devel/fedora-bootc-"],
        ["42", "43", "44", "eln"],
        ["-minimal", "-minimal-plus", "-standard"],
      ),
      { kind: "base", official: false, channels: ["latest"] },
    ],
    ["Fedora ELN", ["quay.io/fedora/eln-bootc"], { kind: "base", official: true, channels: ["latest"] }],
    [
      "Fedora CoreOS",
      ["quay.io/fedora/fedora-coreos"],
      { kind: "edition", official: true, channels: ["stable", "testing", "next"] },
    ],
    ["Fedora IoT", ["quay.io/fedora/fedora-iot"], { kind: "edition", official: true, channels: ["44"] }],
    [
      "the Atomic desktops",
      combined(["quay.io/fedora/fedora-"], ["silverblue", "kinoite"]),
      { kind: "edition", official: true, channels: ["43", "44"] },
    ],
    [
      "the Atomic spins",
      combined(["quay.io/fedora/fedora-"], ["sway-atomic", "budgie-atomic"]),
      { kind: "spin", official: true, channels: ["43", "44"] },
    ],
    [
      "the desktops' own builds",
      combined(["quay.io/fedora-ostree-desktops/"], ["base-atomic", "silverblue", "kinoite", "sway-atomic"]),
      { kind: "spin", official: false, channels: ["43", "44"] },
    ],
    [
      "the sealed desktops",
      combined(["quay.io/fedora-atomic-desktops-sealed/"], ["silverblue", "kinoite"]),
      { kind: "spin", official: false, channels: ["44"] },
    ],
    [
      "Hummingbird",
      ["quay.io/hummingbird-community/bootc-os"],
      { kind: "base", official: false, channels: ["latest"] },
    ],
    [
      "CentOS Stream",
      ["quay.io/centos-bootc/centos-bootc"],
      { kind: "base", official: true, channels: ["stream9", "stream10"] },
    ],
    [
      "Red Hat Enterprise Linux 9",
      ["registry.redhat.io/rhel9/rhel-bootc"],
      { kind: "base", official: true, channels: ["9.4", "9.8", "latest"] },
    ],
    [
      "Red Hat Enterprise Linux 10",
      ["registry.redhat.io/rhel10/rhel-bootc"],
      { kind: "base", official: true, channels: ["10.0", "10.2", "latest"] },
    ],
    [
      "AlmaLinux base images",
      ["quay.io/almalinuxorg/almalinux-bootc"],
      { kind: "base", official: true, channels: ["10", "10-kitten"] },
    ],
    [
      "AlmaLinux desktops",
      combined(["quay.io/almalinuxorg/atomic-desktop-"], ["gnome", "kde", "cosmic"]),
      { kind: "spin", official: true, channels: ["latest"] },
    ],
    [
      "Universal Blue's base images",
      combined(["ghcr.io/ublue-os/"], ["base", "silverblue", "kinoite"], ["-main", "-nvidia"]),
      { kind: "base", official: false, channels: ["latest", "gts", "beta", "43", "44"] },
    ],
    [
      "Bazzite",
      combined(
        ["ghcr.io/ublue-os/bazzite"],
        [
          "",
          "-gnome",
          "-deck",
          "-deck-gnome",
          "-deck-nvidia",
          "-deck-nvidia-gnome",
          "-nvidia",
          "-nvidia-open",
          "-gnome-nvidia",
          "-gnome-nvidia-open",
        ],
      ),
      { kind: "remix", official: false, channels: ["stable", "latest", "testing", "unstable", "stable-44"] },
    ],
    [
      "Bazzite DX",
      combined(["ghcr.io/ublue-os/bazzite-dx"], ["", "-gnome", "-nvidia", "-nvidia-gnome"]),
      { kind: "remix", official: false, channels: ["stable"] },
    ],
    [
      "Bluefin",
      combined(["ghcr.io/ublue-os/bluefin"], ["", "-dx"], ["", "-nvidia-open"]),
      {
        kind: "remix",
        official: false,
        channels: ["latest", "stable", "stable-daily", "beta", "lts", "lts-hwe", "lts-testing"],
      },
    ],
    ["Bluefin GDX", ["ghcr.io/ublue-os/bluefin-gdx"], { kind: "remix", official: false, channels: ["lts"] }],
    [
      "Project Bluefin",
      combined(["ghcr.io/projectbluefin/"], ["bluefin", "bluefin-lts", "dakota"]),
      { kind: "remix", official: false, channels: ["stable", "testing"] },
    ],
    [
      "Aurora",
      combined(["ghcr.io/ublue-os/aurora"], ["", "-dx"]),
      { kind: "remix", official: false, channels: ["stable", "latest"] },
    ],
    [
      "uCore",
      combined(["ghcr.io/ublue-os/"], ["fedora-coreos", "ucore", "ucore-hci", "ucore-minimal"]),
      { kind: "remix", official: false, channels: ["stable", "testing", "stable-nvidia"] },
    ],
    [
      "secureblue",
      combined(
        ["ghcr.io/secureblue/"],
        ["silverblue", "kinoite", "securecore"],
        ["-main", "-nvidia", "-nvidia-open"],
        ["-hardened"],
      ),
      { kind: "remix", official: false, channels: ["latest"] },
    ],
    [
      "wayblue",
      combined(
        ["ghcr.io/wayblueorg/"],
        ["wayfire", "sway", "hyprland", "river"],
        ["", "-nvidia", "-nvidia-open"],
        ["", "-gdm"],
      ),
      { kind: "remix", official: false, channels: ["latest"] },
    ],
    [
      "Zirconium",
      combined(["ghcr.io/zirconium-dev/zirconium"], ["", "-jackrabbit"], ["", "-nvidia"]),
      { kind: "remix", official: false, channels: ["latest"] },
    ],
    [
      "tunaOS",
      combined(
        ["ghcr.io/tuna-os/"],
        [
          "yellowfin",
          "albacore",
          "skipjack",
          "bonito",
          "hummingbird",
          "grouper",
          "gurnard",
          "marlin",
          "flounder",
          "sailfin",
          "guppy",
        ],
      ),
      { kind: "remix", official: false, channels: ["gnome", "gnome-hwe", "gnome-nvidia", "gnome-nvidia-hwe"] },
    ],
    [
      "bootcrew",
      combined(["ghcr.io/bootcrew/"], ["arch", "debian", "ubuntu", "opensuse", "gentoo"], ["-bootc"]),
      { kind: "base", official: false, channels: ["latest"] },
    ],
    ["HeliumOS", ["oci.heliumos.org/heliumos/bootc"], { kind: "edition", official: false, channels: ["10"] }],
    [
      "Pocketblue",
      combined(["quay.io/pocketblue/"], ["qualcomm-sdm845", "xiaomi-nabu"], ["-phosh", "-plasma-mobile"]),
      { kind: "remix", official: false, channels: ["44", "44-cosign"] },
    ],
    ["bOS", ["ghcr.io/bsherman/bos"], { kind: "remix", official: false, channels: ["bazzite", "ucore"] }],
  ])("%s", (_, repositories, { kind, official, channels }) => {
    for (const repository of repositories) {
      const claim = sourceOf(set, repository);
      expect({ repository, kind: claim?.source.kind, official: claim?.source.official, others: claim?.others }).toEqual(
        { repository, kind, official, others: [] },
      );
      const named = set.projects.find(({ repositories: own }) => Object.hasOwn(own, repository));
      if (named !== undefined) expect(claim?.source.project, repository).toBe(named.id);
      for (const channel of channels)
        expect(claim && isFollowed(claim.source, channel), `${repository}:${channel}`).toBe(true);
      for (const tag of ["44.20260416.0.qcow2", "pr-12", `sha256-${"a".repeat(64)}.sig`, "build-1"]) {
        expect(claim && isFollowed(claim.source, tag), `${repository}:${tag}`).toBe(false);
      }
    }
  });

  test("dated builds are known by name and not followed", () => {
    for (const [repository, tag] of [
      ["ghcr.io/ublue-os/bazzite", "stable-44.20260821"],
      ["ghcr.io/ublue-os/bluefin", "stable-20260821"],
      ["ghcr.io/tuna-os/yellowfin", "gnome-20260821"],
      ["ghcr.io/tuna-os/yellowfin", "gnome-nvidia-20260821"],
      ["registry.redhat.io/rhel9/rhel-bootc", "9.4-1724146000"],
    ] as const) {
      const claim = sourceOf(set, repository);
      expect(claim && isFollowed(claim.source, tag), `${repository}:${tag}`).toBe(false);
    }
  });
});

describe("facets", () => {
  test.each([
    ["ghcr.io/ublue-os/bazzite", "stable", { desktop: ["kde"], stream: ["stable"], use: ["gaming", "workstation"] }],
    [
      "ghcr.io/ublue-os/bazzite-deck-nvidia-gnome",
      "latest",
      { desktop: ["gnome"], hardware: ["deck", "nvidia-open"], stream: ["stable"] },
    ],
    ["ghcr.io/ublue-os/bazzite-deck", "testing", { desktop: ["kde"], hardware: ["deck"], stream: ["testing"] }],
    ["ghcr.io/ublue-os/bazzite-gnome-nvidia", "stable", { desktop: ["gnome"], hardware: ["nvidia"] }],
    ["ghcr.io/ublue-os/bazzite-gnome-nvidia-open", "stable", { hardware: ["nvidia-open"] }],
    ["ghcr.io/ublue-os/bazzite-dx", "stable", { use: ["gaming", "develop", "workstation"] }],
    [
      "ghcr.io/ublue-os/bluefin-dx-nvidia-open",
      "lts",
      { desktop: ["gnome"], hardware: ["nvidia-open"], stream: ["lts"], use: ["workstation", "develop"] },
    ],
    [
      "ghcr.io/ublue-os/ucore-hci",
      "stable-nvidia-lts",
      { desktop: ["none"], hardware: ["nvidia"], stream: ["stable"], use: ["container-host"] },
    ],
    [
      "ghcr.io/tuna-os/yellowfin",
      "gnome-nvidia-hwe",
      { desktop: ["gnome"], hardware: ["nvidia", "hwe"], use: ["workstation"] },
    ],
    ["ghcr.io/tuna-os/bonito", "kde-rawhide", { desktop: ["kde"], stream: ["rawhide"] }],
    ["ghcr.io/wayblueorg/river-nvidia-open-gdm", "latest", { desktop: ["river"], hardware: ["nvidia-open"] }],
    [
      "ghcr.io/secureblue/securecore-zfs-nvidia-hardened",
      "latest",
      { desktop: ["none"], hardware: ["nvidia"], use: ["container-host"] },
    ],
    ["quay.io/fedora/fedora-kinoite", "44", { desktop: ["kde"], use: ["workstation"] }],
    ["quay.io/fedora/fedora-bootc", "rawhide", { desktop: ["none"], stream: ["rawhide"] }],
    ["quay.io/pocketblue/qualcomm-sdm845-phosh", "44", { desktop: ["phosh"], hardware: ["qualcomm-sdm845"] }],
    ["ghcr.io/bsherman/bos", "ucore-hci-nvidia", { desktop: ["none"], hardware: ["nvidia"], use: ["container-host"] }],
  ])("%s:%s", (repository, tag, expected) => {
    const claim = sourceOf(set, repository);
    expect(claim && facetsOf(claim.source, repository.slice(repository.indexOf("/") + 1), tag)).toMatchObject(expected);
  });

  test("every use of the menu is offered by some source", () => {
    const offered = set.sources
      .flatMap((source) => [source.facets, ...source.facetPatterns.map((pattern) => pattern.set)])
      .flatMap(({ use }) => use ?? []);
    expect(uses.filter((use) => !offered.includes(use))).toEqual([]);
  });
});

describe("trust", () => {
  test.each([
    ["ghcr.io/ublue-os/bazzite", "universal-blue"],
    ["ghcr.io/projectbluefin/bluefin", "project-bluefin"],
    ["quay.io/fedora/fedora-coreos", "fedora-coreos"],
    ["registry.redhat.io/rhel9/rhel-bootc", "red-hat-9"],
    ["registry.redhat.io/rhel10/rhel-bootc", "red-hat-10"],
    ["quay.io/almalinuxorg/almalinux-bootc", "almalinux-bootc"],
    ["quay.io/almalinuxorg/atomic-desktop-kde", "almalinux-atomic"],
    ["ghcr.io/secureblue/silverblue-main-hardened", "secureblue"],
    ["ghcr.io/zirconium-dev/zirconium", "zirconium"],
    ["ghcr.io/tuna-os/yellowfin", "tuna-os"],
    ["quay.io/fedora/fedora-bootc", undefined],
    ["quay.io/centos-bootc/centos-bootc", undefined],
  ])("%s is signed as %s says", (repository, id) => {
    expect(trustPolicyFor(set, repository)?.policy.id).toBe(id);
  });

  test("no policy speaks for what no source declares", () => {
    const names = set.sources.flatMap(({ registry, namespace, repositories }) =>
      [...(repositories ?? []), ...(namespace === undefined ? [] : [namespace])].map((path) => `${registry}/${path}`),
    );
    for (const scope of set.trust.flatMap(({ scopes }) => scopes)) {
      expect(
        names.some((name) => name === scope || name.startsWith(`${scope}/`)),
        scope,
      ).toBe(true);
    }
  });
});

test("what nobody has seen is unconfirmed and says where it was read; no key stands for itself", () => {
  const claims = [...set.sources, ...set.projects, ...set.trust.flatMap(({ signers }) => signers)];
  expect(claims.filter(({ confirmed, evidence }) => confirmed || evidence === undefined)).toEqual([]);
  expect(set.releases.filter(({ confirmed }) => confirmed)).toEqual([]);
});

test("only a distribution's own images are official", () => {
  const official = set.sources
    .filter((source) => source.official)
    .map(({ registry, repositories }) => repositories?.map((path) => `${registry}/${path}`));
  for (const repository of official.flat()) {
    expect(repository).toMatch(
      /^(?:quay\.io\/(?:fedora|centos-bootc|almalinuxorg)|registry\.redhat\.io\/rhel(?:9|10))\//,
    );
  }
});

test("what needs an account is private, and moved repositories say where to", () => {
  const redHat = set.registries.find(({ host }) => host === "registry.redhat.io");
  expect(redHat && visibilityOf(redHat)).toBe("private");
  expect(fateOf(set, "ghcr.io/ublue-os/bluefin", Date.parse("2026-11-20"))).toEqual({
    deprecatedOn: null,
    deprecated: false,
    successor: "ghcr.io/projectbluefin/bluefin",
  });
});

test("a stranger computes the folder's digest again from what is shown", () => {
  const canonical = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    return `{${Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
      .join()}}`;
  };
  const sha256 = (bytes: string | Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const shown = JSON.parse(JSON.stringify(set)) as typeof set;
  const { registries, sources, trust, projects, releases, files } = shown;
  const documents = [...registries, ...sources, ...trust, ...projects, ...releases].map(canonical).toSorted();
  const digests = Object.fromEntries(
    Object.entries(files).map(([name, { content, encoding }]) => [name, sha256(Buffer.from(content, encoding))]),
  );
  expect(sha256(`{"documents":[${documents.join()}],"files":${canonical(digests)}}`)).toBe(shown.digest);
});
