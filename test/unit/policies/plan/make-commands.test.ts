// Commands: each in the form that its program documents, for a tag and for a digest, enforced only where that works.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCommands } from "../../../../policies/plan/make-commands.ts";
import { parseReference } from "../../../../policies/words/reference.ts";
import { readBootcCommand } from "../../../kit/commands/bootc-grammar.ts";
import { kit } from "./commands/kits.ts";
import { digest } from "./plan-builders.ts";

const byTag = "registry.example:5000/desk/os:stable";
const byDigest = `registry.example/desk/os@${digest(1)}`;
const enforced = { outcome: "enforced", kit } as const;
const plain = { backend: "ostree", family: "fedora", bootloaders: ["grub"] } as const;
const sealed = { ...plain, backend: "composefs" } as const;
const loose = { outcome: "not-enforced", reason: "nobody signed it" } as const;

describe("makeCommands", () => {
  test("names the target to bootc without a scheme, and does not insist on what cannot be enforced", () => {
    expect(makeCommands(byTag, loose, plain).bootc).toEqual(["bootc", "switch", byTag]);
    expect(makeCommands(byDigest, loose, plain).bootc).toEqual(["bootc", "switch", byDigest]);
  });

  test("insists where the host's policy verifies, since bootc switch drops it otherwise", () => {
    const commands = makeCommands(byTag, enforced, plain);
    expect(commands.bootc).toEqual(["bootc", "switch", "--enforce-container-sigpolicy", byTag]);
    expect(commands.rpmOstree).toEqual(["rpm-ostree", "rebase", `ostree-image-signed:docker://${byTag}`]);
    expect(commands.install).toContain("--enforce-container-sigpolicy");
    expect(commands.cloudInit).toContain("--enforce-container-sigpolicy");
    expect(commands.ignition).toContain(`ostree-image-signed:docker://${byTag}`);
  });

  test("says why it does not insist", () => {
    expect(makeCommands(byTag, loose, plain).notEnforced).toBe("nobody signed it");
    expect(makeCommands(byTag, enforced, plain).notEnforced).toBeNull();
  });

  test("gives rpm-ostree the unverified prefix with no transport of its own", () => {
    expect(makeCommands(byTag, loose, plain).rpmOstree).toEqual([
      "rpm-ostree",
      "rebase",
      `ostree-unverified-registry:${byTag}`,
    ]);
  });

  describe("gives nothing that cannot deploy the image, and says why:", () => {
    const nulls = (image: Parameters<typeof makeCommands>[2], enforcement: typeof enforced | typeof loose) => {
      const { notes, notEnforced: _, ...commands } = makeCommands(byTag, enforcement, image);
      const left = Object.entries(commands).flatMap(([name, command]) => (command === null ? [name] : []));
      const none = (notes ?? []).flatMap(({ about, text }) => (text.startsWith("None") ? [about] : []));
      return { left, none };
    };

    test.each([enforced, loose])("of a sealed image everything that goes through ostree", (enforcement) => {
      expect(nulls(sealed, enforcement)).toEqual({
        left: ["rpmOstree", "kickstart", "ignition", "butane", "ostreeContainer", "imageBuilder"],
        none: ["rpmOstree", "kickstart", "ignition"],
      });
      const { install, bootc, cloudInit } = makeCommands(byTag, enforcement, sealed);
      expect(readBootcCommand(install ?? []).options["--filesystem"]).toBe("ext4");
      expect(readBootcCommand(bootc ?? []).argument).toBe(byTag);
      expect(JSON.stringify([install, bootc, cloudInit])).not.toMatch(/ostree-|mutate-in-place/);
    });

    test.each(["debian", "arch", "suse", "gentoo"] as const)("of %s what it does not have", (family) => {
      expect(nulls({ ...plain, family }, enforced)).toEqual({
        left: ["rpmOstree", "ignition", "butane"],
        none: ["rpmOstree", "ignition"],
      });
    });

    test("of Enterprise Linux what only Fedora CoreOS has, and of what is not known nothing", () => {
      expect(nulls({ ...plain, family: "el" }, loose)).toEqual({ left: ["ignition", "butane"], none: ["ignition"] });
      expect(nulls({ backend: null, family: null, bootloaders: null }, loose)).toEqual({ left: [], none: [] });
    });
  });

  test.each([byTag, byDigest])("gives kickstart a source with a transport and a target without: %s", (ref) => {
    expect(makeCommands(ref, loose, plain).kickstart).toBe(
      `bootc --source-imgref=registry:${ref} --target-imgref=${ref}`,
    );
  });

  test("installs to a disk that has to be named first, with a file system, from the registry", () => {
    const install = makeCommands(byTag, loose, plain).install ?? [];
    expect(install.slice(0, 3)).toEqual(["bootc", "install", "to-disk"]);
    expect(install.at(-1)).toBe("/dev/TARGET-DISK");
    const option = (name: string) => install[install.indexOf(name) + 1];
    expect(option("--source-imgref")).toBe(`registry:${byTag}`);
    expect(option("--target-imgref")).toBe(byTag);
    expect(option("--filesystem")).toBe("ext4");
  });

  test("installs into file systems that are there, as it does to a disk", () => {
    const { options, argument } = readBootcCommand(makeCommands(byTag, enforced, plain).installToFilesystem ?? []);
    expect(options).toEqual({
      "--source-imgref": `registry:${byTag}`,
      "--target-imgref": byTag,
      "--enforce-container-sigpolicy": true,
    });
    expect(argument).toBe("/mnt/TARGET-ROOT");
  });

  test.each([
    ["loose", loose],
    ["enforced", enforced],
  ] as const)("every command is one that its program takes, for any reference: %s", (_, enforcement) => {
    const path = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)?(?:\/[a-z0-9]+){0,3}$/);
    const host = fc.constantFrom("registry.example", "localhost:5000", "[::1]:5000", "192.0.2.1");
    const end = fc.oneof(fc.stringMatching(/^:\w[\w.-]{0,20}$/), fc.constant(`@${digest(7)}`));
    fc.assert(
      fc.property(host, path, end, (registry, name, pin) => {
        const parsed = parseReference(`${registry}/${name}${pin}`);
        if (parsed.outcome === "invalid") return;
        const ref = parsed.reference.text;
        const { bootc, rpmOstree, install, installToFilesystem } = makeCommands(ref, enforcement, plain);
        expect(readBootcCommand(bootc ?? []).argument).toBe(ref);
        expect(readBootcCommand(rpmOstree ?? []).argument.endsWith(ref)).toBe(true);
        expect(readBootcCommand(install ?? []).options["--target-imgref"]).toBe(ref);
        expect(readBootcCommand(installToFilesystem ?? []).options["--target-imgref"]).toBe(ref);
      }),
      { numRuns: 100 },
    );
  });

  test.each([byTag, byDigest])("never names a tag and a digest together: %s", (ref) => {
    const all = JSON.stringify([makeCommands(ref, loose, plain), makeCommands(ref, enforced, plain)]);
    expect(all).not.toMatch(/:[\w.-]+@sha256:/);
  });
});
