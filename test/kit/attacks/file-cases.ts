// Attacks on kept evidence: files that somebody changed, or wrote whole, for whoever judges them again.
import type { GivenSigner } from "../../../bin/verify/given-trust.ts";
import type { PublicGoodRoot } from "../../../policies/trust/trust-rules.ts";
import { digestOf } from "../../../policies/words/digest.ts";
import { type EvidenceFile, type KeptInput, keptEvidence } from "../kept-evidence.ts";
import { makeAuthority, minuteMs, signedAtMs, trustedRootOf } from "../signing/authority.ts";
import { bundleManifest } from "../signing/bundle.ts";
import { layersManifest } from "../signing/cosign.ts";
import { image, otherImage, repository } from "../signing/evidence.ts";
import { signingKey } from "../signing/keys.ts";
import { cosignPayload } from "../signing/payloads.ts";
import { keyBundle, keyless, keylessBundle, keySignature, loggedKeySignature, workflow } from "../signing/scenes.ts";

const [alice, bob, mallory] = [signingKey("alice"), signingKey("bob"), signingKey("mallory")];
/** What the program ships, in these cases; a newer one that its catalog fetched; and the attacker's own. */
const [kit, newer, evil] = [makeAuthority(), makeAuthority("newer"), makeAuthority("evil")];
const contentOf = (authority: typeof kit) => JSON.stringify(trustedRootOf(authority));
const rootOf = (content: string): PublicGoodRoot => ({ digest: digestOf(content), content });
export const shipped = rootOf(contentOf(kit));
const evilRoot = rootOf(contentOf(evil));
const newerRoot = rootOf(contentOf(newer));

/** Two hours after everything was signed. */
export const nowMs = signedAtMs + 120 * minuteMs;
const seenMs = nowMs - 30 * minuteMs;
const at = (ms: number) => new Date(ms).toISOString();

export type FileCase = {
  readonly attack: string;
  /** The line of the project's own papers, or of another program's, that says what is right. */
  readonly source: string;
  readonly file: () => EvidenceFile | string;
  readonly signer?: GivenSigner;
  readonly policyDigest?: () => string | null;
  readonly root?: PublicGoodRoot;
  readonly repository?: string;
  /**
   * The verdict with its reasons, then on whose word: `policy`, `root`, `first sight` and `repository` as in `judgedBy`; or the code
   * of the error.
   */
  readonly expected: string;
};

const byKey = { id: "alice", key: "keys/alice.pub" };
const files = { "keys/alice.pub": alice.pem, "keys/bob.pub": bob.pem, "keys/mallory.pub": mallory.pem };
const scopes = ["registry.example/os"];
const policy = { id: "os", scopes, signers: [byKey] };
const ci = { id: "ci", identity: { issuer: "https://token.example", subject: workflow } };
const givenKey = ({ pem }: typeof alice): GivenSigner => ({
  type: "key",
  file: { sha256: digestOf(pem), encoding: "utf8", content: pem },
});
const givenIdentity: GivenSigner = { type: "identity", ...ci.identity };

const signed = layersManifest([keySignature(alice)]);
const forged = layersManifest([keySignature(mallory)]);
const loggedBy = (authority: typeof kit) => layersManifest([loggedKeySignature(alice, { authority })]);
const keylessBy = (authority: typeof kit) => bundleManifest(keylessBundle(keyless(authority)), image);
const keptBy = (changes: Partial<KeptInput> = {}): EvidenceFile =>
  keptEvidence({ policy, files, signatures: [signed], root: shipped.content, firstSeenMs: seenMs, ...changes });
const evilPolicy = { ...policy, signers: [{ id: "alice", key: "keys/mallory.pub" }] };
const cut = [{ field: "documents", reason: "scopes of private registries are left out" }];
const withoutScope = (file: EvidenceFile): EvidenceFile => ({
  ...file,
  documents: file.documents.map((each) => ({ ...each, document: { ...each.document, scopes } })),
  unknown: cut,
});
const honest = keptBy();
const compromised = { ...byKey, revoked: { at: at(signedAtMs + 60 * minuteMs), reason: "compromised" as const } };
const replaced = { ...byKey, revoked: { at: at(seenMs - minuteMs), reason: "superseded" as const } };
const startsLater = { ...byKey, validFrom: at(signedAtMs + minuteMs) };
const privateRoot = { ...policy, signers: [byKey, { ...ci, trustRoot: "roots/kit.json" }] };
const text = (change: (text: string) => string) => () => change(JSON.stringify(honest));
const judgedBy = "contract.md, 3: every byte a stranger needs to reach the same verdict";
const noFalse = "issue 4: there is never a false verified";

