// OpenPGP in the lookaside as no skopeo writes it: messages of the kit, right and wrong, with the policy's key.
import { enums } from "openpgp";
import type { Digest } from "../../../../policies/words/digest.ts";
import {
  armoredMessage,
  cleartextMessage,
  compressed,
  detachedSignature,
  literalMessage,
  type OpenpgpPair,
  packetMessage,
  signedMessage,
} from "../../signing/openpgp.ts";
import { cosignPayload, openpgpPayload } from "../../signing/payloads.ts";
import type { OpenpgpName, Row, Scene } from "../row.ts";
import { mayOpenpgp, row } from "./build-row.ts";

type Parts = {
  readonly scene: Scene;
  readonly digest: Digest;
  readonly payload: Buffer;
  readonly alice: OpenpgpPair;
  readonly mallory: OpenpgpPair;
};

type Message = {
  readonly id: string;
  readonly title: string;
  readonly may?: OpenpgpName;
  readonly first?: number;
  make(parts: Parts): Promise<readonly Uint8Array[]>;
};

const one = async (message: Promise<Uint8Array>): Promise<readonly Uint8Array[]> => [await message];

const messages: readonly Message[] = [
  { id: "right", title: "a signed message", make: ({ payload, alice }) => one(signedMessage(payload, alice)) },
  {
    id: "compressed",
    title: "a compressed message",
    make: async ({ payload, alice }) => [compressed(await signedMessage(payload, alice))],
  },
  {
    id: "old-order",
    title: "the signature before the text",
    make: ({ payload, alice }) => one(packetMessage(payload, alice)),
  },
  { id: "armoured", title: "an armoured message", make: ({ payload, alice }) => one(armoredMessage(payload, alice)) },
  {
    id: "cleartext",
    title: "a cleartext message",
    make: ({ payload, alice }) => one(cleartextMessage(payload, alice)),
  },
  { id: "literal", title: "a text that nobody signed", make: ({ payload }) => one(literalMessage(payload)) },
  {
    id: "detached",
    title: "a detached signature",
    make: ({ payload, alice }) => one(detachedSignature(payload, alice)),
  },
  {
    id: "signature-expired",
    title: "a signature that has expired",
    make: ({ payload, alice }) => one(packetMessage(payload, alice, { lifeMs: 60_000 })),
  },
  {
    id: "sha1",
    title: "a signature by SHA-1",
    may: "bob",
    make: ({ payload, scene }) => one(packetMessage(payload, scene.openpgp.bob, { hash: enums.hash.sha1 })),
  },
  {
    id: "text-type",
    title: "a signature of text",
    make: ({ payload, alice }) => one(packetMessage(payload, alice, { type: enums.signature.text })),
  },
  {
    id: "two-signers",
    title: "two signatures in one message, the policy's key first",
    make: ({ payload, alice, mallory }) => one(signedMessage(payload, alice, { others: [mallory] })),
  },
  {
    id: "two-signers-turned",
    title: "two signatures in one message, the policy's key last",
    make: ({ payload, alice, mallory }) => one(signedMessage(payload, mallory, { others: [alice] })),
  },
  {
    id: "second-file",
    title: "a stranger's file before the right one",
    make: async ({ payload, alice, mallory }) => [
      await signedMessage(payload, mallory),
      await signedMessage(payload, alice),
    ],
  },
  {
    id: "broken-first",
    title: "a broken file before the right one",
    make: async ({ payload, alice }) => [Buffer.from("no signature"), await signedMessage(payload, alice)],
  },
  {
    id: "broken-last",
    title: "a broken file after the right one",
    make: async ({ payload, alice }) => [await signedMessage(payload, alice), Buffer.from("no signature")],
  },
  {
    id: "gap",
    title: "the first file is missing",
    first: 2,
    make: ({ payload, alice }) => one(signedMessage(payload, alice)),
  },
  {
    id: "key-expired",
    title: "a key that has expired since",
    may: "expired",
    make: ({ payload, scene }) => one(signedMessage(payload, scene.openpgp.expired)),
  },
  {
    id: "no-tag",
    title: "a reference without a tag",
    make: ({ scene, digest, alice }) => one(signedMessage(openpgpPayload(scene.repository, digest), alice)),
  },
  {
    id: "other-tag",
    title: "a reference with another tag",
    make: ({ scene, digest, alice }) => one(signedMessage(openpgpPayload(`${scene.repository}:next`, digest), alice)),
  },
  {
    id: "other-repository",
    title: "a reference of another repository",
    make: ({ scene, digest, alice }) =>
      one(signedMessage(openpgpPayload(`${scene.repository}-more:stable`, digest), alice)),
  },
  {
    id: "other-digest",
    title: "the digest of another image",
    make: ({ scene, alice }) =>
      one(signedMessage(openpgpPayload(`${scene.repository}:stable`, scene.digestOf("other")), alice)),
  },
  {
    id: "cosign-type",
    title: "the type of cosign's signatures",
    make: ({ scene, digest, alice }) => one(signedMessage(cosignPayload(`${scene.repository}:stable`, digest), alice)),
  },
];

export const openpgpRows: readonly Row[] = messages.map(({ id, title, may = "alice", first = 1, make }) =>
  row(
    `lookaside-${id}`,
    `lookaside: ${title}`,
    (["top", "amd64"] as const).map((on) => ({
      act: "put",
      on,
      async make(scene) {
        const digest = scene.digestOf(on);
        const payload = openpgpPayload(`${scene.repository}:stable`, digest);
        const { alice, mallory } = scene.openpgp;
        return { kind: "lookaside", signatures: await make({ scene, digest, payload, alice, mallory }), first };
      },
    })),
    { policies: [mayOpenpgp(may)] },
  ),
);
