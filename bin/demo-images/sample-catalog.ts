// The sample catalog: which made-up images the demo's registries hold.
import { type Build, type Built, buildArtifact, buildImage, type Platform } from "./image.ts";

/** Tags of one repository, by its whole name. */
export type SampleRepository = { readonly name: string; readonly tags: Readonly<Record<string, Built>> };

const amd64: Platform = { architecture: "amd64" };
const amd64v3: Platform = { architecture: "amd64", variant: "v3" };
const arm64: Platform = { architecture: "arm64" };

type Release = { readonly version: string; readonly day: string; readonly kernel: string };
const releases = {
  "41": { version: "41.20251124.0", day: "2025-11-24", kernel: "6.14.11-300.fd41" },
  "42": { version: "42.20261102.0", day: "2026-11-02", kernel: "6.17.8-200.fd42" },
  "43": { version: "43.20261116.0", day: "2026-11-16", kernel: "7.1.4-200.fd43" },
  next: { version: "43.20261119.1", day: "2026-11-19", kernel: "7.2.0-100.fd43" },
} satisfies Record<string, Release>;

const note = "A made-up image of Signalbox's sample catalog.";

/** The chunks of the base image; most change from release to release, the firmware does not. */
const baseLayers = (release: Release) => [
  "firmware",
  `kernel ${release.kernel}`,
  `userland ${release.version}`,
  `configuration ${release.version}`,
];

function base(release: Release): Build {
  return {
    title: "Foundry base (sample)",
    description: `${note} The base that the others are built on.`,
    version: release.version,
    created: `${release.day}T04:11:00Z`,
    kernel: release.kernel,
    platforms: [amd64, arm64],
    layers: baseLayers(release),
    baseLayers: 4,
    base: null,
    osRelease: { id: "foundry", versionId: release.version.slice(0, 2) },
  };
}

function derived(
  release: Release,
  of: Pick<Build, "title" | "description" | "platforms"> & Partial<Build>,
  layers: readonly string[],
): Build {
  return {
    ...base(release),
    created: `${release.day}T06:30:00Z`,
    ...of,
    description: `${note} ${of.description}`,
    layers: [...baseLayers(release), ...layers],
    base: {
      name: `demo.example/foundry/base:${release.version.slice(0, 2)}`,
      digest: buildImage(base(release)).top.digest,
    },
  };
}

const gnome = (release: Release) =>
  derived(
    release,
    { title: "Foundry Desktop GNOME (sample)", description: "A desktop with GNOME.", platforms: [amd64] },
    ["graphics", `gnome ${release.version}`],
  );

const plasma = (release: Release) =>
  derived(
    release,
    { title: "Foundry Desktop KDE (sample)", description: "A desktop with KDE Plasma.", platforms: [amd64] },
    ["graphics", `plasma ${release.version}`],
  );

const server = (release: Release) =>
  derived(
    release,
    { title: "Foundry Server (sample)", description: "A small host for containers.", platforms: [amd64, arm64] },
    [`podman ${release.version}`],
  );

function arcade(release: Release, nvidia: boolean): Build {
  const title = nvidia ? "Arcade with NVIDIA drivers (sample)" : "Arcade (sample)";
  return derived(
    release,
    {
      title,
      description: "A gaming remix with KDE Plasma.",
      platforms: [amd64],
      osRelease: { id: "arcade", versionId: release.version.slice(0, 2) },
      labels: {
        "io.artifacthub.package.keywords": "bootc,gaming,sample",
        "io.artifacthub.package.license": "Apache-2.0",
      },
    },
    ["graphics", `plasma ${release.version}`, `games ${release.version}`, ...(nvidia ? ["nvidia-open 610.12"] : [])],
  );
}

const atelier = (desktop: string) =>
  derived(
    releases["43"],
    {
      title: `Atelier ${desktop} (sample)`,
      description: "One repository, its desktop in the tag.",
      platforms: [amd64, amd64v3, arm64],
      osRelease: { id: "atelier", versionId: "43" },
    },
    ["graphics", `${desktop} for atelier`],
  );

const single = (title: string, description: string, release: Release, platform: Platform, layers: readonly string[]) =>
  derived(release, { title, description, platforms: [platform], single: true }, layers);

export function sampleCatalog(): readonly SampleRepository[] {
  const { next } = releases;
  const [r41, r42, r43] = [releases["41"], releases["42"], releases["43"]];
  const base43 = buildImage(base(r43));
  const kde43 = buildImage(plasma(r43));
  const gnome43 = buildImage(gnome(r43));
  return [
    {
      name: "demo.example/foundry/base",
      tags: {
        "41": buildImage(base(r41)),
        "42": buildImage(base(r42)),
        "43": base43,
        latest: base43,
        "43-disk.qcow2": buildArtifact("application/vnd.qemu.disk.qcow2", "foundry-base-43.qcow2"),
      },
    },
    { name: "mirror.example/base", tags: { "43": base43 } },
    {
      name: "demo.example/foundry/server",
      tags: { stable: buildImage(server(r43)), testing: buildImage(server(next)) },
    },
    {
      name: "demo.example/foundry/desktop-gnome",
      tags: { "42": buildImage(gnome(r42)), "43": gnome43, latest: gnome43 },
    },
    { name: "demo.example/foundry/desktop-kde", tags: { "43": kde43, latest: kde43 } },
    {
      name: "demo.example/foundry/edge",
      tags: {
        "43": buildImage(
          derived(
            r43,
            { title: "Foundry Edge (sample)", description: "For small ARM computers alone.", platforms: [arm64] },
            ["greenboot"],
          ),
        ),
      },
    },
    {
      name: "demo.example/community/arcade",
      tags: { stable: buildImage(arcade(r43, false)), testing: buildImage(arcade(next, false)) },
    },
    { name: "demo.example/community/arcade-nvidia-open", tags: { stable: buildImage(arcade(r43, true)) } },
    {
      name: "demo.example/community/atelier",
      tags: { cosmic: buildImage(atelier("cosmic")), gnome: buildImage(atelier("gnome")) },
    },
    {
      name: "demo.example/community/retro",
      tags: {
        latest: buildImage(
          single("Retro (sample)", "Built on a release that has ended; arcade took its place.", r41, amd64, ["retro"]),
        ),
      },
    },
    {
      name: "demo.example/community/pocket",
      tags: {
        "43": buildImage(single("Pocket (sample)", "For telephones.", r43, arm64, ["graphics", "phosh", "modem"])),
      },
    },
    {
      name: "demo.example/community/toolbox",
      tags: {
        latest: buildImage({
          ...single("Toolbox (sample)", "An ordinary container: no host can boot it.", r43, amd64, ["tools"]),
          ordinary: true,
        }),
      },
    },
  ];
}
