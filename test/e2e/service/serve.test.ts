// signalbox serve: from an empty database to answers, on each kind of database, and everything an operator does to it.
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import {
  type ProgramEnvironment,
  runProgram,
  type StartedProgram,
  startProgram,
  temporaryFolder,
} from "../../kit/program.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../kit/registries/memory-registry.ts";
import { createTestDatabase, storeKinds } from "../../kit/stores.ts";

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

async function ask(url: string): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
}

/** Asks again until the answer is the wanted one: the worker works beside the server. */
async function askUntil(url: string, isWanted: (answer: Answer) => boolean, timeoutMs = 30_000): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask(url);
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${url} still answers ${answer.status} ${JSON.stringify(answer.body)}`);
    await sleep(50);
  }
}

async function registryWith(...repositories: string[]): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry();
  onTestFinished(() => registry.close());
  for (const path of repositories) {
    registry.contents.push(path, buildMultiArch(path), "stable");
    registry.contents.push(path, buildImage({ seed: `${path} odd` }), "odd");
  }
  return registry;
}

const sourceOf = (registry: MemoryRegistry, repositories: readonly string[], more: object = {}) => ({
  id: `s-${repositories.join("-").replaceAll("/", "-")}`,
  registry: registry.host,
  repositories,
  kind: "base",
  tags: { channels: ["stable"] },
  ...more,
});

async function started(
  environment: ProgramEnvironment,
  ...args: string[]
): Promise<{ service: StartedProgram; url: string }> {
  const service = startProgram(["serve", "--port", "0", ...args], { SIGNALBOX_HTTP_ATTEMPTS: "1", ...environment });
  const [, url = ""] = await service.waitFor(/serves (http:\S+)/, 60_000);
  return { service, url };
}

const resolveUrl = (url: string, ref: string, more = "") => `${url}/api/v1/resolve?ref=${ref}&arch=amd64${more}`;

describe.each(storeKinds)("on %s", (kind) => {
  test("a fresh database is filled and answers; what nobody looked at is looked at when somebody asks", async () => {
    const database = await createTestDatabase(kind);
    onTestFinished(database.drop);
    const registry = await registryWith("os/one");
    const { service, url } = await started({
      SIGNALBOX_DATABASE_URL: database.url,
      SIGNALBOX_POLICIES: writePolicies(temporaryFolder(), {
        registries: [loopbackRegistry(registry.host)],
        sources: [sourceOf(registry, ["os/one"])],
      }),
    });
    expect((await askUntil(`${url}/readyz`, ({ status }) => status === 200)).body).toMatchObject({ status: "ready" });
    const ref = `${registry.host}/os/one`;
    const stable = await askUntil(resolveUrl(url, `${ref}:stable`), ({ status }) => status === 200);
    expect(stable.body).toMatchObject({ target: { repository: ref, tag: "stable", kind: "base" }, decision: "warn" });
    // Not a channel: the question waits for the worker of the same process, and is answered at once.
    const odd = await ask(resolveUrl(url, `${ref}:odd`));
    expect(odd).toMatchObject({ status: 200, body: { target: { tag: "odd" } } });
    const none = await ask(resolveUrl(url, `${ref}:none`));
    expect(none).toMatchObject({ status: 404, body: { type: "/problems/unknown-reference" } });
    const events = (await ask(`${url}/api/v1/events`)).body.events as { type: string }[];
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["repository.added", "tag.added", "image.indexed"]),
    );
    expect(await service.stop("SIGTERM")).toMatchObject({ code: 0, signal: null });
  });

  test("a server without a worker answers by the database, and a worker beside it takes what it was asked for", async () => {
    const database = await createTestDatabase(kind);
    onTestFinished(database.drop);
    const registry = await registryWith("os/one");
    const environment = {
      SIGNALBOX_DATABASE_URL: database.url,
      SIGNALBOX_POLICIES: writePolicies(temporaryFolder(), {
        registries: [loopbackRegistry(registry.host)],
        sources: [sourceOf(registry, ["os/one"])],
      }),
    };
    const { service, url } = await started(environment, "--no-worker");
    expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503 });
    expect(await runProgram(["index", "--once"], environment)).toMatchObject({ code: 0 });
    const ref = `${registry.host}/os/one`;
    await askUntil(resolveUrl(url, `${ref}:stable`), ({ status }) => status === 200);

    const before = registry.requests.length;
    const unseen = await ask(resolveUrl(url, `${ref}:odd`));
    expect(unseen).toMatchObject({ status: 503, body: { type: "/problems/not-yet-indexed" } });
    expect(Number(unseen.headers.get("retry-after"))).toBeGreaterThan(0);
    // A server talks to no registry.
    expect(registry.requests.length).toBe(before);
    const worker = startProgram(["index"], environment);
    const seen = await askUntil(resolveUrl(url, `${ref}:odd`), ({ status }) => status === 200);
    expect(seen.body).toMatchObject({ target: { tag: "odd" } });
    expect(await worker.stop("SIGTERM")).toMatchObject({ code: 0 });
    expect(await service.stop("SIGINT")).toMatchObject({ code: 0, signal: null });
  });
});

test("documents are read again on SIGHUP; wrong ones change nothing and are told with their line", async () => {
  const registry = await registryWith("os/one", "os/two");
  const folder = temporaryFolder();
  const policies = join(folder, "policies");
  const documents = (paths: readonly string[]) =>
    writePolicies(policies, {
      registries: [loopbackRegistry(registry.host)],
      sources: paths.map((path) => sourceOf(registry, [path])),
    });
  documents(["os/one"]);
  const environment = { SIGNALBOX_DATABASE_URL: join(folder, "a.db"), SIGNALBOX_POLICIES: policies };
  const { service, url } = await started(environment);
  const one = resolveUrl(url, `${registry.host}/os/one:stable`);
  const two = resolveUrl(url, `${registry.host}/os/two:stable`);
  await askUntil(one, ({ status }) => status === 200);
  expect(await ask(two)).toMatchObject({ status: 404 });

  documents(["os/one", "os/two"]);
  service.child.kill("SIGHUP");
  await askUntil(two, ({ status }) => status === 200);

  writePolicies(policies, { registries: [loopbackRegistry(registry.host)], sources: [{ id: "wrong" }] });
  service.child.kill("SIGHUP");
  await service.waitFor(/sources\/sources\.yaml:\d+:\d+: /);
  await service.waitFor(/the last good ones stay in force/);
  expect(await ask(two)).toMatchObject({ status: 200 });
  expect((await ask(`${url}/healthz`)).body).toMatchObject({
    policyMistakes: expect.toSatisfy((count: number) => count > 0),
  });
  await service.stop();

  // The same folder at the next start: the database's documents are still there to serve by.
  const again = await started(environment);
  await again.service.waitFor(/the last good ones stay in force/);
  expect(await ask(resolveUrl(again.url, `${registry.host}/os/two:stable`))).toMatchObject({ status: 200 });
  expect(await again.service.stop()).toMatchObject({ code: 0 });
  // Without any there is nothing to serve by.
  const fresh = await runProgram(["serve", "--port", "0"], {
    ...environment,
    SIGNALBOX_DATABASE_URL: join(folder, "b.db"),
  });
  expect(fresh).toMatchObject({ code: 2, stdout: "" });
  expect(fresh.stderr).toMatch(/are refused:\n {2}sources\/sources\.yaml:\d+:\d+: /);
});

test("what is private is unknown to strangers, to the byte, and known to the command line on the database", async () => {
  const [open, closed] = [await registryWith("os/one"), await registryWith("os/secret")];
  const folder = temporaryFolder();
  const environment = {
    SIGNALBOX_DATABASE_URL: join(folder, "a.db"),
    SIGNALBOX_POLICIES: writePolicies(join(folder, "policies"), {
      registries: [loopbackRegistry(open.host), loopbackRegistry(closed.host, { visibility: "private" })],
      sources: [sourceOf(open, ["os/one"]), sourceOf(closed, ["os/secret"])],
    }),
  };
  expect(await runProgram(["index", "--once"], environment)).toMatchObject({ code: 0 });
  const { service, url } = await started(environment, "--no-worker");
  await askUntil(`${url}/readyz`, ({ status }) => status === 200);
  const ref = `${closed.host}/os/secret:stable`;
  const secret = await (await fetch(resolveUrl(url, ref))).text();
  const unknown = await (await fetch(resolveUrl(url, ref.replace("secret", "nobody")))).text();
  expect(secret.replaceAll("secret", "nobody")).toBe(unknown);
  for (const path of ["repositories", "sources", "registries", "events", "policies"]) {
    const text = await (await fetch(`${url}/api/v1/${path}`)).text();
    expect(text, path).not.toContain(closed.host);
    expect(text, path).toContain(open.host);
  }
  const args = ["resolve", ref, "--arch", "amd64"];
  expect(await runProgram([...args, "--server", url], {})).toMatchObject({ code: 1 });
  expect(await runProgram(args, environment)).toMatchObject({ code: 10, stderr: "" });
  await service.stop();
});

test("without a network it serves, and says what is out of reach since when", async () => {
  const registry = await registryWith("os/one");
  const folder = temporaryFolder();
  const environment = {
    SIGNALBOX_DATABASE_URL: join(folder, "a.db"),
    SIGNALBOX_POLICIES: writePolicies(join(folder, "policies"), {
      registries: [loopbackRegistry(registry.host)],
      sources: [sourceOf(registry, ["os/one"])],
    }),
  };
  await registry.close();
  const { service, url } = await started(environment);
  await service.waitFor(/a source is out of reach/);
  const { body } = await askUntil(`${url}/api/v1/sources`, ({ body }) => JSON.stringify(body).includes("unreachable"));
  const [source] = body.items as { staleSince: string; failure: object }[];
  expect(source?.staleSince).toMatch(/^\d{4}-/);
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 200 });
  expect(await service.stop()).toMatchObject({ code: 0 });
});

describe("what keeps it from starting is said in one line", () => {
  const place = () => ({ SIGNALBOX_DATABASE_URL: join(temporaryFolder(), "a.db") });

  test("a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, stdout, stderr } = await runProgram(["serve", "--no-worker", "--port", String(port)], place());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`port ${port} is taken by another program: choose another with --port or PORT`);
  });

  test("a database of a newer version", async () => {
    const environment = place();
    const { service } = await started(environment, "--no-worker");
    await service.stop();
    const file = new Sqlite(environment.SIGNALBOX_DATABASE_URL);
    file.exec("insert into __drizzle_migrations (hash, created_at) values ('future', 4102444800000)");
    file.close();
    const { code, stderr } = await runProgram(["serve"], environment);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^signalbox: the database was written by a newer Signalbox: .*\n$/);
  });

  test("a database that does not answer", async () => {
    const { code, stderr } = await runProgram(["serve"], {
      SIGNALBOX_DATABASE_URL: "postgres://a:secret@127.0.0.1:1/b",
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^signalbox: the PostgreSQL database cannot be used: .*ECONNREFUSED.*\n$/);
    expect(stderr).not.toContain("secret");
  });

  test("an address that is none of this machine", async () => {
    const { code, stderr } = await runProgram(["serve", "--no-worker", "--host", "192.0.2.1"], place());
    expect(code).toBe(2);
    expect(stderr).toContain("192.0.2.1 is no address of this machine");
  });

  test.each(["65536", "http", "-1"])("a port %s", async (port) => {
    expect(await runProgram(["serve", `--port=${port}`], place())).toMatchObject({ code: 2, stdout: "" });
  });
});

test("a backup is made beside the running service, and a service runs on it", async () => {
  const registry = await registryWith("os/one");
  const folder = temporaryFolder();
  const environment = {
    SIGNALBOX_DATABASE_URL: join(folder, "a.db"),
    SIGNALBOX_POLICIES: writePolicies(join(folder, "policies"), {
      registries: [loopbackRegistry(registry.host)],
      sources: [sourceOf(registry, ["os/one"])],
    }),
  };
  const { service, url } = await started(environment);
  const path = `/api/v1/resolve?ref=${registry.host}/os/one:stable&arch=amd64`;
  const before = await askUntil(`${url}${path}`, ({ status }) => status === 200);
  const file = join(folder, "backup.db");
  const saved = await runProgram(["backup", file, "--json"], environment);
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(saved.stdout)).toMatchObject({ file });
  expect(await runProgram(["backup", file], environment)).toMatchObject({ code: 2, stdout: "" });
  await service.stop();
  const restored = await started({ ...environment, SIGNALBOX_DATABASE_URL: file }, "--no-worker");
  const after = await askUntil(`${restored.url}${path}`, ({ status }) => status === 200);
  expect(after.body.target).toEqual(before.body.target);
  await restored.service.stop();
});

test("requests under way are answered before it ends", async () => {
  const { service, url } = await started({ SIGNALBOX_DATABASE_URL: join(temporaryFolder(), "a.db") }, "--no-worker");
  const { hostname, port } = new URL(url);
  const { connect } = await import("node:net");
  const socket = connect(Number(port), hostname);
  const answered = new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (piece) => {
      text += piece.toString();
    });
    socket.on("close", () => resolve(text));
  });
  socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n");
  await sleep(50);
  service.child.kill("SIGTERM");
  await service.waitFor(/"ending"/);
  socket.write("Connection: close\r\n\r\n");
  expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
  expect(await service.ended).toMatchObject({ code: 0, signal: null });
});
