// Tests of host requirements: who is given out, in which dialect, and what no host can be told.
import { describe, expect, test } from "vitest";
import type { TrustDocument } from "../../../../../policies/documents/trust-document.ts";
import { hostRequirements } from "../../../../../policies/trust/host-files/host-requirements.ts";
import { derOf } from "../../../../../policies/trust/trusted-root.ts";
import { digestOf } from "../../../../../policies/words/digest.ts";
import {
  identity,
  key,
  lookaside,
  now,
  pem,
  pgp,
  policy,
  publicGood,
  rootContent,
  rootFile,
  spki,
  workflow,
  world,
} from "../trust-builders.ts";

const signedIdentity = { type: "matchRepository" } as const;

function made(document: TrustDocument, root = publicGood) {
  const host = hostRequirements(world({ trust: [document], root }).rulesOf(document), now);
  if (host.outcome === "inexpressible") return host.reasons.map(({ code }) => code);
  return { ...host, requirements: host.requirements(signedIdentity), signers: host.signers.map(({ id }) => id) };
}

const attachments = { "use-sigstore-attachments": true };
const folder = "/etc/pki/containers";

test("one key: a path", () => {
  expect(made(policy([key("alice")]))).toEqual({
    outcome: "requirements",
    requirements: [{ type: "sigstoreSigned", keyPath: `${folder}/desk.pub`, signedIdentity }],
    files: [{ path: `${folder}/desk.pub`, content: pem("alice") }],
    section: attachments,
    signers: ["alice"],
  });
});

test("several keys: one requirement, each key in a file of its own", () => {
  const paths = [`${folder}/desk@alice.pub`, `${folder}/desk@bob.pub`];
  expect(made(policy([key("alice"), key("bob", { role: "backup" })]))).toEqual({
    outcome: "requirements",
    requirements: [{ type: "sigstoreSigned", keyPaths: paths, signedIdentity }],
    files: [
      { path: paths[0], content: pem("alice") },
      { path: paths[1], content: pem("bob") },
    ],
    section: attachments,
    signers: ["alice", "bob"],
  });
});

test("all signers must sign: as many requirements, of the oldest dialect", () => {
  const document = policy([key("alice"), key("bob"), pgp("erin")], { threshold: 3 });
  expect(made(document)).toMatchObject({
    requirements: [
      { type: "sigstoreSigned", keyPath: `${folder}/desk@alice.pub` },
      { type: "sigstoreSigned", keyPath: `${folder}/desk@bob.pub` },
      { type: "signedBy", keyType: "GPGKeys", keyPath: `${folder}/desk@erin.asc` },
    ],
    section: { ...attachments, lookaside },
  });
});

test("all that are in force must sign, where the policy wants as many: narrower than it, never wider", () => {
  const document = policy([key("alice"), key("bob"), key("carol", { role: "retired" })], { threshold: 2 });
  expect(made(document)).toMatchObject({ requirements: [{}, {}], signers: ["alice", "bob"] });
});

test("OpenPGP keys: a list, and where their signatures lie", () => {
  expect(made(policy([pgp("erin"), pgp("frank")]))).toMatchObject({
    requirements: [
      { type: "signedBy", keyType: "GPGKeys", keyPaths: [`${folder}/desk@erin.asc`, `${folder}/desk@frank.asc`] },
    ],
    section: { lookaside },
  });
});

test("a binary ring is given as text", () => {
  const host = made(policy([{ id: "erin", openpgp: "keys/binary.gpg", lookaside }]));
  const [file] = "files" in host ? host.files : [];
  expect(file?.content).toMatch(
    /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n[A-Za-z0-9+/=\n]+\n=[A-Za-z0-9+/]{4}\n-----END/,
  );
});

test("one e-mail: its authorities and logs in use", () => {
  const host = made(policy([identity("alice@desk.example", { issuer: "https://issuer.example" })]));
  expect(host).toMatchObject({
    requirements: [
      {
        type: "sigstoreSigned",
        fulcio: {
          caPath: `${folder}/desk+fulcio.pem`,
          oidcIssuer: "https://issuer.example",
          subjectEmail: "alice@desk.example",
        },
        rekorPublicKeyPath: `${folder}/desk+rekor.pub`,
        signedIdentity,
      },
    ],
    section: attachments,
  });
  const [ca, rekor] = "files" in host ? host.files : [];
  expect(derOf("CERTIFICATE", ca?.content ?? "").map(String)).toEqual([
    "certificate of good intermediate",
    "certificate of good",
  ]);
  expect(derOf("PUBLIC KEY", rekor?.content ?? "")).toEqual([spki("good log")]);
});

test("several logs in use: a list", () => {
  const root = rootFile(rootContent("good", { logs: ["one", "two"] }));
  const host = made(policy([identity("alice@desk.example")]), root);
  const paths = ["one", "two"].map((log) => `${folder}/desk+rekor-${digestOf(spki(log)).slice(7, 15)}.pub`);
  expect(host).toMatchObject({ requirements: [{ rekorPublicKeyPaths: paths }] });
});

