// Who is shown what: tokens, passwords, and those who must not see them.
import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { buildMultiArch } from "../../../kit/registries/build-image.ts";
import {
  type FakeServer,
  type Handler,
  sendJson,
  sendOciError,
  startFake,
} from "../../../kit/registries/fake-server.ts";
import { registryHandler } from "../../../kit/registries/memory-registry.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../../kit/registries/open-test-registry.ts";
import { createContents } from "../../../kit/registries/registry-contents.ts";
import {
  behindPassword,
  behindToken,
  createTokenService,
  type TokenServiceOptions,
} from "../../../kit/registries/token-auth.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function serve(handler: Handler): Promise<FakeServer> {
  const server = await startFake(handler);
  ends.push(server.close);
  return server;
}

const image = buildMultiArch("one");
const secret = { outcome: "set", username: "alice", password: "s3cret" } as const;
const named = { username: "ALICE_USER", password: "ALICE_PASS" };

function openAt(server: FakeServer, more: object = {}, options: TestRegistryOptions = {}) {
  const client = openTestRegistry({ host: server.host, ...more }, options);
  ends.push(client.close);
  return client.registry;
}

/** A registry behind a token service of its own. */
async function openBehindToken(
  service: TokenServiceOptions = {},
  more: object = {},
  options: TestRegistryOptions = {},
) {
  const contents = createContents();
  for (const path of ["a/one", "a/two", "a/three"]) contents.push(path, image, "x");
  const tokens = createTokenService(service);
  const realm = (request: IncomingMessage) => `http://${request.headers.host}/token`;
  const server = await serve(behindToken(registryHandler(contents), tokens, realm));
  return { server, tokens, registry: openAt(server, more, options) };
}

const look = (registry: ReturnType<typeof openAt>, path = "a/one") =>
  registry.lookAtTag(path, "x", image.digest, never);

describe("a token", () => {
  test.each([{ member: "token" }, { member: "access_token" }, { expiresInS: 300 }] as const)(
    "is fetched once and used until it expires: %j",
    async (service) => {
      const { server, tokens, registry } = await openBehindToken(service);
      for (let i = 0; i < 3; i += 1) expect((await look(registry)).outcome).toBe("unchanged");
      expect(tokens.seen).toEqual([undefined]);
      expect(server.requests.length).toBe(1 + 1 + 3);
    },
  );

  test("is fetched anew when its time is over, before it is refused", async () => {
    let now = 1_800_000_000_000;
    const { tokens, server, registry } = await openBehindToken({}, {}, { now: () => now });
    await look(registry);
    now += 53_000;
    await look(registry);
    expect(tokens.seen.length).toBe(1);
    now += 2_000;
    await look(registry);
    expect(tokens.seen.length).toBe(2);
    expect(server.count(/manifests/)).toBe(1 + 3);
  });

  test("that was revoked is fetched anew once it is refused", async () => {
    const { tokens, registry } = await openBehindToken({ expiresInS: 3_600 });
    await look(registry);
    tokens.revoke();
    expect((await look(registry)).outcome).toBe("unchanged");
    expect(tokens.seen.length).toBe(2);
  });

  test("for the next repository is fetched without being refused first", async () => {
    const { server, registry } = await openBehindToken();
    await look(registry, "a/one");
    await look(registry, "a/two");
    expect(server.requests.map(({ url }) => url.replace(/\?.*/, ""))).toEqual([
      "/v2/a/one/manifests/x",
      "/token",
      "/v2/a/one/manifests/x",
      "/token",
      "/v2/a/two/manifests/x",
    ]);
  });

  test("is asked for once by many who need it together", async () => {
    const { tokens, registry } = await openBehindToken();
    await Promise.all(Array.from({ length: 20 }, () => look(registry)));
    expect(tokens.seen.length).toBe(1);
  });

  test("is asked for with service and scope", async () => {
    const { server, registry } = await openBehindToken();
    await look(registry);
    const asked = new URL(server.requests[1]?.url ?? "", server.url);
    expect(Object.fromEntries(asked.searchParams)).toEqual({ service: "fake", scope: "repository:a/one:pull" });
  });

  test("that one caller no more waits for is there for the other", async () => {
    const contents = createContents();
    contents.push("a/one", image, "x");
    const tokens = createTokenService();
    const slow: Handler = async (request, response) => {
      if (request.url?.startsWith("/token") === true) await new Promise((done) => setTimeout(done, 100));
      const realm = () => `http://${request.headers.host}/token`;
      return behindToken(registryHandler(contents), tokens, realm)(request, response);
    };
    const registry = openAt(await serve(slow));
    const controller = new AbortController();
    const first = registry.lookAtTag("a/one", "x", image.digest, controller.signal);
    const second = look(registry);
    setTimeout(() => controller.abort(new Error("no more wanted")), 40);
    await expect(first).rejects.toThrow("no more wanted");
    expect((await second).outcome).toBe("unchanged");
    expect(tokens.seen.length).toBe(1);
  });
});