const bundled = () => keptBy({ signatures: [bundleManifest(keyBundle(alice), image)] });
const elsewhere = "registry.example/os/evil";

const whichRepository: readonly FileCase[] = [
  {
    attack: "a bundle of one repository, told to be of another of the same policy",
    source: "issue 4: evidence still makes the identical claims (digest, repository, signer, time)",
    file: () => ({ ...bundled(), repository: elsewhere }),
    policyDigest: () => honest.policyDigest,
    expected: "verified | policy-digest, shipped, repository",
  },
  {
    attack: "the same for whoever says which repository it must be",
    source: noFalse,
    file: () => ({ ...bundled(), repository: elsewhere }),
    policyDigest: () => honest.policyDigest,
    repository,
    expected: "other-repository",
  },
  {
    attack: "none: a bundle, by whoever says which repository it must be",
    source: judgedBy,
    file: bundled,
    signer: givenKey(alice),
    repository,
    expected: "verified | signer, shipped",
  },
  {
    attack: "a signature that names its repository, told to be of another",
    source: noFalse,
    file: () => ({ ...honest, repository: elsewhere }),
    policyDigest: () => honest.policyDigest,
    expected: "invalid REFERENCE_MISMATCH | policy-digest, shipped",
  },
];

const byWhom: readonly FileCase[] = [
  {
    attack: "none: what a catalog gave out, by a policy that only the file vouches for",
    source: judgedBy,
    file: () => honest,
    expected: "verified | file, shipped",
  },
  {
    attack: "none: the same, by the policy's digest",
    source: judgedBy,
    file: () => honest,
    policyDigest: () => honest.policyDigest,
    expected: "verified | policy-digest, shipped",
  },
  {
    attack: "none: the same, by the key",
    source: judgedBy,
    file: () => honest,
    signer: givenKey(alice),
    expected: "verified | signer, shipped",
  },
  {
    attack: "a policy, key and signature of the attacker's own, with a digest of their own",
    source: noFalse,
    file: () => keptBy({ policy: evilPolicy, signatures: [forged] }),
    policyDigest: () => honest.policyDigest,
    expected: "other-policy",
  },
  {
    attack: "the same under the digest of the real policy",
    source: noFalse,
    file: () => ({ ...keptBy({ policy: evilPolicy, signatures: [forged] }), policyDigest: honest.policyDigest }),
    expected: "changed-file",
  },
  {
    attack: "the same, which says that its documents are incomplete",
    source: noFalse,
    file: () => ({
      ...keptBy({ policy: evilPolicy, signatures: [forged] }),
      ...{ policyDigest: honest.policyDigest, unknown: cut },
    }),
    expected: "changed-file",
  },
  {
    attack: "the same, with a document's digest that nobody can compare",
    source: noFalse,
    file: () => {
      const file = keptBy({ policy: evilPolicy, signatures: [forged] });
      const documents = file.documents.map((each) => ({ ...each, digest: digestOf("the whole document") }));
      return { ...file, documents, policyDigest: honest.policyDigest, unknown: cut };
    },
    expected: "indeterminate LIMIT_EXCEEDED | null, shipped",
  },
  {
    attack: "the same for whoever asks by the real policy's digest",
    source: noFalse,
    file: () => {
      const file = keptBy({ policy: evilPolicy, signatures: [forged] });
      const documents = file.documents.map((each) => ({ ...each, digest: digestOf("the whole document") }));
      return { ...file, documents, policyDigest: honest.policyDigest, unknown: cut };
    },
    policyDigest: () => honest.policyDigest,
    expected: "indeterminate LIMIT_EXCEEDED | null, shipped",
  },
  {
    attack: "none: documents without a private registry's scopes, by nobody's key",
    source: judgedBy,
    file: () => withoutScope(keptBy({ policy: { ...policy, scopes: [...scopes, "secret.example/os"] } })),
    expected: "indeterminate LIMIT_EXCEEDED | null, shipped",
  },
  {
    attack: "none: incomplete documents, by the key",
    source: judgedBy,
    file: () => withoutScope(keptBy({ policy: { ...policy, scopes: [...scopes, "secret.example/os"] } })),
    signer: givenKey(alice),
    expected: "verified | signer, shipped",
  },
  {
    attack: "none: incomplete documents of what nobody signed",
    source: judgedBy,
    file: () =>
      withoutScope(keptBy({ policy: { ...policy, scopes: [...scopes, "secret.example/os"] }, signatures: [] })),
    expected: "unsigned NO_SIGNATURE | null, shipped",
  },
  {
    attack: "the policy before its key was revoked, for whoever knows today's",
    source: "contract.md, 1: policyDigest",
    file: () => honest,
    policyDigest: () => keptBy({ policy: { ...policy, signers: [compromised] } }).policyDigest,
    expected: "other-policy",
  },
  {
    attack: "a signature by the attacker, for whoever gives the key",
    source: noFalse,
    file: () => keptBy({ policy: evilPolicy, signatures: [forged] }),
    signer: givenKey(alice),
    expected: "invalid SIGNATURE_ERROR | signer, shipped",
  },
  {
    attack: "a registry said to mirror another, whose signature is shown for it, by the key",
    source: "contract.md, 1: mirrorOf is the word of whoever mirrors",
    file: () =>
      keptBy({
        ...{ repository: "mirror.example/desktop" },
        registries: [{ host: "mirror.example", dialect: "oci", mirrorOf: "registry.example/os" }],
      }),
    signer: givenKey(alice),
    expected: "invalid REFERENCE_MISMATCH | signer, shipped",
  },
  {
    attack: "none: a mirror, by the digest of the documents that say so",
    source: judgedBy,
    file: () =>
      keptBy({
        ...{ repository: "mirror.example/desktop" },
        registries: [{ host: "mirror.example", dialect: "oci", mirrorOf: "registry.example/os" }],
      }),
    expected: "verified | file, shipped",
  },
  {
    attack: "a document that makes a mirror of a registry, slipped in",
    source: noFalse,
    file: () => {
      const mirrored = keptBy({
        ...{ repository: "mirror.example/desktop" },
        registries: [{ host: "mirror.example", dialect: "oci", mirrorOf: "registry.example/os" }],
      });
      return { ...mirrored, policyDigest: honest.policyDigest };
    },
    expected: "changed-file",
  },
];

