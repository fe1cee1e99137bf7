// Trust that the command line is given: one key or one identity in place of the policies folder, and a trust root.
import type { PolicyFile, PolicySet } from "../../policies/documents/policy-set.ts";
import { readPublicKey } from "../../policies/documents/public-key-file.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import { comparedName } from "../../policies/documents/trust-policy-for.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { digestOf } from "../../policies/words/digest.ts";
import { publicGood } from "../../worker/signatures/public-good-root.ts";
import { readTrustRoot } from "../../worker/signatures/trust-root.ts";
import { CommandError } from "../command-error.ts";
import { readInput } from "../read-input.ts";
import { MiB } from "../setting.ts";

export type TrustOptions = {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
};

/** Null: the documents say who may sign. */
export type GivenSigner =
  | { readonly type: "key"; readonly file: PolicyFile }
  | { readonly type: "identity"; readonly issuer: string; readonly subject: string };

/** Whoever is given on the command line is the only signer, whatever documents say. */
const givenId = "given";
const keyName = "given.pub";

export async function readSigner(options: TrustOptions): Promise<GivenSigner | null> {
  const { key, certificateIdentity: subject, certificateOidcIssuer: issuer } = options;
  if (key !== undefined) {
    if (subject !== undefined || issuer !== undefined) {
      throw new CommandError("wrong-use", "give --key or an identity, not both");
    }
    const content = (await readInput(key, MiB)).toString("latin1");
    const read = readPublicKey(content);
    if (read.outcome === "refused") throw new CommandError("wrong-use", `${key} ${read.reason}`);
    return { type: "key", file: { sha256: digestOf(content), encoding: "utf8", content } };
  }
  if (subject === undefined && issuer === undefined) return null;
  if (subject === undefined || issuer === undefined) {
    throw new CommandError("wrong-use", "an identity needs --certificate-identity and --certificate-oidc-issuer");
  }
  return { type: "identity", issuer, subject };
}

/** Undefined: the root that the caller has. */
export async function readRoot({ trustedRoot }: TrustOptions): Promise<PublicGoodRoot | undefined> {
  if (trustedRoot === undefined) return undefined;
  const bytes = await readInput(trustedRoot, MiB);
  const read = readTrustRoot(publicGood, bytes);
  if (read.outcome === "invalid") {
    throw new CommandError("wrong-use", `${trustedRoot} is no trusted root: ${read.reason}`);
  }
  return { digest: read.root.digest, content: bytes.toString("utf8") };
}

/** The same documents with the given signer alone for this repository. */
export function withSigner(set: PolicySet, repository: string, signer: GivenSigner | null): PolicySet {
  if (signer === null) return set;
  const read = TrustDocument.safeParse({
    id: givenId,
    scopes: [comparedName(set, repository)],
    signers: [
      signer.type === "key"
        ? { id: givenId, key: keyName }
        : { id: givenId, identity: { issuer: signer.issuer, subject: signer.subject } },
    ],
  });
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new CommandError("wrong-use", `the identity cannot be used: ${issue?.message ?? "it is none"}`);
  }
  return { ...set, trust: [read.data], files: signer.type === "key" ? { [keyName]: signer.file } : {} };
}
