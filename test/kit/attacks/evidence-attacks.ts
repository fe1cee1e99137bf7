// Attacks on evidence: wrong in one way each, by the line of the specification or program that says so.
import type { Evidence } from "../../../worker/signatures/evidence.ts";
import type { GivenTrust } from "../../../worker/signatures/verify-evidence.ts";
import { dayMs, makeAuthority, minuteMs, signedAtMs, trustedRootOf } from "../signing/authority.ts";
import { type BundleJson, bundleManifest, envelopeBundle, signEnvelope } from "../signing/bundle.ts";
import { codeSigning, extension, timeStamping } from "../signing/certificate.ts";
import { attestationLayer, type Layer, layersManifest, signatureLayer } from "../signing/cosign.ts";
import {
  image,
  onlyEvidence,
  otherImage,
  publicKeyOf,
  readPushed,
  referrer,
  repository,
  rootOf,
  trust,
} from "../signing/evidence.ts";
import { signBytes, signingKey } from "../signing/keys.ts";
import { cosignPayload, predicateTypes, statement } from "../signing/payloads.ts";
import { bodies, type EntryJson, entryV1, promisedEntry } from "../signing/rekor.ts";
import {
  keyAttestation,
  keyBundle,
  keyless,
  keylessAttestation,
  keylessBundle,
  keylessSignature,
  keySignature,
  loggedKeySignature,
  signStatement,
} from "../signing/scenes.ts";
import { timestampOf } from "../signing/timestamp.ts";

const kit = makeAuthority();
const stranger = makeAuthority("stranger");
const root = rootOf(trustedRootOf(kit));
const key = signingKey("release");
const otherKey = signingKey("other");
const signer = keyless(kit);

export const ours = trust({ keys: [publicKeyOf(key)], roots: [root] });
const rootAlone = trust({ roots: [root] });

const legacy = (layer: Layer): Evidence => onlyEvidence(readPushed(layersManifest([layer])));
const bundled = (bundle: BundleJson, predicateType: string | null = predicateTypes.signature): Evidence =>
  onlyEvidence(readPushed(bundleManifest(bundle, image, { predicateType }), referrer));

/** One attack: what is wrong, where it is written that it is, and what must be said. */
export type EvidenceAttack = {
  readonly title: string;
  readonly source: string;
  readonly evidence: () => Evidence;
  readonly given?: GivenTrust;
  readonly valid: false | null;
  readonly codes: readonly string[];
  /** Of an image with nothing else: the verdict by a policy with the release key and its workflow, and who accepts it. */
  readonly expected: string;
};

const changed = <T>(value: T, change: (copy: T) => void): T => {
  const copy = structuredClone(value);
  change(copy);
  return copy;
};

const stampUsage = (...purposes: readonly string[]) => ({ ...extension.usage(...purposes), critical: true });

const payloadWith = (change: (json: Record<string, never> & { critical: never; optional: never }) => object): Buffer =>
  Buffer.from(JSON.stringify(change(JSON.parse(cosignPayload(repository, image).toString()))));
const signedPayload = (payload: Buffer): Evidence => legacy(keySignature(key, payload));
function legacyBundle(
  change: (bundle: { SignedEntryTimestamp: string; Payload: Record<string, unknown> }) => void,
): Evidence {
  const layer = keylessSignature(signer);
  const name = "dev.sigstore.cosign/bundle";
  const bundle = JSON.parse(layer.annotations[name] ?? "");
  change(bundle);
  return legacy({ ...layer, annotations: { ...layer.annotations, [name]: JSON.stringify(bundle) } });
}

/** A bundle whose log entry is right for something else than what it lies beside. */
function withEntryOf(other: { signature?: Buffer; payload?: Buffer; certificate?: Buffer }): Evidence {
  const payload = signStatement();
  const envelope = signEnvelope(payload, [signer.key]);
  const [signature = Buffer.alloc(0)] = envelope.signatures;
  const { certificate = signer.certificate } = other;
  const body = bodies.dsse001(
    { signature: other.signature ?? signature, signed: envelope.signed, verifier: { certificate } },
    other.payload ?? payload,
    envelope.stored,
  );
  const entries = [entryV1(kit.rekor1, body, { atMs: signedAtMs })];
  return bundled(envelopeBundle(envelope, { by: { certificate: signer.certificate }, entries }));
}

