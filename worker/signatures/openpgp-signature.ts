// OpenPGP signatures: which given key made one, and whether that key may still be believed.
import { config, enums, type Key, type SignaturePacket } from "openpgp";
import type { OpenpgpKey } from "./openpgp-keys.ts";
import { readSignedMessage } from "./openpgp-message.ts";
import { type OpenpgpStanding, standingOf } from "./openpgp-standing.ts";
import { SignatureError } from "./signature-error.ts";

export type OpenpgpSignature = OpenpgpStanding & {
  readonly payload: Uint8Array;
  readonly algorithm: string;
  readonly madeBy: { readonly fingerprint: string; readonly signingKey: string } | null;
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
      const made = signingKey.getFingerprint();
      const copies = keys.filter((each) => each.fingerprint === fingerprint).map((each) => each.key);
      const inCopy = (copy: Key) => copy.getKeys(signature.issuerKeyID).find((each) => each.getFingerprint() === made);
      const { doubt, ...times } = await standingOf(copies, inCopy, signature, nowMs);
      return {
        payload,
        algorithm,
        madeBy: { fingerprint, signingKey: made.toUpperCase() },
        doubt: doubt ?? weakness,
        ...times,
      };
    }
  }
  return { payload, algorithm, madeBy: null, doubt: null, validUntilMs: null, validFromMs: null };
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
