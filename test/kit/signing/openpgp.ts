// OpenPGP simple signing: keys that are good, expired, revoked or have subkeys, and messages right and wrong.
import { deflateRawSync } from "node:zlib";
import {
  config,
  createCleartextMessage,
  createMessage,
  enums,
  generateKey,
  PacketList,
  type PrivateKey,
  type PublicKey,
  readKey,
  revokeKey,
  SecretKeyPacket,
  SignaturePacket,
  sign,
} from "openpgp";
import { dayMs, signedAtMs } from "./authority.ts";

export type OpenpgpPair = { readonly privateKey: PrivateKey; readonly publicKey: PublicKey; readonly armored: string };

export type OpenpgpKeyOptions = {
  readonly createdAtMs?: number;
  /** From its creation. */
  readonly lifeMs?: number;
  readonly signingSubkey?: boolean;
  readonly type?: "ecc" | "rsa";
};

export async function openpgpKey(name: string, options: OpenpgpKeyOptions = {}): Promise<OpenpgpPair> {
  const { createdAtMs = signedAtMs - 100 * dayMs, lifeMs, signingSubkey = false, type = "ecc" } = options;
  const pair = await generateKey({
    type,
    ...(type === "rsa" ? { rsaBits: 3072 } : {}),
    userIDs: [{ name, email: `${name}@keys.example` }],
    date: new Date(createdAtMs),
    ...(lifeMs === undefined ? {} : { keyExpirationTime: lifeMs / 1000 }),
    subkeys: signingSubkey ? [{ sign: true }] : [],
    format: "object",
  });
  return { ...pair, armored: pair.publicKey.armor() };
}

/** The same key with a revocation by its owner. */
export async function revoked({ privateKey }: OpenpgpPair, atMs: number, flag: number): Promise<string> {
  const { publicKey } = await revokeKey({
    key: privateKey,
    date: new Date(atMs),
    reasonForRevocation: { flag, string: "of the kit" },
    format: "object",
  });
  return publicKey.armor();
}

/** The same key, of which the subkey that signs has been revoked. */
export async function withRevokedSubkey(pair: OpenpgpPair, atMs: number): Promise<string> {
  const key = await readKey({ armoredKey: pair.armored });
  const owner = pair.privateKey.keyPacket;
  if (!(owner instanceof SecretKeyPacket)) throw new Error("the kit keeps private keys");
  const date = new Date(atMs);
  key.subkeys = await Promise.all(key.subkeys.map((subkey) => subkey.revoke(owner, { flag: 2 }, date)));
  return key.armor();
}

export type MessageOptions = { readonly atMs?: number; readonly others?: readonly OpenpgpPair[] };

/** A signed message in binary, as `gpg --sign` and skopeo write it. */
export async function signedMessage(
  payload: Uint8Array,
  { privateKey }: OpenpgpPair,
  { atMs = signedAtMs, others = [] }: MessageOptions = {},
): Promise<Buffer> {
  const message = await createMessage({ binary: payload, date: new Date(atMs) });
  const signingKeys = [privateKey, ...others.map((other) => other.privateKey)];
  return Buffer.from(await sign({ message, signingKeys, date: new Date(atMs), format: "binary" }));
}

export type PacketOptions = {
  /** The signature's own end, from its making. */
  readonly lifeMs?: number;
  readonly hash?: enums.hash;
  readonly type?: enums.signature;
};

/** Signature packet, then literal packet: the older order, with what openpgp's own `sign` never writes. */
export async function packetMessage(
  payload: Uint8Array,
  { privateKey }: OpenpgpPair,
  { lifeMs, hash = enums.hash.sha256, type = enums.signature.binary }: PacketOptions = {},
): Promise<Buffer> {
  const date = new Date(signedAtMs);
  const message = await createMessage({ binary: payload, date });
  const [literal] = message.packets;
  const owner = privateKey.keyPacket;
  if (!(owner instanceof SecretKeyPacket) || literal === undefined) throw new Error("the kit keeps private keys");
  const signature = new SignaturePacket();
  signature.signatureType = type;
  signature.publicKeyAlgorithm = owner.algorithm;
  signature.hashAlgorithm = hash;
  if (lifeMs !== undefined) {
    signature.signatureExpirationTime = lifeMs / 1000;
    signature.signatureNeverExpires = false;
  }
  // The library's types leave out that `sign` wants the configuration.
  const signIt = signature.sign.bind(signature) as (...given: readonly unknown[]) => Promise<void>;
  // Its salt against faults knows no length for old hashes.
  await signIt(owner, literal, date, false, { ...config, nonDeterministicSignaturesViaNotation: false });
  const packets = new PacketList();
  packets.push(signature, literal);
  return Buffer.from(packets.write());
}

/** What gpg does unless it is told not to: the whole message in a compressed packet. */
export function compressed(message: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from([1]), deflateRawSync(message)]);
  const header = Buffer.alloc(6);
  header.writeUInt8(0xc8, 0);
  header.writeUInt8(0xff, 1);
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}

export async function armoredMessage(payload: Uint8Array, { privateKey }: OpenpgpPair): Promise<Buffer> {
  const date = new Date(signedAtMs);
  const message = await createMessage({ binary: payload, date });
  return Buffer.from(await sign({ message, signingKeys: privateKey, date, format: "armored" }));
}

export async function cleartextMessage(payload: Uint8Array, { privateKey }: OpenpgpPair): Promise<Buffer> {
  const message = await createCleartextMessage({ text: Buffer.from(payload).toString("utf8") });
  return Buffer.from(await sign({ message, signingKeys: privateKey, date: new Date(signedAtMs) }));
}

/** Signed by nobody: a literal packet alone. */
export async function literalMessage(payload: Uint8Array): Promise<Buffer> {
  const message = await createMessage({ binary: payload, date: new Date(signedAtMs) });
  return Buffer.from(message.write() as Uint8Array);
}

export async function detachedSignature(payload: Uint8Array, { privateKey }: OpenpgpPair): Promise<Buffer> {
  const date = new Date(signedAtMs);
  const message = await createMessage({ binary: payload, date });
  return Buffer.from(await sign({ message, signingKeys: privateKey, date, detached: true, format: "binary" }));
}
