// Deterministic signatures: the vectors of RFC 6979, and what node:crypto says of them.
import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { signDeterministically } from "../../../../bin/demo-images/deterministic-ecdsa.ts";
import { sampleKey } from "../../../../bin/demo-images/sample-keys.ts";

const key = Buffer.from("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", "hex");

/** The two numbers of a DER signature. */
function numbersOf(signature: Buffer): string[] {
  const first = signature.subarray(4, 4 + (signature[3] ?? 0));
  const rest = signature.subarray(4 + first.length);
  expect([signature[0], signature[1], signature[2], rest[0]]).toEqual([0x30, signature.length - 2, 2, 2]);
  const second = rest.subarray(2, 2 + (rest[1] ?? 0));
  return [first, second].map((bytes) =>
    bytes
      .toString("hex")
      .toUpperCase()
      .replace(/^(?:00)+/, ""),
  );
}

test.each([
  {
    message: "sample",
    r: "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
    s: "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
  },
  {
    message: "test",
    r: "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
    s: "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
  },
])("RFC 6979, A.2.5: $message", ({ message, r, s }) => {
  const signature = signDeterministically(key, Buffer.from(message));
  expect(numbersOf(signature)).toEqual([r, s]);
});

test("what samples sign holds by their public keys, and is the same each time", () => {
  for (let i = 0; i < 40; i++) {
    const { pem, sign } = sampleKey(`signer ${i}`);
    const message = Buffer.from(`message ${i}`);
    const signature = sign(message);
    expect(verify("sha256", message, createPublicKey(pem), signature)).toBe(true);
    expect(sign(message)).toEqual(signature);
  }
});
