// Debian's docker-registry on a free loopback port, in a folder of its own, for as long as a test needs it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { needPrograms } from "../programs.ts";

export type DockerRegistryOptions = {
  /** Asks for `registryUser` and `registryPassword`. */
  readonly password?: boolean;
  readonly deletes?: boolean;
};

export type DockerRegistry = {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  stop(): Promise<void>;
};

export const registryUser = "alice";
export const registryPassword = "correct horse";

/** bcrypt of the password with the least cost: the registry takes no other algorithm, and Node.js has none. */
const passwordFile = `${registryUser}:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n`;

const startTimeoutMs = 20_000;

/** Starts it; the test is skipped, or fails in CI, where the program is missing. */
export async function startDockerRegistry(
  context: Pick<TestContext, "skip">,
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const program = needPrograms(context, "docker-registry")["docker-registry"];
  const folder = await mkdtemp(join(tmpdir(), "signalbox-registry-"));
  // The port is free when it is asked for and may be taken when it is used: then with another.
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const host = `127.0.0.1:${port}`;
    await writeFile(join(folder, "htpasswd"), passwordFile);
    await writeFile(join(folder, "config.yml"), configOf(folder, host, options));
    const child = spawn(program, ["serve", join(folder, "config.yml")], { stdio: ["ignore", "ignore", "pipe"] });
    const output = collect(child);
    const end = endOnExit(child);
    if (await answers(`http://${host}/v2/`, child)) {
      return {
        host,
        url: `http://${host}`,
        async stop() {
          await end();
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
    await end();
    if (attempt >= 3) throw new Error(`docker-registry does not start: ${output()}`);
  }
}

function configOf(folder: string, host: string, { password = false, deletes = false }: DockerRegistryOptions): string {
  return JSON.stringify({
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, "storage") },
      delete: { enabled: deletes },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: host },
    ...(password ? { auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } } } : {}),
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (piece: Buffer) => {
    if (text.length < 4_000) text += piece.toString();
  });
  return () => text;
}

/** Whether it answers before it ends or the time is over. */
async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200 || response?.status === 401) return true;
    await new Promise((done) => setTimeout(done, 25));
  }
  return false;
}

/** Ends the child when the test does, and also when the whole run is broken off. */
function endOnExit(child: ChildProcess): () => Promise<void> {
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  return async () => {
    process.off("exit", kill);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await gone;
    }
  };
}
