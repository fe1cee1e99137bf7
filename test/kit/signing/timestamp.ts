// RFC 3161 timestamps by hand, at any time, of any bytes.
import { createHash } from "node:crypto";
import { commonName, ecdsaWith } from "./certificate.ts";
import { context, integer, nothing, octets, oid, sequence, set, time } from "./der.ts";
import { type SigningKey, signBytes } from "./keys.ts";

export type TimestampAuthority = {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly serial: number;
  readonly certificate: Buffer;
};

const sha256Algorithm = sequence(oid("2.16.840.1.101.3.4.2.1"), nothing());
const tstInfo = "1.2.840.113549.1.9.16.1.4";

/** A whole response, as bundles and annotations keep it. */
export function timestampOf(bytes: Uint8Array, atMs: number, authority: TimestampAuthority, embedded = false): Buffer {
  const info = sequence(
    integer(1),
    oid("1.3.6.1.4.1.57264.2"),
    sequence(sha256Algorithm, octets(createHash("sha256").update(bytes).digest())),
    integer(77),
    time(atMs, true),
  );
  const attribute = (id: string, value: Buffer) => sequence(oid(id), set(value));
  const attributes = Buffer.concat([
    attribute("1.2.840.113549.1.9.3", oid(tstInfo)),
    attribute("1.2.840.113549.1.9.4", octets(createHash("sha256").update(info).digest())),
  ]);
  const signerInfo = sequence(
    integer(1),
    sequence(commonName(authority.issuer), integer(authority.serial)),
    sha256Algorithm,
    context(0, attributes),
    ecdsaWith("sha256"),
    octets(signBytes(authority.key, set(attributes))),
  );
  const signedData = sequence(
    integer(3),
    set(sha256Algorithm),
    sequence(oid(tstInfo), context(0, octets(info))),
    ...(embedded ? [context(0, authority.certificate)] : []),
    set(signerInfo),
  );
  return sequence(sequence(integer(0)), sequence(oid("1.2.840.113549.1.7.2"), context(0, signedData)));
}