const withLog = { transparencyLog: "required" } as const;
const required = [{ predicateType: "https://spdx.dev/Document", signers: ["alice"], required: true }];

describe("who and what is not given out", () => {
  test.each([
    {
      title: "two of three",
      document: policy([key("alice"), key("bob"), key("carol")], { threshold: 2 }),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    {
      title: "more than are in force",
      document: policy([key("alice"), key("bob", { role: "retired" })], { threshold: 2 }),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    { title: "a log that keys must be in", document: policy([key("alice")], withLog), codes: ["POLICY_INEXPRESSIBLE"] },
    {
      title: "a required attestation",
      document: policy([key("alice")], { attestations: required }),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    {
      title: "nobody in force",
      document: policy([key("alice", { validFrom: "2027-01-01T00:00:00Z" })]),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    { title: "a workflow", document: policy([identity(workflow)]), codes: ["IDENTITY_INEXPRESSIBLE"] },
    {
      title: "a workflow that all must sign with",
      document: policy([key("alice"), identity(workflow)], { threshold: 2 }),
      codes: ["IDENTITY_INEXPRESSIBLE"],
    },
    {
      title: "two e-mails",
      document: policy([identity("a@desk.example"), identity("b@desk.example", { id: "b" })]),
      codes: ["IDENTITY_INEXPRESSIBLE"],
    },
    {
      title: "OpenPGP signatures that lie nowhere",
      document: policy([{ id: "erin", openpgp: "keys/erin.asc" }]),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    {
      title: "OpenPGP signatures in two places",
      document: policy([pgp("erin"), pgp("frank", { lookaside: "https://b.example" })]),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
    {
      title: "the same, where all must sign",
      document: policy([pgp("erin"), pgp("frank", { lookaside: "https://b.example" })], { threshold: 2 }),
      codes: ["POLICY_INEXPRESSIBLE"],
    },
  ])("$codes for $title", ({ document, codes }) => {
    expect(made(document)).toEqual(codes);
  });

  test.each([
    { title: "a retired key", signers: [key("alice"), key("bob", { role: "retired" })] },
    {
      title: "a key that was replaced",
      signers: [key("alice"), key("bob", { revoked: { at: "2026-01-01T00:00:00Z", reason: "superseded" } })],
    },
    {
      title: "a key that was compromised",
      signers: [key("alice"), key("bob", { revoked: { at: "2026-01-01T00:00:00Z", reason: "compromised" } })],
    },
    { title: "a key that has ended", signers: [key("alice"), key("bob", { validUntil: "2026-11-20T10:00:00Z" })] },
    { title: "a key that has not begun", signers: [key("alice"), key("bob", { validFrom: "2026-11-20T10:00:01Z" })] },
    { title: "OpenPGP beside a key", signers: [key("alice"), pgp("erin")] },
    { title: "an e-mail beside a key", signers: [key("alice"), identity("a@desk.example")] },
  ])("$title is not among them", ({ signers }) => {
    expect(made(policy(signers))).toMatchObject({ signers: ["alice"], files: [{ path: `${folder}/desk.pub` }] });
  });

  test("a log that only identities are in is no obstacle", () => {
    expect(made(policy([identity("a@desk.example")], withLog))).toMatchObject({ outcome: "requirements" });
  });

  test("a key of a log that is no ECDSA key would make the file unreadable, and what is out of use is left out", () => {
    const content = JSON.parse(rootContent("good")) as { tlogs: unknown[]; certificateAuthorities: unknown[] };
    const ed25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    content.tlogs.push({ publicKey: { rawBytes: ed25519, validFor: { start: "2025-01-01T00:00:00Z" } } });
    const ended = { start: "2020-01-01T00:00:00Z", end: "2022-01-01T00:00:00Z" };
    content.tlogs.push({ publicKey: { rawBytes: spki("old log").toString("base64"), validFor: ended } });
    content.certificateAuthorities.push({
      certChain: { certificates: [{ rawBytes: Buffer.from("old").toString("base64") }] },
      validFor: ended,
    });
    const host = made(policy([identity("a@desk.example")]), rootFile(JSON.stringify(content)));
    expect("files" in host ? host.files.map(({ path }) => path) : host).toEqual([
      `${folder}/desk+fulcio.pem`,
      `${folder}/desk+rekor.pub`,
    ]);
    expect("files" in host ? host.files[0]?.content : "").not.toContain(Buffer.from("old").toString("base64"));
  });
});

test("no two policies write one file", () => {
  const paths = (id: string, names: readonly string[]) => {
    const host = made(
      policy(
        names.map((name) => key(name.split("=")[1] ?? "", { id: name.split("=")[0] ?? "" })),
        { id },
      ),
    );
    return "files" in host ? host.files.map(({ path }) => path) : [];
  };
  const all = [
    paths("a", ["b-c=alice", "x=bob"]),
    paths("a-b", ["c=alice", "x=bob"]),
    paths("a.b", ["c=carol"]),
  ].flat();
  expect(new Set(all).size).toBe(all.length);
});