const byWhichRoot: readonly FileCase[] = [
  {
    attack: "a root with the attacker's log, under the digest of the real one",
    source: "contract.md, 3: trustRoot",
    file: () => ({
      ...keptBy({ policy: { ...policy, signers: [compromised] }, signatures: [loggedBy(evil)] }),
      trustRoot: { name: "public-good", digest: shipped.digest, content: evilRoot.content },
    }),
    expected: "changed-file",
  },
  {
    attack: "a root of the attacker's own, whose log says that a stolen key signed before it was stolen",
    source: "contract.md, 1: compromised counts only what a log proves to be older",
    file: () =>
      keptBy({
        policy: { ...policy, signers: [compromised] },
        ...{ signatures: [loggedBy(evil)], root: evilRoot.content },
      }),
    expected: "indeterminate TRUST_ROOT_INVALID | file, shipped",
  },
  {
    attack: "the same for whoever knows the policy's digest, which names no root",
    source: "contract.md, 1: policyDigest",
    file: () =>
      keptBy({
        policy: { ...policy, signers: [compromised] },
        ...{ signatures: [loggedBy(evil)], root: evilRoot.content },
      }),
    policyDigest: () => keptBy({ policy: { ...policy, signers: [compromised] } }).policyDigest,
    expected: "indeterminate TRUST_ROOT_INVALID | policy-digest, shipped",
  },
  {
    attack: "the same where the policy wants a log entry",
    source: "contract.md, 2: TLOG_REQUIRED",
    file: () =>
      keptBy({
        policy: { ...policy, transparencyLog: "required" },
        ...{ signatures: [loggedBy(evil)], root: evilRoot.content },
      }),
    expected: "indeterminate TRUST_ROOT_INVALID | file, shipped",
  },
  {
    attack: "none: a catalog's newer root, for whoever gives it",
    source: judgedBy,
    file: () =>
      keptBy({
        policy: { ...policy, transparencyLog: "required" },
        ...{ signatures: [loggedBy(newer)], root: newerRoot.content },
      }),
    root: newerRoot,
    expected: "verified | file, given",
  },
  {
    attack: "no root at all, so that the log cannot say that a signature is too old",
    source: "contract.md, 2: KEY_WINDOW",
    file: () => keptBy({ policy: { ...policy, signers: [startsLater] }, signatures: [loggedBy(kit)], root: null }),
    expected: "indeterminate TRUST_ROOT_INVALID | file, null",
  },
  {
    attack: "a root without that log, for the same",
    source: "contract.md, 2: KEY_WINDOW",
    file: () =>
      keptBy({
        policy: { ...policy, signers: [startsLater] },
        ...{ signatures: [loggedBy(kit)], root: evilRoot.content },
      }),
    expected: "indeterminate TRUST_ROOT_INVALID | file, file",
  },
  {
    attack: "no root at all, where the program's own would verify it: the two do not say the same",
    source: noFalse,
    file: () => keptBy({ signatures: [loggedBy(kit)], root: null }),
    expected: "indeterminate TRUST_ROOT_INVALID | file, null",
  },
  {
    attack: "an authority, a policy and a signature of the attacker's own: a claim, and said to be one",
    source: noFalse,
    file: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(evil)], root: evilRoot.content }),
    expected: "verified | file, policy, repository",
  },
  {
    attack: "the same for whoever knows the policy's digest, which names the root",
    source: "contract.md, 1: public-good is a name, with the root in force",
    file: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(evil)], root: evilRoot.content }),
    policyDigest: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [] }).policyDigest,
    expected: "other-policy",
  },
  {
    attack: "the same for whoever gives the root",
    source: noFalse,
    file: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(evil)], root: evilRoot.content }),
    root: shipped,
    expected: "invalid TLOG_SET | file, given",
  },
  {
    attack: "the same for whoever gives the identity",
    source: noFalse,
    file: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(evil)], root: evilRoot.content }),
    signer: givenIdentity,
    expected: "indeterminate TRUST_ROOT_INVALID | signer, shipped",
  },
  {
    attack: "none: an identity under the program's root",
    source: judgedBy,
    file: () => keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(kit)] }),
    signer: givenIdentity,
    expected: "verified | signer, shipped, repository",
  },
  {
    attack: "none: a catalog's newer root that its policy's digest names, with a root of one's own beside",
    source: judgedBy,
    file: () =>
      keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(newer)], root: newerRoot.content }),
    policyDigest: () =>
      keptBy({ policy: { ...policy, signers: [ci] }, signatures: [], root: newerRoot.content }).policyDigest,
    root: newerRoot,
    expected: "verified | policy-digest, given, repository",
  },
  {
    attack: "none: nobody's policy, under a newer root",
    source: judgedBy,
    file: () => keptBy({ policy: null, signatures: [loggedBy(newer)], root: newerRoot.content }),
    expected: "no-policy NO_POLICY | null, file",
  },
  {
    attack: "a policy's own root written in base64, so that its log cannot say that an entry is false",
    source: "contract.md, 2: TLOG_SET",
    file: () => {
      const [other, log] = [loggedKeySignature(bob, { authority: kit }), "dev.sigstore.cosign/bundle"];
      const layer = keySignature(alice);
      const annotations = { ...layer.annotations, [log]: other.annotations[log] ?? "" };
      const file = keptBy({
        ...{ policy: privateRoot, signatures: [layersManifest([{ ...layer, annotations }])] },
        files: { ...files, "roots/kit.json": shipped.content },
        root: evilRoot.content,
      });
      const encoded = file.files.map((each) => ({
        ...each,
        ...{ encoding: "base64" as const, content: Buffer.from(each.content).toString("base64") },
      }));
      return { ...file, files: encoded };
    },
    expected: "invalid TLOG_BODY | file, shipped",
  },
];

