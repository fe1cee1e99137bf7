// Tests of one signature's judgement: a row for each sentence of contract.md, section 2, and for each attack on it.
import { describe, expect, test } from "vitest";
import type { TrustDocument } from "../../../../policies/documents/trust-document.ts";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import { judgeSignature } from "../../../../policies/trust/judge-signature.ts";
import {
  anybodys,
  at,
  broken,
  byBundle,
  byOpenpgp,
  bySig,
  day,
  fingerprint,
  found,
  identity,
  identitySigner,
  issuer,
  key,
  keyless,
  keySigner,
  logEntry,
  logged,
  now,
  openpgpFingerprint,
  payload,
  pgp,
  policy,
  repository,
  rootContent,
  rootFile,
  workflow,
  world,
} from "./trust-builders.ts";

const alice = policy([key("alice")]);
const ci = policy([identity(workflow)]);
const erin = policy([pgp("erin")]);
const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code);

type Row = {
  readonly title: string;
  readonly trust?: TrustDocument | null;
  readonly finding: SignatureFinding;
  readonly verdict: string;
  readonly reasons?: readonly string[];
  readonly valid?: boolean | null;
};

function judge({ trust = alice, finding }: Pick<Row, "trust" | "finding">) {
  const rules = world({ trust: trust === null ? [] : [trust] }).rulesFor(repository);
  return judgeSignature(found(finding), rules, now);
}

describe("who signed", () => {
  test.each<Row>([
    { title: "a key of the policy", finding: bySig("alice"), verdict: "verified" },
    { title: "a key of the policy, in a bundle", finding: byBundle("alice"), verdict: "verified" },
    { title: "an identity of the policy", trust: ci, finding: keyless(workflow), verdict: "verified" },
    { title: "an OpenPGP key of the policy", trust: erin, finding: byOpenpgp("erin"), verdict: "verified" },
    {
      title: "an OpenPGP subkey of the policy's key",
      trust: erin,
      finding: byOpenpgp("erin", {
        signer: { type: "openpgp", fingerprint: openpgpFingerprint("erin"), signingKey: "AB12" },
      }),
      verdict: "verified",
    },
    {
      title: "key swap: a stranger's key that a log entry carries",
      finding: bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now - day) }),
      verdict: "untrusted",
      reasons: ["WRONG_KEY"],
    },
    {
      title: "another policy's key, which nothing carries: to this policy's readers it is anybody's",
      finding: bySig("bob"),
      verdict: "invalid",
      reasons: ["SIGNATURE_ERROR"],
      valid: false,
    },
    {
      title: "another policy's key, which a log entry carries",
      finding: bySig("bob", logged(now - day)),
      verdict: "untrusted",
      reasons: ["WRONG_KEY"],
    },
    {
      title: "another policy's key beside an entry that proves nothing of this signature",
      finding: bySig("bob", logged(now - day, { body: "unsupported" })),
      verdict: "invalid",
      reasons: ["SIGNATURE_ERROR"],
      valid: false,
    },
    {
      title: "another policy's OpenPGP key",
      trust: erin,
      finding: byOpenpgp("frank"),
      verdict: "invalid",
      reasons: ["SIGNATURE_ERROR"],
      valid: false,
    },
    {
      title: "a workflow of somebody else",
      trust: ci,
      finding: keyless("https://github.com/mallory/os/.github/workflows/build.yml@refs/heads/main"),
      verdict: "untrusted",
      reasons: ["IDENTITY_MISMATCH"],
    },
    {
      title: "the right subject of another issuer, who lets anybody have any name",
      trust: ci,
      finding: keyless(workflow, { signer: identitySigner(workflow, { issuer: "https://issuer.example" }) }),
      verdict: "untrusted",
      reasons: ["ISSUER_MISMATCH"],
    },
    {
      title: "an issuer that only begins like the policy's",
      trust: ci,
      finding: keyless(workflow, { signer: identitySigner(workflow, { issuer: `${issuer}.evil.example` }) }),
      verdict: "untrusted",
      reasons: ["ISSUER_MISMATCH"],
    },
    {
      title: "the right name, issued by an authority that only another policy believes",
      trust: ci,
      finding: keyless(workflow, { trustRoot: { name: "roots/private.json", digest: "sha256:other" } }),
      verdict: "untrusted",
      reasons: ["IDENTITY_MISMATCH"],
    },
    {
      title: "the right name under no root at all",
      trust: ci,
      finding: keyless(workflow, { trustRoot: null }),
      verdict: "untrusted",
      reasons: ["IDENTITY_MISMATCH"],
    },
    {
      title: "an identity, where the policy has keys alone",
      finding: keyless(workflow),
      verdict: "untrusted",
      reasons: ["IDENTITY_MISMATCH"],
    },
    { title: "nobody known", finding: anybodys(), verdict: "invalid", reasons: ["SIGNATURE_ERROR"], valid: false },
    {
      title: "nobody known, by a finding from before a key was declared",
      finding: anybodys({ tried: { keys: [], openpgp: [], trustRoots: [] } }),
      verdict: "indeterminate",
      reasons: ["SIGNATURE_ERROR"],
      valid: null,
    },
    {
      title: "nobody known, in a lookaside",
      trust: erin,
      finding: anybodys({ format: "openpgp-lookaside" }),
      verdict: "invalid",
      reasons: ["SIGNATURE_ERROR"],
      valid: false,
    },
  ])("$verdict for $title", ({ verdict, reasons = [], valid = true, ...row }) => {
    const judged = judge(row);
    expect({ verdict: judged.verdict, reasons: codes(judged.reasons), valid: judged.valid }).toEqual({
      verdict,
      reasons,
      valid,
    });
  });

  test("the private root that the policy names counts by its bytes", () => {
    const trust = policy([identity(workflow, { trustRoot: "roots/private.json" })]);
    const root = rootFile(rootContent("private"));
    const under = (digest: string) => keyless(workflow, { trustRoot: { name: "roots/private.json", digest } });
    expect(judge({ trust, finding: under(root.digest) }).verdict).toBe("verified");
    expect(judge({ trust, finding: under("sha256:an older one") }).verdict).toBe("untrusted");
    expect(judge({ trust, finding: keyless(workflow) }).verdict).toBe("untrusted");
  });

  test("a verdict by identity names its root, one by a bare key none", () => {
    expect(judge({ trust: ci, finding: keyless(workflow) }).trustRoot).not.toBeNull();
    expect(judge({ finding: bySig("alice", logged(now - day)) }).trustRoot).toBeNull();
  });
});

