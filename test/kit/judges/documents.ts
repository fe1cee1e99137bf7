// A row's policies as the documents of a policies folder, with the files they name: what Signalbox is asked with.
import { stringify } from "yaml";
import { trustedRootOf } from "../signing/authority.ts";
import { type Addresses, mirrorOf, pathOf, registryOf } from "./addresses.ts";
import { authority, otherAuthority } from "./authorities.ts";
import { keyOf, type OpenpgpKeyring } from "./keyring.ts";
import type { Row, RowPolicy, RowSigner } from "./row.ts";

/** The files of a policies folder by their path in it. */
export type PolicyFolder = Readonly<Record<string, string>>;

/** Registries, sources and trust for all these rows together. */
export function policyFolderOf(rows: readonly Row[], addresses: Addresses, openpgp: OpenpgpKeyring): PolicyFolder {
  const registry = (host: string, more: object = {}) => ({ host, dialect: "oci", plainHttp: true, ...more });
  const registries = [
    registry(addresses.registry, { requestsPerSecond: 1000 }),
    registry(addresses.mirror, { requestsPerSecond: 1000, mirrorOf: mirrorOf(addresses) }),
  ];
  const sources = rows.map((row) => ({
    id: row.id,
    registry: registryOf(row, "own", addresses),
    repositories: [pathOf(row)],
    kind: "base",
    distribution: "fedora",
    tags: { channels: ["stable"] },
  }));
  const trust = rows.flatMap((row) => trustDocumentsOf(row, addresses));
  const files = rows.flatMap((row) =>
    row.policies.flatMap(({ signers }) => signers.flatMap((signer) => fileOf(signer, openpgp))),
  );
  return {
    "registries/matrix.yaml": yaml(registries),
    "sources/matrix.yaml": yaml(sources),
    "trust/matrix.yaml": yaml(trust),
    ...Object.fromEntries(files),
  };
}

/** The name that a policy's scope has: of a mirror's rows, that of what it mirrors. */
export function scopeOf({ scope }: RowPolicy, row: Row, addresses: Addresses): string {
  const registry = row.mirror ? mirrorOf(addresses) : addresses.registry;
  return scope.replace("{registry}", registry).replace("{row}", `${registry}/${row.id}`);
}

export function policyIdOf(row: Row, policy: RowPolicy): string {
  const at = row.policies.indexOf(policy);
  return at === 0 ? row.id : `${row.id}-${at + 1}`;
}

/** As they stand in YAML, before defaults are filled in. */
export function trustDocumentsOf(row: Row, addresses: Addresses): readonly object[] {
  return row.policies.map((policy) => {
    const { scope: _, signers, ...terms } = policy;
    return {
      id: policyIdOf(row, policy),
      scopes: [scopeOf(policy, row, addresses)],
      signers: signers.map((signer) => signerDocument(signer, addresses)),
      ...terms,
    };
  });
}

function signerDocument({ by, ...terms }: RowSigner, { lookaside }: Addresses): object {
  if ("key" in by) return { ...terms, key: `keys/${by.key}.pub` };
  if ("openpgp" in by) {
    return {
      ...terms,
      openpgp: `keys/${by.openpgp}.asc`,
      ...(by.lookaside === false ? {} : { lookaside: `http://${lookaside}` }),
    };
  }
  const { issuer, subject, root = "own" } = by;
  return { ...terms, identity: { issuer, subject }, trustRoot: `roots/${root}.json` };
}

function fileOf({ by }: RowSigner, openpgp: OpenpgpKeyring): readonly (readonly [string, string])[] {
  if ("key" in by) return [[`trust/keys/${by.key}.pub`, keyOf(by.key).pem]];
  if ("openpgp" in by) return [[`trust/keys/${by.openpgp}.asc`, openpgp[by.openpgp].armored]];
  return [[`trust/roots/${by.root ?? "own"}.json`, JSON.stringify(rootOf(by.root))]];
}

export function rootOf(root?: "other") {
  return trustedRootOf(root === "other" ? otherAuthority : authority);
}

/** Terms that signers share are written out: documents have no aliases. */
function yaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false });
}
