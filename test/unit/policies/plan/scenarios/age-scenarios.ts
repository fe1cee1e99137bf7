// Rows of the table in which the target is older than what runs, or in which nobody can know it.
import type { Scenario } from "./scenarios.ts";

const silverblue = "quay.io/fedora/fedora-silverblue:44";
const fedora44 = "quay.io/fedora/fedora-bootc:44";
const bluefin = "ghcr.io/ublue-os/bluefin:stable";
const bluefinLts = "ghcr.io/ublue-os/bluefin:lts";
const bluefinLtsHwe = "ghcr.io/ublue-os/bluefin:lts-hwe";
const centos10 = "quay.io/centos-bootc/centos-bootc:stream10";
const alma10 = "quay.io/almalinuxorg/almalinux-bootc:10";
const rhel102 = "registry.redhat.io/rhel10/rhel-bootc:10.2";
const rhel101 = "registry.redhat.io/rhel10/rhel-bootc:10.1";
const own = "registry.example/me/own:latest";

const calm = { filesystem: "ext4", secureBoot: false, gpu: [], freeBytes: 1e12, etcModified: [] };
const fedora = { ...calm, osRelease: { id: "fedora", versionId: "44" } };
const november = { version: "44.20261115.0", timestamp: "2026-11-15T00:00:00Z" };
const april = { version: "44.20260401", created: "2026-04-01T00:00:00Z" };
const login = { registryAuth: ["registry.redhat.io"] };
const el102 = { kernel: "6.12.0-211.1.1.el10_2.x86_64", version: "10.2", created: "2026-11-10T00:00:00Z" };

export const ageScenarios: readonly Scenario[] = [
  {
    title: "AlmaLinux 10.2 to an EL 10.0 of another repository",
    from: alma10,
    booted: el102,
    facts: { ...calm, osRelease: { id: "almalinux", idLike: ["rhel", "centos", "fedora"], versionId: "10.2" } },
    to: centos10,
    image: { kernel: "6.12.0-55.9.1.el10_0.x86_64", version: "10.0", created: "2026-01-01T00:00:00Z" },
    present: ["downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: every kernel of EL 10 is 6.12.0, so that the minor release and the build tell",
  },
  {
    title: "CentOS Stream 10 to an older build of another repository, by the kernel's build alone",
    from: centos10,
    booted: { kernel: "6.12.0-160.el10.x86_64", version: null },
    facts: calm,
    to: alma10,
    image: { kernel: "6.12.0-55.9.1.el10_0.x86_64", version: null },
    present: ["downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: an older kernel",
  },
  {
    title: "RHEL 10.2 to 10.1, though that was built later",
    from: rhel102,
    booted: el102,
    host: { version: "10.2", timestamp: "2026-11-10T00:00:00Z" },
    facts: { ...calm, ...login },
    to: rhel101,
    image: { kernel: "6.12.0-124.9.1.el10_1.x86_64", version: "10.1", created: "2026-11-18T00:00:00Z" },
    present: ["downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: the OS release is older, whenever its last update was built",
  },
  {
    title: "RHEL 10.1 to 10.2",
    from: rhel101,
    booted: { kernel: "6.12.0-124.9.1.el10_1.x86_64", version: "10.1", created: "2026-11-18T00:00:00Z" },
    facts: { ...calm, ...login },
    to: rhel102,
    image: el102,
    present: [],
    absent: ["downgrade"],
    decision: "warn",
    commands: "enforced",
    source: "H9: a newer release; no release document knows RHEL, so H17 is unknown",
  },
  {
    title: "Fedora 44 of November to another Fedora 44 of April",
    from: silverblue,
    booted: null,
    host: november,
    facts: fedora,
    to: bluefin,
    image: { ...april, kernel: null },
    present: ["signer-not-trusted-by-host warn", "downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: created is older; the catalog does not have what is booted",
  },
  {
    title: "Fedora 44 of November to another of April, of which only the versions tell",
    from: silverblue,
    booted: null,
    host: { version: "44.20261115.0" },
    facts: fedora,
    to: bluefin,
    image: { version: "44.20260401", created: null, kernel: null },
    present: ["signer-not-trusted-by-host warn", "downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: a version that names a day",
  },
  {
    title: "a newer kernel of the same release that was built a day earlier",
    from: silverblue,
    booted: { kernel: "7.1.9-200.fc44.x86_64", created: "2026-11-16T00:00:00Z" },
    facts: calm,
    to: bluefin,
    image: { kernel: "7.2.0-300.fc44.x86_64", created: "2026-11-15T00:00:00Z" },
    present: ["signer-not-trusted-by-host warn"],
    absent: ["downgrade"],
    decision: "warn",
    commands: "enforced",
    source: "H9: the kernel tells more of a system than the hour at which an image was put together",
  },
  {
    title: "an older kernel in a newer build of one channel",
    from: fedora44,
    booted: { kernel: "7.2.1-300.fc44.x86_64", version: "44.20261101.0", created: "2026-11-01T00:00:00Z" },
    host: { digest: `sha256:${"1".repeat(64)}` },
    facts: calm,
    to: fedora44,
    present: ["downgrade warn"],
    decision: "warn",
    commands: "enforced",
    source: "H9: the kernel goes back",
  },
  {
    title: "the stock kernel of EL, older than the hwe one it replaces",
    from: bluefinLtsHwe,
    booted: { version: "10.20261101", created: "2026-11-01T00:00:00Z" },
    facts: calm,
    to: bluefinLts,
    image: { kernel: "6.12.0-160.el10.x86_64", version: "10.20261115" },
    present: ["downgrade warn"],
    absent: ["filesystem-unsupported"],
    decision: "warn",
    commands: "enforced",
    source: "H9: the kernel goes back, whatever the build",
  },
  {
    title: "one release, and nothing that tells the age of either build",
    from: own,
    booted: null,
    facts: fedora,
    to: bluefin,
    image: { version: null, created: null },
    present: [],
    unknown: ["downgrade"],
    decision: "allow",
    commands: "enforced",
    source: "H9: unknown, never absent; within one release it is a warning at most",
  },
  {
    title: "a host whose version is a number of its own",
    from: own,
    booted: null,
    host: { version: "3.1.0" },
    facts: { ...calm, osRelease: { id: "fedora" } },
    to: "quay.io/fedora/fedora-bootc:43",
    image: { kernel: "7.0.4-200.fc43.x86_64", version: "43.20261115.0" },
    present: ["target-unsupported warn"],
    unknown: ["downgrade"],
    decision: "warn",
    commands: "enforced",
    source: "5: a version may count anything; 3 of 3.1.0 is no release of Fedora",
  },
];