const byWhatItSays: readonly FileCase[] = [
  {
    attack: "a signature first seen tomorrow, for a key that starts today",
    source: "contract.md, 1: validFrom, else by when this catalog first saw it",
    file: () => keptBy({ policy: { ...policy, signers: [startsLater] }, firstSeenMs: nowMs + 60 * minuteMs }),
    expected: "changed-file",
  },
  {
    attack: "a look that was made tomorrow",
    source: "issue 4: a verdict says when it was made",
    file: () => keptBy({ checkedMs: nowMs + 60 * minuteMs }),
    expected: "changed-file",
  },
  {
    attack: "none: a signature by a replaced key, first seen today",
    source: "contract.md, 1: superseded",
    file: () => keptBy({ policy: { ...policy, signers: [replaced] } }),
    expected: "untrusted KEY_REVOKED | file, shipped",
  },
  {
    attack: "the same, said to be seen before: a claim, and said to be one",
    source: "contract.md, 1: else by when this catalog first saw the signature",
    file: () => keptBy({ policy: { ...policy, signers: [replaced] }, firstSeenMs: signedAtMs }),
    expected: "verified | file, shipped, first sight",
  },
  {
    attack: "none: the same with a log's word beside",
    source: "contract.md, 1: judged by log or timestamp time",
    file: () => keptBy({ policy: { ...policy, signers: [replaced] }, signatures: [loggedBy(kit)] }),
    expected: "verified | file, shipped",
  },
  {
    attack: "another image",
    source: "contract.md, 2: DIGEST_MISMATCH",
    file: () => ({ ...honest, digest: otherImage }),
    expected: "indeterminate LIMIT_EXCEEDED | file, shipped",
  },
  {
    attack: "another repository of the policy",
    source: "contract.md, 2: REFERENCE_MISMATCH",
    file: () => ({ ...honest, repository: "registry.example/os/other" }),
    expected: "invalid REFERENCE_MISMATCH | file, shipped",
  },
  {
    attack: "a repository that leads out of the policy's",
    source: "OCI distribution specification 1.1: names of repositories",
    file: () => ({
      ...keptBy({ signatures: [bundleManifest(keyBundle(alice), image)] }),
      repository: "registry.example/os/../other",
    }),
    expected: "wrong-use",
  },
  {
    attack: "a repository whose name moves the cursor",
    source: "OCI distribution specification 1.1: names of repositories",
    file: () => ({ ...honest, repository: `${repository}\u001b[2J` }),
    expected: "wrong-use",
  },
  {
    attack: "a manifest that the signature is not in",
    source: "contract.md, 3: carrier",
    file: () => ({ ...honest, items: honest.items.map((item) => ({ ...item, carrier: digestOf("another") })) }),
    expected: "indeterminate LIMIT_EXCEEDED | file, shipped",
  },
  {
    attack: "one signature twice",
    source: "contract.md, 1: threshold, different signers",
    file: () => ({ ...honest, items: [...honest.items, ...honest.items] }),
    expected: "changed-file",
  },
  {
    attack: "one signature in two places, where two have to sign",
    source: "contract.md, 1: threshold, different signers",
    file: () => {
      const file = keptBy({
        policy: { ...policy, threshold: 2, signers: [byKey, { id: "bob", key: "keys/bob.pub" }] },
      });
      return {
        ...file,
        items: [...file.items, ...file.items.map((item) => ({ ...item, place: { via: "file" as const } }))],
      };
    },
    expected: "untrusted THRESHOLD | file, shipped",
  },
  {
    attack: "a file that is not what its digest says",
    source: "contract.md, 1: sha256 of each key",
    file: () => ({ ...honest, files: honest.files.map((each) => ({ ...each, sha256: digestOf(mallory.pem) })) }),
    expected: "changed-file",
  },
  {
    attack: "one file twice, of which readers take different ones",
    source: "contract.md, 1: files",
    file: () => ({
      ...honest,
      files: [{ name: "keys/alice.pub", encoding: "utf8", content: "", sha256: digestOf("") }, ...honest.files],
    }),
    expected: "changed-file",
  },
  {
    attack: "a document that is not what its digest says",
    source: "contract.md, 3: the policy",
    file: () => ({ ...honest, documents: honest.documents.map((each) => ({ ...each, digest: digestOf("x") })) }),
    expected: "changed-file",
  },
  {
    attack: "another policy's name",
    source: "contract.md, 3: policy",
    file: () => ({ ...honest, policy: "foundry" }),
    expected: "changed-file",
  },
  {
    attack: "two policies, of which the longer scope would speak",
    source: "contract.md, 1: the longest match wins",
    file: () => {
      const other = keptBy({ policy: { ...evilPolicy, id: "longer", scopes: [repository] }, signatures: [forged] });
      return { ...honest, ...other, documents: [...honest.documents, ...other.documents] };
    },
    expected: "changed-file",
  },
  {
    attack: "a member twice, of which readers take different ones",
    source: "containers-signature.5: no duplicates",
    file: text((json) => json.replace("{", `{"digest":"${otherImage}",`)),
    expected: "wrong-use",
  },
  {
    attack: "nesting without an end",
    source: "common rule: all outside input is hostile until checked",
    file: text((json) => json.replace("{", `{"more":${"[".repeat(100_000)}${"]".repeat(100_000)},`)),
    expected: "wrong-use",
  },
  {
    attack: "a time that no calendar has",
    source: "RFC 3339, 5.7",
    file: () => ({ ...honest, items: honest.items.map((item) => ({ ...item, firstSeen: "2024-02-31T00:00:00Z" })) }),
    expected: "wrong-use",
  },
  {
    attack: "a signature copied from another repository",
    source: "contract.md, 2: REFERENCE_MISMATCH",
    file: () =>
      keptBy({ signatures: [layersManifest([keySignature(alice, cosignPayload("registry.example/os/old", image))])] }),
    expected: "invalid REFERENCE_MISMATCH | file, shipped",
  },
];

