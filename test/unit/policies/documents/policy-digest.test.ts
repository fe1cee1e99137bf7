// Policy digests: that a stranger with the documents and the files reaches the same one.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  documentDigest,
  filesNamedBy,
  folderDigest,
  policyDigest,
  trustDigest,
} from "../../../../policies/documents/policy-digest.ts";
import { digestOf } from "../../../../policies/words/digest.ts";
import { project, registry, trust } from "./documents.ts";

const sha = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const policy = trust("team", ["registry.example"], {
  signers: [
    { id: "alice", key: "keys/alice.pub" },
    { id: "bob", key: "keys/alice.pub" },
    { id: "ci", identity: { issuer: "https://issuer.example", subject: "someone@example.org" } },
    { id: "rpm", openpgp: "keys/rpm" },
    {
      id: "own",
      identity: { issuer: "https://issuer.example", subject: "ci@example.org" },
      trustRoot: "roots/own.json",
    },
  ],
});
const file = (content: string) => ({ sha256: digestOf(content), encoding: "utf8" as const, content });
const files = {
  "keys/alice.pub": file("alice"),
  "keys/rpm": file("rpm"),
  "roots/own.json": file("{}"),
  "keys/other.pub": file("other"),
};

describe("policyDigest", () => {
  test("it is the SHA-256 of the canonical JSON of documents and files", () => {
    const text =
      '{"documents":[{"affiliations":[],"confirmed":true,"id":"a","name":"a","repositories":{},"source":[],"successor":null,"summary":""}],"files":{"keys/x.pub":"sha256:00"}}';
    expect(policyDigest([project("a")], { "keys/x.pub": "sha256:00" })).toBe(sha(text));
  });

  test("the order of the documents does not matter, what they say does", () => {
    const [a, b] = [project("a"), project("b")];
    expect(policyDigest([a, b], {})).toBe(policyDigest([b, a], {}));
    expect(policyDigest([a, b], {})).not.toBe(policyDigest([a], {}));
    expect(policyDigest([a], {})).not.toBe(policyDigest([a], { x: "sha256:00" }));
  });

  test("a default that is written out is the same document", () => {
    expect(documentDigest(project("a"))).toBe(documentDigest(project("a", { summary: "", successor: null })));
  });
});

describe("trustDigest", () => {
  test("it covers each file that the policy names, once, and the public-good root by its name", () => {
    expect(filesNamedBy(policy)).toEqual(["keys/alice.pub", "keys/rpm", "public-good", "roots/own.json"]);
    const root = digestOf("root");
    const named = {
      "keys/alice.pub": digestOf("alice"),
      "keys/rpm": digestOf("rpm"),
      "public-good": root,
      "roots/own.json": digestOf("{}"),
    };
    expect(trustDigest({ files }, policy, root)).toBe(policyDigest([policy], named));
    expect(trustDigest({ files }, policy, null)).toBe(policyDigest([policy], { ...named, "public-good": null }));
  });

  test("it changes with a key, with the root and with any further document", () => {
    const digest = trustDigest({ files }, policy, null);
    expect(trustDigest({ files: { ...files, "keys/alice.pub": file("eve") } }, policy, null)).not.toBe(digest);
    expect(trustDigest({ files }, policy, digestOf("root"))).not.toBe(digest);
    expect(trustDigest({ files }, policy, null, [registry({ host: "registry.example" })])).not.toBe(digest);
    expect(trustDigest({ files: { ...files, "keys/other.pub": file("eve") } }, policy, null)).toBe(digest);
  });
});

test("the folder's digest covers every document and file", () => {
  const set = { registries: [], sources: [], trust: [policy], projects: [project("a")], releases: [], files };
  const digest = folderDigest(set);
  expect(folderDigest({ ...set, projects: [] })).not.toBe(digest);
  expect(folderDigest({ ...set, files: { ...files, "keys/other.pub": file("eve") } })).not.toBe(digest);
});
