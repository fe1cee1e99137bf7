// Trust in force: the rules of one policy set with its keys and roots read, ready to verify and to judge by.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import {
  indexTrust,
  type PolicyRules,
  type PublicGoodRoot,
  type TrustIndex,
} from "../../policies/trust/trust-rules.ts";
import { type OpenpgpKey, readOpenpgpKeys, uniqueKeys } from "../signatures/openpgp-keys.ts";
import { publicGood } from "../signatures/public-good-root.ts";
import { type PublicKey, readPublicKeyPem } from "../signatures/public-key.ts";
import { readTrustRoot, type TrustRoot } from "../signatures/trust-root.ts";
import type { GivenTrust } from "../signatures/verify-evidence.ts";

export type TrustInForce = {
  readonly index: TrustIndex;
  /** What evidence of this repository is verified with. */
  givenFor(repository: string): Promise<GivenTrust>;
  /** Where OpenPGP signatures of this repository may lie. */
  lookasidesFor(repository: string): readonly string[];
};

export function openTrust(set: PolicySet, root: PublicGoodRoot | null): TrustInForce {
  const index = indexTrust(set, root);
  const given = new Map<PolicyRules | null, Promise<GivenTrust>>();
  return {
    index,
    givenFor(repository) {
      const { policy } = index.rulesFor(repository);
      const known = given.get(policy);
      if (known !== undefined) return known;
      const read = readGiven(policy, root);
      given.set(policy, read);
      return read;
    },
    lookasidesFor(repository) {
      const signers = index.rulesFor(repository).policy?.signers ?? [];
      const bases = signers.flatMap((signer) =>
        signer.type === "openpgp" && signer.lookaside !== null ? [signer.lookaside] : [],
      );
      return [...new Set(bases)];
    },
  };
}

/** Keys and roots that cannot be used were refused with their folder; here they are passed over. */
async function readGiven(policy: PolicyRules | null, publicGoodRoot: PublicGoodRoot | null): Promise<GivenTrust> {
  const keys: PublicKey[] = [];
  const unsupportedKeys: string[] = [];
  const openpgp: OpenpgpKey[] = [];
  const roots = new Map<string, TrustRoot>();
  const addRoot = (name: string, content: string | null): void => {
    if (content === null || roots.has(name)) return;
    const read = readTrustRoot(name, Buffer.from(content));
    if (read.outcome === "root") roots.set(name, read.root);
  };
  for (const signer of policy?.signers ?? []) {
    switch (signer.type) {
      case "key": {
        const read = readPublicKeyPem(signer.pem);
        if (read.outcome === "key") keys.push(read.key);
        if (read.outcome === "unsupported") unsupportedKeys.push(read.fingerprint);
        break;
      }
      case "openpgp": {
        const { content, encoding } = signer.file;
        openpgp.push(...(await readOpenpgpKeys(Buffer.from(content, encoding))).keys);
        break;
      }
      case "identity":
        addRoot(signer.trustRoot.name, signer.trustRoot.content);
    }
  }
  // Whoever signed with it is shown, also where no policy asks for it.
  addRoot(publicGood, publicGoodRoot?.content ?? null);
  return { keys, unsupportedKeys, openpgp: uniqueKeys(openpgp), roots: [...roots.values()] };
}
