// What the key of the policy really signed, and no program would have: payloads and statements with one thing wrong.
import type { Digest } from "../../../../policies/words/digest.ts";
import { type BundleJson, envelopeBundle, messageBundle, signEnvelope } from "../../signing/bundle.ts";
import { type Layer, signatureLayer } from "../../signing/cosign.ts";
import { signBytes } from "../../signing/keys.ts";
import { openpgpPayload, predicateTypes, statement } from "../../signing/payloads.ts";
import { keyBundle } from "../../signing/scenes.ts";
import { keyOf } from "../keyring.ts";
import type { Act, Row, Scene } from "../row.ts";
import { mayKey, row, sign } from "./build-row.ts";

type SignedTarget = "top" | "amd64";

/** The same thing for the index and the platform: what is wrong is not who needs what. */
function putBoth(
  make: (scene: Scene, digest: Digest) => ReturnType<Extract<Act, { act: "put" }>["make"]>,
): readonly Act[] {
  return (["top", "amd64"] as const satisfies readonly SignedTarget[]).map((on) => ({
    act: "put",
    on,
    make: (scene) => make(scene, scene.digestOf(on)),
  }));
}

type PayloadParts = { readonly reference: string; readonly digest: Digest; readonly other: Digest };

const alice = keyOf("alice");

function signed(payload: string): Layer {
  return signatureLayer(Buffer.from(payload), signBytes(alice, Buffer.from(payload)));
}

/** By hand: JSON.stringify writes no duplicates. */
function payload(
  { reference, digest }: PayloadParts,
  change: (critical: string) => string = (text) => text,
  rest = "",
): string {
  const critical = `"identity":{"docker-reference":"${reference}"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"`;
  return `{"critical":{${change(critical)}},"optional":null${rest}}`;
}

const payloads: readonly { readonly id: string; readonly title: string; text(parts: PayloadParts): string }[] = [
  { id: "right", title: "nothing wrong", text: (parts) => payload(parts) },
  {
    id: "unknown-critical",
    title: "an unknown member in `critical`",
    text: (parts) => payload(parts, (text) => `${text},"more":1`),
  },
  {
    id: "unknown-top",
    title: "an unknown member beside `critical`",
    text: (parts) => payload(parts, undefined, ',"more":1'),
  },
  {
    id: "duplicate-digest",
    title: "two digests, the last one right",
    text: (parts) => payload(parts, (text) => `"image":{"docker-manifest-digest":"${parts.other}"},${text}`),
  },
  {
    id: "duplicate-digest-first",
    title: "two digests, the first one right",
    text: (parts) => payload(parts, (text) => `${text},"image":{"docker-manifest-digest":"${parts.other}"}`),
  },
  {
    id: "other-case",
    title: "a member's name in capitals beside the right one",
    text: (parts) => payload(parts, (text) => `${text},"TYPE":"cosign container image signature"`),
  },
  {
    id: "capitals",
    title: "a member's name in capitals",
    text: (parts) => payload(parts, (text) => text.replace('"type"', '"Type"')),
  },
  { id: "no-type", title: "no type", text: (parts) => payload(parts, (text) => text.replace(/,"type":.*/, "")) },
  {
    id: "openpgp-type",
    title: "the type of OpenPGP signatures",
    text: ({ reference, digest }) => openpgpPayload(reference, digest).toString(),
  },
  { id: "no-optional", title: "no `optional`", text: (parts) => payload(parts).replace(',"optional":null', "") },
  {
    id: "other-type",
    title: "another type",
    text: (parts) => payload(parts, (text) => text.replace("cosign container", "my container")),
  },
  {
    id: "optional-text",
    title: "`optional` with a creator and a time",
    text: (parts) => payload(parts).replace("null", '{"creator":"cosign","timestamp":1700000000,"more":{"a":[1]}}'),
  },
  {
    id: "optional-number",
    title: "`optional` with a creator that is a number",
    text: (parts) => payload(parts).replace("null", '{"creator":7}'),
  },
  {
    id: "tagged",
    title: "a reference with the tag",
    text: (parts) => payload({ ...parts, reference: `${parts.reference}:stable` }),
  },
  {
    id: "other-tag",
    title: "a reference with another tag",
    text: (parts) => payload({ ...parts, reference: `${parts.reference}:next` }),
  },
  {
    id: "with-digest",
    title: "a reference with the digest",
    text: (parts) => payload({ ...parts, reference: `${parts.reference}@${parts.digest}` }),
  },
  {
    id: "below",
    title: "the reference of a repository below",
    text: (parts) => payload({ ...parts, reference: `${parts.reference}/more` }),
  },
  { id: "no-reference", title: "an empty reference", text: (parts) => payload({ ...parts, reference: "" }) },
  {
    id: "other-digest",
    title: "the digest of another image",
    text: (parts) => payload({ ...parts, digest: parts.other }),
  },
  { id: "spaces", title: "white space between members", text: (parts) => payload(parts).replaceAll(",", ",\n  ") },
  { id: "after", title: "text after the payload's end", text: (parts) => `${payload(parts)}{}` },
];

const payloadRows = payloads.map(({ id, title, text }) =>
  row(
    `payload-${id}`,
    `payload: ${title}`,
    putBoth(({ repository, digestOf }, digest) => ({
      kind: "sig",
      layers: [signed(text({ reference: repository, digest, other: digestOf("other") }))],
    })),
  ),
);

