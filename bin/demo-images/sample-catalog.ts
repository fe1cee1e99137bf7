// The sample catalog: which made-up images the demo's registries hold.
import { bundlesOf } from "./bundle-image.ts";
import { type Build, type Built, buildArtifact, buildImage, type Platform } from "./image.ts";
import { type Signing, signaturesOf } from "./sign-image.ts";

/** Tags of one repository, by its whole name, and what refers to their images without a tag. */
export type SampleRepository = {
  readonly name: string;
  readonly tags: Readonly<Record<string, Built>>;
  readonly referrers?: readonly Built[];
};

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

/** The tags with the signatures of what they name, by one signer, who is right unless something else is said. */
function signed(
  name: string,
  tags: SampleRepository["tags"],
  signing: Omit<Signing, "repository"> & Partial<Signing>,
): SampleRepository {
  const signatures = Object.values(tags).map((image) => signaturesOf(image, { repository: name, ...signing }));
  return { name, tags: { ...tags, ...Object.assign({}, ...signatures) } };
}

export function sampleCatalog(): readonly SampleRepository[] {
  const { next } = releases;
  const [r41, r42, r43] = [releases["41"], releases["42"], releases["43"]];
  const base43 = buildImage(base(r43));
  const kde43 = buildImage(plasma(r43));
  const gnome43 = buildImage(gnome(r43));
  const foundry = { by: "foundry-2026" };
  const disk = buildArtifact("application/vnd.qemu.disk.qcow2", "foundry-base-43.qcow2");
  const bases = { "41": buildImage(base(r41)), "42": buildImage(base(r42)), "43": base43, latest: base43 };
  const signedBase = signed("demo.example/foundry/base", bases, foundry);
  const stableServer = buildImage(server(r43));
  const servers = { stable: stableServer, testing: buildImage(server(next)) };
  const signedServer = signed("demo.example/foundry/server", servers, foundry);
  const retro = buildImage(
    single("Retro (sample)", "Built on a release that has ended; arcade took its place.", r41, amd64, ["retro"]),
  );
  const edge = derived(
    r43,
    { title: "Foundry Edge (sample)", description: "For small ARM computers alone.", platforms: [arm64] },
    ["greenboot"],
  );
  const pocket = single("Pocket (sample)", "For telephones.", r43, arm64, ["graphics", "phosh", "modem"]);
  const toolbox = {
    ...single("Toolbox (sample)", "An ordinary container: no host can boot it.", r43, amd64, ["tools"]),
    ordinary: true,
  };
  const arcades = signed(
    "demo.example/community/arcade",
    { stable: buildImage(arcade(r43, false)) },
    { by: "arcade-2026" },
  );
  return [
    { ...signedBase, tags: { ...signedBase.tags, "43-disk.qcow2": disk } },
    // A mirror has the signatures of what it mirrors.
    signed("mirror.example/base", { "43": base43 }, { ...foundry, repository: signedBase.name }),
    // Its pipeline writes both forms of a signature: the tags of cosign 2, and the bundles of cosign 3.
    { ...signedServer, referrers: bundlesOf(stableServer, foundry.by) },
    signed(
      "demo.example/foundry/desktop-gnome",
      { "42": buildImage(gnome(r42)), "43": gnome43, latest: gnome43 },
      foundry,
    ),
    { name: "demo.example/foundry/desktop-kde", tags: { "43": kde43, latest: kde43 } },
    { name: "demo.example/foundry/edge", tags: { "43": buildImage(edge) } },
    // Its pipeline has not signed what is being tested.
    { ...arcades, tags: { ...arcades.tags, testing: buildImage(arcade(next, false)) } },
    // Still signed with the key that was stolen.
    signed(
      "demo.example/community/arcade-nvidia-open",
      { stable: buildImage(arcade(r43, true)) },
      { by: "arcade-2025" },
    ),
    signed(
      "demo.example/community/atelier",
      { cosmic: buildImage(atelier("cosmic")), gnome: buildImage(atelier("gnome")) },
      { by: "atelier", loggedAtMs: Date.UTC(2026, 10, 16, 7) },
    ),
    { name: "demo.example/community/retro", tags: { latest: retro } },
    // A signature that its key made of something else.
    signed("demo.example/community/pocket", { "43": buildImage(pocket) }, { by: "pocket-2026", of: retro }),
    signed("demo.example/community/toolbox", { latest: buildImage(toolbox) }, { by: "toolbox" }),
  ];
}