describe("no policy", () => {
  test.each<Row>([
    { title: "an identity", finding: keyless(workflow), verdict: "no-policy", reasons: ["NO_POLICY"] },
    {
      title: "a key in a log entry",
      finding: bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now) }),
      verdict: "no-policy",
      reasons: ["NO_POLICY"],
    },
    {
      title: "a key that only another policy names",
      finding: bySig("alice"),
      verdict: "indeterminate",
      reasons: ["SIGNATURE_ERROR"],
      valid: null,
    },
    { title: "nobody known", finding: anybodys(), verdict: "indeterminate", reasons: ["SIGNATURE_ERROR"], valid: null },
    {
      title: "a broken signature",
      finding: broken("DIGEST_MISMATCH"),
      verdict: "invalid",
      reasons: ["DIGEST_MISMATCH"],
      valid: false,
    },
    {
      title: "a signature of another repository",
      finding: keyless(workflow, { claims: payload("registry.example/other/os") }),
      verdict: "invalid",
      reasons: ["REFERENCE_MISMATCH"],
      valid: false,
    },
  ])("$verdict for $title", ({ finding, verdict, reasons = [], valid = true }) => {
    const judged = judge({ trust: null, finding });
    expect({ verdict: judged.verdict, reasons: codes(judged.reasons), valid: judged.valid }).toEqual({
      verdict,
      reasons,
      valid,
    });
  });
});

describe("what cryptography says", () => {
  const never = [
    ...(["DIGEST_MISMATCH", "PAYLOAD_FORMAT", "PAYLOAD_TYPE", "SUBJECT_MISMATCH", "PREDICATE_TYPE"] as const),
    ...(["MALFORMED", "CERT_CHAIN", "CERT_EXPIRED", "SCT", "NO_TRUSTED_TIME"] as const),
    ...(["TLOG_SET", "TLOG_PROOF", "TLOG_BODY", "TSA"] as const),
  ];
  test.each(never)("%s is invalid, whoever signed", (code) => {
    const judged = judge({ finding: broken(code) });
    expect([judged.verdict, codes(judged.reasons), judged.valid]).toEqual(["invalid", [code], false]);
  });

  test.each(["ALG_UNSUPPORTED", "LIMIT_EXCEEDED", "REGISTRY_ERROR", "TRUST_ROOT_INVALID"] as const)(
    "%s is indeterminate and never unsigned",
    (code) => {
      const judged = judge({ finding: anybodys({ reasons: [{ code, message: "it cannot be judged" }] }) });
      expect([judged.verdict, codes(judged.reasons), judged.valid]).toEqual(["indeterminate", [code], null]);
    },
  );

  test("who is invalid beside being outside his window is invalid", () => {
    const reasons = [
      { code: "KEY_WINDOW" as const, message: "expired" },
      { code: "DIGEST_MISMATCH" as const, message: "another digest" },
    ];
    const finding = byOpenpgp("erin", { valid: false, reasons });
    expect(judge({ trust: erin, finding }).verdict).toBe("invalid");
  });

  test.each(["KEY_WINDOW", "KEY_REVOKED"] as const)("an OpenPGP key's own %s is its signer's", (code) => {
    const doubt = { valid: false, reasons: [{ code, message: "the key has ended" }] };
    expect(judge({ trust: erin, finding: byOpenpgp("erin", doubt) })).toMatchObject({ verdict: "untrusted" });
    expect(judge({ trust: erin, finding: byOpenpgp("frank", doubt) })).toMatchObject({ verdict: "invalid" });
  });

  test("an OpenPGP key that expires after it was looked at ends by time alone", () => {
    const judged = (validUntilMs: number) => judge({ trust: erin, finding: byOpenpgp("erin", { validUntilMs }) });
    expect(judged(now + 1).verdict).toBe("verified");
    expect(judged(now)).toMatchObject({ verdict: "untrusted", reasons: [{ code: "KEY_WINDOW" }] });
  });
});

