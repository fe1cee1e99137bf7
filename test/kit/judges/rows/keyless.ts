// Keyless signatures of the kit's own authority: cosign cannot make them offline, and all of them can judge them.
import type { Digest } from "../../../../policies/words/digest.ts";
import {
  type Authority,
  dayMs,
  issueCertificate,
  type LeafRequest,
  minuteMs,
  signedAtMs,
} from "../../signing/authority.ts";
import { generalName } from "../../signing/certificate.ts";
import { type Layer, signatureLayer } from "../../signing/cosign.ts";
import { signBytes, signingKey } from "../../signing/keys.ts";
import { cosignPayload, predicateTypes, statement } from "../../signing/payloads.ts";
import { bodies, promisedEntry } from "../../signing/rekor.ts";
import { keyless, keylessBundle, keylessSignature, loggedKeySignature } from "../../signing/scenes.ts";
import { timestampOf } from "../../signing/timestamp.ts";
import { keyOf } from "../keyring.ts";
import type { Act, Row, RowPolicy, Scene } from "../row.ts";
import { identitySigner, keySigner, policy, row, sign } from "./build-row.ts";

const issuer = "https://token.example";
const email = "release@os.example";
const workflow = "https://forge.example/os/desktop/.github/workflows/build.yml@refs/heads/main";

const mayEmail = policy([identitySigner(issuer, email)]);
const mayWorkflow = policy([identitySigner(issuer, workflow)]);
const mayWorkflows = policy([identitySigner(issuer, workflow.replace("build.yml", "*.yml"))]);

type Make = (scene: Scene, digest: Digest) => ReturnType<Extract<Act, { act: "put" }>["make"]>;

function keylessRow(
  id: string,
  title: string,
  make: Make,
  may: RowPolicy,
  on: readonly ("top" | "amd64")[] = ["top", "amd64"],
): Row {
  const acts = on.map(
    (target) => ({ act: "put", on: target, make: (scene: Scene) => make(scene, scene.digestOf(target)) }) as const,
  );
  return row(`keyless-${id}`, `keyless: ${title}`, acts, { policies: [may] });
}

const byEmail = (authority: Authority, request: Partial<LeafRequest> = {}) =>
  keyless(authority, { names: [generalName.email(email)], ...request });

type LegacyOptions = Parameters<typeof keylessSignature>[1];

function legacy(scene: Scene, digest: Digest, request: Partial<LeafRequest> = {}, options: LegacyOptions = {}) {
  const payload = cosignPayload(scene.repository, digest);
  const layer = keylessSignature(byEmail(scene.authority, request), { payload, ...options });
  return { kind: "sig", layers: [layer] } as const;
}

const without = (layer: Layer, name: string): Layer => ({
  ...layer,
  annotations: Object.fromEntries(Object.entries(layer.annotations).filter(([key]) => !key.endsWith(name))),
});

