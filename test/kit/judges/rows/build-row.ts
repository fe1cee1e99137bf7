// Short words for rows: who signs what, and who may.
import type { Act, KeyName, OpenpgpName, Row, RowPolicy, RowSigner, SigningTool, Target } from "../row.ts";

export function row(id: string, title: string, acts: readonly Act[], more: Partial<Row> = {}): Row {
  return { image: "index", pull: "tag", policies: [mayKey("alice")], mirror: false, ...more, id, title, acts };
}

type CosignTool = Exclude<SigningTool, "gpg">;
type SignOptions = Pick<Extract<Act, { act: "sign"; by: CosignTool }>, "at" | "annotation">;

export function sign(by: CosignTool, key: KeyName, on: Target, options: SignOptions = {}): Act {
  return { act: "sign", by, key, on, ...options };
}

export function signOpenpgp(key: OpenpgpName, on: Target, options: Pick<SignOptions, "at"> = {}): Act {
  return { act: "sign", by: "gpg", key, on, ...options };
}

/** With any tool; people have keys of both kinds. */
export function signAs(
  by: SigningTool,
  key: "alice" | "bob" | "mallory",
  on: Target,
  options: Pick<SignOptions, "at"> = {},
): Act {
  return by === "gpg" ? signOpenpgp(key, on, options) : sign(by, key, on, options);
}

export function keySigner(key: KeyName, terms: Omit<RowSigner, "id" | "by"> = {}): RowSigner {
  return { id: key, by: { key }, ...terms };
}

export function openpgpSigner(name: OpenpgpName, terms: Omit<RowSigner, "id" | "by"> = {}): RowSigner {
  return { id: `${name}-pgp`, by: { openpgp: name }, ...terms };
}

export function identitySigner(issuer: string, subject: string, root?: "other"): RowSigner {
  return { id: "identity", by: { issuer, subject, ...(root === undefined ? {} : { root }) } };
}

export function policy(signers: readonly RowSigner[], terms: Partial<Omit<RowPolicy, "signers">> = {}): RowPolicy {
  return { scope: "{row}", signers, ...terms };
}

export function mayKey(...keys: readonly KeyName[]): RowPolicy {
  return policy(keys.map((key) => keySigner(key)));
}

export function mayOpenpgp(...names: readonly OpenpgpName[]): RowPolicy {
  return policy(names.map((name) => openpgpSigner(name)));
}

export function mayBy(by: SigningTool, ...names: readonly ("alice" | "bob" | "mallory")[]): RowPolicy {
  return by === "gpg" ? mayOpenpgp(...names) : mayKey(...names);
}

/** A tool's name as part of an id. */
export function slug(text: string): string {
  return text.replaceAll(" ", "-");
}
