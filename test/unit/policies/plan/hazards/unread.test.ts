// What cannot be known: a hazard says so, with a reason, and asks a host for nothing that it has sent and that tells no more.
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../../policies/plan/make-plan.ts";
import { planRequestOf } from "../../../../../policies/plan/plan-request.ts";
import type { HazardId } from "../../../../../policies/plan/switch-plan.ts";
import { facts as imageFacts, input, single, tag } from "../plan-builders.ts";

type Case = {
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly host?: object;
  readonly kernel?: string | null;
  readonly variant?: string | null;
  readonly distribution?: string;
};

/** The hazard as a plan of a remix of Fedora 44 has it, for a host that says this. */
function judged(id: HazardId, { facets = {}, facts, host, distribution = "fedora", ...image }: Case) {
  const { kernel = "7.2.0-1.fc44.x86_64", variant = null } = image;
  const target = "registry.example/desk/os:stable";
  const parsed = planRequestOf({ target, arch: "amd64", facts, host }, { verbose: true });
  if (parsed.outcome === "refused") throw new Error(parsed.reason);
  const asked = input({
    repository: { distribution },
    tag: tag({ facets }),
    image: single({ facts: imageFacts({ kernel, variant }) }),
  });
  const hazard = makePlan({ ...asked, request: parsed.request }).plan.hazards.find((each) => each.id === id);
  return { status: hazard?.status, advice: hazard?.advice ?? "", needs: hazard?.needs.map(({ fact }) => fact) };
}

const composefs = (missingVerityAllowed: boolean) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  status: { booted: { image: null, composefs: { verity: "0", bootType: "Bls", missingVerityAllowed } } },
});

describe("an os-release that was sent", () => {
  test.each<{ title: string; id: HazardId; about: Case; says: string; needs: readonly string[] }>([
    {
      title: "names no release",
      id: "downgrade",
      about: { facts: { osRelease: { id: "fedora", versionId: "rawhide" } } },
      says: 'The VERSION_ID of the host\'s os-release, "rawhide", names no release by a number.',
      needs: ["host"],
    },
    {
      title: "has no release",
      id: "downgrade",
      about: { facts: { osRelease: { id: "fedora" } } },
      says: "is not known",
      needs: ["osRelease"],
    },
    {
      title: "has a release, and does not say of what",
      id: "downgrade",
      about: { facts: { osRelease: { versionId: "44" } } },
      says: "is not known",
      needs: ["osRelease"],
    },
    {
      title: "contradicts the image",
      id: "downgrade",
      about: { facts: { osRelease: { id: "fedora", versionId: "43" }, imageInfo: { "fedora-version": "44" } } },
      says: "ask again with what it runs now",
      needs: ["host", "osRelease"],
    },
    {
      title: "is of no family",
      id: "distribution-family-change",
      about: { facts: { osRelease: { id: "mine" } }, distribution: "debian" },
      says: 'The ID of the host\'s os-release, "mine", is of no family that is known here.',
      needs: [],
    },
    {
      title: "tells of no boot loader",
      id: "secure-boot-key",
      about: {
        facets: { "secure-boot": ["distribution"] },
        facts: { secureBoot: true, osRelease: { id: "mine" } },
      },
      says: "The ID of the host's os-release, \"mine\", does not tell which distribution's boot loader the host has.",
      needs: [],
    },
  ])("$title: $id", ({ id, about, says, needs }) => {
    expect(judged(id, about)).toEqual({ status: "unknown", advice: expect.stringContaining(says), needs });
  });
});

describe("a fact that was sent and says something else", () => {
  const since = "1.16.4";
  test.each<{ title: string; id: HazardId; about: Case; says: string; needs: readonly string[] }>([
    {
      title: "fingerprints of another algorithm",
      id: "secure-boot-key",
      about: {
        facets: { "secure-boot": ["ab".repeat(32)] },
        facts: { secureBoot: true, enrolledKeys: ["cd".repeat(20)] },
      },
      says: "are not SHA-256",
      needs: ["enrolledKeys"],
    },
    {
      title: "a version that is none",
      id: "composefs-digest",
      about: {
        facets: { backend: ["composefs"] },
        facts: { clientVersions: { bootc: "newest" } },
        host: composefs(false),
      },
      says: `Since bootc ${since}`,
      needs: ["clientVersions"],
    },
    {
      title: "a level that is none",
      id: "architecture-mismatch",
      about: { facts: { architectureVariant: "x86_64-znver4" }, variant: "v3" },
      says: 'The host says "x86_64-znver4", which names no such level.',
      needs: ["architectureVariant"],
    },
    {
      title: "graphics of a maker that nobody knows",
      id: "hardware-variant",
      about: { facets: { hardware: ["nvidia-open"] }, facts: { gpu: [{ vendor: "Example Graphics" }] } },
      says: 'Who makes the graphics that the host calls "example graphics" is not known here.',
      needs: ["gpu"],
    },
    {
      title: "a generation that is none",
      id: "hardware-variant",
      about: { facets: { hardware: ["nvidia-open"] }, facts: { gpu: [{ vendor: "nvidia", generation: "RTX 30" }] } },
      says: 'The host says that its generation is "rtx 30", which is none that is known here',
      needs: ["gpu"],
    },
    {
      title: "what lies over the file system",
      id: "filesystem-unsupported",
      about: { facts: { filesystem: "overlay" }, kernel: "6.12.0-1.el10.x86_64" },
      says: '"overlay" lies over the file system of the host',
      needs: ["filesystem"],
    },
  ])("$title: $id", ({ id, about, says, needs }) => {
    expect(judged(id, about)).toEqual({ status: "unknown", advice: expect.stringContaining(says), needs });
  });

  test("names the version that says nothing", () => {
    const about = { facets: { backend: ["composefs"] }, facts: { clientVersions: { bootc: "newest" } } };
    expect(judged("composefs-digest", { ...about, host: composefs(false) }).advice).toContain(
      'The host says that its bootc is "newest", which names no version.',
    );
  });
});

