// Policies: who may speak where and when, and what is made of signatures that are right in themselves.
import type { Digest } from "../../../policies/words/digest.ts";
import { minuteMs, signedAtMs } from "../signing/authority.ts";
import { bundleManifest } from "../signing/bundle.ts";
import { generalName } from "../signing/certificate.ts";
import { repository } from "../signing/evidence.ts";
import { cosignPayload, predicates, predicateTypes, statement } from "../signing/payloads.ts";
import {
  keyAttestation,
  keyless,
  keylessAttestation,
  keylessBundle,
  keylessSignature,
  loggedKeySignature,
  workflow,
} from "../signing/scenes.ts";
import { type AttackCase, byIdentity, byKey, keyNamed, kit, stranger } from "./attack-world.ts";
import { bundle, sig } from "./key-cases.ts";

const date = (ms: number) => new Date(ms).toISOString();
const logged = (of: Digest, name = "alice") =>
  loggedKeySignature(keyNamed(name), { authority: kit }, cosignPayload(repository, of));
/** A root that the policy believes, beside its key. */
const andRoot = byIdentity("release@os.example");
const dayMs = 24 * 60 * minuteMs;
const nowMs = signedAtMs + dayMs;

const windows: readonly AttackCase[] = [
  {
    attack: "expired: a key that ended before this was first seen",
    source: "contract.md 1, validUntil: judged by first sight where nothing proves a time",
    policy: { signers: [byKey("alice", { validUntil: date(nowMs - 1) })] },
    nowMs,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted KEY_WINDOW | nobody",
  },
  {
    attack: "none: a key that ended after this was first seen",
    source: "contract.md 1, validUntil",
    policy: { signers: [byKey("alice", { validUntil: date(nowMs - 1) })] },
    nowMs,
    firstSeenMs: nowMs - 2,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "none: a key that ended, and a log proves that it signed before",
    source: "contract.md 1, validUntil: judged by log or timestamp time first",
    policy: { signers: [byKey("alice", { validUntil: date(signedAtMs + minuteMs) }), andRoot] },
    nowMs,
    shows: (of) => ({ sig: [logged(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "not yet valid: a key of tomorrow",
    source: "contract.md 1, validFrom",
    policy: { signers: [byKey("alice", { validFrom: date(nowMs + 1) })] },
    nowMs,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted KEY_WINDOW | nobody",
  },
  {
    attack: "not yet valid: a log proves that it signed before its window, though it was seen within",
    source: "contract.md 1, validFrom: the log's time decides",
    policy: { signers: [byKey("alice", { validFrom: date(signedAtMs + minuteMs) }), andRoot] },
    nowMs,
    shows: (of) => ({ sig: [logged(of)] }),
    expected: "untrusted KEY_WINDOW | cosign bootc podman",
  },
  {
    attack: "revoked as compromised: seen before, which proves nothing",
    source: "contract.md 1, revoked: compromised counts only what a log or timestamp proves to be older",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs - 10), reason: "compromised" } })] },
    nowMs,
    firstSeenMs: nowMs - 20,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted KEY_REVOKED | nobody",
  },
  {
    attack: "none: revoked as compromised, and a log proves that it is older",
    source: "contract.md 1, revoked",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs - 10), reason: "compromised" } }), andRoot] },
    nowMs,
    shows: (of) => ({ sig: [logged(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "revoked as compromised: the proof of age is by a stranger's log",
    source: "contract.md 1, trustRoot: another's log must not decide here",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs - 10), reason: "compromised" } }), andRoot] },
    nowMs,
    shows: (of) => ({
      sig: [loggedKeySignature(keyNamed("alice"), { authority: stranger }, cosignPayload(repository, of))],
    }),
    expected: "indeterminate TRUST_ROOT_INVALID | nobody",
  },
  {
    attack: "none: revoked as superseded, and seen before",
    source: "contract.md 1, revoked: superseded leaves old signatures valid",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs - 10), reason: "superseded" } })] },
    nowMs,
    firstSeenMs: nowMs - 20,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "revoked as superseded: seen after",
    source: "contract.md 1, revoked",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs - 10), reason: "superseded" } })] },
    nowMs,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted KEY_REVOKED | nobody",
  },
  {
    attack: "none: a revocation that has not come yet",
    source: "contract.md 1, revoked.at",
    policy: { signers: [byKey("alice", { revoked: { at: date(nowMs + 10), reason: "compromised" } })] },
    nowMs,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "none: a retired key, which no host is given",
    source: "contract.md 1, role; contract.md 2, host files: POLICY_INEXPRESSIBLE",
    policy: { signers: [byKey("alice", { role: "retired" }), byKey("bob")] },
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "none: a backup key",
    source: "contract.md 1, role",
    policy: { signers: [byKey("alice"), byKey("bob", { role: "backup" })] },
    shows: (of) => ({ sig: [sig(of, "bob")] }),
    expected: "verified | cosign bootc podman",
  },
];

