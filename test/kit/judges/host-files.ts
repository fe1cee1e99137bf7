// The host files that a row's policy gives, written by hand: what programs judge by, and what the service is compared with.
import { toPem } from "../signing/certificate.ts";
import { type Addresses, mirrorOf, repositoryOf } from "./addresses.ts";
import { authority, otherAuthority } from "./authorities.ts";
import { policyIdOf, scopeOf } from "./documents.ts";
import type { HostFile } from "./host.ts";
import { keyOf, type OpenpgpKeyring } from "./keyring.ts";
import type { HostWords, KeyName, Row, RowPolicy, RowSigner } from "./row.ts";

export const policyPath = "/etc/containers/policy.json";

/** Of a row's policies, the one with the longest scope that holds its repository. */
export function policyThatSpeaks(row: Row, addresses: Addresses): RowPolicy | undefined {
  const name = repositoryOf(row, row.mirror ? "upstream" : "own", addresses);
  const speaks = (scope: string) => name === scope || name.startsWith(`${scope}/`);
  return row.policies
    .filter((policy) => speaks(scopeOf(policy, row, addresses)))
    .sort((a, b) => b.scope.length - a.scope.length)[0];
}

/** Signers that hosts are given: neither retired nor revoked, and their window is open. */
export function givenOut({ signers }: Pick<RowPolicy, "signers">, nowMs: number): readonly RowSigner[] {
  return signers.filter(
    ({ role, revoked, validFrom, validUntil }) =>
      role !== "retired" &&
      revoked === undefined &&
      (validFrom === undefined || Date.parse(validFrom) <= nowMs) &&
      (validUntil === undefined || nowMs < Date.parse(validUntil)),
  );
}

/**
 * The files for a host that has none, whether or not the image passes them; undefined where files cannot say what the
 * policy asks for. A row without a policy for its repository is asked with the files of the policy that it has.
 */
export function hostFilesFor(
  row: Row,
  addresses: Addresses,
  openpgp: OpenpgpKeyring,
  nowMs: number,
): readonly HostFile[] | undefined {
  if (row.otherHostFiles !== undefined) return row.otherHostFiles(hostWords(row, addresses, openpgp));
  const policy = policyThatSpeaks(row, addresses) ?? row.policies[0];
  if (policy === undefined) return undefined;
  const id = policyIdOf(row, policy);
  const identity = row.mirror
    ? { type: "remapIdentity", prefix: addresses.mirror, signedPrefix: mirrorOf(addresses) }
    : { type: "matchRepository" };
  const made = requirementsOf(policy, id, identity, openpgp, nowMs);
  if (made === undefined) return undefined;
  const scope = hostScope(scopeOf(policy, row, addresses), row, addresses);
  const section = made.lookaside
    ? `    lookaside: http://${addresses.lookaside}\n`
    : "    use-sigstore-attachments: true\n";
  return [
    ...made.files,
    { path: `/etc/containers/registries.d/${id}.yaml`, content: `docker:\n  ${scope}:\n${section}` },
    { path: policyPath, content: policyText({ [scope]: made.requirements }) },
  ];
}

/** A new file: what no policy speaks for is pulled as before. */
export function policyText(docker: Readonly<Record<string, readonly object[]>>): string {
  const open = [{ type: "insecureAcceptAnything" }];
  const local = ["containers-storage", "dir", "docker-archive", "docker-daemon", "oci", "oci-archive", "ostree"];
  const transports = {
    docker: { "": open, ...docker },
    ...Object.fromEntries(local.map((name) => [name, { "": open }])),
  };
  return JSON.stringify({ default: [{ type: "reject" }], transports }, null, 2);
}

function hostScope(scope: string, row: Row, addresses: Addresses): string {
  return row.mirror ? scope.replace(mirrorOf(addresses), addresses.mirror) : scope;
}

type Requirements = {
  readonly requirements: readonly object[];
  readonly files: readonly HostFile[];
  readonly lookaside: boolean;
};

function requirementsOf(
  policy: RowPolicy,
  id: string,
  signedIdentity: object,
  openpgp: OpenpgpKeyring,
  nowMs: number,
): Requirements | undefined {
  const { threshold = 1, transparencyLog = "optional", attestations = [] } = policy;
  const given = givenOut(policy, nowMs);
  const keys = given.flatMap(({ id: signer, by }) => ("key" in by ? [{ signer, by }] : []));
  const pgp = given.flatMap(({ id: signer, by }) => ("openpgp" in by ? [{ signer, by }] : []));
  const identities = given.flatMap(({ by }) => ("issuer" in by ? [by] : []));
  if (attestations.some(({ required }) => required)) return undefined;
  if (threshold > 1 && (threshold !== policy.signers.length || keys.length !== threshold)) return undefined;

  if (keys.length > 0) {
    if (transparencyLog === "required") return undefined;
    const files = keys.map(({ signer, by }) => ({
      path: `/etc/pki/containers/${keys.length === 1 ? id : `${id}-${signer}`}.pub`,
      content: keyOf(by.key).pem,
    }));
    const paths = files.map(({ path }) => path);
    const requirement = (key: object) => ({ type: "sigstoreSigned", ...key, signedIdentity });
    const requirements =
      threshold > 1 || paths.length === 1
        ? paths.map((keyPath) => requirement({ keyPath }))
        : [requirement({ keyPaths: paths })];
    return { requirements, files, lookaside: false };
  }
  if (pgp.length > 0) {
    const files = pgp.map(({ signer, by }) => ({
      path: `/etc/pki/containers/${pgp.length === 1 ? id : `${id}-${signer}`}.gpg`,
      content: openpgp[by.openpgp].armored,
    }));
    const paths = files.map(({ path }) => path);
    const key = paths.length === 1 ? { keyPath: paths[0] } : { keyPaths: paths };
    return { requirements: [{ type: "signedBy", keyType: "GPGKeys", ...key, signedIdentity }], files, lookaside: true };
  }
  const [identity] = identities;
  // A workflow's URI and a pattern are what these files cannot say.
  if (identity === undefined || !identity.subject.includes("@") || /[*/]/.test(identity.subject)) return undefined;
  return { ...fulcioRequirement(id, identity, signedIdentity), lookaside: false };
}

function fulcioRequirement(
  id: string,
  { issuer, subject, root }: { readonly issuer: string; readonly subject: string; readonly root?: "other" },
  signedIdentity: object,
) {
  const from = root === "other" ? otherAuthority : authority;
  const [caPath, rekorPublicKeyPath] = [`/etc/pki/containers/${id}-ca.pem`, `/etc/pki/containers/${id}-rekor.pub`];
  return {
    requirements: [
      {
        type: "sigstoreSigned",
        fulcio: { caPath, oidcIssuer: issuer, subjectEmail: subject },
        rekorPublicKeyPath,
        signedIdentity,
      },
    ],
    files: [
      { path: caPath, content: [from.root, from.intermediate].map((der) => toPem(der)).join("") },
      { path: rekorPublicKeyPath, content: from.rekor1.key.pem },
    ],
  };
}

function hostWords(row: Row, addresses: Addresses, openpgp: OpenpgpKeyring): HostWords {
  const repository = repositoryOf(row, "own", addresses);
  return {
    scope: repository.slice(0, repository.lastIndexOf("/")),
    repository,
    signedRepository: row.mirror ? repositoryOf(row, "upstream", addresses) : repository,
    lookaside: `http://${addresses.lookaside}`,
    keyOf: (name: KeyName) => keyOf(name).pem,
    openpgpOf: (name) => openpgp[name].armored,
    authority,
  };
}