const old: readonly Row[] = [
  keylessRow("email", "an e-mail address, old format", (scene, digest) => legacy(scene, digest), mayEmail),
  keylessRow("email-index", "an e-mail address, the index alone", (scene, digest) => legacy(scene, digest), mayEmail, [
    "top",
  ]),
  keylessRow(
    "email-platform",
    "an e-mail address, the platform alone",
    (scene, digest) => legacy(scene, digest),
    mayEmail,
    ["amd64"],
  ),
  keylessRow(
    "other-email",
    "another e-mail address",
    (scene, digest) => legacy(scene, digest, { names: [generalName.email("mallory@os.example")] }),
    mayEmail,
  ),
  keylessRow(
    "email-capitals",
    "the e-mail address in capitals",
    (scene, digest) => legacy(scene, digest, { names: [generalName.email(email.toUpperCase())] }),
    mayEmail,
  ),
  keylessRow(
    "email-as-uri",
    "the e-mail address as a URI",
    (scene, digest) => legacy(scene, digest, { names: [generalName.uri(email)] }),
    mayEmail,
  ),
  keylessRow(
    "two-names",
    "an e-mail address beside a URI",
    (scene, digest) => legacy(scene, digest, { names: [generalName.uri(workflow), generalName.email(email)] }),
    mayEmail,
  ),
  keylessRow(
    "other-issuer",
    "another issuer",
    (scene, digest) => legacy(scene, digest, { issuer: "https://token.example.evil" }),
    mayEmail,
  ),
  keylessRow(
    "stranger",
    "another instance's certificate and log",
    (scene, digest) => legacy({ ...scene, authority: scene.otherAuthority }, digest),
    mayEmail,
  ),
  keylessRow(
    "no-sct",
    "a certificate without SCT",
    (scene, digest) => legacy(scene, digest, { withSct: "none" }),
    mayEmail,
  ),
  keylessRow(
    "other-sct",
    "an SCT that nobody's log signed",
    (scene, digest) => legacy(scene, digest, { withSct: "other" }),
    mayEmail,
  ),
  keylessRow(
    "server-usage",
    "a certificate for servers",
    (scene, digest) => legacy(scene, digest, { usage: "1.3.6.1.5.5.7.3.1" }),
    mayEmail,
  ),
  keylessRow(
    "late",
    "logged a day after the certificate's end",
    (scene, digest) => legacy(scene, digest, {}, { atMs: signedAtMs + dayMs }),
    mayEmail,
  ),
  keylessRow(
    "early",
    "logged before the certificate's begin",
    (scene, digest) => legacy(scene, digest, {}, { atMs: signedAtMs - 60 * minuteMs }),
    mayEmail,
  ),
  keylessRow("no-log", "no log entry", (scene, digest) => legacy(scene, digest, {}, { proofs: () => ({}) }), mayEmail),
  keylessRow(
    "timestamp",
    "a timestamp in place of the log entry",
    (scene, digest) =>
      legacy(
        scene,
        digest,
        {},
        {
          proofs: (signature) => ({ timestamp: timestampOf(signature, signedAtMs, scene.authority.timestamps) }),
        },
      ),
    mayEmail,
  ),
  keylessRow(
    "no-chain",
    "no chain beside the certificate",
    (scene, digest) => ({ kind: "sig", layers: legacy(scene, digest).layers.map((layer) => without(layer, "/chain")) }),
    mayEmail,
  ),
  keylessRow(
    "other-log",
    "a promise of another log",
    (scene, digest) => {
      const [layer] = legacy(scene, digest).layers;
      const [foreign] = legacy({ ...scene, authority: scene.otherAuthority }, digest).layers;
      const name = "dev.sigstore.cosign/bundle";
      return {
        kind: "sig",
        layers: [{ ...layer, annotations: { ...layer.annotations, [name]: foreign.annotations[name] ?? "" } }],
      };
    },
    mayEmail,
  ),
  keylessRow(
    "entry-of-another",
    "the log entry of another signature",
    (scene, digest) => {
      const [layer] = legacy(scene, digest).layers;
      const [another] = legacy(scene, scene.digestOf("other")).layers;
      const name = "dev.sigstore.cosign/bundle";
      return {
        kind: "sig",
        layers: [{ ...layer, annotations: { ...layer.annotations, [name]: another.annotations[name] ?? "" } }],
      };
    },
    mayEmail,
  ),
  keylessRow(
    "workflow",
    "a workflow, old format",
    (scene, digest) => legacy(scene, digest, { names: [generalName.uri(workflow)] }),
    mayWorkflow,
  ),
  keylessRow(
    "workflow-pattern",
    "a workflow that a pattern names",
    (scene, digest) => legacy(scene, digest, { names: [generalName.uri(workflow)] }),
    mayWorkflows,
  ),
  keylessRow(
    "workflow-beyond-pattern",
    "a workflow in a folder that the pattern does not reach",
    (scene, digest) =>
      legacy(scene, digest, { names: [generalName.uri(workflow.replace("build.yml", "evil/build.yml"))] }),
    mayWorkflows,
  ),
];

function bundled(
  scene: Scene,
  digest: Digest,
  options: Parameters<typeof keylessBundle>[1] = {},
  request: Partial<LeafRequest> = {},
) {
  const payload = statement(digest, predicateTypes.signature);
  return {
    kind: "bundles",
    bundles: [keylessBundle(byEmail(scene.authority, request), { payload, ...options })],
  } as const;
}