const thresholds: readonly AttackCase[] = [
  {
    attack: "none: two of two",
    source: "contract.md 1, threshold; 2: a threshold of all signers is that many requirements",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of), sig(of, "bob")] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "threshold: one of two",
    source: "contract.md 2: THRESHOLD",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted THRESHOLD | nobody",
  },
  {
    attack: "threshold: the same key twice",
    source: "contract.md 1, threshold: different signers",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of), sig(of), sig(of, "alice", `${repository}:stable`)] }),
    expected: "untrusted THRESHOLD | nobody",
  },
  {
    attack: "threshold: the same key in both formats",
    source: "contract.md 1, threshold: different signers",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of)], referrers: [bundle(of)] }),
    expected: "untrusted THRESHOLD | nobody",
  },
  {
    attack: "threshold: the second signature is of another image",
    source: "contract.md 1, threshold",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({
      sig: [sig(of), sig("sha256:0000000000000000000000000000000000000000000000000000000000000000" as Digest, "bob")],
    }),
    expected: "untrusted THRESHOLD | nobody",
  },
  {
    attack: "none: two of three, which no host can be told",
    source: "contract.md 2: two of three is POLICY_INEXPRESSIBLE",
    policy: { signers: [byKey("alice"), byKey("bob"), byKey("carol")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of), sig(of, "carol")] }),
    expected: "verified | cosign",
  },
  {
    attack: "none: two of two, one in each format",
    source: "facts/judges.md, threshold-across-formats",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    shows: (of) => ({ sig: [sig(of)], referrers: [bundle(of, "bob")] }),
    expected: "verified | nobody",
  },
  {
    attack: "threshold: one signs the index, the other the platform",
    source: "contract.md 2: index and platform are judged each for itself",
    policy: { signers: [byKey("alice"), byKey("bob")], threshold: 2 },
    index: (of) => ({ sig: [sig(of)] }),
    shows: (of) => ({ sig: [sig(of, "bob")] }),
    expected: "untrusted THRESHOLD | nobody",
  },
];

const other = (id: string, scope: string, name: string) => ({ id, scopes: [scope], signers: [byKey(name)] });

