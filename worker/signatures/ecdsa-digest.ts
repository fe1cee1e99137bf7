// ECDSA over a digest (FIPS 186-5, 6.4.2): Node's crypto hashes for itself and cannot start from a digest.
import type { KeyObject } from "node:crypto";
import type { Curve } from "./public-key.ts";

type Parameters = { readonly p: bigint; readonly n: bigint; readonly gx: bigint; readonly gy: bigint };

/** NIST SP 800-186, section 3.2.1; a = -3 for all three. */
const parameters: Readonly<Record<Curve, Parameters>> = {
  p256: {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  p384: {
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  p521: {
    p: (1n << 521n) - 1n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    gx: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    gy: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

/** A point in Jacobian coordinates; z = 0 is the point at infinity. Everything here is public: time may vary. */
type Point = { readonly x: bigint; readonly y: bigint; readonly z: bigint };

const infinity: Point = { x: 1n, y: 1n, z: 0n };

function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

/** The inverse by the extended Euclidean algorithm; `by` is prime and `value` is not 0 modulo it. */
function inverse(value: bigint, by: bigint): bigint {
  let [a, b, x, y] = [modulo(value, by), by, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return modulo(x, by);
}

function double(q: Point, p: bigint): Point {
  if (q.z === 0n || q.y === 0n) return infinity;
  const zz = modulo(q.z * q.z, p);
  const yy = modulo(q.y * q.y, p);
  const s = modulo(4n * q.x * yy, p);
  const m = modulo(3n * (q.x - zz) * (q.x + zz), p);
  const x = modulo(m * m - 2n * s, p);
  return { x, y: modulo(m * (s - x) - 8n * yy * yy, p), z: modulo(2n * q.y * q.z, p) };
}

function add(q: Point, r: Point, p: bigint): Point {
  if (q.z === 0n) return r;
  if (r.z === 0n) return q;
  const qzz = modulo(q.z * q.z, p);
  const rzz = modulo(r.z * r.z, p);
  const u1 = modulo(q.x * rzz, p);
  const u2 = modulo(r.x * qzz, p);
  const s1 = modulo(q.y * rzz * r.z, p);
  const s2 = modulo(r.y * qzz * q.z, p);
  if (u1 === u2) return s1 === s2 ? double(q, p) : infinity;
  const h = modulo(u2 - u1, p);
  const d = modulo(s2 - s1, p);
  const hh = modulo(h * h, p);
  const hhh = modulo(h * hh, p);
  const v = modulo(u1 * hh, p);
  const x = modulo(d * d - hhh - 2n * v, p);
  return { x, y: modulo(d * (v - x) - s1 * hhh, p), z: modulo(h * q.z * r.z, p) };
}

/** u1·G + u2·Q, both scalars at once, bit by bit. */
function combine(u1: bigint, g: Point, u2: bigint, q: Point, p: bigint): Point {
  const both = add(g, q, p);
  let sum = infinity;
  for (let bit = BigInt(Math.max(u1.toString(2).length, u2.toString(2).length)) - 1n; bit >= 0n; bit--) {
    sum = double(sum, p);
    const first = (u1 >> bit) & 1n;
    const second = (u2 >> bit) & 1n;
    if (first === 1n) sum = add(sum, second === 1n ? both : g, p);
    else if (second === 1n) sum = add(sum, q, p);
  }
  return sum;
}

function integer(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** `ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` in DER, and nothing else. */
function readSignature(der: Buffer): { r: bigint; s: bigint } | undefined {
  const long = der[1] === 0x81;
  const start = long ? 3 : 2;
  if (der[0] !== 0x30 || der[long ? 2 : 1] !== der.length - start || (long && der.length - start < 0x80))
    return undefined;
  const first = readInteger(der, start);
  const second = first === undefined ? undefined : readInteger(der, first.end);
  if (first === undefined || second === undefined || second.end !== der.length) return undefined;
  return { r: first.value, s: second.value };
}

function readInteger(der: Buffer, at: number): { value: bigint; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  const [high = 0x80, next = 0] = der.subarray(at + 2, end);
  if (der[at] !== 0x02 || length === 0 || length >= 0x80 || end > der.length || high >= 0x80) return undefined;
  if (high === 0 && length > 1 && next < 0x80) return undefined;
  return { value: integer(der.subarray(at + 2, end)), end };
}

/** Whether the signature holds over this digest. The key comes from OpenSSL, which has checked that it is on the curve. */
export function verifyEcdsaDigest(key: KeyObject, curve: Curve, digest: Buffer, signature: Buffer): boolean {
  const { p, n, gx, gy } = parameters[curve];
  const parsed = readSignature(signature);
  if (parsed === undefined) return false;
  const { r, s } = parsed;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;

  const jwk = key.export({ format: "jwk" });
  const q: Point = {
    x: integer(Buffer.from(jwk.x ?? "", "base64url")),
    y: integer(Buffer.from(jwk.y ?? "", "base64url")),
    z: 1n,
  };
  const orderBits = n.toString(2).length;
  const surplus = Math.max(0, digest.length * 8 - orderBits);
  const e = integer(digest) >> BigInt(surplus);
  const w = inverse(s, n);
  const point = combine(modulo(e * w, n), { x: gx, y: gy, z: 1n }, modulo(r * w, n), q, p);
  if (point.z === 0n) return false;
  const z = inverse(point.z, p);
  return modulo(modulo(point.x * z * z, p), n) === r;
}