describe("the generation of a card", () => {
  const open = { hardware: ["nvidia-open"] };
  const closed = { hardware: ["nvidia"] };
  const card = (generation: string) => ({ gpu: [{ vendor: "nvidia", generation }] });
  test.each([
    { generation: "Turing", facets: open, is: "absent" },
    { generation: "NVIDIA Turing", facets: open, is: "absent" },
    { generation: "Turing (TU116)", facets: open, is: "absent" },
    { generation: "Pascal (GP104)", facets: open, is: "present" },
    { generation: "Pascal", facets: closed, is: "absent" },
    { generation: "Ada Lovelace", facets: open, is: "absent" },
    // Newer ones than the word are meant too: the closed modules may not drive them.
    { generation: "Turing or later", facets: closed, is: "unknown" },
    { generation: "not Pascal", facets: open, is: "unknown" },
    { generation: "", facets: open, is: "unknown" },
  ])("$generation on $facets.hardware is $is", ({ generation, facets, is }) => {
    expect(judged("hardware-variant", { facets, facts: card(generation) }).status).toBe(is);
  });

  test.each(["turing", "pascal"])("does not tell whether a build of another kind drives %s", (generation) => {
    const about = { facets: { hardware: ["nvidia-legacy"] }, facts: card(generation) };
    expect(judged("hardware-variant", about)).toEqual({
      status: "unknown",
      advice: expect.stringContaining("nvidia-legacy"),
      needs: [],
    });
  });
});

describe("the file system of a host", () => {
  const [plain, sealed] = [{ backend: ["ostree"] }, { backend: ["composefs"] }];
  const fedora = "7.2.0-1.fc44.x86_64";
  const el = "6.12.0-1.el10.x86_64";
  const strange = "6.18.0-arch1-1";
  const [arch, own] = ["arch", undefined];
  test.each([
    { title: "XFS, and an image that is not sealed", filesystem: "xfs", facets: plain, kernel: fedora, is: "absent" },
    { title: "XFS, and an image that is", filesystem: "xfs", facets: sealed, kernel: fedora, is: "present" },
    { title: "XFS, and nobody says whether it is", filesystem: "xfs", facets: {}, kernel: fedora, is: "unknown" },
    { title: "XFS, nobody says, and EL's kernel", filesystem: "xfs", facets: {}, kernel: el, is: "unknown" },
    {
      title: "XFS, and a host that does without",
      filesystem: "xfs",
      facets: {},
      kernel: fedora,
      lacks: true,
      is: "absent",
    },
    { title: "ext4, and nobody says", filesystem: "ext4", facets: {}, kernel: fedora, is: "absent" },
    { title: "btrfs, nobody says, and EL's kernel", filesystem: "btrfs", facets: {}, kernel: el, is: "present" },
    { title: "btrfs, sealed, and EL's kernel", filesystem: "btrfs", facets: sealed, kernel: el, is: "present" },
    {
      title: "btrfs, sealed, and a strange kernel",
      filesystem: "btrfs",
      facets: sealed,
      kernel: strange,
      of: arch,
      is: "unknown",
    },
    {
      title: "XFS, sealed, and a strange kernel",
      filesystem: "xfs",
      facets: sealed,
      kernel: strange,
      of: arch,
      is: "present",
    },
    {
      title: "ext4, and a strange kernel",
      filesystem: "ext4",
      facets: plain,
      kernel: strange,
      of: arch,
      is: "unknown",
    },
    { title: "not said, and nobody says", filesystem: null, facets: {}, kernel: fedora, of: own, is: "unknown" },
    {
      title: "not said, and an image that is not sealed",
      filesystem: null,
      facets: plain,
      kernel: fedora,
      is: "absent",
    },
  ])("$title: $is", ({ filesystem, facets, kernel, is, lacks = false, of = "fedora" }) => {
    const host = lacks ? { host: composefs(true) } : {};
    const seen = judged("filesystem-unsupported", { facets, facts: { filesystem }, kernel, distribution: of, ...host });
    expect(seen.status).toBe(is);
    if (is === "unknown") {
      expect(seen.advice).toMatch(/is not known/);
      expect(seen.needs).toEqual(filesystem === null ? ["filesystem"] : []);
    }
  });
});