export const fileCases: readonly FileCase[] = [...byWhom, ...whichRepository, ...byWhichRoot, ...byWhatItSays];

const others = { "keys/alice.pub": mallory.pem, "roots/kit.json": evilRoot.content };
const mirror = [{ host: "mirror.example", dialect: "oci" as const, mirrorOf: "registry.example/os" }];
const both = [byKey, { id: "bob", key: "keys/bob.pub" }];

/** Files that a catalog gave out, all of which verify, and those of an attacker with the same members. */
export const honestFiles: readonly EvidenceFile[] = [
  keptBy({ signatures: [layersManifest([keySignature(alice), keySignature(mallory)])] }),
  keptBy({
    policy: { ...policy, threshold: 2, signers: both },
    signatures: [signed, layersManifest([keySignature(bob)])],
  }),
  keptBy({
    policy: { ...policy, transparencyLog: "required", signers: [compromised] },
    signatures: [loggedBy(kit), layersManifest([loggedKeySignature(bob, { authority: kit })])],
  }),
  keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(kit)] }),
  keptBy({
    ...{ policy: privateRoot, files: { ...files, "roots/kit.json": shipped.content } },
    ...{ signatures: [keylessBy(kit), bundleManifest(keyBundle(alice), image)], root: newerRoot.content },
  }),
  keptBy({ repository: "mirror.example/desktop", registries: mirror }),
];
export const evilFiles: readonly EvidenceFile[] = [
  keptBy({ policy: evilPolicy, signatures: [forged], root: evilRoot.content }),
  keptBy({ policy: { ...policy, signers: [ci] }, signatures: [keylessBy(evil)], root: evilRoot.content }),
  keptBy({ policy: privateRoot, files: { ...files, ...others }, signatures: [keylessBy(evil), forged] }),
  keptBy({
    policy: { ...policy, signers: [compromised] },
    ...{ signatures: [loggedBy(evil)], root: evilRoot.content },
  }),
  keptBy({
    digest: otherImage,
    signatures: [layersManifest([keySignature(alice, cosignPayload(repository, otherImage))])],
  }),
  keptBy({
    ...{ repository: "registry.example/os/other" },
    signatures: [layersManifest([keySignature(alice, cosignPayload("registry.example/os/other", image))])],
  }),
  keptBy({ policy: null, signatures: [loggedBy(evil)], root: null }),
];
