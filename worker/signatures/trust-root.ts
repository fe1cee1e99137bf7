// Trust roots: who may issue certificates, keep logs and give timestamps. Read once, checked whole, then only used.
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type TrustMaterial, toTrustMaterial } from "@sigstore/verify";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import { isObject, readJson } from "./strict-json.ts";

export type TransparencyLog = TrustMaterial["tlogs"][number];

export type TrustRoot = {
  /** As policies name it: `public-good`, or the path of the file. */
  readonly name: string;
  /** SHA-256 of the file's bytes: what `trustRootDigest` shows. */
  readonly digest: Digest;
  readonly material: TrustMaterial;
};

export type ReadTrustRoot =
  | { readonly outcome: "root"; readonly root: TrustRoot }
  | { readonly outcome: "invalid"; readonly name: string; readonly digest: Digest; readonly reason: string };

const mediaTypes = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[1-9][0-9]?\+json)$/;

/** A trusted_root.json is a few kilobytes; the public-good one has 7. */
const limits = { bytes: 1024 * 1024, depth: 16, values: 20_000 };
const maximumMembers = 64;

/**
 * A root with a mistake is refused whole: sigstore-js reads a missing start of validity as the beginning of time and
 * a missing end as never, so that a slip would make a key trusted for longer than was meant.
 */
export function readTrustRoot(name: string, bytes: Uint8Array): ReadTrustRoot {
  const digest = digestOf(bytes);
  try {
    const json = readJson(bytes, limits);
    if (!isObject(json)) throw new TypeError("not a JSON object");
    const root = TrustedRoot.fromJSON(json);
    if (!mediaTypes.test(root.mediaType)) throw new TypeError(`unknown media type ${JSON.stringify(root.mediaType)}`);
    checkLogs("tlogs", root.tlogs);
    checkLogs("ctlogs", root.ctlogs);
    checkAuthorities("certificateAuthorities", root.certificateAuthorities);
    checkAuthorities("timestampAuthorities", root.timestampAuthorities);
    const material = toTrustMaterial(root, () => {
      throw new TypeError("keys are not found through a trust root");
    });
    return { outcome: "root", root: { name, digest, material } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "not a trusted root";
    return { outcome: "invalid", name, digest, reason };
  }
}

function checkLogs(member: string, logs: TrustedRoot["tlogs"]): void {
  if (logs.length > maximumMembers) throw new TypeError(`more than ${maximumMembers} ${member}`);
  for (const [index, log] of logs.entries()) {
    const where = `${member}[${index}]`;
    if (log.publicKey?.rawBytes === undefined) throw new TypeError(`${where} has no key`);
    // A checkpoint names its key by the first four bytes of this.
    if (((log.checkpointKeyId ?? log.logId)?.keyId.length ?? 0) < 4) throw new TypeError(`${where} has no key id`);
    if (log.baseUrl === "") throw new TypeError(`${where} has no base URL`);
    checkValidity(where, log.publicKey.validFor);
  }
}

function checkAuthorities(member: string, authorities: TrustedRoot["certificateAuthorities"]): void {
  if (authorities.length > maximumMembers) throw new TypeError(`more than ${maximumMembers} ${member}`);
  for (const [index, authority] of authorities.entries()) {
    const where = `${member}[${index}]`;
    const length = authority.certChain?.certificates.length ?? 0;
    if (length === 0 || length > 8) throw new TypeError(`${where} has a chain of ${length} certificates`);
    checkValidity(where, authority.validFor);
  }
}

function checkValidity(
  where: string,
  validFor: { start?: Date | undefined; end?: Date | undefined } | undefined,
): void {
  const start = validFor?.start?.getTime();
  const end = validFor?.end?.getTime();
  if (start === undefined) throw new TypeError(`${where} does not say from when it is valid`);
  if (Number.isNaN(start) || Number.isNaN(end ?? 0)) throw new TypeError(`${where} has no readable validity`);
  if (end !== undefined && end < start) throw new TypeError(`${where} ends before it starts`);
}
