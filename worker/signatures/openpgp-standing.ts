// OpenPGP standing: whether the key that made a signature may be believed, now and at every moment that changes it.
import { type Key, PublicKeyPacket, PublicSubkeyPacket, readKey, SignaturePacket, Subkey } from "openpgp";
import { SignatureError } from "./signature-error.ts";

export type OpenpgpStanding = {
  /** Null: nothing speaks against the key that made it. */
  readonly doubt: SignatureError | null;
  /** When something will; null: never, or it does already. */
  readonly validUntilMs: number | null;
  /** When that is over which speaks against it; null: never, or nothing does. */
  readonly validFromMs: number | null;
};

/**
 * `copies`: all that is given of one key. A revocation in any of them counts, as gpg joins them; else the one that
 * stands best, since one may be older than another. None of them: the signature is not by this key.
 */
export async function standingOf(
  copies: readonly Key[],
  signingKeyOf: (copy: Key) => Key | Subkey | undefined,
  signature: SignaturePacket,
  nowMs: number,
): Promise<OpenpgpStanding> {
  const now = new Date(nowMs);
  const standings: OpenpgpStanding[] = [];
  for (const copy of copies) {
    const signingKey = signingKeyOf(copy);
    if (signingKey !== undefined) standings.push(await standingIn(copy, signingKey, signature, nowMs));
    else if (await copy.isRevoked(undefined, undefined, now)) standings.push({ ...never, doubt: revokedKey() });
  }
  const revoked = standings.find(({ doubt }) => doubt?.code === "KEY_REVOKED");
  return revoked ?? standings.find(({ doubt }) => doubt === null) ?? standings[0] ?? { ...never, doubt: null };
}

const never = { validUntilMs: null, validFromMs: null } as const;

async function standingIn(
  key: Key,
  signingKey: Key | Subkey,
  signature: SignaturePacket,
  nowMs: number,
): Promise<OpenpgpStanding> {
  const doubt = await doubtOf(key, signingKey, signature, nowMs);
  const ahead = [...new Set([...momentsOfSignature(signature, null), ...momentsOfKey(key)])]
    .filter((moment) => moment > nowMs)
    .toSorted((a, b) => a - b);
  const id = signingKey.getKeyID();
  for (const moment of ahead) {
    // The library writes into a key what it found out of it as of one moment: another moment wants a fresh one.
    const fresh = await readKey({ binaryKey: key.write() });
    const same = fresh.getKeys(id).find((each) => each.getFingerprint() === signingKey.getFingerprint());
    if (same === undefined) break;
    const then = await doubtOf(fresh, same, signature, moment);
    if (doubt === null && then !== null) return { doubt, validUntilMs: moment, validFromMs: null };
    if (doubt !== null && then === null) return { doubt, validUntilMs: null, validFromMs: moment };
  }
  return { ...never, doubt };
}

/** gpg says VALIDSIG of expired and revoked keys too; what counts is that nothing stands against the key now. */
async function doubtOf(
  key: Key,
  signingKey: Key | Subkey,
  signature: SignaturePacket,
  nowMs: number,
): Promise<SignatureError | null> {
  const now = new Date(nowMs);
  if (await isRevoked(key, signingKey, now)) return revokedKey();
  if (signature.isExpired(now)) return new SignatureError("KEY_WINDOW", "the signature has expired or is yet to be");
  try {
    // Whether it may sign at all, by its flags and bindings: when it signed, and today.
    await key.getSigningKey(signingKey.getKeyID(), signature.created ?? now);
    await key.getSigningKey(signingKey.getKeyID(), now);
    return null;
  } catch (cause) {
    return new SignatureError("KEY_WINDOW", "the key had not begun, has expired, or is not for signing", { cause });
  }
}

function revokedKey(): SignatureError {
  return new SignatureError("KEY_REVOKED", "the key has been revoked");
}

async function isRevoked(key: Key, signingKey: Key | Subkey, now: Date): Promise<boolean> {
  if (await key.isRevoked(undefined, undefined, now)) return true;
  if (!(signingKey instanceof Subkey)) return false;
  const binding = signingKey.bindingSignatures.at(-1);
  return binding !== undefined && (await signingKey.isRevoked(binding, signingKey.mainKey.keyPacket, now));
}

/** At which anything in the key begins or ends: it, its subkeys, and what its owner signed of them. */
function momentsOfKey(key: Key): readonly number[] {
  const moments: number[] = [];
  let createdMs: number | null = null;
  for (const packet of key.toPacketList()) {
    if (packet instanceof PublicKeyPacket || packet instanceof PublicSubkeyPacket) {
      createdMs = packet.created.getTime();
      moments.push(createdMs);
    } else if (packet instanceof SignaturePacket) {
      moments.push(...momentsOfSignature(packet, createdMs));
      if (packet.embeddedSignature !== null) moments.push(...momentsOfSignature(packet.embeddedSignature, null));
    }
  }
  return moments;
}

/** `createdMs`: of the key whose end the signature may say. */
function momentsOfSignature(signature: SignaturePacket, createdMs: number | null): readonly number[] {
  const { created, keyExpirationTime } = signature;
  const ends = signature.getExpirationTime();
  return [
    ...(created === null ? [] : [created.getTime()]),
    ...(ends instanceof Date ? [ends.getTime()] : []),
    ...(createdMs === null || keyExpirationTime === null ? [] : [createdMs + keyExpirationTime * 1000]),
  ];
}
