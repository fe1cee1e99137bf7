// PostgreSQL for tests: a cluster of their own on loopback, made from Debian's binaries and gone when the run ends.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { findProgram } from "./programs.ts";

export type Cluster = {
  /** Of the cluster's maintenance database; the user may do everything. */
  readonly url: string;
  stop(): Promise<void>;
};

/** A database of one test's own. */
export type TestDatabase = { readonly url: string; drop(): Promise<void> };

/** Where initdb and postgres are; undefined where PostgreSQL is not installed. Debian keeps them off PATH. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions.map((version) => join(debian, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  return folder ?? findProgram("initdb")?.replace(/\/initdb$/, "");
}

export async function startCluster(bin: string, attempts = 3): Promise<Cluster> {
  const data = mkdtempSync(join(tmpdir(), "signalbox-postgres-"));
  const owner = unprivilegedUser();
  try {
    if (owner) chownSync(data, owner.uid, owner.gid);
    await promisify(execFile)(
      join(bin, "initdb"),
      ["-D", data, "--username=signalbox", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync"],
      { ...owner, cwd: data, timeout: 60_000 },
    );
    return await startServer(bin, data, owner);
  } catch (cause) {
    rmSync(data, { recursive: true, force: true });
    // Another program may have taken the free port in between.
    if (attempts > 1 && cause instanceof Error && /could not bind|in use/.test(cause.message)) {
      return startCluster(bin, attempts - 1);
    }
    throw cause;
  }
}

/** An empty database. Its name is random: test files run beside each other in one cluster. */
export async function createDatabase(clusterUrl: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString("hex")}`;
  await runOn(clusterUrl, `create database ${name}`);
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  // Forced: a pool that ended has said goodbye, and the server may not have heard it yet.
  return { url: url.href, drop: () => runOn(clusterUrl, `drop database if exists ${name} with (force)`) };
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

type User = { readonly uid: number; readonly gid: number };

/** initdb refuses to run as root, as CI does: somebody else then, postgres where the package made that user. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (user === undefined) throw new Error("run the tests as a user other than root: PostgreSQL refuses root");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * The server lives as long as its shell's standard input: when this process ends, however it ends (SIGKILL too), the
 * pipe closes, the shell stops the server and removes the data.
 */
const untilInputEnds = `
  data=$1; shift
  "$@" & server=$!
  read -r _
  kill -INT "$server" 2>/dev/null
  wait "$server"
  cd / && rm -rf -- "$data"
`;

async function startServer(bin: string, data: string, owner: User | undefined): Promise<Cluster> {
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    // The data is thrown away: nothing here has to survive a power cut.
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    log_min_messages: "warning",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const shell = spawn("/bin/sh", ["-c", untilInputEnds, "sh", data, join(bin, "postgres"), "-D", data, ...options], {
    ...owner,
    cwd: data,
    // A session of its own: Ctrl-C in the terminal ends the tests first, then this.
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  let said = "";
  shell.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-10_000);
  });
  const stop = async () => {
    shell.stdin.destroy();
    await ended;
  };

  const url = `postgres://signalbox@127.0.0.1:${port}/postgres`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (await answers(url)) return { url, stop };
    if (/FATAL/.test(said) && !/starting up/.test(said)) break;
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`PostgreSQL did not start: ${said}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    await runOn(url, "select 1");
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port on 127.0.0.1");
  return address.port;
}
