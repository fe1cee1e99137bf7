// A catalog whose signatures a worker really looked for: one image in a public, another public and a private repository.
import { digestOf } from "../../../policies/words/digest.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { makeAuthority, trustedRootOf } from "../../kit/signing/authority.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { cosignPayload, predicates, predicateTypes, statement } from "../../kit/signing/payloads.ts";
import {
  keyAttestation,
  keyBundle,
  keyless,
  keylessAttestation,
  keylessBundle,
  keylessSignature,
  keySignature,
  signStatement,
  workflow,
} from "../../kit/signing/scenes.ts";
import type { StoreKind } from "../../kit/stores.ts";
import { fakeRegistry } from "../worker/fake-registry.ts";
import { workerBench } from "../worker/harness.ts";
import { builtOf, folderOf, host, name, path, signatureTag } from "../worker/signing-bench.ts";

export { name };
export const copy = `copy.example/${path}`;
export const secret = `secret.example/${path}`;
export const keylessName = `${host}/os/keyless`;

export const alice = signingKey("alice");
export const mallory = signingKey("mallory");
const authority = makeAuthority("sealed");
const root = Buffer.from(JSON.stringify(trustedRootOf(authority)));

export const image = buildMultiArch("signed", ["amd64", "arm64"]);
export const keylessImage = buildMultiArch("keyless", ["amd64"]);
const [first] = image.children;
if (first === undefined) throw new Error("the index has images");
export const amd64 = first;

const source = "https://forge.example/os/desktop";
const builder = "https://forge.example/builder";
const issuer = "https://token.example";

const documents = {
  registries: [
    { host, dialect: "oci" },
    { host: "copy.example", dialect: "oci" },
    { host: "secret.example", dialect: "oci", credentials: { username: "SECRET_USER", password: "SECRET_PASSWORD" } },
  ],
  sources: [host, "copy.example", "secret.example"].map((registry) => ({
    id: registry.split(".")[0],
    registry,
    repositories: registry === host ? [path, "os/keyless"] : [path],
    kind: "edition",
    tags: { channels: ["stable"] },
  })),
  trust: [
    {
      id: "os",
      scopes: [`${host}/os/desktop`, "secret.example/os"],
      signers: [
        { id: "alice", key: "keys/alice.pub" },
        {
          id: "alice-next",
          key: "keys/next.pub",
          revoked: { at: "2026-11-20T12:00:00Z", reason: "compromised" },
        },
      ],
      attestations: [
        {
          predicateType: predicateTypes.provenance1,
          signers: ["alice"],
          sourceRepository: source,
          builder,
          required: true,
        },
      ],
    },
    {
      id: "keyless",
      scopes: [keylessName],
      signers: [{ id: "ci", identity: { issuer, subject: workflow }, trustRoot: "keys/root.json" }],
    },
  ],
};
const files = {
  "keys/alice.pub": alice,
  "keys/next.pub": signingKey("next"),
  "keys/root.json": { pem: root.toString() },
};

/** What the documents of this catalog are, and the same with changes. */
export const signedDocuments = documents;
export const signedFolder = (changed: object = {}) => folderOf({ ...documents, ...changed }, files);

/** An attestation that fills the answer: a bill of materials of so many bytes. */
function sbomOf(bytes: number): Buffer {
  return statement(image.digest, predicateTypes.spdx, { predicate: { text: "x".repeat(bytes) } });
}

/** The worker has looked at everything when this is there. */
export async function signedCatalog(kind: StoreKind, sbomBytes = 200_000) {
  const registry = fakeRegistry(host);
  const other = fakeRegistry("copy.example");
  const hidden = fakeRegistry("secret.example");
  for (const each of [registry, other, hidden]) each.put(path, { stable: image });
  const provenance = statement(image.digest, predicateTypes.provenance1, {
    predicate: predicates.github1(source, "refs/heads/main", "c".repeat(40), builder),
  });
  registry.put(path, {
    [signatureTag(image.digest)]: builtOf(
      layersManifest([
        keySignature(alice, cosignPayload(name, image.digest)),
        keySignature(mallory, cosignPayload(name, image.digest)),
      ]),
    ),
    [`${image.digest.replace(":", "-")}.att`]: builtOf(
      layersManifest([
        keyAttestation([alice], provenance, predicateTypes.provenance1),
        keyAttestation([alice], sbomOf(sbomBytes), predicateTypes.spdx),
      ]),
    ),
  });
  registry.refer(
    path,
    amd64.digest,
    builtOf(bundleManifest(keyBundle(alice, signStatement(amd64.digest)), amd64.digest)),
  );
  hidden.put(path, {
    [signatureTag(image.digest)]: builtOf(layersManifest([keySignature(alice, cosignPayload(secret, image.digest))])),
  });
  const signer = keyless(authority, { issuer });
  const keylessDigest = keylessImage.digest;
  registry.put("os/keyless", {
    stable: keylessImage,
    [signatureTag(keylessDigest)]: builtOf(
      layersManifest([keylessSignature(signer, { payload: cosignPayload(keylessName, keylessDigest) })]),
    ),
    [`${keylessDigest.replace(":", "-")}.att`]: builtOf(
      layersManifest([keylessAttestation(signer, provenance, predicateTypes.provenance1)]),
    ),
  });
  const bundle = keylessBundle(signer, { payload: signStatement(keylessDigest), entry: "v2 dsse" });
  registry.refer("os/keyless", keylessDigest, builtOf(bundleManifest(bundle, keylessDigest)));
  const bench = await workerBench(kind, [registry, other, hidden]);
  const set = signedFolder();
  await bench.worker.adopt(set);
  const report = await bench.worker.runOnce();
  if (report.failures.length > 0) throw new Error(JSON.stringify(report.failures));
  return { ...bench, registry, other, hidden, set, rootDigest: digestOf(root) };
}
