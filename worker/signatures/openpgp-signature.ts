// OpenPGP signatures: which given key made one, and whether that key may still be believed.
import { config, enums, type Key, type SignaturePacket, Subkey } from "openpgp";
import type { OpenpgpKey } from "./openpgp-keys.ts";
import { readSignedMessage } from "./openpgp-message.ts";
import { SignatureError } from "./signature-error.ts";

export type OpenpgpSignature = {
  readonly payload: Uint8Array;
  readonly algorithm: string;
  readonly madeBy: { readonly fingerprint: string; readonly signingKey: string } | null;
  /** Null: nothing speaks against the key that made it. */
  readonly doubt: SignatureError | null;
  /** When the signature or its key expires; null: never. */
  readonly validUntilMs: number | null;
};

/**
 * Every key is asked for itself: the library asks the first of a ring whose 64-bit key id fits, which somebody can
 * choose to be like another's.
 */
export async function verifyOpenpgp(
  file: Uint8Array,
  keys: readonly OpenpgpKey[],
  nowMs: number,
  limitBytes: number,
): Promise<OpenpgpSignature> {
  const { signature, literal, payload } = await readSignedMessage(file, limitBytes);
  const { algorithm, weakness } = algorithmOf(signature);
  const created = signature.created;
  const type = signature.signatureType;
  if (created === null || (type !== enums.signature.binary && type !== enums.signature.text)) {
    throw new SignatureError("MALFORMED", "the signature is not one of a document");
  }
  for (const { fingerprint, key } of keys) {
    for (const signingKey of key.getKeys(signature.issuerKeyID)) {
      try {
        // As of its own creation: whether it has expired since is another question than whose it is.
        await signature.verify(signingKey.keyPacket, type, literal, created, false, takingSha1);
      } catch {
        continue;
      }
      const expiry = await expiryOf(key, signingKey, signature, nowMs);
      return {
        payload,
        algorithm,
        madeBy: { fingerprint, signingKey: signingKey.getFingerprint().toUpperCase() },
        doubt: (await doubtOf(key, signingKey, signature, created, nowMs)) ?? weakness,
        validUntilMs: Number.isFinite(expiry) ? expiry : null,
      };
    }
  }
  return { payload, algorithm, madeBy: null, doubt: null, validUntilMs: null };
}

/** gpg still takes SHA-1 of documents, and what hosts make of a signature is told, too: whose it is must be known. */
const takingSha1 = {
  ...config,
  rejectMessageHashAlgorithms: new Set(
    [...config.rejectMessageHashAlgorithms].filter((hash) => hash !== enums.hash.sha1),
  ),
};

type Algorithm = { readonly algorithm: string; readonly weakness: SignatureError | null };

function algorithmOf(signature: SignaturePacket): Algorithm {
  const { hashAlgorithm, publicKeyAlgorithm } = signature;
  if (hashAlgorithm === null || publicKeyAlgorithm === null) {
    throw new SignatureError("MALFORMED", "the signature names no algorithm");
  }
  const name = `openpgp-${enums.read(enums.publicKey, publicKeyAlgorithm)}-${enums.read(enums.hash, hashAlgorithm)}`;
  const isWeak =
    config.rejectHashAlgorithms.has(hashAlgorithm) ||
    config.rejectMessageHashAlgorithms.has(hashAlgorithm) ||
    config.rejectPublicKeyAlgorithms.has(publicKeyAlgorithm);
  if (!isWeak) return { algorithm: name, weakness: null };
  const weakness = new SignatureError("ALG_UNSUPPORTED", `a signature by ${name}, which proves nothing any more`);
  if (hashAlgorithm !== enums.hash.sha1 || config.rejectPublicKeyAlgorithms.has(publicKeyAlgorithm)) throw weakness;
  return { algorithm: name, weakness };
}

/** gpg says VALIDSIG of expired and revoked keys too; what counts is that nothing stands against the key now. */
async function doubtOf(
  key: Key,
  signingKey: Key | Subkey,
  signature: SignaturePacket,
  created: Date,
  nowMs: number,
): Promise<SignatureError | null> {
  const now = new Date(nowMs);
  if (await isRevoked(key, signingKey, now)) return new SignatureError("KEY_REVOKED", "the key has been revoked");
  if (signature.isExpired(now)) return new SignatureError("KEY_WINDOW", "the signature has expired or is yet to be");
  try {
    // Whether it may sign at all, by its flags and bindings: when it signed, and today.
    await key.getSigningKey(signingKey.getKeyID(), created);
    await key.getSigningKey(signingKey.getKeyID(), now);
    return null;
  } catch (cause) {
    return new SignatureError("KEY_WINDOW", "the key had not begun, has expired, or is not for signing", { cause });
  }
}

async function isRevoked(key: Key, signingKey: Key | Subkey, now: Date): Promise<boolean> {
  if (await key.isRevoked(undefined, undefined, now)) return true;
  if (!(signingKey instanceof Subkey)) return false;
  const binding = signingKey.bindingSignatures.at(-1);
  return binding !== undefined && (await signingKey.isRevoked(binding, signingKey.mainKey.keyPacket, now));
}

async function expiryOf(
  key: Key,
  signingKey: Key | Subkey,
  signature: SignaturePacket,
  nowMs: number,
): Promise<number> {
  const subkey = signingKey instanceof Subkey ? await signingKey.getExpirationTime(new Date(nowMs)) : null;
  const moments = [await key.getExpirationTime(), subkey, signature.getExpirationTime()];
  return Math.min(...moments.map((moment) => (moment === null ? Number.POSITIVE_INFINITY : Number(moment))));
}
