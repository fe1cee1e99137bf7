// Scenes: whole signatures and attestations of one image, right unless an option makes them wrong.
import type { Digest } from "../../../policies/words/digest.ts";
import { type Authority, issueCertificate, type LeafRequest, signedAtMs } from "./authority.ts";
import {
  type BundleJson,
  type BundleVersion,
  envelopeBundle,
  messageBundle,
  type SignedEnvelope,
  signEnvelope,
} from "./bundle.ts";
import { generalName } from "./certificate.ts";
import { attestationLayer, type Layer, type LayerProofs, signatureLayer } from "./cosign.ts";
import { image, repository } from "./evidence.ts";
import { type Hash, type SigningKey, signBytes, signingKey } from "./keys.ts";
import { cosignPayload, predicateTypes, statement } from "./payloads.ts";
import { bodies, type EntryJson, entryV1, entryV2, type Logged, promisedEntry } from "./rekor.ts";
import { timestampOf } from "./timestamp.ts";

export const workflow = "https://forge.example/os/desktop/.github/workflows/build.yml@refs/heads/main";

/** A key that lives for one signature, with the certificate that an instance gave for it. */
export type Keyless = { readonly key: SigningKey; readonly certificate: Buffer; readonly authority: Authority };

export function keyless(authority: Authority, request: Partial<LeafRequest> = {}, name = "ephemeral"): Keyless {
  const key = signingKey(name);
  const certificate = issueCertificate(authority, { key, names: [generalName.uri(workflow)], ...request });
  return { key, certificate, authority };
}

/** `.sig`, by a key alone: what Konflux and most remixes publish. */
export function keySignature(
  key: SigningKey,
  payload: Buffer = cosignPayload(repository, image),
  hash: Hash = "sha256",
): Layer {
  return signatureLayer(payload, signBytes(key, payload, hash));
}

export type Logging = { readonly atMs?: number; readonly verifier?: Logged["verifier"]; readonly authority: Authority };

export function loggedKeySignature(
  key: SigningKey,
  { authority, atMs = signedAtMs, verifier = { key } }: Logging,
  payload: Buffer = cosignPayload(repository, image),
): Layer {
  const signature = signBytes(key, payload);
  const body = bodies.hashedrekord001({ signature, signed: payload, verifier });
  return signatureLayer(payload, signature, { entry: promisedEntry(authority.rekor1, body, { atMs }) });
}

export type KeylessOptions = {
  readonly payload?: Buffer;
  readonly atMs?: number;
  readonly proofs?: (signature: Buffer, entry: EntryJson) => LayerProofs;
};

/** `.sig`, keyless: certificate, chain and promise stand in annotations. */
export function keylessSignature({ key, certificate, authority }: Keyless, options: KeylessOptions = {}): Layer {
  const { payload = cosignPayload(repository, image), atMs = signedAtMs } = options;
  const signature = signBytes(key, payload);
  const body = bodies.hashedrekord001({ signature, signed: payload, verifier: { certificate } });
  const entry = promisedEntry(authority.rekor1, body, { atMs });
  const proofs = options.proofs?.(signature, entry) ?? { entry };
  return signatureLayer(payload, signature, {
    certificate,
    chain: [authority.intermediate, authority.root],
    ...proofs,
  });
}

export type LoggedKind = "intoto001" | "dsse001";

/** `.att`, keyless, with either kind of entry that cosign has written for attestations. */
export function keylessAttestation(
  { key, certificate, authority }: Keyless,
  payload: Buffer,
  predicateType: string,
  kind: LoggedKind = "dsse001",
): Layer {
  const envelope = signEnvelope(payload, [key]);
  const [signature = Buffer.alloc(0)] = envelope.signatures;
  const body = bodies[kind](
    { signature, signed: envelope.signed, verifier: { certificate } },
    payload,
    envelope.stored,
  );
  const entry = promisedEntry(authority.rekor1, body, { atMs: signedAtMs });
  return attestationLayer(envelope.stored, predicateType, {
    certificate,
    chain: [authority.intermediate, authority.root],
    entry,
  });
}

export function keyAttestation(keys: readonly SigningKey[], payload: Buffer, predicateType: string): Layer {
  return attestationLayer(signEnvelope(payload, keys).stored, predicateType);
}

export function signStatement(digest: Digest = image): Buffer {
  return statement(digest, predicateTypes.signature);
}

/** A bundle by a key, as cosign 3 writes it without a log. */
export function keyBundle(key: SigningKey, payload: Buffer = signStatement(), hash: Hash = "sha256"): BundleJson {
  return envelopeBundle(signEnvelope(payload, [key], { hash }), { by: { key } });
}

export type EntryKind = "v1 dsse" | "v1 intoto" | "v1 hashedrekord" | "v2 dsse" | "v2 hashedrekord";

function bundleEntry(kind: EntryKind, authority: Authority, envelope: SignedEnvelope, logged: Logged): EntryJson {
  const { payload, payloadType, stored } = envelope;
  const time = { atMs: signedAtMs };
  switch (kind) {
    case "v1 dsse":
      return entryV1(authority.rekor1, bodies.dsse001(logged, payload, stored), time);
    case "v1 intoto":
      return entryV1(authority.rekor1, bodies.intoto002(logged, payload, payloadType), time);
    case "v1 hashedrekord":
      return entryV1(authority.rekor1, bodies.hashedrekord001(logged), time);
    case "v2 dsse":
      return entryV2(authority.rekor2, bodies.dsse002(logged, payload));
    case "v2 hashedrekord":
      return entryV2(authority.rekor2, bodies.hashedrekord002(logged));
  }
}

export type KeylessBundleOptions = {
  readonly payload?: Buffer;
  readonly entry?: EntryKind;
  readonly version?: BundleVersion;
  readonly stampedAtMs?: number;
  readonly payloadType?: string;
};

/** A keyless bundle; entries of Rekor v2 say no time, so that a timestamp is beside them. */
export function keylessBundle(
  { key, certificate, authority }: Keyless,
  options: KeylessBundleOptions = {},
): BundleJson {
  const { payload = signStatement(), entry: kind = "v1 dsse", version = "0.3", stampedAtMs = signedAtMs } = options;
  const envelope = signEnvelope(
    payload,
    [key],
    options.payloadType === undefined ? {} : { payloadType: options.payloadType },
  );
  const [signature = Buffer.alloc(0)] = envelope.signatures;
  const logged = { signature, signed: envelope.signed, verifier: { certificate } };
  const timestamps = kind.startsWith("v2") ? [timestampOf(signature, stampedAtMs, authority.timestamps)] : [];
  const entries = [bundleEntry(kind, authority, envelope, logged)];
  return envelopeBundle(envelope, { version, by: { certificate }, entries, timestamps });
}

/** A bundle over a blob itself, as `cosign sign-blob` of a manifest makes it. */
export function keylessMessage({ key, certificate, authority }: Keyless, message: Buffer): BundleJson {
  const signature = signBytes(key, message);
  const body = bodies.hashedrekord001({ signature, signed: message, verifier: { certificate } });
  const entries = [entryV1(authority.rekor1, body, { atMs: signedAtMs })];
  return messageBundle(message, signature, { by: { certificate }, entries });
}
