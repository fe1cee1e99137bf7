// Tests of policy.json by version: each row of the table of dialects, and the strictness of its reader.
import { describe, expect, test } from "vitest";
import { readContainersPolicy } from "../../../../../policies/trust/consumers/containers-policy.ts";

const reject = [{ type: "reject" }];
const policyOf = (requirement: unknown) =>
  JSON.stringify({ default: reject, transports: { docker: { "quay.io": [requirement] } } });

const base64 = Buffer.from("key").toString("base64");
const fulcio = { caPath: "/ca.pem", oidcIssuer: "https://issuer.example", subjectEmail: "alice@desk.example" };
const keyPath = { type: "sigstoreSigned", keyPath: "/a.pub" };
const keyPaths = { type: "sigstoreSigned", keyPaths: ["/a.pub", "/b.pub"] };

type Version = readonly [number, number];

describe("what a version knows (tags of containers/image, signature/policy_config_sigstore.go)", () => {
  test.each([
    { title: "keyPath", requirement: keyPath, since: 22 },
    { title: "keyData", requirement: { type: "sigstoreSigned", keyData: base64 }, since: 22 },
    { title: "fulcio", requirement: { type: "sigstoreSigned", fulcio, rekorPublicKeyPath: "/r.pub" }, since: 24 },
    { title: "a key and Rekor's key", requirement: { ...keyPath, rekorPublicKeyData: base64 }, since: 24 },
    { title: "keyPaths", requirement: keyPaths, since: 33 },
    { title: "keyDatas", requirement: { type: "sigstoreSigned", keyDatas: [base64] }, since: 33 },
    {
      title: "rekorPublicKeyPaths",
      requirement: { type: "sigstoreSigned", fulcio, rekorPublicKeyPaths: ["/r.pub"] },
      since: 33,
    },
    {
      title: "rekorPublicKeyDatas",
      requirement: { type: "sigstoreSigned", fulcio, rekorPublicKeyDatas: [base64] },
      since: 33,
    },
    {
      title: "pki",
      requirement: { type: "sigstoreSigned", pki: { caRootsPath: "/ca.pem", subjectEmail: "a@b.example" } },
      since: 34,
    },
    { title: "signedBy", requirement: { type: "signedBy", keyType: "GPGKeys", keyPath: "/a.asc" }, since: 22 },
    {
      title: "signedBy with keyPaths",
      requirement: { type: "signedBy", keyType: "GPGKeys", keyPaths: ["/a.asc"] },
      since: 22,
    },
  ])("$title since 5.$since", ({ requirement, since }) => {
    for (const minor of [22, 23, 24, 32, 33, 34, 35, 36, 39]) {
      const version: Version = [5, minor];
      expect([minor, readContainersPolicy(policyOf(requirement), version).outcome]).toEqual([
        minor,
        minor >= since ? "policy" : "invalid",
      ]);
    }
  });
});

describe("what makes the whole file unreadable", () => {
  test.each([
    ["no default", JSON.stringify({ transports: {} })],
    ["an empty default", JSON.stringify({ default: [] })],
    ["an unknown member", JSON.stringify({ default: reject, more: true })],
    ["an unknown requirement (podman#15683)", policyOf({ type: "signedByAll" })],
    ["an unknown member of a requirement", policyOf({ ...keyPath, keyFile: "/b.pub" })],
    ["two sources of keys", policyOf({ ...keyPath, keyData: base64 })],
    ["no source of keys", policyOf({ type: "sigstoreSigned" })],
    ["fulcio without Rekor's key", policyOf({ type: "sigstoreSigned", fulcio })],
    [
      "fulcio without an e-mail",
      policyOf({ type: "sigstoreSigned", fulcio: { ...fulcio, subjectEmail: "" }, rekorPublicKeyPath: "/r" }),
    ],
    [
      "fulcio with two authorities' files",
      policyOf({ type: "sigstoreSigned", fulcio: { ...fulcio, caData: base64 }, rekorPublicKeyPath: "/r" }),
    ],
    ["fulcio beside a key", policyOf({ ...keyPath, fulcio, rekorPublicKeyPath: "/r" })],
    ["two keys of Rekor's", policyOf({ ...keyPath, rekorPublicKeyPath: "/r", rekorPublicKeyData: base64 })],
    ["an empty list of keys", policyOf({ type: "sigstoreSigned", keyPaths: [] })],
    ["a key that is no base64", policyOf({ type: "sigstoreSigned", keyData: "!" })],
    ["an unknown identity", policyOf({ ...keyPath, signedIdentity: { type: "matchAll" } })],
    [
      "an unknown member of an identity",
      policyOf({ ...keyPath, signedIdentity: { type: "matchRepository", tag: "x" } }),
    ],
    [
      "a wrong prefix",
      policyOf({ ...keyPath, signedIdentity: { type: "remapIdentity", prefix: "Quay", signedPrefix: "quay.io" } }),
    ],
    [
      "an exact reference without a tag",
      policyOf({ ...keyPath, signedIdentity: { type: "exactReference", dockerReference: "quay.io/a/b" } }),
    ],
    ["an unknown kind of OpenPGP keys", policyOf({ type: "signedBy", keyType: "PGP", keyPath: "/a" })],
    ["two sources of OpenPGP keys", policyOf({ type: "signedBy", keyType: "GPGKeys", keyPath: "/a", keyData: base64 })],
    ["a member twice", `{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}`],
    ["no object", "[]"],
    ["no JSON", "{"],
    ["a scope without requirements", JSON.stringify({ default: reject, transports: { docker: { "quay.io": [] } } })],
  ])("%s", (_, text) => {
    expect(readContainersPolicy(text, [5, 39]).outcome).toBe("invalid");
  });
});

test("the default identity and what a reader keeps", () => {
  const read = readContainersPolicy(policyOf(keyPath), [5, 22]);
  expect(read.outcome === "policy" ? read.policy.docker.get("quay.io") : read).toEqual([
    {
      type: "sigstoreSigned",
      by: { kind: "keys", keys: { paths: ["/a.pub"] } },
      rekor: null,
      identity: { type: "matchRepoDigestOrExact" },
    },
  ]);
});

test("transports that nobody knows are passed over", () => {
  const text = JSON.stringify({ default: reject, transports: { "a-new-one": { "": reject }, docker: {} } });
  expect(readContainersPolicy(text, [5, 22]).outcome).toBe("policy");
});
