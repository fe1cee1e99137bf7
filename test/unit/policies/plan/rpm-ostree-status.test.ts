// rpm-ostree's status: the booted deployment, and everything that was changed on top of its image.
import { expect, test } from "vitest";
import { bootedDeployment, RpmOstreeStatus } from "../../../../policies/plan/rpm-ostree-status.ts";

const deployment = {
  booted: true,
  "container-image-reference": "ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable",
  "container-image-reference-digest": `sha256:${"1".repeat(64)}`,
  version: "44.20261101",
  timestamp: 1_793_000_000,
};
const bootedOf = (change: object) =>
  bootedDeployment(RpmOstreeStatus.parse({ deployments: [{ booted: false }, { ...deployment, ...change }] }));

test("tells what is booted", () => {
  expect(bootedOf({})).toEqual({
    reference: deployment["container-image-reference"],
    digest: deployment["container-image-reference-digest"],
    version: "44.20261101",
    createdMs: 1_793_000_000_000,
    modifications: [],
  });
  expect(bootedDeployment(RpmOstreeStatus.parse({ deployments: [{ booted: false }] }))).toBeNull();
  expect(bootedDeployment(RpmOstreeStatus.parse({}))).toBeNull();
});

test.each([
  { change: { "requested-packages": ["htop"], packages: ["htop", "dependency"] }, is: ["htop"] },
  { change: { packages: ["htop"] }, is: ["htop"] },
  { change: { "requested-local-packages": ["own-1.0.rpm"] }, is: ["own-1.0.rpm"] },
  { change: { "requested-base-removals": ["firefox"] }, is: ["firefox"] },
  { change: { "base-removals": [["firefox", 0]] }, is: ["removed packages of the base"] },
  { change: { "base-local-replacements": [[["a"], ["b"]]] }, is: ["replaced packages of the base"] },
  { change: { "base-remote-replacements": { repo: ["a"] } }, is: ["replaced packages of the base"] },
  { change: { "regenerate-initramfs": true }, is: ["an initramfs of its own"] },
  { change: { "initramfs-etc": ["/etc/crypttab"] }, is: ["/etc/crypttab"] },
  { change: { "requested-modules": ["nodejs:20"] }, is: ["nodejs:20"] },
  { change: { packages: null, "requested-packages": [] }, is: [] },
])("$change is a change of $is", ({ change, is }) => {
  expect(bootedOf(change)?.modifications).toEqual(is);
});
