// The service in its container, as deploy/README.md starts it: not root, nothing to write but /data, and it ends when it is told to.
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { resolveSomething } from "../../kit/ask-catalog.ts";
import { needImage } from "../../kit/container/made-image.ts";
import { writePodmanSettings } from "../../kit/container/podman-settings.ts";
import { temporaryFolder } from "../../kit/program.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
const signalbox = "/app/bin/signalbox";
const gnome = "demo.example/foundry/desktop-gnome:43";

/** The podman that has the image, and the sample catalog's policies and layouts in a folder that anybody may read. */
function world(context: TestContext) {
  const image = needImage(context);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...writePodmanSettings(image.folder) };
  const folder = temporaryFolder();
  cpSync(demo, join(folder, "policies"), { recursive: true });
  spawnSync("chmod", ["-R", "a+rX", folder]);
  const name = `signalbox-${randomUUID()}`;
  const podman = (...args: readonly string[]) =>
    spawnSync("podman", args, { env, encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    podman("rm", "--force", "--time", "0", name);
    podman("volume", "rm", "--force", name);
  });
  const mounts = ["--read-only", "--volume", `${name}:/data`, "--volume", `${join(folder, "policies")}:/policies:ro`];
  const settings = ["SIGNALBOX_POLICIES=/policies", "SIGNALBOX_VERIFY_ROOT_INTERVAL_MS=0"];
  const given = [...mounts, ...settings.flatMap((setting) => ["--env", setting]), image.name];
  return {
    image,
    podman,
    inside: (...command: readonly string[]) => podman("exec", name, ...command),
    /** A command of its own on the same data. */
    run: (options: readonly string[], ...command: readonly string[]) =>
      podman("run", "--rm", "--no-healthcheck", ...options, ...given, ...command),
    serve(...options: readonly string[]) {
      const child = spawn("podman", ["run", "--rm", "--name", name, ...options, ...given], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      return {
        name,
        output: () => output,
        /** Told as podman tells: SIGTERM, and SIGKILL for who does not listen. */
        async stop() {
          podman("stop", "--time", "30", name);
          return ended;
        },
      };
    },
  };
}

type World = ReturnType<typeof world>;

/** Debian's podman has systemd ask for health, where systemd runs: here the test asks, as systemd's timer would. */
async function becomesHealthy({ podman }: World, name: string): Promise<void> {
  const ask = () => podman("healthcheck", "run", name).status;
  await expect.poll(ask, { timeout: 90_000, interval: 500 }).toBe(0);
  const seen = podman("inspect", "--format", "{{.State.Health.Status}}", name);
  expect(seen.stdout.trim()).toBe("healthy");
}

/** Once the layouts are indexed. */
async function resolves({ inside }: World): Promise<void> {
  const args = ["resolve", gnome, "--arch", "amd64", "--json", "--server", "http://127.0.0.1:8080"];
  const ask = () => {
    const { stdout } = inside(signalbox, ...args);
    return stdout.startsWith("{") ? JSON.parse(stdout).target?.ref : stdout;
  };
  await expect.poll(ask, { timeout: 60_000, interval: 500 }).toBe(gnome);
}

test("it serves as nobody in particular from a root that it cannot write, turns healthy, and ends cleanly", async (context) => {
  const made = world(context);
  const { image, podman, inside, serve, run } = made;
  const { name, output, stop } = serve("--publish", "127.0.0.1::8080", "--cap-drop", "all");
  await becomesHealthy(made, name);
  await resolves(made);
  const address = podman("port", name, "8080").stdout.trim();
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  await resolveSomething(`http://${address}`);

  const node = (script: string) => inside("node", "--print", script).stdout.trim();
  expect(node("process.getuid() + ':' + process.getgid()")).toBe("1000:1000");
  const write = (path: string) =>
    node(`try { require("fs").writeFileSync("${path}", ""); "written" } catch (e) { e.code }`);
  expect([write("/app/x"), write("/policies/x"), write("/data/x")]).toEqual(["EROFS", "EROFS", "written"]);
  // The launcher has become the program: signals are its own.
  const command = node(`require("fs").readFileSync("/proc/1/cmdline", "utf8").split("\\0").slice(0, 2).join(" ")`);
  expect(command).toMatch(/node --max-semi-space-size=\d+$/);

  const [, ...check] = JSON.parse(
    podman("image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", image.name).stdout,
  );
  expect(podman("exec", name, ...check).status).toBe(0);
  expect(podman("exec", "--env", "PORT=1", name, ...check).status).toBe(1);

  expect(inside(signalbox, "backup", "/data/backup.db")).toMatchObject({ status: 0 });
  expect(await stop()).toBe(0);
  expect(output()).toContain("Signalbox serves");
  // What was learned is in the volume, and so is the backup.
  const kept = run(["--network", "none"], "resolve", gnome, "--arch", "amd64", "--json");
  expect(JSON.parse(kept.stdout).target.ref).toBe(gnome);
  const fromBackup = ["--network", "none", "--env", "SIGNALBOX_DATABASE_URL=file:/data/backup.db"];
  expect(run(fromBackup, "resolve", gnome, "--arch", "amd64", "--json").stdout).toBe(kept.stdout);
});

test("without a network it indexes what is mirrored in image layouts, and answers", async (context) => {
  const made = world(context);
  const { name, stop, output } = made.serve("--network", "none");
  await becomesHealthy(made, name);
  await resolves(made);
  expect(await stop(), output()).toBe(0);
});
