// ECDSA on P-256 that signs the same bytes alike on every machine (RFC 6979): the sample catalog is compared byte by byte.
import { createECDH, createHash, createHmac } from "node:crypto";

const curve = "prime256v1";
const bytesOfCurve = 32;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A signature in DER, as cosign keeps it. For samples alone: it takes no care to run in constant time. */
export function signDeterministically(privateKey: Buffer, message: Uint8Array): Buffer {
  const hash = createHash("sha256").update(message).digest();
  const secret = toNumber(privateKey);
  for (const nonce of nonces(privateKey, hash)) {
    const r = toNumber(pointOf(nonce)) % order;
    const s = (inverseOf(nonce) * (toNumber(hash) + r * secret)) % order;
    if (r !== 0n && s !== 0n) return sequence([integer(r), integer(s)]);
  }
  throw new Error("there is no end to nonces");
}

/** RFC 6979, section 3.2: numbers that nobody without the key can tell, from the key and the message alone. */
function* nonces(privateKey: Buffer, hash: Buffer): Generator<bigint> {
  const seed = Buffer.concat([privateKey, toBytes(toNumber(hash) % order)]);
  let key: Buffer = Buffer.alloc(bytesOfCurve, 0);
  let value: Buffer = Buffer.alloc(bytesOfCurve, 1);
  const mac = (...parts: readonly Buffer[]) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  for (const mark of [0, 1]) {
    key = mac(value, Buffer.from([mark]), seed);
    value = mac(value);
  }
  for (;;) {
    value = mac(value);
    const nonce = toNumber(value);
    if (nonce > 0n && nonce < order) yield nonce;
    key = mac(value, Buffer.from([0]));
    value = mac(value);
  }
}

/** The first coordinate of the nonce times the generator. */
function pointOf(nonce: bigint): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(toBytes(nonce));
  return ecdh.getPublicKey().subarray(1, 1 + bytesOfCurve);
}

/** By Fermat: the order is prime. */
function inverseOf(number: bigint): bigint {
  let result = 1n;
  let power = number % order;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * power) % order;
    power = (power * power) % order;
  }
  return result;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * bytesOfCurve, "0"), "hex");
}

function integer(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

function sequence(parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}
