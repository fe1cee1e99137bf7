// Keys: every kind in every format, right; and signatures by keys that are wrong, or of something else.
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { bundleManifest, envelopeBundle, messageBundle, signEnvelope } from "../signing/bundle.ts";
import { type Layer, layersManifest, signatureLayer } from "../signing/cosign.ts";
import { otherImage, repository } from "../signing/evidence.ts";
import { signBytes } from "../signing/keys.ts";
import { cosignPayload, predicateTypes, statement } from "../signing/payloads.ts";
import { keyAttestation, keyBundle, keySignature, loggedKeySignature } from "../signing/scenes.ts";
import { type AttackCase, byIdentity, byKey, indexDigest, keyNamed, kit, stranger } from "./attack-world.ts";

export const sig = (of: Digest, name = "alice", reference = repository): Layer =>
  keySignature(keyNamed(name), cosignPayload(reference, of));
export const bundle = (of: Digest, name = "alice", payload = statement(of, predicateTypes.signature)) =>
  bundleManifest(keyBundle(keyNamed(name), payload), of);
const attested = (of: Digest, name: string, type: string) =>
  keyAttestation([keyNamed(name)], statement(of, type), type);
/** Announced as nothing: what it states decides. */
const attestedBundle = (of: Digest, name: string, type: string) =>
  bundleManifest(keyBundle(keyNamed(name), statement(of, type)), of, { predicateType: type });
const logged = (of: Digest, name: string) =>
  loggedKeySignature(keyNamed(name), { authority: kit }, cosignPayload(repository, of));