describe("the repository that a payload names", () => {
  test.each([
    { signed: repository, verdict: "verified" },
    { signed: `${repository}:stable`, verdict: "verified", why: "skopeo signs with a tag" },
    { signed: "registry.example/desk/other", verdict: "invalid", why: "a replay from a sibling" },
    { signed: "registry.example/desk/os/deeper", verdict: "invalid", why: "a longer path" },
    { signed: "registry.example/desk", verdict: "invalid", why: "the namespace" },
    { signed: "registry.example.evil/desk/os", verdict: "invalid", why: "a host that begins alike" },
    { signed: "quay.io/desk/os", verdict: "invalid", why: "the same path elsewhere" },
  ])("$signed is $verdict", ({ signed, verdict }) => {
    const judged = judge({ finding: bySig("alice", { claims: payload(signed) }) });
    expect(judged.verdict).toBe(verdict);
    expect(codes(judged.reasons)).toEqual(verdict === "verified" ? [] : ["REFERENCE_MISMATCH"]);
  });

  test("a reference that names no repository is of none", () => {
    const claims = { ...payload("UPPER/case"), repository: null } as SignatureFinding["claims"];
    expect(judge({ finding: bySig("alice", { claims }) }).verdict).toBe("invalid");
  });

  test.each([
    ["docker.io/library/busybox", "index.docker.io/library/busybox"],
    ["docker.io/library/busybox", "docker.io/busybox"],
    ["index.docker.io/desk/os", "docker.io/desk/os"],
  ])("Docker Hub's %s is also %s", (name, signed) => {
    const trust = policy([key("alice")], { scopes: [name] });
    const rules = world({ trust: [trust] }).rulesFor(name);
    const finding = bySig("alice", { claims: payload(signed) });
    expect(judgeSignature(found(finding), rules, now).verdict).toBe("verified");
  });

  test("new-format statements and bare messages name none, and are of this digest alone", () => {
    expect(judge({ finding: byBundle("alice") }).verdict).toBe("verified");
    const message = byBundle("alice", { claims: { type: "message", digest: "sha256:0" } });
    expect(judge({ finding: message }).verdict).toBe("verified");
  });
});

describe("a transparency log that the policy requires", () => {
  const trust = policy([key("alice"), identity(workflow), pgp("erin")], { transparencyLog: "required" });
  test.each<Row>([
    { title: "a key without an entry", finding: bySig("alice"), verdict: "untrusted", reasons: ["TLOG_REQUIRED"] },
    { title: "a key with a promised entry", finding: bySig("alice", logged(now - day)), verdict: "verified" },
    {
      title: "a key with an included entry, which tells no time (Rekor 2)",
      finding: byBundle("alice", {
        ...logged(now),
        log: [logEntry({ version: "0.0.2", promise: "absent", inclusion: "holds", integratedAtMs: null })],
      }),
      verdict: "verified",
    },
    {
      title: "an entry of a kind that is not compared",
      finding: bySig("alice", logged(now - day, { body: "unsupported" })),
      verdict: "untrusted",
      reasons: ["TLOG_REQUIRED"],
    },
    {
      title: "an entry whose inclusion proof contradicts its promise",
      finding: bySig("alice", logged(now - day, { inclusion: "fails" })),
      verdict: "untrusted",
      reasons: ["TLOG_REQUIRED"],
    },
    {
      title: "an entry in a private log that only another policy believes",
      finding: bySig("alice", { ...logged(now - day), trustRoot: { name: "roots/other.json", digest: "sha256:1" } }),
      verdict: "untrusted",
      reasons: ["TLOG_REQUIRED"],
    },
    { title: "an identity, which always has one", finding: keyless(workflow), verdict: "verified" },
    { title: "an OpenPGP key, which never has one", finding: byOpenpgp("erin"), verdict: "verified" },
  ])("$verdict for $title", ({ finding, verdict, reasons = [] }) => {
    const judged = judge({ trust, finding });
    expect([judged.verdict, codes(judged.reasons)]).toEqual([verdict, reasons]);
  });
});

test("reasons say what to do, and name the signature and who it is about", () => {
  const finding = bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(at("2026-01-01T00:00:00Z")) });
  expect(judge({ finding }).reasons).toEqual([
    {
      code: "WRONG_KEY",
      message: expect.stringContaining("have the new key declared"),
      evidence: { signatures: [finding.evidence], fingerprint: fingerprint("mallory") },
    },
  ]);
});