describe("credentials", () => {
  test("are shown to the registry's own realm, and only after it asked", async () => {
    const { server, tokens, registry } = await openBehindToken(
      { accepts: secret },
      { credentials: named },
      { credentials: secret },
    );
    expect((await look(registry)).outcome).toBe("unchanged");
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    expect(tokens.seen).toEqual([`Basic ${Buffer.from("alice:s3cret").toString("base64")}`]);
  });

  test("are shown to the realm that the document names, and to no other", async () => {
    const contents = createContents();
    contents.push("a/one", image, "x");
    for (const isNamed of [true, false]) {
      const tokens = createTokenService();
      const auth = await serve(tokens.handler);
      const server = await serve(behindToken(registryHandler(contents), tokens, () => `${auth.url}/token`));
      const other = await serve(() => undefined);
      const credentials = { ...named, realm: isNamed ? auth.url : other.url };
      const { registry, http, close } = openTestRegistry({ host: server.host, credentials }, { credentials: secret });
      ends.push(close);
      // Both places may be spoken to; which of them may see the password is another question.
      http.declare([server, auth, other].map(({ url }) => ({ origin: url, addresses: "loopback" })));
      expect((await look(registry)).outcome).toBe("unchanged");
      expect(tokens.seen).toEqual([isNamed ? `Basic ${Buffer.from("alice:s3cret").toString("base64")}` : undefined]);
      expect(other.requests).toEqual([]);
    }
  });

  test("answer a Basic challenge", async () => {
    const contents = createContents();
    contents.push("a/one", image, "x");
    const server = await serve(behindPassword(registryHandler(contents), "alice", "s3cret"));
    const registry = openAt(server, { credentials: named }, { credentials: secret });
    for (let i = 0; i < 3; i += 1) expect((await look(registry)).outcome).toBe("unchanged");
    expect(server.requests.length).toBe(4);
    const wrong = openAt(server, { credentials: named }, { credentials: { ...secret, password: "wrong" } });
    await expect(look(wrong)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(look(openAt(server))).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("that are not set fail every question before it is asked", async () => {
    const server = await serve((_, response) => sendJson(response, 200, { tags: [] }));
    const credentials = { outcome: "unset", variables: ["ALICE_PASS"] } as const;
    const registry = openAt(server, { credentials: named }, { credentials });
    const questions = [
      registry.listTags("a/b", never),
      registry.listRepositories("a", never),
      registry.findRepository("a/b", never),
      registry.lookAtTag("a/b", "x", null, never),
      registry.readManifest("a/b", image.digest, never),
      registry.readBlob("a/b", image.digest, 10, never),
      registry.readReferrers("a/b", image.digest, never),
    ];
    for (const question of questions) {
      await expect(question).rejects.toMatchObject({
        code: "no-credentials",
        message: expect.stringContaining("ALICE_PASS"),
      });
    }
    expect(server.requests).toEqual([]);
  });

  test("do not follow a redirect, nor are they given to who was redirected to", async () => {
    const thief = await serve((_, response) => {
      response.setHeader("www-authenticate", 'Basic realm="give"');
      sendOciError(response, 401, "UNAUTHORIZED");
    });
    const server = await serve((request, response) => {
      if (request.headers.authorization === undefined) {
        response.setHeader("www-authenticate", 'Basic realm="own"');
        sendOciError(response, 401, "UNAUTHORIZED");
      } else response.writeHead(307, { location: `${thief.url}/blob` }).end();
    });
    const { registry, http, close } = openTestRegistry(
      { host: server.host, credentials: named },
      { credentials: secret },
    );
    ends.push(close);
    http.declare([server, thief].map(({ url }) => ({ origin: url, addresses: "loopback" })));
    await expect(registry.readBlob("a/b", image.digest, 10, never)).rejects.toMatchObject({ code: "unauthorized" });
    expect(thief.requests.length).toBe(1);
    expect(thief.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe("a realm", () => {
  const challenging =
    (realm: string): Handler =>
    (_, response) => {
      response.setHeader("www-authenticate", `Bearer realm="${realm}",service="s",scope="repository:a/one:pull"`);
      sendOciError(response, 401, "UNAUTHORIZED");
    };

  test.each([
    ["http://127.0.0.1:1/token", "address-refused"],
    ["https://10.0.0.1/token", "address-refused"],
    ["http://169.254.169.254/token", "address-refused"],
    ["http://auth.example/token", "redirect-refused"],
    ["https://user:pw@auth.example/token", "redirect-refused"],
    ["file:///etc/passwd", "redirect-refused"],
  ])("at %s is not asked", async (realm, code) => {
    const registry = openAt(await serve(challenging(realm)));
    await expect(look(registry)).rejects.toMatchObject({ code });
  });

  test.each([
    ["refuses", 401, {}, "unauthorized"],
    ["forbids", 403, { errors: [{ code: "DENIED" }] }, "unauthorized"],
    ["is busy", 429, {}, "rate-limited"],
    ["is broken", 500, {}, "server-error"],
    ["sends no token", 200, {}, "malformed"],
    ["sends a page", 200, "<html>", "malformed"],
    ["sends too much", 200, { token: "x".repeat(100_000) }, "too-large"],
  ])("that %s ends the question", async (_, status, body, code) => {
    const server = await serve((request, response) => {
      if (request.url?.startsWith("/token") === true) sendJson(response, status, body);
      else return challenging(`http://${request.headers.host}/token`)(request, response);
    });
    await expect(look(openAt(server))).rejects.toMatchObject({ code });
  });

  test("that one repository names is not believed of the others, nor for ever", async () => {
    const contents = createContents();
    for (const path of ["a/one", "a/two"]) contents.push(path, image, "x");
    const tokens = createTokenService();
    let moved = false;
    const server = await serve((request, response) => {
      const isBad = request.url?.includes("/a/one/") === true && !moved;
      const realm = () => (isBad ? "https://10.0.0.1/token" : `http://${request.headers.host}/token`);
      return behindToken(registryHandler(contents), tokens, realm)(request, response);
    });
    const registry = openAt(server);
    await expect(look(registry, "a/one")).rejects.toMatchObject({ code: "address-refused" });
    expect((await look(registry, "a/two")).outcome).toBe("unchanged");
    await expect(look(registry, "a/one")).rejects.toMatchObject({ code: "address-refused" });
    moved = true;
    expect((await look(registry, "a/one")).outcome).toBe("unchanged");
  });

  test("whose tokens are no good is asked once, not for ever", async () => {
    const server = await serve((request, response) => {
      if (request.url?.startsWith("/token") === true) sendJson(response, 200, { token: "no-good" });
      else return challenging(`http://${request.headers.host}/token`)(request, response);
    });
    const asked = openAt(server).lookAtTag("a/one", "x", null, never);
    await expect(asked).rejects.toMatchObject({ code: "unauthorized", said: { code: "UNAUTHORIZED" } });
    expect(server.requests.length).toBe(3);
  });

  test.each(["", "Digest realm=x", "Bearer service=x"])("that is none (%j) leaves the refusal", async (header) => {
    const server = await serve((_, response) => {
      if (header !== "") response.setHeader("www-authenticate", header);
      sendOciError(response, 401, "UNAUTHORIZED", "go away");
    });
    const asked = openAt(server).lookAtTag("a/one", "x", null, never);
    await expect(asked).rejects.toMatchObject({ code: "unauthorized", said: { message: "go away" } });
    expect(server.requests.length).toBe(1);
  });
});
