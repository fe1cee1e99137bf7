// Plan requests: references in every spelling, the architecture from who knows it best, refusals that name the member.
import { describe, expect, test } from "vitest";
import { heldDigests } from "../../../../policies/plan/host-state.ts";
import { type AskedPlan, planRequestOf } from "../../../../policies/plan/plan-request.ts";
import { dotted } from "../../../../policies/plan/wrong-member.ts";
import { digest } from "./plan-builders.ts";

const target = "registry.example/desk/os:stable";

const host = (architecture: string | null, imageDigest: unknown = digest(1)) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  status: { booted: { image: { image: { image: target, transport: "registry" }, imageDigest, architecture } } },
});

function request(asked: AskedPlan, query: Parameters<typeof planRequestOf>[1] = {}) {
  const answer = planRequestOf(asked, query);
  if (answer.outcome === "refused") throw new Error(`${dotted(answer.path)}: ${answer.reason}`);
  return answer.request;
}

describe("planRequestOf", () => {
  test("gives the question in normal form", () => {
    expect(request({ target: "ostree-image-signed:docker://Registry.Example/desk/os", arch: "x86_64" })).toEqual({
      reference: expect.objectContaining({ text: "registry.example/desk/os:latest" }),
      architecture: "amd64",
      from: null,
      verbose: false,
    });
  });

  const facts = { architectureVariant: "x86_64-v3" };
  test.each([
    {
      title: "the host",
      asked: { host: host("arm64"), arch: "s390x", facts },
      query: { arch: "ppc64le" },
      is: "arm64",
    },
    {
      title: "the body where the host does not say it",
      asked: { host: host(null), arch: "s390x", facts },
      query: { arch: "ppc64le" },
      is: "s390x",
    },
    { title: "the query", asked: { host: host(null), facts }, query: { arch: "aarch64" }, is: "arm64" },
    { title: "the facts", asked: { facts }, query: {}, is: "amd64" },
    {
      title: "the facts in OCI's spelling",
      asked: { facts: { architectureVariant: "amd64/v2" } },
      query: {},
      is: "amd64",
    },
  ])("takes the architecture from $title", ({ asked, query, is }) => {
    expect(request({ target, ...asked }, query).architecture).toBe(is);
  });

  test.each([
    { title: "what was given", asked: { from: digest(2), host: { ...host("amd64"), status: null } }, is: digest(2) },
    { title: "what was given, and the host says too", asked: { from: digest(1), host: host("amd64") }, is: digest(1) },
    { title: "what the host has booted", asked: { host: host("amd64") }, is: digest(1) },
    { title: "nothing", asked: {}, is: null },
  ])("compares with $title", ({ asked, is }) => {
    expect(request({ target, ...asked }, { arch: "amd64" }).from).toBe(is);
  });

  test("compares with what rpm-ostree has booted, where bootc is silent", () => {
    const deployments = [{ booted: true, "container-image-reference-digest": digest(5) }];
    const facts = { rpmOstreeStatus: { deployments } };
    expect(request({ target, arch: "amd64", facts }).from).toBe(digest(5));
    expect(request({ target, host: host("amd64"), facts }).from).toBe(digest(1));
    const wrong = { rpmOstreeStatus: { deployments: [{ booted: true, "container-image-reference-digest": "?" }] } };
    expect(request({ target, arch: "amd64", facts: wrong }).from).toBeNull();
  });

  test("takes no digest beside a host that has booted another", () => {
    const asked = { target, host: host("amd64"), from: digest(2) };
    expect(planRequestOf(asked)).toMatchObject({
      outcome: "refused",
      problem: "invalid-host",
      path: ["from"],
      reason: expect.stringContaining(digest(1)),
    });
  });

  test("reads what was changed in /etc as paths, and as ostree prints them", () => {
    const etcModified = ["/etc/hosts", "M    passwd", "A    ssh/sshd_config.d/own.conf", "etc/group", "M\tfstab"];
    const { host: said } = request({ target, arch: "amd64", facts: { etcModified } });
    const paths = ["/etc/hosts", "/etc/passwd", "/etc/ssh/sshd_config.d/own.conf", "/etc/group", "/etc/fstab"];
    expect(said?.facts?.etcModified).toEqual(paths);
  });

  test("knows whether a host said anything of itself", () => {
    expect(request({ target, arch: "amd64" })).not.toHaveProperty("host");
    expect(request({ target, arch: "amd64", host: null, facts: null })).not.toHaveProperty("host");
    expect(request({ target, arch: "amd64", facts: {} }).host).toEqual({ document: null, facts: {} });
    expect(request({ target, host: host("amd64") }).host).toMatchObject({
      document: { bootedDigest: digest(1) },
      facts: null,
    });
  });

  test("looks up what is deployed beside what is booted, each once and not without end", () => {
    const entry = (n: number) => ({
      image: { image: { image: target, transport: "registry" }, imageDigest: digest(n) },
    });
    const status = {
      booted: entry(1),
      staged: entry(2),
      rollback: entry(1),
      otherDeployments: [...Array(20).keys()].map((n) => entry(n + 2)),
    };
    const asked = { target, arch: "amd64", host: { ...host("amd64"), status } };
    expect(heldDigests(request(asked))).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map(digest));
    const unbooted = { ...asked, host: { ...host("amd64"), status: { ...status, booted: null } } };
    expect(heldDigests(request({ ...unbooted, from: digest(2) }))).not.toContain(digest(2));
    expect(heldDigests(request({ target, arch: "amd64" }))).toEqual([]);
  });

  test("reads fingerprints in each spelling, and words in either case", () => {
    const enrolledKeys = [
      "AB:CD".padEnd(95, ":EF"),
      `SHA256:${"ab".repeat(32)}`,
      `sha256 Fingerprint=${"AB:".repeat(31)}AB`,
    ];
    const facts = { enrolledKeys, filesystem: "Btrfs", firmware: "UEFI", gpu: [{ vendor: "NVIDIA" }] };
    expect(request({ target, arch: "amd64", facts }).host?.facts).toMatchObject({
      enrolledKeys: [expect.stringMatching(/^abcd[0-9a-f]{60}$/), "ab".repeat(32), "ab".repeat(32)],
      filesystem: "btrfs",
      firmware: "uefi",
      gpu: [{ vendor: "nvidia" }],
    });
  });

  test("may be verbose", () => {
    expect(request({ target }, { arch: "amd64", verbose: true }).verbose).toBe(true);
  });

  test("accepts every fact of the contract, and facts of later clients", () => {
    const all = {
      architectureVariant: "x86_64-v3",
      filesystem: "btrfs",
      secureBoot: true,
      enrolledKeys: ["ab12"],
      firmware: "uefi",
      bootloader: "grub",
      gpu: [{ vendor: "nvidia", generation: "turing" }],
      policyJson: null,
      osRelease: { id: "fedora", idLike: ["rhel"], versionId: "44", supportEnd: "2027-05-12" },
      imageInfo: { "image-name": "desk" },
      rpmOstreeStatus: { deployments: [] },
      packages: ["htop"],
      etcModified: ["/etc/fstab"],
      registryAuth: ["quay.example"],
      registriesD: { "/etc/containers/registries.d/a.yaml": "docker: {}" },
      freeBytes: 1e12,
      cachedLayers: [digest(3)],
      clientVersions: { bootc: "1.16.9", skopeo: "1.22" },
      somethingNew: { a: 1 },
    };
    expect(request({ target, facts: all }).architecture).toBe("amd64");
  });

  test.each([
    { title: "no target", asked: { target: undefined }, problem: "invalid-reference", member: "target" },
    {
      title: "a target that is no reference",
      asked: { target: "fedora" },
      problem: "invalid-reference",
      member: "target",
    },
    {
      title: "a tag and a digest",
      asked: { target: `${target}@${digest(1)}` },
      problem: "invalid-reference",
      member: "target",
    },
    { title: "a wrong `from`", asked: { target, from: "latest" }, problem: "invalid-reference", member: "from" },
    { title: "a `from` that is no text", asked: { target, from: 3 }, problem: "invalid-reference", member: "from" },
    {
      title: "a wrong host",
      asked: { target, host: host("amd64", "x") },
      problem: "invalid-host",
      member: "host.status.booted.image.imageDigest",
    },
    { title: "a host that is no object", asked: { target, host: "bootc" }, problem: "invalid-host", member: "host" },
    {
      title: "a wrong fact",
      asked: { target, facts: { secureBoot: "yes" } },
      problem: "invalid-host",
      member: "facts.secureBoot",
    },
    { title: "facts that are no object", asked: { target, facts: [] }, problem: "invalid-host", member: "facts" },
    {
      title: "a status of rpm-ostree that is none",
      asked: { target, facts: { rpmOstreeStatus: { deployments: [{ booted: "yes" }] } } },
      problem: "invalid-host",
      member: "facts.rpmOstreeStatus.deployments.0.booted",
    },
    {
      title: "facts without end",
      asked: { target, facts: { packages: Array(200_001).fill("a") } },
      problem: "invalid-host",
      member: "facts",
    },
    {
      title: "more deployments than any host keeps",
      asked: { target, host: { ...host("amd64"), status: { otherDeployments: Array(65).fill(null) } } },
      problem: "invalid-host",
      member: "host.status.otherDeployments",
    },
    {
      title: "a wrong fact within",
      asked: { target, facts: { cachedLayers: [digest(1), "x"] } },
      problem: "invalid-host",
      member: "facts.cachedLayers.1",
    },
    { title: "no architecture", asked: { target }, problem: "missing-architecture", member: "arch" },
    {
      title: "no architecture of a host with layered packages",
      asked: { target, host: { ...host(null), status: { booted: { image: null } } } },
      problem: "missing-architecture",
      member: "arch",
    },
    {
      title: "an architecture that is none",
      asked: { target, arch: "amd64;" },
      problem: "missing-architecture",
      member: "arch",
    },
    {
      title: "an architecture that is no text",
      asked: { target, arch: ["amd64"] },
      problem: "missing-architecture",
      member: "arch",
    },
  ])("refuses $title as $problem", ({ asked, problem, member }) => {
    const answer = planRequestOf(asked);
    if (answer.outcome !== "refused") throw new Error("it was not refused");
    expect([answer.problem, dotted(answer.path)]).toEqual([problem, member]);
  });
});
