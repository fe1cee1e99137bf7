// Commands: each in the form that its program documents, for a tag and for a digest, enforced only where that works.
import { describe, expect, test } from "vitest";
import { makeCommands } from "../../../../policies/plan/make-commands.ts";
import { digest } from "./plan-builders.ts";

const byTag = "registry.example:5000/desk/os:stable";
const byDigest = `registry.example/desk/os@${digest(1)}`;
const loose = { outcome: "not-enforced", reason: "nobody signed it" } as const;

describe("makeCommands", () => {
  test("names the target to bootc without a scheme, and does not insist on what cannot be enforced", () => {
    expect(makeCommands(byTag, loose).bootc).toEqual(["bootc", "switch", byTag]);
    expect(makeCommands(byDigest, loose).bootc).toEqual(["bootc", "switch", byDigest]);
  });

  test("insists where the host's policy verifies, since bootc switch drops it otherwise", () => {
    const commands = makeCommands(byTag, { outcome: "enforced" });
    expect(commands.bootc).toEqual(["bootc", "switch", "--enforce-container-sigpolicy", byTag]);
    expect(commands.rpmOstree).toEqual(["rpm-ostree", "rebase", `ostree-image-signed:docker://${byTag}`]);
    expect(commands.install).toContain("--enforce-container-sigpolicy");
    expect(commands.cloudInit).toContain("--enforce-container-sigpolicy");
    expect(commands.ignition).toContain(`ostree-image-signed:docker://${byTag}`);
  });

  test("says why it does not insist", () => {
    expect(makeCommands(byTag, loose).notEnforced).toBe("nobody signed it");
    expect(makeCommands(byTag, { outcome: "enforced" }).notEnforced).toBeNull();
  });

  test("gives rpm-ostree the unverified prefix with no transport of its own", () => {
    expect(makeCommands(byTag, loose).rpmOstree).toEqual([
      "rpm-ostree",
      "rebase",
      `ostree-unverified-registry:${byTag}`,
    ]);
  });

  test.each([byTag, byDigest])("gives kickstart a source with a transport and a target without: %s", (ref) => {
    expect(makeCommands(ref, loose).kickstart).toBe(`bootc --source-imgref=registry:${ref} --target-imgref=${ref}`);
  });

  test.each([byTag, byDigest])("is cloud-config that says where each argument ends: %s", (ref) => {
    const [header, key, item, end] = (makeCommands(ref, loose).cloudInit ?? "").split("\n");
    expect([header, key, end]).toEqual(["#cloud-config", "runcmd:", ""]);
    expect(JSON.parse(item?.replace(/^ {2}- /, "") ?? "")).toEqual(["bootc", "switch", "--apply", ref]);
  });

  test("is an Ignition config whose unit rebases once and reboots", () => {
    const config = JSON.parse(makeCommands(byTag, loose).ignition ?? "");
    expect(config.ignition).toEqual({ version: "3.4.0" });
    const [unit] = config.systemd.units;
    expect(unit).toMatchObject({ name: "signalbox-switch.service", enabled: true });
    const lines: string[] = unit.contents.split("\n");
    const done = lines.find((line) => line.startsWith("ConditionPathExists=!"))?.slice("ConditionPathExists=!".length);
    expect(lines.filter((line) => line.startsWith("ExecStart="))).toEqual([
      `ExecStart=/usr/bin/rpm-ostree rebase --bypass-driver ostree-unverified-registry:${byTag}`,
      `ExecStart=/usr/bin/touch ${done}`,
      "ExecStart=/usr/bin/systemctl --no-block reboot",
    ]);
  });

  test("installs to a disk that has to be named first, with a file system, from the registry", () => {
    const install = makeCommands(byTag, loose).install ?? [];
    expect(install.slice(0, 3)).toEqual(["bootc", "install", "to-disk"]);
    expect(install.at(-1)).toBe("/dev/TARGET-DISK");
    const option = (name: string) => install[install.indexOf(name) + 1];
    expect(option("--source-imgref")).toBe(`registry:${byTag}`);
    expect(option("--target-imgref")).toBe(byTag);
    expect(option("--filesystem")).toBe("ext4");
  });

  test.each([byTag, byDigest])("never names a tag and a digest together: %s", (ref) => {
    const all = Object.values(makeCommands(ref, loose)).flat().join("\n");
    expect(all).not.toMatch(/:[\w.-]+@sha256:/);
  });
});