const layers: readonly { readonly id: string; readonly title: string; change(layer: Layer): readonly Layer[] }[] = [
  {
    id: "wrong-media-type",
    title: "another media type",
    change: (layer) => [{ ...layer, mediaType: "application/octet-stream" }],
  },
  { id: "no-signature", title: "no signature", change: (layer) => [{ ...layer, annotations: {} }] },
  { id: "not-base64", title: "a signature that is no base64", change: (layer) => [annotated(layer, "%%%")] },
  {
    id: "other-payload",
    title: "a payload that another signature belongs to",
    change: (layer) => [{ ...layer, blob: Buffer.concat([layer.blob, Buffer.from(" ")]) }],
  },
  { id: "bad-first", title: "a broken one before the right one", change: (layer) => [annotated(layer, "AAAA"), layer] },
  { id: "bad-last", title: "a broken one after the right one", change: (layer) => [layer, annotated(layer, "AAAA")] },
  {
    id: "many",
    title: "the right one after 60 broken ones",
    change: (layer) => [...Array(60).fill(annotated(layer, "AAAA")), layer],
  },
  { id: "none", title: "no layers", change: () => [] },
];

function annotated(layer: Layer, signature: string): Layer {
  return { ...layer, annotations: { "dev.cosignproject.cosign/signature": signature } };
}

const layerRows = layers.map(({ id, title, change }) =>
  row(
    `layer-${id}`,
    `signature layer: ${title}`,
    putBoth(({ repository, digestOf }, digest) => ({
      kind: "sig",
      layers: change(signed(payload({ reference: repository, digest, other: digestOf("other") }))),
    })),
  ),
);

const signedStatement = (payloadBytes: Buffer, options: Parameters<typeof signEnvelope>[2] = {}): BundleJson =>
  envelopeBundle(signEnvelope(payloadBytes, [alice], options), { by: { key: alice } });

function oldBundle(digest: Digest): BundleJson {
  const mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1";
  return { ...signedStatement(statement(digest, predicateTypes.signature)), mediaType };
}

const statements: readonly {
  readonly id: string;
  readonly title: string;
  make(digest: Digest, other: Digest): BundleJson;
}[] = [
  {
    id: "right",
    title: "nothing wrong",
    make: (digest) => signedStatement(statement(digest, predicateTypes.signature)),
  },
  {
    id: "sbom",
    title: "an SBOM's predicate type",
    make: (digest) => signedStatement(statement(digest, predicateTypes.spdx)),
  },
  {
    id: "other-digest",
    title: "another image's digest",
    make: (_, other) => signedStatement(statement(other, predicateTypes.signature)),
  },
  {
    id: "two-subjects",
    title: "another image's digest before the right one",
    make: (digest, other) => {
      const { subject, ...rest } = JSON.parse(statement(digest, predicateTypes.signature).toString());
      const more = [{ digest: { sha256: other.slice(7) } }, ...subject];
      return signedStatement(Buffer.from(JSON.stringify({ ...rest, subject: more })));
    },
  },
  {
    id: "old-statement",
    title: "a statement of version 0.1",
    make: (digest) =>
      signedStatement(statement(digest, predicateTypes.signature, { type: "https://in-toto.io/Statement/v0.1" })),
  },
  {
    id: "other-statement",
    title: "a statement of an unknown type",
    make: (digest) =>
      signedStatement(statement(digest, predicateTypes.signature, { type: "https://statements.example/v1" })),
  },
  {
    id: "payload-type",
    title: "another payload type",
    make: (digest) => signedStatement(statement(digest, predicateTypes.signature), { payloadType: "text/plain" }),
  },
  {
    id: "version-0.1",
    title: "a bundle of version 0.1",
    make: oldBundle,
  },
  {
    id: "hint-of-another",
    title: "another key's hint",
    make: (digest) => ({
      ...signedStatement(statement(digest, predicateTypes.signature)),
      verificationMaterial: { publicKey: { hint: "c29tZWJvZHk=" }, tlogEntries: [] },
    }),
  },
];

const statementRows = statements.map(({ id, title, make }) =>
  row(
    `statement-${id}`,
    `bundle: ${title}`,
    putBoth(({ digestOf }, digest) => ({ kind: "bundles", bundles: [make(digest, digestOf("other"))] })),
  ),
);

const message = row(
  "statement-message",
  "bundle: a signature of the payload, without a statement",
  putBoth(({ repository, digestOf }, digest) => {
    const text = Buffer.from(payload({ reference: repository, digest, other: digestOf("other") }));
    return { kind: "bundles", bundles: [messageBundle(text, signBytes(alice, text), { by: { key: alice } })] };
  }),
);

/** What cosign 3 cannot read as a bundle of today is no bundle to it: then it looks for the old format. */
const besideOld = [
  row("old-bundle-beside-old", "a bundle of version 0.1 beside a signature in the old format", [
    sign("cosign 2", "alice", "pulled"),
    ...putBoth((_, digest) => ({ kind: "bundles", bundles: [oldBundle(digest)] })),
  ]),
  row("broken-bundle-beside-old", "a broken bundle beside a signature in the old format", [
    sign("cosign 2", "alice", "pulled"),
    ...putBoth((_, digest) => ({
      kind: "bundles",
      bundles: [{ ...signedStatement(statement(digest, predicateTypes.signature)), dsseEnvelope: undefined } as never],
    })),
  ]),
];

/** By the hash that cosign verifies with, which is not the one that cosign 3 signs with. */
const otherKinds = (["p384", "p521", "ed25519"] as const).map((kind) =>
  row(
    `statement-${kind}`,
    `bundle: a key of kind ${kind}, hashed by SHA-256 or not at all`,
    putBoth((_, digest) => ({
      kind: "bundles",
      bundles: [keyBundle(keyOf(kind), statement(digest, predicateTypes.signature))],
    })),
    { policies: [mayKey(kind)] },
  ),
);

export const payloadAttacks: readonly Row[] = [
  ...payloadRows,
  ...layerRows,
  ...statementRows,
  message,
  ...besideOld,
  ...otherKinds,
];