const kinds = [
  { name: "alice", kind: "P-256" },
  { name: "p384", kind: "P-384" },
  { name: "p521", kind: "P-521" },
  { name: "ed25519", kind: "Ed25519" },
  { name: "rsa2048", kind: "RSA of 2,048 bits" },
  { name: "rsa3072", kind: "RSA of 3,072 bits" },
  { name: "rsa4096", kind: "RSA of 4,096 bits" },
].flatMap(({ name, kind }): readonly AttackCase[] => [
  {
    attack: `none: ${kind} in the .sig tag`,
    source: "cosign pkg/cosign/verify.go: any crypto.PublicKey, hashed by SHA-256; contract.md 1, key",
    policy: { signers: [byKey(name)] },
    shows: (of) => ({ sig: [sig(of, name)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: `none: ${kind} in a bundle`,
    source: "cosign 3 pkg/oci/remote/write.go; facts/trust.md 1b",
    policy: { signers: [byKey(name)] },
    shows: (of) => ({ referrers: [bundle(of, name)] }),
    expected: "verified | cosign",
  },
]);

const hashes = [
  { name: "p384", hash: "sha384" },
  { name: "p521", hash: "sha512" },
] as const;
const otherHashes = hashes.flatMap(({ name, hash }): readonly AttackCase[] => [
  {
    attack: `none: ${name} hashed by ${hash} in the .sig tag, as cosign 3 signs`,
    source: "facts/judges.md: cosign 3 signs by it and verifies by SHA-256; containers/image knows SHA-256 alone",
    policy: { signers: [byKey(name)] },
    shows: (of) => ({ sig: [keySignature(keyNamed(name), cosignPayload(repository, of), hash)] }),
    expected: "verified | nobody",
  },
  {
    attack: `none: ${name} hashed by ${hash} in a bundle, as cosign 3 signs`,
    source: "facts/judges.md: cosign 3 signs by it and verifies by SHA-256",
    policy: { signers: [byKey(name)] },
    shows: (of) => ({
      referrers: [bundleManifest(keyBundle(keyNamed(name), statement(of, predicateTypes.signature), hash), of)],
    }),
    expected: "verified | nobody",
  },
]);

const swaps: readonly AttackCase[] = [
  {
    attack: "key swap: somebody else's key in the .sig tag",
    source: "contract.md 2: no key of this policy verifies it",
    shows: (of) => ({ sig: [sig(of, "mallory")] }),
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "key swap: somebody else's key, whom a log names",
    source: "contract.md 2: a log entry carries a key that the policy does not have",
    policy: { signers: [byKey("alice"), byIdentity("release@os.example")] },
    shows: (of) => ({ sig: [logged(of, "mallory")] }),
    expected: "untrusted WRONG_KEY | nobody",
  },
  {
    attack: "key swap: somebody else's key in a bundle with the policy's key hint",
    source: "contract.md 2: a bundle's key hint names nothing by itself",
    shows: (of) => {
      const made = keyBundle(keyNamed("mallory"), statement(of, predicateTypes.signature));
      const hint = keyBundle(keyNamed("alice")).verificationMaterial.publicKey;
      const verificationMaterial = { ...made.verificationMaterial, ...(hint === undefined ? {} : { publicKey: hint }) };
      return { referrers: [bundleManifest({ ...made, verificationMaterial }, of)] };
    },
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "digest swap: this digest beside another image's as the statement's subjects",
    source: "in-toto attestation framework v1: the statement is of every subject",
    shows: (of) => {
      const { subject, ...rest } = JSON.parse(statement(of, predicateTypes.signature).toString());
      const more = [{ digest: { sha256: otherImage.slice(7) } }, ...subject];
      return { referrers: [bundle(of, "alice", Buffer.from(JSON.stringify({ ...rest, subject: more })))] };
    },
    expected: "verified | cosign",
  },
  {
    attack: "digest swap: the right digest as a subject of another algorithm",
    source: "in-toto attestation framework v1, DigestSet: algorithm and value together",
    shows: (of) => {
      const { subject, ...rest } = JSON.parse(statement(of, predicateTypes.signature).toString());
      const sha512 = subject.map(({ digest }: { digest: { sha256: string } }) => ({
        digest: { sha512: digest.sha256 },
      }));
      return { referrers: [bundle(of, "alice", Buffer.from(JSON.stringify({ ...rest, subject: sha512 })))] };
    },
    expected: "invalid SUBJECT_MISMATCH | nobody",
  },
  {
    attack: "reference swap: the signature of the same image in another repository",
    source: "facts/judges.md: copied signatures pass cosign, matchRepository refuses them",
    shows: (of) => ({ sig: [sig(of, "alice", "registry.example/other/desktop")] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "reference swap: a repository whose name goes on",
    source: "containers-policy.json.5, matchRepository: the whole name",
    shows: (of) => ({ sig: [sig(of, "alice", `${repository}-evil`)] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "reference swap: a repository below",
    source: "containers-policy.json.5, matchRepository: the whole name",
    shows: (of) => ({ sig: [sig(of, "alice", `${repository}/more`)] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "reference swap: an empty reference",
    source: "containers-signature.5, docker-reference",
    shows: (of) => ({ sig: [sig(of, "alice", "")] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "none: the reference names another tag, which matchRepository leaves open",
    source: "containers-policy.json.5, matchRepository: no protection against another tag",
    shows: (of) => ({ sig: [sig(of, "alice", `${repository}:next`)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "replay: the bundle of the same image in another repository, which names no repository",
    source: "facts/trust.md 0.3: new-format signatures do not name the image",
    shows: (of) => ({ referrers: [bundle(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "a signature of no bytes",
    source: "RFC 8032 and FIPS 186-5 know none",
    shows: (of) => ({ sig: [signatureLayer(cosignPayload(repository, of), Buffer.alloc(0))] }),
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "an ECDSA signature with r and s of zero",
    source: "FIPS 186-5, 6.4.2: both from 1 to n-1 (CVE-2022-21449)",
    shows: (of) => ({
      sig: [signatureLayer(cosignPayload(repository, of), Buffer.from("3006020100020100", "hex"))],
    }),
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "the signature of another payload by the same key",
    source: "FIPS 186-5, 6.4.2",
    shows: (of) => ({
      sig: [signatureLayer(cosignPayload(repository, of), signBytes(keyNamed("alice"), Buffer.from("another")))],
    }),
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "a broken signature before the right one",
    source: "contract.md 2: a bad one beside a good one is listed, not fatal",
    shows: (of) => ({ sig: [signatureLayer(cosignPayload(repository, of), Buffer.from("AAAA")), sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "60 signatures by strangers before the right one",
    source: "contract.md 2: the best counts",
    shows: (of) => ({ sig: [...Array.from({ length: 60 }, (_, at) => sig(of, `stranger ${at}`)), sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "a layer of another media type in the .sig tag",
    source: "containers/image: unexpected MIME type; cosign does not look",
    shows: (of) => ({ sig: [{ ...sig(of), mediaType: "application/octet-stream" }] }),
    expected: "invalid PAYLOAD_TYPE | cosign",
  },
  {
    attack: "a manifest without layers under the .sig tag",
    source: "cosign pkg/oci/signatures: layers are signatures",
    shows: () => ({ sig: [] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
];

const statements: readonly AttackCase[] = [
  {
    attack: "attestation posing: an SBOM in a bundle and no signature",
    source: "facts/trust.md 1b: cosign 3 takes any statement for a signature",
    shows: (of) => ({ referrers: [attestedBundle(of, "alice", predicateTypes.spdx)] }),
    expected: "unsigned NO_SIGNATURE | cosign",
  },
  {
    attack: "attestation posing: an SBOM in the .att tag and no signature",
    source: "contract.md 2: attestations alone are no signatures",
    shows: (of) => ({ att: [attested(of, "alice", predicateTypes.spdx)] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "attestation posing: an attestation under the .sig tag",
    source: "facts/trust.md 1a: the layer's type says what it is",
    shows: (of) => ({ sig: [attested(of, "alice", predicateTypes.spdx)] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "a signature's statement in the .att tag",
    source: "facts/trust.md 1a: cosign reads signatures from .sig and bundles alone",
    shows: (of) => ({ att: [attested(of, "alice", predicateTypes.signature)] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "none: a statement of version 0.1",
    source: "in-toto attestation framework 0.1, Statement",
    shows: (of) => ({
      referrers: [
        bundle(of, "alice", statement(of, predicateTypes.signature, { type: "https://in-toto.io/Statement/v0.1" })),
      ],
    }),
    expected: "verified | cosign",
  },
  {
    attack: "a bare message's bundle in place of a statement",
    source: "facts/trust.md 1b: cosign 3 always writes DSSE",
    shows: (of) => {
      const text = cosignPayload(repository, of);
      const by = { by: { key: keyNamed("alice") } };
      return { referrers: [bundleManifest(messageBundle(text, signBytes(keyNamed("alice"), text), by), of)] };
    },
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    attack: "an envelope with the policy's signature as the second of two",
    source: "sigstore bundle specification: DSSE has exactly one signature",
    shows: (of) => {
      const keys = [keyNamed("mallory"), keyNamed("alice")];
      const envelope = signEnvelope(statement(of, predicateTypes.signature), keys);
      return { referrers: [bundleManifest(envelopeBundle(envelope, { by: { key: keyNamed("alice") } }), of)] };
    },
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "a bundle of a version that there is not",
    source: "sigstore protobuf-specs, sigstore_bundle.proto: media types",
    shows: (of) => {
      const made = { ...keyBundle(keyNamed("alice"), statement(of, predicateTypes.signature)) };
      const mediaType = "application/vnd.dev.sigstore.bundle.v0.9+json";
      return { referrers: [bundleManifest({ ...made, mediaType }, of)] };
    },
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "none: a bundle of version 0.2, which cosign 3 passes over",
    source: "facts/judges.md, statement-version-0.1",
    shows: (of) => {
      const made = keyBundle(keyNamed("alice"), statement(of, predicateTypes.signature));
      const mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2";
      return { referrers: [bundleManifest({ ...made, mediaType }, of)] };
    },
    expected: "verified | nobody",
  },
  {
    attack: "a bundle that is no JSON",
    source: "sigstore-conformance bundle-malformed-json_fail",
    shows: () => {
      const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
      return { referrers: [layersManifest([{ mediaType, annotations: {}, blob: Buffer.from("{") }])] };
    },
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "hiding: a stranger's bundle beside the policy's .sig",
    source: "facts/judges.md, stranger-new-own-old: cosign 3 looks at bundles alone where there is one",
    shows: (of) => ({ sig: [sig(of)], referrers: [bundle(of, "mallory")] }),
    expected: "verified | bootc podman",
  },
  {
    attack: "hiding: a stranger's .sig beside the policy's bundle",
    source: "facts/judges.md, own-new-stranger-old",
    shows: (of) => ({ sig: [sig(of, "mallory")], referrers: [bundle(of)] }),
    expected: "verified | cosign",
  },
  {
    attack: "none: cosign's older experiment among referrers",
    source: "cosign pkg/oci/remote, OCI 1.1 experiment: application/vnd.dev.cosign.artifact.sig.v1+json",
    shows: (of) => ({
      referrers: [
        layersManifest([sig(of)], { artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json", subject: of }),
      ],
    }),
    expected: "verified | nobody",
  },
  {
    attack: "none: both formats",
    source: "facts/trust.md 0.1",
    shows: (of) => ({ sig: [sig(of)], referrers: [bundle(of)] }),
    expected: "verified | cosign bootc podman",
  },
];

const sides: readonly AttackCase[] = [
  {
    attack: "none: index and platform signed",
    source: "facts/trust.md 1e: cosign sign -r satisfies all",
    index: (of) => ({ sig: [sig(of)] }),
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "an unsigned platform under a signed index",
    source: "facts/judges.md: podman checks the chosen instance alone",
    index: (of) => ({ sig: [sig(of)] }),
    shows: () => ({}),
    expected: "verified INSTANCE_UNSIGNED | cosign bootc",
  },
  {
    attack: "a signed platform under an unsigned index",
    source: "facts/judges.md: skopeo's proxy checks the index until 1.22.1, cosign what the tag names",
    index: () => ({}),
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified INDEX_UNSIGNED | podman",
  },
  {
    attack: "an unsigned platform under an index signed by a bundle",
    source: "facts/trust.md 0.1 and 1e",
    index: (of) => ({ referrers: [bundle(of)] }),
    shows: () => ({}),
    expected: "verified INSTANCE_UNSIGNED | cosign",
  },
  {
    attack: "the index's signature under the platform's tag, too",
    source: "facts/judges.md: a digest's signatures under another digest's tag are refused by all",
    index: (of) => ({ sig: [sig(of)] }),
    shows: () => ({ sig: [sig(indexDigest)] }),
    expected: "verified | cosign bootc",
  },
  {
    attack: "a stranger's platform under a signed index",
    source: "contract.md 2: the plan's verdict is the better of the two",
    index: (of) => ({ sig: [sig(of)] }),
    shows: (of) => ({ sig: [sig(of, "mallory")] }),
    expected: "verified | cosign bootc",
  },
  {
    attack: "stripped: neither index nor platform has anything left",
    source: "contract.md 2: the registry was asked and has none",
    index: () => ({}),
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
];

const logs: readonly AttackCase[] = [
  {
    attack: "none: a logged key, where the log is required",
    source: "contract.md 1, transparencyLog",
    policy: { signers: [byKey("alice"), byIdentity("release@os.example")], transparencyLog: "required" },
    shows: (of) => ({ sig: [logged(of, "alice")] }),
    expected: "verified | cosign",
  },
  {
    attack: "no log entry, where the log is required",
    source: "contract.md 2: TLOG_REQUIRED",
    policy: { signers: [byKey("alice"), byIdentity("release@os.example")], transparencyLog: "required" },
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "untrusted TLOG_REQUIRED | nobody",
  },
  {
    attack: "the entry of a log that only a stranger runs, where the log is required",
    source: "contract.md 2: TRUST_ROOT_INVALID is indeterminate",
    policy: { signers: [byKey("alice"), byIdentity("release@os.example")], transparencyLog: "required" },
    shows: (of) => ({
      sig: [loggedKeySignature(keyNamed("alice"), { authority: stranger }, cosignPayload(repository, of))],
    }),
    expected: "indeterminate TRUST_ROOT_INVALID | nobody",
  },
  {
    attack: "the log entry of another key's signature",
    source: "containers/image internal/rekor_set.go: publicKey does not match; without a log's key it does not look",
    policy: { signers: [byKey("alice"), byIdentity("release@os.example")] },
    shows: (of) => ({
      sig: [
        loggedKeySignature(
          keyNamed("alice"),
          { authority: kit, verifier: { key: keyNamed("mallory") } },
          cosignPayload(repository, of),
        ),
      ],
    }),
    expected: "invalid TLOG_BODY | cosign bootc podman",
  },
];

const nobody: readonly AttackCase[] = [
  {
    attack: "none: a key that nobody declared, and that nothing names",
    source: "contract.md 2: without a policy SIGNATURE_ERROR is indeterminate",
    policy: null,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "indeterminate SIGNATURE_ERROR | nobody",
  },
  {
    attack: "none: nothing, and nobody declared who may sign",
    source: "contract.md 2: unsigned",
    policy: null,
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "another image's signature, and nobody declared who may sign",
    source: "contract.md 2: nobody known, so that nothing of the payload is read",
    policy: null,
    shows: () => ({ sig: [sig(digestOf("a third image"))] }),
    expected: "indeterminate SIGNATURE_ERROR | nobody",
  },
];

export const keyCases: readonly AttackCase[] = [
  ...kinds,
  ...otherHashes,
  ...swaps,
  ...statements,
  ...sides,
  ...logs,
  ...nobody,
];
