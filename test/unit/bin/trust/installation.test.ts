// Installing and taking back: what a host's files become, and that it is all of it or nothing, whatever happens.
import { chownSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openHostRoot } from "../../../../bin/trust/host-root.ts";
import { install, locked, pendingOrLast, readPending, type Step, takeBack } from "../../../../bin/trust/journal.ts";
import { planInstallation } from "../../../../bin/trust/plan-installation.ts";
import type { Record } from "../../../../bin/trust/record.ts";
import { removeHostFile, writeHostFile } from "../../../../bin/trust/write-file.ts";
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";
import { planOf, signedByAlice } from "../../policies/plan/signed-plan.ts";
import { key, now, pem, policy } from "../../policies/trust/trust-builders.ts";
import { type HostFolder, hostFolder } from "./host-folder.ts";

const plan = planOf(signedByAlice);
const both = planOf({ ...signedByAlice, trust: [policy([key("alice"), key("bob")])] });
const policyPath = "/etc/containers/policy.json";
const registryPath = "/etc/containers/registries.d/desk.yaml";
const keyPath = "/etc/pki/containers/desk.pub";
const strict =
  '{\n    "transports": { "docker": { "": [{"type":"insecureAcceptAnything"}] } },\n    "default": [{"type": "reject"}]\n}\n';

async function planned(folder: HostFolder, wanted: SwitchPlan = plan) {
  const root = await openHostRoot(folder.path);
  return { root, installation: await planInstallation(root, wanted, await readPending(root), now) };
}

async function installed(folder: HostFolder, wanted: SwitchPlan = plan): Promise<Record> {
  const { root, installation } = await planned(folder, wanted);
  await locked(root, () => install(root, installation.record));
  return installation.record;
}

async function undone(folder: HostFolder): Promise<void> {
  const root = await openHostRoot(folder.path);
  await locked(root, () => takeBack(root));
}

const contentOf = (folder: HostFolder, path: string) => readFileSync(join(folder.path, path), "utf8");

