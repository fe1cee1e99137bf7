// The keys of the matrix, for the kit, for cosign and for gpg.
import { minuteMs } from "../signing/authority.ts";
import { type KeyKind, type SigningKey, signingKey } from "../signing/keys.ts";
import { type OpenpgpPair, openpgpKey } from "../signing/openpgp.ts";
import type { KeyName, OpenpgpName } from "./row.ts";

const keyKinds: Readonly<Record<KeyName, KeyKind>> = {
  alice: "p256",
  bob: "p256",
  carol: "p256",
  mallory: "p256",
  p384: "p384",
  p521: "p521",
  ed25519: "ed25519",
  rsa2048: "rsa2048",
  rsa4096: "rsa4096",
};

export const keyNames = Object.keys(keyKinds) as readonly KeyName[];

export function keyOf(name: KeyName): SigningKey {
  return signingKey(name, keyKinds[name]);
}

export function privatePem(name: KeyName): string {
  return keyOf(name).privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** OpenPGP keys cannot be made from a name: they are new in each run. */
export type OpenpgpKeyring = Readonly<Record<OpenpgpName, OpenpgpPair & { readonly fingerprint: string }>>;

export async function makeOpenpgpKeyring(): Promise<OpenpgpKeyring> {
  const make = async (name: OpenpgpName, options: Parameters<typeof openpgpKey>[1] = {}) => {
    const pair = await openpgpKey(name, options);
    return { ...pair, fingerprint: pair.publicKey.getFingerprint().toUpperCase() };
  };
  return {
    alice: await make("alice"),
    bob: await make("bob", { type: "rsa" }),
    mallory: await make("mallory"),
    expired: await make("expired", { lifeMs: 200 * 24 * 60 * minuteMs }),
  };
}
