// Where a registry is and which places its document declares.
import { describe, expect, test } from "vitest";
import { RegistryDocument } from "../../../../policies/documents/registry-document.ts";
import { destinationsOf } from "../../../../worker/registry/registry-origin.ts";

const credentials = { username: "A_USER", password: "A_PASS" };

describe("destinationsOf", () => {
  test.each([
    [
      { host: "quay.io", dialect: "quay", requestsPerSecond: 4 },
      [{ origin: "https://quay.io", addresses: "any", requestsPerSecond: 4 }],
    ],
    [
      { host: "docker.io", dialect: "oci" },
      [{ origin: "https://registry-1.docker.io", addresses: "any", requestsPerSecond: 10 }],
    ],
    [
      { host: "127.0.0.1:5000", dialect: "oci", plainHttp: true },
      [{ origin: "http://127.0.0.1:5000", addresses: "loopback", requestsPerSecond: 10 }],
    ],
    [
      { host: "registry.lan:5000", dialect: "oci", plainHttp: true, allowPlainHttp: true },
      [{ origin: "http://registry.lan:5000", addresses: "any", requestsPerSecond: 10 }],
    ],
    [
      { host: "a.example", dialect: "oci", credentials: { ...credentials, realm: "https://auth.example/token" } },
      [
        { origin: "https://a.example", addresses: "any", requestsPerSecond: 10 },
        { origin: "https://auth.example", addresses: "any" },
      ],
    ],
    [
      { host: "a.example", dialect: "oci", credentials: { ...credentials, realm: "http://auth.example" } },
      [
        { origin: "https://a.example", addresses: "any", requestsPerSecond: 10 },
        { origin: "http://auth.example", addresses: "loopback" },
      ],
    ],
    [
      { host: "a.example", dialect: "oci", credentials: { ...credentials, realm: "https://a.example/token" } },
      [{ origin: "https://a.example", addresses: "any", requestsPerSecond: 10 }],
    ],
    [{ host: "mirror.example", layout: "./mirror" }, []],
  ])("%j", (document, destinations) => {
    expect(destinationsOf(RegistryDocument.parse(document))).toEqual(destinations);
  });
});