describe("an installation", () => {
  test("writes keys, registries.d and policy.json, readable by everybody, and leaves no other file", async () => {
    const folder = hostFolder();
    const { files } = await installed(folder);
    expect(files.map(({ path }) => path)).toEqual([keyPath, registryPath, policyPath]);
    expect(Object.keys(folder.snapshot())).toEqual([registryPath, policyPath, keyPath].sort());
    for (const path of [keyPath, registryPath, policyPath]) {
      expect(statSync(join(folder.path, path)).mode & 0o7777).toBe(0o644);
    }
    expect(contentOf(folder, keyPath)).toBe(pem("alice"));
    expect(JSON.parse(contentOf(folder, policyPath))).toMatchObject({
      default: [{ type: "reject" }],
      transports: { docker: plan.trust.policyScope },
    });
    expect(folder.others()).toEqual(["/var/lib/signalbox/trust/000001.json"]);
  });

  test("merges with what is there, to the byte", async () => {
    const own = "# ours\ndocker:\n  registry.example/desk:\n    lookaside: https://old.example # kept\n";
    const folder = hostFolder({ [policyPath]: strict, "/etc/containers/registries.d/own.yaml": own });
    await installed(folder);
    expect(contentOf(folder, policyPath)).toBe(
      strict.replace(
        "}] }",
        `}], "registry.example/desk": ${JSON.stringify(plan.trust.policyScope?.["registry.example/desk"])} }`,
      ),
    );
    expect(contentOf(folder, "/etc/containers/registries.d/own.yaml")).toBe(
      `${own}    use-sigstore-attachments: true\n`,
    );
    expect(Object.keys(folder.snapshot())).not.toContain(registryPath);
  });

  test("a second one finds nothing to do", async () => {
    const folder = hostFolder({ [policyPath]: strict });
    await installed(folder);
    expect((await planned(folder)).installation.record.files).toEqual([]);
  });

  test("builds on the system's own policy.json, which a file in /etc hides", async () => {
    const vendor =
      '{"default":[{"type":"reject"}],"transports":{"docker":{"quay.io":[{"type":"insecureAcceptAnything"}]}}}';
    const folder = hostFolder({ "/usr/share/containers/policy.json": vendor });
    await installed(folder);
    expect(JSON.parse(contentOf(folder, policyPath)).transports.docker).toHaveProperty(["quay.io"]);
    expect(contentOf(folder, "/usr/share/containers/policy.json")).toBe(vendor);
  });

  test.runIf(process.getuid?.() === 0)("keeps the owner of a file that is there", async () => {
    const folder = hostFolder({ [policyPath]: strict });
    chownSync(join(folder.path, policyPath), 1234, 4321);
    await installed(folder);
    expect(statSync(join(folder.path, policyPath))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  test("says what the host's own files still say", async () => {
    const open = [{ type: "insecureAcceptAnything" }];
    const folder = hostFolder({
      [policyPath]: JSON.stringify({ default: open, transports: { docker: { "registry.example/desk/os": open } } }),
    });
    const { installation } = await planned(folder);
    expect(installation.refusesUnsigned).toBe(false);
    expect(installation.conflicts.map(({ kind }) => kind)).toEqual(["accepts-by-default", "narrower-section"]);
  });

  test.each([
    { title: "a policy.json that no version reads", files: { [policyPath]: '{"default":[],"more":1}' } },
    { title: "a registries.d that no version reads", files: { "/etc/containers/registries.d/x.yaml": "docker: [" } },
    {
      title: "a file of registries.d that is no text",
      files: { "/etc/containers/registries.d/x.yaml": Buffer.from([0xff]) },
    },
  ])("refuses $title, and changes nothing", async ({ files }) => {
    const folder = hostFolder();
    for (const [path, content] of Object.entries(files)) folder.write(path, content);
    const before = folder.snapshot();
    await expect(planned(folder)).rejects.toMatchObject({ code: "not-readable" });
    expect(folder.snapshot()).toEqual(before);
    expect(folder.others()).toEqual([]);
  });

  test("refuses a key that is none, though a plan gives it", async () => {
    const hostFiles = plan.trust.hostFiles.map((file) =>
      file.path === keyPath ? { ...file, content: "hello" } : file,
    );
    const folder = hostFolder();
    await expect(planned(folder, { ...plan, trust: { ...plan.trust, hostFiles } })).rejects.toMatchObject({
      code: "bad-files",
    });
  });
});

describe("taking back", () => {
  test("restores what was there, bytes, mode and absence", async () => {
    const folder = hostFolder({ "/etc/containers/registries.d/a.yaml": "docker: {}\n" });
    folder.write(policyPath, strict, 0o600);
    folder.write(keyPath, "an older key\n", 0o640);
    const before = folder.snapshot();
    await installed(folder);
    expect(folder.snapshot()).not.toEqual(before);
    await undone(folder);
    expect(folder.snapshot()).toEqual(before);
    expect(folder.others()).toEqual([]);
  });

  test("goes back one installation at a time", async () => {
    const folder = hostFolder({ [policyPath]: strict });
    const states = [folder.snapshot()];
    for (const wanted of [plan, both]) {
      await installed(folder, wanted);
      states.push(folder.snapshot());
    }
    for (const state of states.toReversed().slice(1)) {
      await undone(folder);
      expect(folder.snapshot()).toEqual(state);
    }
    expect(await pendingOrLast(await openHostRoot(folder.path))).toBeUndefined();
  });

  test("refuses where somebody changed a file since, and touches none", async () => {
    const folder = hostFolder({ [policyPath]: strict });
    await installed(folder);
    folder.write(registryPath, "docker: {}\n");
    const before = folder.snapshot();
    await expect(undone(folder)).rejects.toMatchObject({
      code: "changed-since",
      message: expect.stringContaining(registryPath),
    });
    expect(folder.snapshot()).toEqual(before);
    expect(await pendingOrLast(await openHostRoot(folder.path))).toBeDefined();
  });

  test.each([
    { title: "no JSON", text: "{" },
    {
      title: "another's file",
      text: JSON.stringify({
        version: 1,
        ref: "x",
        installedAt: "",
        folders: [],
        files: [{ path: "/etc/passwd", before: null, after: null }],
      }),
    },
    {
      title: "a way out",
      text: JSON.stringify({ version: 1, ref: "x", installedAt: "", folders: ["/a/../b"], files: [] }),
    },
  ])("refuses a record that is $title", async ({ text }) => {
    const folder = hostFolder({ "/var/lib/signalbox/trust/000001.json": text, "/etc/passwd": "root" });
    await expect(undone(folder)).rejects.toMatchObject({ code: "bad-record" });
    expect(contentOf(folder, "/etc/passwd")).toBe("root");
  });
});

describe("a crash", () => {
  class Crash extends Error {}
  /** Dies before, or right after, the nth file. */
  const dying = (nth: number, when: "before" | "after"): Step => {
    let count = 0;
    return async (root, path, to) => {
      count++;
      if (count === nth && when === "before") throw new Crash();
      if (to === null) await removeHostFile(root, path);
      else await writeHostFile(root, path, { bytes: Buffer.from(to.content, "base64"), mode: to.mode, owner: to });
      if (count === nth) throw new Crash();
    };
  };
  const moments = [1, 2, 3, 4].flatMap((nth) => (["before", "after"] as const).map((when) => ({ nth, when })));

  async function crashed(moment: (typeof moments)[number]) {
    const folder = hostFolder({ [policyPath]: strict });
    const before = folder.snapshot();
    const { root, installation } = await planned(folder, both);
    await expect(install(root, installation.record, dying(moment.nth, moment.when))).rejects.toThrow(Crash);
    return { folder, before };
  }

  test.each(moments)("$when file $nth can be taken back", async (moment) => {
    const { folder, before } = await crashed(moment);
    await undone(folder);
    expect(folder.snapshot()).toEqual(before);
    expect(folder.others()).toEqual([]);
  });

  test.each(moments)("$when file $nth can be finished, and taken back as one", async (moment) => {
    const { folder, before } = await crashed(moment);
    await installed(folder, both);
    const whole = hostFolder({ [policyPath]: strict });
    await installed(whole, both);
    expect(folder.snapshot()).toEqual(whole.snapshot());
    await undone(folder);
    expect(folder.snapshot()).toEqual(before);
  });

  test.each(moments)("$when file $nth leaves nothing of what another installation does not want", async (moment) => {
    const { folder } = await crashed(moment);
    await installed(folder, plan);
    const whole = hostFolder({ [policyPath]: strict });
    await installed(whole, plan);
    expect(folder.snapshot()).toEqual(whole.snapshot());
  });

  test.each(moments)("$when file $nth of taking back can be gone on with", async (moment) => {
    const folder = hostFolder({ [policyPath]: strict });
    const before = folder.snapshot();
    await installed(folder, both);
    const root = await openHostRoot(folder.path);
    await expect(takeBack(root, dying(moment.nth, moment.when))).rejects.toThrow(Crash);
    await undone(folder);
    expect(folder.snapshot()).toEqual(before);
  });

  test("in the middle of a file leaves nothing beside it", async () => {
    for (const end of [undone, (folder: HostFolder) => installed(folder, both)]) {
      const { folder } = await crashed({ nth: 2, when: "before" });
      folder.write("/etc/containers/registries.d/.desk.yaml.signalbox-new", "docker:\n  half");
      await end(folder);
      expect(Object.keys(folder.snapshot()).filter((path) => path.includes("/."))).toEqual([]);
    }
  });

  test("at no moment does policy.json name a key that is not there", async () => {
    for (const moment of moments) {
      const { folder } = await crashed(moment);
      const paths = JSON.stringify(JSON.parse(contentOf(folder, policyPath))).match(/\/etc\/pki[^"]+/g) ?? [];
      for (const path of paths) expect(Object.keys(folder.snapshot())).toContain(path);
    }
  });
});

describe("a symbolic link", () => {
  test("that leaves the root is refused, wherever it stands", async () => {
    for (const [link, target] of [
      ["/etc", "outside/etc"],
      ["/etc/containers", "outside"],
      ["/etc/containers/policy.json", "outside/policy.json"],
      ["/etc/containers/registries.d", "outside"],
      ["/etc/pki", "outside"],
      ["/var", "outside"],
    ] as const) {
      const [folder, outside] = [hostFolder(), hostFolder({ "/policy.json": strict })];
      const at = join(folder.path, link);
      mkdirSync(join(outside.path, "etc"), { recursive: true });
      mkdirSync(join(at, ".."), { recursive: true });
      symlinkSync(join(outside.path, target.replace(/^outside\/?/, "")), at);
      const before = [outside.snapshot(), outside.others()];
      await expect(installed(folder)).rejects.toMatchObject({ code: "unsafe-path" });
      expect([outside.snapshot(), outside.others()]).toEqual(before);
    }
  });

  test("that stays within is followed, and stays", async () => {
    const folder = hostFolder({ "/usr/etc/containers/policy.json": strict });
    mkdirSync(join(folder.path, "etc"), { recursive: true });
    symlinkSync("../usr/etc/containers", join(folder.path, "etc/containers"));
    await installed(folder);
    expect(contentOf(folder, "/usr/etc/containers/policy.json")).toContain("registry.example/desk");
    await undone(folder);
    expect(contentOf(folder, "/usr/etc/containers/policy.json")).toBe(strict);
  });

  test("that leads nowhere, and what is no file, is refused", async () => {
    const nowhere = hostFolder();
    mkdirSync(join(nowhere.path, "etc/containers"), { recursive: true });
    symlinkSync("missing.json", join(nowhere.path, policyPath));
    await expect(planned(nowhere)).rejects.toMatchObject({ code: "unsafe-path" });
    const odd = hostFolder();
    mkdirSync(join(odd.path, policyPath), { recursive: true });
    await expect(planned(odd)).rejects.toMatchObject({ code: "unsafe-path" });
  });
});

describe("two at a time", () => {
  const lock = "/var/lib/signalbox/trust/lock";

  test("are one too many", async () => {
    const folder = hostFolder({ [lock]: "1\n" });
    await expect(installed(folder)).rejects.toMatchObject({ code: "busy" });
    expect(folder.snapshot()).toEqual({});
  });

  test("the lock of a process that is gone, or of nobody, is none", async () => {
    for (const text of ["999999999\n", "nobody"]) {
      const folder = hostFolder({ [lock]: text });
      await installed(folder);
      expect(folder.others()).toEqual(["/var/lib/signalbox/trust/000001.json"]);
    }
  });
});

test("a root that is no folder is refused", async () => {
  const folder = hostFolder({ "/etc/file": "" });
  await expect(openHostRoot(join(folder.path, "etc/file"))).rejects.toMatchObject({ code: "not-readable" });
  rmSync(join(folder.path, "etc/file"));
  await expect(openHostRoot(join(folder.path, "etc/file"))).rejects.toMatchObject({ code: "not-readable" });
});