const bundles: readonly Row[] = [
  keylessRow("bundle", "a bundle, an e-mail address", (scene, digest) => bundled(scene, digest), mayEmail),
  keylessRow(
    "bundle-other-email",
    "a bundle, another e-mail address",
    (scene, digest) => bundled(scene, digest, {}, { names: [generalName.email("mallory@os.example")] }),
    mayEmail,
  ),
  keylessRow(
    "bundle-other-issuer",
    "a bundle, another issuer",
    (scene, digest) => bundled(scene, digest, {}, { issuer: "https://token.example.evil" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-stranger",
    "another instance's bundle",
    (scene, digest) => bundled({ ...scene, authority: scene.otherAuthority }, digest),
    mayEmail,
  ),
  keylessRow(
    "bundle-no-sct",
    "a bundle, no SCT",
    (scene, digest) => bundled(scene, digest, {}, { withSct: "none" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-rekor-2",
    "a bundle with an entry of Rekor v2",
    (scene, digest) => bundled(scene, digest, { entry: "v2 dsse" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-rekor-2-hash",
    "a bundle with a hashed entry of Rekor v2",
    (scene, digest) => bundled(scene, digest, { entry: "v2 hashedrekord" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-intoto",
    "a bundle with an intoto entry",
    (scene, digest) => bundled(scene, digest, { entry: "v1 intoto" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-version-0.2",
    "a bundle of version 0.2",
    (scene, digest) => bundled(scene, digest, { version: "0.2" }),
    mayEmail,
  ),
  keylessRow(
    "bundle-sbom",
    "a bundle that attests an SBOM",
    (scene, digest) => bundled(scene, digest, { payload: statement(digest, predicateTypes.spdx) }),
    mayEmail,
  ),
  keylessRow(
    "bundle-other-digest",
    "a bundle of another image",
    (scene) => bundled(scene, scene.digestOf("other")),
    mayEmail,
  ),
  keylessRow(
    "bundle-workflow",
    "a bundle, a workflow",
    (scene, digest) => bundled(scene, digest, {}, { names: [generalName.uri(workflow)] }),
    mayWorkflow,
  ),
  keylessRow(
    "bundle-workflow-pattern",
    "a bundle, a workflow that a pattern names",
    (scene, digest) => bundled(scene, digest, {}, { names: [generalName.uri(workflow)] }),
    mayWorkflows,
  ),
];

const loggedOnly = policy([keySigner("alice")], { transparencyLog: "required" });

function loggedByAlice(scene: Scene, digest: Digest, authority = scene.authority) {
  return {
    kind: "sig",
    layers: [loggedKeySignature(keyOf("alice"), { authority }, cosignPayload(scene.repository, digest))],
  } as const;
}

const logged: readonly Row[] = [
  keylessRow(
    "logged-key",
    "a key's signature that is logged, and must be",
    (scene, digest) => loggedByAlice(scene, digest),
    loggedOnly,
  ),
  keylessRow(
    "logged-key-elsewhere",
    "a key's signature in another log",
    (scene, digest) => loggedByAlice(scene, digest, scene.otherAuthority),
    loggedOnly,
  ),
  keylessRow(
    "logged-key-optional",
    "a key's signature that is logged, and need not be",
    (scene, digest) => loggedByAlice(scene, digest),
    policy([keySigner("alice")]),
  ),
  keylessRow(
    "logged-key-elsewhere-optional",
    "a key's signature in another log, and need not be in any",
    (scene, digest) => loggedByAlice(scene, digest, scene.otherAuthority),
    policy([keySigner("alice")]),
  ),
  row(
    "keyless-unlogged-key",
    "a key's signature that is not logged, and must be",
    [sign("cosign 2", "alice", "pulled")],
    {
      policies: [loggedOnly],
    },
  ),
  row(
    "keyless-unlogged-bundle",
    "a key's bundle that is not logged, and must be",
    [sign("cosign 3", "alice", "pulled")],
    {
      policies: [loggedOnly],
    },
  ),
  keylessRow(
    "certified-key",
    "the policy's key with a certificate that nobody knows",
    (scene, digest) => {
      const key = keyOf("alice");
      const payload = cosignPayload(scene.repository, digest);
      const certificate = issueCertificate(scene.otherAuthority, { key, names: [generalName.email(email)] });
      return { kind: "sig", layers: [signatureLayer(payload, signBytes(key, payload), { certificate })] };
    },
    policy([keySigner("alice")]),
  ),
  keylessRow(
    "logged-by-another-key",
    "a promise for another key's signature, and need not be there",
    (scene, digest) => {
      const payload = cosignPayload(scene.repository, digest);
      const other = signingKey("nobody");
      const body = bodies.hashedrekord001({
        signature: signBytes(other, payload),
        signed: payload,
        verifier: { key: other },
      });
      const entry = promisedEntry(scene.authority.rekor1, body, { atMs: signedAtMs });
      return { kind: "sig", layers: [signatureLayer(payload, signBytes(keyOf("alice"), payload), { entry })] };
    },
    policy([keySigner("alice")]),
  ),
];

export const keylessRows: readonly Row[] = [...old, ...bundles, ...logged];