const scopes: readonly AttackCase[] = [
  {
    attack: "two policies: the namespace's key signs a repository that has another",
    source: "contract.md 1, scopes: the longest match wins",
    others: [other("narrow", repository, "bob")],
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "none: two policies, and the repository's own key signs",
    source: "contract.md 1, scopes: the longest match wins",
    others: [other("narrow", repository, "bob")],
    shows: (of) => ({ sig: [sig(of, "bob")] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "none: two policies, and the registry's does not speak for the namespace",
    source: "contract.md 1, scopes: the longest match wins",
    others: [other("wide", "registry.example", "bob")],
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "two policies: the registry's key signs where the namespace has another",
    source: "contract.md 1, scopes: the longest match wins",
    others: [other("wide", "registry.example", "bob")],
    shows: (of) => ({ sig: [sig(of, "bob")] }),
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "a policy whose scope is a part of the namespace's name",
    source: "contract.md 1, scopes: whole path segments",
    policy: { signers: [byKey("alice")], scopes: ["registry.example/o"] },
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "indeterminate SIGNATURE_ERROR | nobody",
  },
  {
    attack: "a policy for a registry whose name goes on",
    source: "contract.md 1, scopes: whole path segments",
    policy: { signers: [byKey("alice")], scopes: ["registry.example.evil"] },
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "indeterminate SIGNATURE_ERROR | nobody",
  },
  {
    attack: "none: nothing is signed, and the policy only expects it",
    source: "contract.md 1, signature: expected",
    policy: { signers: [byKey("alice")], signature: "expected" },
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
];

const signed = (of: Digest, names: readonly Uint8Array[], request = {}) =>
  keylessSignature(keyless(kit, { names, ...request }), { payload: cosignPayload(repository, of) });
const uri = (text: string) => [generalName.uri(text)];
const email = (text: string) => [generalName.email(text)];
const template = "https://github.com/os/*/.github/workflows/*.yml@refs/heads/main";
const github = (path: string) => `https://github.com/${path}`;

const templates: readonly AttackCase[] = [
  [
    "none: a template, met",
    "contract.md 1: * stands for any characters but /",
    github("os/desktop/.github/workflows/build.yml@refs/heads/main"),
    template,
    "verified | cosign",
  ],
  [
    "a template: a host whose name goes on",
    "contract.md 1, patterns: all but * is literal",
    "https://github.com.evil/os/desktop/.github/workflows/build.yml@refs/heads/main",
    template,
  ],
  [
    "a template: another host before the right one",
    "contract.md 1, patterns: the whole text",
    "https://evil.example/https://github.com/os/desktop/.github/workflows/build.yml@refs/heads/main",
    template,
  ],
  [
    "a template: / in a segment",
    "contract.md 1: * stands for any characters but /",
    github("os/desktop/more/.github/workflows/build.yml@refs/heads/main"),
    template,
  ],
  [
    "a template: a folder below the workflows",
    "contract.md 1: * stands for any characters but /",
    github("os/desktop/.github/workflows/evil/build.yml@refs/heads/main"),
    template,
  ],
  [
    "a template: another branch",
    "contract.md 1, patterns: literal",
    github("os/desktop/.github/workflows/build.yml@refs/heads/evil"),
    template,
  ],
  [
    "a template: a branch whose name goes on",
    "contract.md 1, patterns: the whole text",
    github("os/desktop/.github/workflows/build.yml@refs/heads/main-evil"),
    template,
  ],
  [
    "a template: a tag of the same name",
    "contract.md 1, patterns: literal",
    github("os/desktop/.github/workflows/build.yml@refs/tags/main"),
    template,
  ],
  [
    "a template: capitals",
    "contract.md 1, patterns: nothing is folded",
    github("OS/desktop/.github/workflows/build.yml@refs/heads/main"),
    template,
  ],
  [
    "a template: a dot is no wildcard",
    "facts/trust.md 3, pitfall 1: sigstore-js matches a pattern",
    "https://githubXcom/os/desktop/.github/workflows/build.yml@refs/heads/main",
    template,
  ],
  [
    "a literal identity: another workflow of the same repository",
    "contract.md 1, identity: literal",
    github("os/desktop/.github/workflows/other.yml@refs/heads/main"),
    github("os/desktop/.github/workflows/build.yml@refs/heads/main"),
  ],
].map(
  ([
    attack = "",
    source = "",
    subject = "",
    wanted = "",
    expected = "untrusted IDENTITY_MISMATCH | nobody",
  ]): AttackCase => ({
    ...{ attack, source, expected },
    policy: { signers: [byIdentity(wanted)] },
    shows: (of) => ({ sig: [signed(of, uri(subject))] }),
  }),
);

const identities: readonly AttackCase[] = [
  {
    attack: "none: an e-mail address in the .sig tag, with a promise",
    source: "containers/image signature/fulcio_cert.go; facts/trust.md 0.2",
    policy: { signers: [byIdentity("release@os.example")] },
    shows: (of) => ({ sig: [signed(of, email("release@os.example"))] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "another e-mail address",
    source: "contract.md 2: IDENTITY_MISMATCH",
    policy: { signers: [byIdentity("release@os.example")] },
    shows: (of) => ({ sig: [signed(of, email("mallory@os.example"))] }),
    expected: "untrusted IDENTITY_MISMATCH | nobody",
  },
  {
    attack: "the e-mail address as a URI",
    source: "facts/judges.md, keyless-email-as-uri: cosign compares whatever its type, containers/image e-mails alone",
    policy: { signers: [byIdentity("release@os.example")] },
    shows: (of) => ({ sig: [signed(of, uri("release@os.example"))] }),
    expected: "verified | cosign",
  },
  {
    attack: "the right address of another issuer, who gives anybody any name",
    source: "contract.md 2: ISSUER_MISMATCH",
    policy: { signers: [byIdentity("release@os.example")] },
    shows: (of) => ({ sig: [signed(of, email("release@os.example"), { issuer: "https://token.example.evil" })] }),
    expected: "untrusted ISSUER_MISMATCH | nobody",
  },
  {
    attack: "the right address under another instance's root",
    source: "contract.md 1, trustRoot",
    policy: { signers: [byIdentity("release@os.example")] },
    shows: (of) => ({
      sig: [
        keylessSignature(keyless(stranger, { names: email("release@os.example") }), {
          payload: cosignPayload(repository, of),
        }),
      ],
    }),
    expected: "invalid TLOG_SET | nobody",
  },
  {
    attack: "the right address under a root that another signer of the policy believes",
    source: "contract.md 1, trustRoot: it counts for signers of its own root alone",
    policy: {
      signers: [
        byIdentity("release@os.example"),
        byIdentity("other@os.example", { id: "other", trustRoot: "roots/stranger.json" }),
      ],
    },
    shows: (of) => ({
      sig: [
        keylessSignature(keyless(stranger, { names: email("release@os.example") }), {
          payload: cosignPayload(repository, of),
        }),
      ],
    }),
    expected: "untrusted IDENTITY_MISMATCH | nobody",
  },
  {
    attack: "none: a workflow's bundle by Rekor 1",
    source: "facts/trust.md 1b",
    policy: { signers: [byIdentity(workflow)] },
    shows: (of) => ({
      referrers: [
        bundleManifest(keylessBundle(keyless(kit), { payload: statement(of, predicateTypes.signature) }), of),
      ],
    }),
    expected: "verified | cosign",
  },
  {
    attack: "none: a workflow's bundle by Rekor 2, hashed",
    source: "cosign 3.0.5 #4666; facts/judges.md, keyless-bundle-rekor-2-hash",
    policy: { signers: [byIdentity(workflow)] },
    shows: (of) => ({
      referrers: [
        bundleManifest(
          keylessBundle(keyless(kit), {
            payload: statement(of, predicateTypes.signature),
            entry: "v2 hashedrekord",
          }),
          of,
        ),
      ],
    }),
    expected: "verified | nobody",
  },
  {
    attack: "none: a key and a workflow, and the workflow signs",
    source: "contract.md 2: workflow identities are IDENTITY_INEXPRESSIBLE",
    policy: { signers: [byKey("alice"), byIdentity(workflow)] },
    shows: (of) => ({ sig: [signed(of, uri(workflow))] }),
    expected: "verified | cosign",
  },
  {
    attack: "none: an instance that nobody declared, and nobody declared who may sign",
    source: "contract.md 2: TRUST_ROOT_INVALID",
    policy: null,
    shows: (of) => ({ sig: [signed(of, uri(workflow))] }),
    expected: "indeterminate TRUST_ROOT_INVALID | nobody",
  },
];

const source = "https://github.com/os/desktop";
const builder = `${source}/.github/workflows/build.yml@refs/heads/main`;
const provenanceOf = (of: Digest, from = source, by = builder) =>
  statement(of, predicateTypes.provenance1, {
    predicate: predicates.github1(from, "refs/heads/main", "c".repeat(40), by),
  });
const required = (terms: object = {}) => ({
  signers: [byKey("alice"), byIdentity(workflow)],
  attestations: [{ predicateType: predicateTypes.provenance1, signers: ["ci"], required: true, ...terms }],
});
const attest = (payload: Buffer, type: string = predicateTypes.provenance1) =>
  keylessAttestation(keyless(kit), payload, type);

const attestations: readonly AttackCase[] = [
  {
    attack: "none: a required attestation, there",
    source: "contract.md 1, attestations",
    policy: required({
      sourceRepository: "https://github.com/os/*",
      builder: "https://github.com/os/*/.github/workflows/*@refs/*/*",
    }),
    shows: (of) => ({ sig: [sig(of)], att: [attest(provenanceOf(of))] }),
    expected: "verified | cosign",
  },
  {
    attack: "a required attestation, missing",
    source: "contract.md 2: ATTESTATION_MISSING",
    policy: required(),
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted ATTESTATION_MISSING | nobody",
  },
  {
    attack: "a required attestation without a signature",
    source: "contract.md 2: attestations alone are no signatures",
    policy: required(),
    shows: (of) => ({ att: [attest(provenanceOf(of))] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "a required attestation by a signer who may not attest",
    source: "contract.md 1, attestations: signers",
    policy: required(),
    shows: (of) => ({
      sig: [sig(of)],
      att: [keyAttestation([keyNamed("alice")], provenanceOf(of), predicateTypes.provenance1)],
    }),
    expected: "untrusted ATTESTATION_MISSING | nobody",
  },
  {
    attack: "a required attestation of another image",
    source: "slsa.dev/spec, verification: subject digest",
    policy: required(),
    shows: (of) => ({
      sig: [sig(of)],
      att: [attest(provenanceOf("sha256:1111111111111111111111111111111111111111111111111111111111111111" as Digest))],
    }),
    expected: "untrusted ATTESTATION_MISSING | nobody",
  },
  {
    attack: "a required attestation of another predicate",
    source: "contract.md 1, attestations: predicateType",
    policy: required(),
    shows: (of) => ({
      sig: [sig(of)],
      att: [attest(statement(of, predicateTypes.spdx), predicateTypes.spdx)],
    }),
    expected: "untrusted ATTESTATION_MISSING | nobody",
  },
  {
    attack: "provenance from another repository",
    source: "contract.md 2: SOURCE_MISMATCH",
    policy: required({ sourceRepository: source }),
    shows: (of) => ({ sig: [sig(of)], att: [attest(provenanceOf(of, "https://github.com/mallory/desktop"))] }),
    expected: "untrusted SOURCE_MISMATCH | nobody",
  },
  {
    attack: "provenance from a repository whose name goes on",
    source: "contract.md 1, sourceRepository: the whole text",
    policy: required({ sourceRepository: source }),
    shows: (of) => ({ sig: [sig(of)], att: [attest(provenanceOf(of, `${source}-evil`))] }),
    expected: "untrusted SOURCE_MISMATCH | nobody",
  },
  {
    attack: "provenance by another builder",
    source: "contract.md 2: BUILDER_MISMATCH",
    policy: required({ builder }),
    shows: (of) => ({ sig: [sig(of)], att: [attest(provenanceOf(of, source, "https://laptop.example"))] }),
    expected: "untrusted BUILDER_MISMATCH | nobody",
  },
  {
    attack: "none: provenance by another builder, which is not required",
    source: "contract.md 1, required: false lists it with accepted: false, no more",
    policy: required({ builder, required: false }),
    shows: (of) => ({ sig: [sig(of)], att: [attest(provenanceOf(of, source, "https://laptop.example"))] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "none: provenance v0.2 by Tekton Chains, signed with a key",
    source: "facts/trust.md 1c",
    policy: {
      signers: [byKey("alice")],
      attestations: [
        {
          predicateType: predicateTypes.provenance02,
          signers: ["alice"],
          required: true,
          sourceRepository: "https://git.example/os/*",
          builder: "https://tekton.dev/chains/*",
        },
      ],
    },
    shows: (of) => {
      const predicate = predicates.tekton02("https://git.example/os/desktop", "d".repeat(40));
      const payload = statement(of, predicateTypes.provenance02, { predicate });
      return { sig: [sig(of)], att: [keyAttestation([keyNamed("alice")], payload, predicateTypes.provenance02)] };
    },
    expected: "verified | cosign",
  },
];

export const policyCases: readonly AttackCase[] = [
  ...windows,
  ...thresholds,
  ...scopes,
  ...templates,
  ...identities,
  ...attestations,
];
