// What errors of undici, sockets and TLS mean, and whether asking again can help.
import { createServer } from "node:net";
import { errors } from "undici";
import { describe, expect, test } from "vitest";
import { HttpError } from "../../../../worker/http/http-error.ts";
import { transportFailure } from "../../../../worker/http/transport-failure.ts";
import { startFake } from "../../../kit/registries/fake-server.ts";
import { createTestHttpClient, never } from "../../../kit/registries/open-test-registry.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });

describe("transportFailure", () => {
  test.each([
    [new errors.ConnectTimeoutError("x"), "timeout", true],
    [new errors.HeadersTimeoutError("x"), "timeout", true],
    [new errors.BodyTimeoutError("x"), "timeout", false],
    [new errors.HeadersOverflowError("x"), "too-large", false],
    [new errors.SocketError("x"), "unreachable", true],
    [new errors.ClientDestroyedError("x"), "closed", false],
    [new errors.ClientClosedError("x"), "closed", false],
    [new errors.ResponseContentLengthMismatchError("x"), "unreachable", true],
    [coded("HPE_INVALID_CONSTANT"), "malformed", false],
    [coded("ECONNREFUSED"), "unreachable", true],
    [coded("ECONNRESET"), "unreachable", true],
    [coded("ENOTFOUND"), "unreachable", true],
    [coded("EAI_AGAIN"), "unreachable", true],
    [coded("CERT_HAS_EXPIRED"), "unreachable", false],
    [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "unreachable", false],
    [coded("ERR_TLS_CERT_ALTNAME_INVALID"), "unreachable", false],
    [coded("UND_ERR_MAX_ORIGINS_REACHED"), "unreachable", false],
    [new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]), "unreachable", true],
    [new Error("wrapped", { cause: coded("ECONNRESET") }), "unreachable", true],
    [new Error("nothing known"), "unreachable", true],
    ["not even an error", "unreachable", true],
  ])("%s is %s, and passing: %s", (error, code, passing) => {
    expect(transportFailure(error, "registry.example")).toMatchObject({ code, passing, cause: error });
  });

  test("what was judged already stays as it is", () => {
    const refusal = new HttpError("address-refused", "x");
    expect(transportFailure(refusal, "registry.example")).toBe(refusal);
  });
});

describe("a server that speaks something else", () => {
  test("is malformed, and not asked again", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    });
    await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = createTestHttpClient();
    client.declare([{ origin: `http://127.0.0.1:${port}`, addresses: "loopback" }]);
    const asked = client.request({ method: "GET", url: new URL(`http://127.0.0.1:${port}/`), limitBytes: 100 }, never);
    await expect(asked).rejects.toMatchObject({ code: "malformed" });
    expect(connections).toBe(1);
    await client.close();
    await new Promise((done) => void server.close(done));
  });

  test("plain HTTP where TLS is wanted is unreachable", async () => {
    const server = await startFake((_, response) => void response.end());
    const origin = server.url.replace("http:", "https:");
    const client = createTestHttpClient();
    client.declare([{ origin, addresses: "any" }]);
    const asked = client.request({ method: "GET", url: new URL(origin), limitBytes: 100 }, never);
    await expect(asked).rejects.toMatchObject({ code: "unreachable" });
    expect(server.requests).toEqual([]);
    await client.close();
    await server.close();
  });
});