export const evidenceAttacks: readonly EvidenceAttack[] = [
  {
    title: "a signature of another digest under this digest's tag",
    source: "containers/image docker/policyEval: docker-manifest-digest must match; facts/judges.md",
    evidence: () => signedPayload(cosignPayload(repository, otherImage)),
    valid: false,
    codes: ["DIGEST_MISMATCH"],
    expected: "invalid DIGEST_MISMATCH | nobody",
  },
  {
    title: "a payload that was changed after it was signed",
    source: "sigstore-conformance signature-mismatch_fail",
    evidence: () => {
      const { annotations, mediaType } = keySignature(key);
      return legacy({ mediaType, annotations, blob: cosignPayload("registry.example/evil/os", image) });
    },
    valid: null,
    codes: ["SIGNATURE_ERROR"],
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    title: "an unknown member in critical, which may restrict what is said",
    source: "containers-signature.5, critical: MUST reject",
    evidence: () =>
      signedPayload(payloadWith((json) => ({ ...json, critical: { ...(json.critical as object), scope: "test" } }))),
    valid: false,
    codes: ["PAYLOAD_FORMAT"],
    expected: "invalid PAYLOAD_FORMAT | cosign",
  },
  {
    title: "a third member beside critical and optional",
    source: "containers-signature.5, JSON data format: exactly two members",
    evidence: () => signedPayload(payloadWith((json) => ({ ...json, more: {} }))),
    valid: false,
    codes: ["PAYLOAD_FORMAT"],
    expected: "invalid PAYLOAD_FORMAT | cosign",
  },
  {
    title: "a digest that occurs twice, of which programs take different ones",
    source: "containers/image internal/signature ParanoidUnmarshalJSONObject",
    evidence: () => {
      const digest = `"docker-manifest-digest":"${image}"`;
      const text = cosignPayload(repository, image)
        .toString()
        .replace(digest, `"docker-manifest-digest":"${otherImage}",${digest}`);
      return signedPayload(Buffer.from(text));
    },
    valid: false,
    codes: ["PAYLOAD_FORMAT"],
    expected: "invalid PAYLOAD_FORMAT | cosign",
  },
  {
    title: "a payload of another type, signed by the same key",
    source: "containers-signature.5, critical.type: MUST reject",
    evidence: () =>
      signedPayload(
        payloadWith((json) => ({
          ...json,
          critical: { ...(json.critical as object), type: "atomic container signature" },
        })),
      ),
    valid: false,
    codes: ["PAYLOAD_TYPE"],
    expected: "invalid PAYLOAD_TYPE | cosign",
  },
  {
    title: "an optional member of the wrong form",
    source: "containers/image internal/signature sigstore_payload.go: timestamp is an integer",
    evidence: () => signedPayload(cosignPayload(repository, image, { timestamp: 1.5 })),
    valid: false,
    codes: ["PAYLOAD_FORMAT"],
    expected: "invalid PAYLOAD_FORMAT | cosign",
  },
  {
    title: "an SBOM attestation announced as the image's signature",
    source: "facts/trust.md 1b: cosign 3 VerifyImageAttestations takes any predicate; GHSA-w6c6-c85g-mmv6",
    evidence: () => bundled(keyBundle(key, statement(image, predicateTypes.cyclonedx)), predicateTypes.signature),
    valid: false,
    codes: ["PREDICATE_TYPE"],
    expected: "invalid PREDICATE_TYPE | cosign",
  },
  {
    title: "a statement of another digest",
    source: "in-toto attestation framework v1, subject; facts/trust.md section 3 (digest swap)",
    evidence: () => bundled(keyBundle(key, signStatement(otherImage))),
    valid: false,
    codes: ["SUBJECT_MISMATCH"],
    expected: "invalid SUBJECT_MISMATCH | nobody",
  },
  {
    title: "an attestation of another digest in this digest's .att",
    source: "slsa.dev/spec verification: subject digest",
    evidence: () => legacy(keyAttestation([key], statement(otherImage, predicateTypes.spdx), predicateTypes.spdx)),
    valid: false,
    codes: ["SUBJECT_MISMATCH"],
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    title: "an envelope of another payload type",
    source: "DSSE protocol.md: the payload type is signed and must be what is expected",
    evidence: () =>
      legacy(attestationLayer(signEnvelope(signStatement(), [key], { payloadType: "text/plain" }).stored, "x")),
    valid: false,
    codes: ["PAYLOAD_TYPE"],
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    title: "a payload type that was changed after it was signed",
    source: "DSSE protocol.md, pre-authentication encoding",
    evidence: () =>
      bundled(
        changed(keyBundle(key), (bundle) => {
          if (bundle.dsseEnvelope) bundle.dsseEnvelope.payloadType = "text/plain";
        }),
      ),
    valid: null,
    codes: ["SIGNATURE_ERROR"],
    expected: "invalid SIGNATURE_ERROR | nobody",
  },
  {
    title: "a statement of an unknown type",
    source: "in-toto attestation framework, statement _type",
    evidence: () =>
      bundled(keyBundle(key, statement(image, predicateTypes.signature, { type: "https://in-toto.io/Statement/v9" }))),
    valid: false,
    codes: ["PAYLOAD_TYPE"],
    expected: "invalid PAYLOAD_TYPE | cosign",
  },
  {
    title: "a statement that is deeper than anybody's",
    source: "facts/trust.md 5: a limit is indeterminate, and never unsigned",
    evidence: () => {
      const predicate = JSON.parse(`${'{"a":'.repeat(70)}1${"}".repeat(70)}`);
      return legacy(
        keyAttestation([key], statement(image, predicateTypes.custom, { predicate }), predicateTypes.custom),
      );
    },
    valid: null,
    codes: ["LIMIT_EXCEEDED"],
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    title: "a payload that is deeper than anybody's",
    source: "facts/trust.md 5: a limit is indeterminate, and never unsigned",
    evidence: () => {
      const optional = JSON.parse(`${'{"a":'.repeat(70)}1${"}".repeat(70)}`);
      return signedPayload(cosignPayload(repository, image, optional));
    },
    valid: null,
    codes: ["LIMIT_EXCEEDED"],
    expected: "indeterminate LIMIT_EXCEEDED | nobody",
  },
  {
    title: "a statement in which the predicate's type occurs twice",
    source: "RFC 8259, 4: which of two members counts is not defined",
    evidence: () => {
      const text = signStatement().toString().replace('"predicateType"', '"predicateType":"x","predicateType"');
      return bundled(keyBundle(key, Buffer.from(text)));
    },
    valid: false,
    codes: ["PAYLOAD_FORMAT"],
    expected: "invalid PAYLOAD_FORMAT | nobody",
  },
  {
    title: "a certificate of an authority that the root does not have",
    source: "sigstore-conformance bundle-from-wrong-instance_fail",
    evidence: () => legacy(keylessSignature({ ...keyless(stranger), authority: kit }, {})),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a whole signature of an instance that the root does not know",
    source: "sigstore-conformance bundle-from-wrong-instance_fail",
    evidence: () => legacy(keylessSignature(keyless(stranger))),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_SET"],
    expected: "invalid TLOG_SET | nobody",
  },
  {
    title: "a signature made after the certificate expired",
    source: "sigstore-conformance intoto-set-outside-signing-cert-validity_fail",
    evidence: () => legacy(keylessSignature(signer, { atMs: signedAtMs + 11 * minuteMs })),
    given: rootAlone,
    valid: false,
    codes: ["CERT_EXPIRED"],
    expected: "invalid CERT_EXPIRED | nobody",
  },
  {
    title: "a signature made before the certificate was issued",
    source: "sigstore-conformance intoto-set-outside-signing-cert-validity_fail",
    evidence: () => legacy(keylessSignature(signer, { atMs: signedAtMs - 11 * minuteMs })),
    given: rootAlone,
    valid: false,
    codes: ["CERT_EXPIRED"],
    expected: "invalid CERT_EXPIRED | nobody",
  },
  {
    title: "a timestamp outside the certificate's life beside a promise inside it",
    source: "sigstore-conformance intoto-tsa-timestamp-outside-cert-validity_fail",
    evidence: () =>
      legacy(
        keylessSignature(signer, {
          proofs: (signature, entry) => ({
            entry,
            timestamp: timestampOf(signature, signedAtMs + dayMs, kit.timestamps),
          }),
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["CERT_EXPIRED"],
    expected: "invalid CERT_EXPIRED | nobody",
  },
  {
    title: "no certificate transparency log has seen the certificate",
    source: "RFC 6962, 3.3; sigstore client specification: SCT is required",
    evidence: () => legacy(keylessSignature(keyless(kit, { withSct: "none" }))),
    given: rootAlone,
    valid: false,
    codes: ["SCT"],
    expected: "invalid SCT | nobody",
  },
  {
    title: "an SCT by somebody who is not the log",
    source: "sigstore-conformance invalid-ct-key_fail",
    evidence: () => legacy(keylessSignature(keyless(kit, { withSct: "other" }))),
    given: rootAlone,
    valid: false,
    codes: ["SCT"],
    expected: "invalid SCT | nobody",
  },
  {
    title: "a certificate that was not issued for signing code",
    source: "cosign pkg/cosign/verify.go TrustedCert: ExtKeyUsageCodeSigning; sigstore-js does not look",
    evidence: () => legacy(keylessSignature(keyless(kit, { usage: timeStamping }))),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a certificate with a critical extension that nobody here understands",
    source: "RFC 5280, 4.2: MUST reject; sigstore-js does not look",
    evidence: () => {
      const unknown = { oid: "1.3.6.1.4.1.99999.1", critical: true, value: Buffer.from([5, 0]) };
      return legacy(keylessSignature(keyless(kit, { extensions: [unknown] })));
    },
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a certificate with the issuer extension twice",
    source: "containers/image signature/fulcio_cert.go: duplicate OIDC issuer extension",
    evidence: () =>
      legacy(keylessSignature(keyless(kit, { extensions: [extension.fulcioText(8, "https://token.example")] }))),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a certificate that does not say who knows its holder",
    source: "containers/image signature/fulcio_cert.go: missing the issuer extension",
    evidence: () => legacy(keylessSignature(keyless(kit, { issuer: null }))),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "an authority's certificate used as a leaf",
    source: "RFC 5280, 4.2.1.9: a certificate for signing code is no authority's",
    evidence: () => legacy(keylessSignature(keyless(kit, { extensions: [extension.basicConstraints(true)] }))),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a name with a byte that some decoders turn into a letter",
    source: "sigstore-js core/x509/ext.ts: toString('ascii') clears the highest bit",
    evidence: () =>
      legacy(
        keylessSignature(keyless(kit, { names: [Buffer.concat([Buffer.from([0x86, 2]), Buffer.from([0xe1, 0x61])])] })),
      ),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a certificate that names nobody",
    source: "sigstore certificate specification: exactly one SAN",
    evidence: () => legacy(keylessSignature(keyless(kit, { names: [] }))),
    given: rootAlone,
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a keyless signature that nothing says the time of",
    source: "facts/trust.md section 3, pitfall 3: without a time sigstore-js builds no chain",
    evidence: () => legacy(keylessSignature(signer, { proofs: () => ({}) })),
    given: rootAlone,
    valid: false,
    codes: ["NO_TRUSTED_TIME"],
    expected: "invalid NO_TRUSTED_TIME | nobody",
  },
  {
    title: "an entry of Rekor v2 without a timestamp",
    source: "sigstore-conformance rekor2-no-timestamp_fail; cosign#4666",
    evidence: () =>
      bundled(
        changed(keylessBundle(signer, { entry: "v2 dsse" }), (bundle) => {
          delete bundle.verificationMaterial.timestampVerificationData;
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["NO_TRUSTED_TIME"],
    expected: "invalid NO_TRUSTED_TIME | nobody",
  },
  {
    title: "a timestamp without any log entry",
    source: "sigstore client specification: a log entry is required for certificates",
    evidence: () =>
      legacy(
        keylessSignature(signer, {
          proofs: (signature) => ({ timestamp: timestampOf(signature, signedAtMs, kit.timestamps) }),
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_PROOF"],
    expected: "invalid TLOG_PROOF | nobody",
  },
  {
    title: "a time in the entry that the log did not promise",
    source: "sigstore-conformance set-invalid-signature_fail",
    evidence: () =>
      legacyBundle((bundle) => {
        bundle.Payload.integratedTime = signedAtMs / 1000 + 1;
      }),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_SET"],
    expected: "invalid TLOG_SET | nobody",
  },
  {
    title: "a promise of a log whose key was not in use then",
    source: "sigstore-conformance trust-root-tlog-*; TrustedRoot validFor",
    evidence: () => legacy(keylessSignature(signer)),
    given: trust({
      roots: [
        rootOf(
          changed(trustedRootOf(kit), ({ tlogs }) => {
            for (const log of tlogs) log.publicKey.validFor.end = new Date(signedAtMs - 1).toISOString();
          }),
        ),
      ],
    }),
    valid: false,
    codes: ["TLOG_SET"],
    expected: "invalid TLOG_SET | nobody",
  },
  {
    title: "an inclusion proof of another tree",
    source: "sigstore-conformance checkpoint-wrong-roothash_fail",
    evidence: () =>
      bundled(
        changed(keylessBundle(signer), ({ verificationMaterial: { tlogEntries } }) => {
          const other = keylessBundle(keyless(kit, {}, "second")).verificationMaterial.tlogEntries[0];
          const [entry] = tlogEntries;
          if (entry?.inclusionProof && other?.inclusionProof) entry.inclusionProof = other.inclusionProof;
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_PROOF"],
    expected: "invalid TLOG_PROOF | nobody",
  },
  {
    title: "a checkpoint by a log key that had ended when the timestamp was made",
    source: "TrustedRoot validFor; sigstore-js compares no time with a checkpoint",
    evidence: () => bundled(keylessBundle(signer, { entry: "v2 dsse" })),
    given: trust({
      roots: [
        rootOf(
          changed(trustedRootOf(kit), ({ tlogs }) => {
            for (const log of tlogs) log.publicKey.validFor.end = new Date(signedAtMs - 1).toISOString();
          }),
        ),
      ],
    }),
    valid: false,
    codes: ["TLOG_PROOF"],
    expected: "invalid TLOG_PROOF | nobody",
  },
  {
    title: "the log entry of another signature of the same statement",
    source: "sigstore-conformance dsse-mismatch-sig_fail",
    evidence: () => withEntryOf({ signature: signBytes(signer.key, Buffer.from("something else")) }),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_BODY"],
    expected: "invalid TLOG_BODY | nobody",
  },
  {
    title: "the log entry of another statement",
    source: "sigstore-conformance dsse-mismatch-envelope_fail",
    evidence: () => withEntryOf({ payload: signStatement(otherImage) }),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_BODY"],
    expected: "invalid TLOG_BODY | nobody",
  },
  {
    title: "the log entry of another certificate of the same key",
    source: "containers/image internal/rekor_set.go: publicKey does not match; sigstore-js does not compare",
    evidence: () => withEntryOf({ certificate: keyless(kit, { issuer: "https://other.example" }).certificate }),
    given: rootAlone,
    valid: false,
    codes: ["TLOG_BODY"],
    expected: "invalid TLOG_BODY | nobody",
  },
  {
    title: "the log entry of another key beside a signature by a given one",
    source: "containers/image internal/rekor_set.go: publicKey does not match",
    evidence: () => legacy(loggedKeySignature(key, { authority: kit, verifier: { key: otherKey } })),
    valid: false,
    codes: ["TLOG_BODY"],
    expected: "invalid TLOG_BODY | cosign bootc podman",
  },
  {
    title: "somebody's old log entry of an unknown kind beside a key's signature, to make it look older",
    source: "contract.md 1: a compromised key counts for what a log proves to be older",
    evidence: () => {
      const body = { apiVersion: "0.0.1", kind: "rpm", spec: {} };
      const entry = promisedEntry(kit.rekor1, body, { atMs: signedAtMs - 300 * dayMs });
      const payload = cosignPayload(repository, image);
      return legacy(signatureLayer(payload, signBytes(key, payload), { entry }));
    },
    valid: null,
    codes: ["ALG_UNSUPPORTED"],
    expected: "indeterminate ALG_UNSUPPORTED | cosign bootc podman",
  },
  {
    title: "a key's signature with an entry of a log that no root has",
    source: "a proof that is there must hold: one changed byte of the log's id must not take its time away unseen",
    evidence: () => legacy(loggedKeySignature(key, { authority: stranger })),
    valid: null,
    codes: ["TRUST_ROOT_INVALID"],
    expected: "indeterminate TRUST_ROOT_INVALID | cosign bootc podman",
  },
  {
    title: "a key's signature with a timestamp by nobody that is known",
    source: "as above, of the timestamp's serial number",
    evidence: () => {
      const payload = cosignPayload(repository, image);
      const signature = signBytes(key, payload);
      const timestamp = timestampOf(signature, signedAtMs, stranger.timestamps);
      return legacy(signatureLayer(payload, signature, { timestamp }));
    },
    valid: null,
    codes: ["TRUST_ROOT_INVALID"],
    expected: "indeterminate TRUST_ROOT_INVALID | cosign bootc podman",
  },
  {
    title: "a timestamp by nobody that is known beside a promise that holds",
    source: "as above; sigstore-js refuses it too",
    evidence: () =>
      legacy(
        keylessSignature(signer, {
          proofs: (signature, entry) => ({ entry, timestamp: timestampOf(signature, signedAtMs, stranger.timestamps) }),
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["TSA"],
    expected: "invalid TSA | nobody",
  },
  {
    title: "a log entry of a kind that is not known",
    source: "facts/trust.md 5: an unsupported algorithm is indeterminate",
    evidence: () => {
      const payload = cosignPayload(repository, image);
      const signature = signBytes(signer.key, payload);
      const body = { apiVersion: "0.0.1", kind: "rekord", spec: {} };
      const entry = promisedEntry(kit.rekor1, body, { atMs: signedAtMs });
      return legacy(signatureLayer(payload, signature, { certificate: signer.certificate, entry }));
    },
    given: rootAlone,
    valid: null,
    codes: ["ALG_UNSUPPORTED"],
    expected: "indeterminate ALG_UNSUPPORTED | nobody",
  },
  {
    title: "an intoto 0.0.1 entry of another envelope",
    source: "facts/trust.md section 3: sigstore-js knows no intoto 0.0.1; envelope hash compared by ourselves",
    evidence: () => {
      const payload = statement(image, predicateTypes.spdx);
      const layer = keylessAttestation(signer, payload, predicateTypes.spdx, "intoto001");
      return legacy({ ...layer, blob: Buffer.concat([layer.blob, Buffer.from("\n")]) });
    },
    given: rootAlone,
    valid: false,
    codes: ["TLOG_BODY"],
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    title: "a timestamp of another signature",
    source: "sigstore-conformance rekor2-timestamp-payload-mismatch_fail",
    evidence: () =>
      legacy(
        keylessSignature(signer, {
          proofs: (_, entry) => ({ entry, timestamp: timestampOf(Buffer.from("x"), signedAtMs, kit.timestamps) }),
        }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["TSA"],
    expected: "invalid TSA | nobody",
  },
  {
    title: "a timestamp by an authority that the root does not have",
    source: "sigstore-conformance rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail",
    evidence: () =>
      bundled(
        keylessBundle({ ...signer, authority: { ...kit, timestamps: stranger.timestamps } }, { entry: "v2 dsse" }),
      ),
    given: rootAlone,
    valid: false,
    codes: ["TSA"],
    expected: "invalid TSA | nobody",
  },
  ...[
    { title: "not critical", usages: [extension.usage(timeStamping)] },
    { title: "not there", usages: [] },
    { title: "there twice", usages: [stampUsage(timeStamping), stampUsage(timeStamping)] },
    { title: "also for signing code", usages: [stampUsage(timeStamping, codeSigning)] },
    { title: "for signing code alone", usages: [stampUsage(codeSigning)] },
  ].map(
    ({ title, usages }): EvidenceAttack => ({
      title: `a timestamp by a certificate whose usage is ${title}`,
      source: "RFC 3161, 2.3: one extended key usage, critical, for timestamps alone; sigstore-js does not look",
      evidence: () => {
        const proofs = (signature: Buffer, entry: EntryJson) => ({
          entry,
          timestamp: timestampOf(signature, signedAtMs, makeAuthority("kit", usages).timestamps),
        });
        return legacy(keylessSignature(signer, { proofs }));
      },
      given: trust({ roots: [rootOf(trustedRootOf(makeAuthority("kit", usages)))] }),
      valid: false,
      codes: ["TSA"],
      expected: "invalid TSA | nobody",
    }),
  ),
  {
    title: "a timestamp after the authority's end",
    source: "sigstore-conformance rekor2-timestamp-outside-trust-root-tsa-validity_fail",
    evidence: () => bundled(keylessBundle(signer, { entry: "v2 dsse" })),
    given: trust({
      roots: [
        rootOf(
          changed(trustedRootOf(kit), ({ timestampAuthorities }) => {
            for (const authority of timestampAuthorities)
              authority.validFor.end = new Date(signedAtMs - 1).toISOString();
          }),
        ),
      ],
    }),
    valid: false,
    codes: ["TSA"],
    expected: "invalid TSA | nobody",
  },
  {
    title: "an authority that the root says had ended",
    source: "sigstore-conformance intoto-expired-certificate_fail; TrustedRoot validFor",
    evidence: () => legacy(keylessSignature(signer)),
    given: trust({
      roots: [
        rootOf(
          changed(trustedRootOf(kit), ({ certificateAuthorities }) => {
            for (const authority of certificateAuthorities)
              authority.validFor.end = new Date(signedAtMs - 1).toISOString();
          }),
        ),
      ],
    }),
    valid: false,
    codes: ["CERT_CHAIN"],
    expected: "invalid CERT_CHAIN | nobody",
  },
  {
    title: "a bundle that brings its own root",
    source: "sigstore-conformance bundle-with-root-cert_fail",
    evidence: () => {
      const bundle = keylessBundle(signer, { version: "0.2" });
      return bundled(
        changed(bundle, ({ verificationMaterial: { x509CertificateChain } }) => {
          x509CertificateChain?.certificates.push({ rawBytes: kit.root.toString("base64") });
        }),
      );
    },
    given: rootAlone,
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
  {
    title: "a certificate that is followed by other bytes",
    source: "RFC 5280, 4.1: one DER value",
    evidence: () => {
      const certificate = Buffer.concat([signer.certificate, Buffer.from([0])]);
      return legacy(keylessSignature({ ...signer, certificate }));
    },
    given: rootAlone,
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
  {
    title: "two certificates in one annotation",
    source: "containers/image signature/fulcio_cert.go: unexpected multiple certificates",
    evidence: () => {
      const layer = keylessSignature(signer);
      const name = "dev.sigstore.cosign/certificate";
      return legacy({
        ...layer,
        annotations: { ...layer.annotations, [name]: `${layer.annotations[name]}${layer.annotations[name]}` },
      });
    },
    given: rootAlone,
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
  {
    title: "a log annotation with a member that is not cosign's",
    source: "containers/image internal/rekor_set.go: exact fields",
    evidence: () =>
      legacyBundle((bundle) => {
        bundle.Payload.extra = 1;
      }),
    given: rootAlone,
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
  {
    title: "a layer without a signature",
    source: "cosign pkg/oci/static/signature.go: the signature is an annotation",
    evidence: () => legacy({ ...keySignature(key), annotations: {} }),
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
  {
    title: "a signature that is not base64",
    source: "sigstore-conformance bundle-invalid-base64-signature_fail",
    evidence: () => legacy({ ...keySignature(key), annotations: { "dev.cosignproject.cosign/signature": "%%%" } }),
    valid: false,
    codes: ["MALFORMED"],
    expected: "invalid MALFORMED | nobody",
  },
];
