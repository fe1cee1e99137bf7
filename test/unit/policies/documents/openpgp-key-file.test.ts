// Which files are OpenPGP public keys, and by which fingerprints.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOpenpgpKeys } from "../../../../policies/documents/openpgp-key-file.ts";
import { armoured, openpgpRing } from "./keys.ts";

const keys = new URL("../../../../policies/default/trust/keys/", import.meta.url);

describe("published keys", () => {
  test.each([
    ["RPM-GPG-KEY-fedora-43-primary", ["c6e7f081cf80e13146676e88829b606631645531"]],
    ["RPM-GPG-KEY-fedora-44-primary", ["36f612dcf27f7d1a48a835e4dbfcf71c6d9f90a6"]],
    ["RPM-GPG-KEY-fedora-45-primary", ["4f50a6114cd5c6976a7f1179655a4b02f577861e"]],
    ["RPM-GPG-KEY-fedora-46-primary", ["d924b10d3e810dabdd8b56b596e7e91491211fce"]],
  ])("%s", async (name, fingerprints) => {
    expect(readOpenpgpKeys(await readFile(new URL(name, keys)))).toEqual({ outcome: "keys", fingerprints });
  });

  test.each(["RPM-GPG-KEY-redhat9-release", "RPM-GPG-KEY-redhat10-release-without-PQC"])(
    "%s holds the release key among others",
    async (name) => {
      const read = readOpenpgpKeys(await readFile(new URL(name, keys)));
      expect(read).toMatchObject({
        outcome: "keys",
        fingerprints: expect.arrayContaining(["567e347ad0044ade55ba8a5f199e2f91fd431d51"]),
      });
    },
  );
});

const body = Buffer.from([4, 0, 0, 0, 1, 1, 2, 3]);
const ring = openpgpRing({ tag: 6, body }, { tag: 13, body: Buffer.from("alice") });
const fingerprint = createHash("sha1")
  .update(Buffer.from([0x99, 0, body.length]))
  .update(body)
  .digest("hex");

test.each([
  ["binary", ring],
  ["armoured", Buffer.from(armoured(ring))],
  ["armoured with carriage returns", Buffer.from(armoured(ring).replaceAll("\n", "\r\n"))],
  ["armoured below other text", Buffer.from(`The key of Alice\n\n${armoured(ring)}`)],
  ["with headers of the old form", Buffer.concat([Buffer.from([0x98, body.length]), body])],
  ["with two octets of length", Buffer.concat([Buffer.from([0x99, 0, body.length]), body])],
  ["with five octets of length", Buffer.concat([Buffer.from([0xc6, 255, 0, 0, 0, body.length]), body])],
])("a key %s has one fingerprint", (_, bytes) => {
  expect(readOpenpgpKeys(bytes)).toEqual({ outcome: "keys", fingerprints: [fingerprint] });
});

test("a key of version 6 is named by SHA-256, and one of an unknown version by its bytes", () => {
  const six = Buffer.from([6, 1, 2, 3]);
  const nine = Buffer.from([9, 1, 2, 3]);
  expect(readOpenpgpKeys(openpgpRing({ tag: 6, body: six }, { tag: 6, body: nine }))).toEqual({
    outcome: "keys",
    fingerprints: [
      createHash("sha256")
        .update(Buffer.from([0x9b, 0, 0, 0, 4]))
        .update(six)
        .digest("hex"),
      createHash("sha256").update(nine).digest("hex"),
    ],
  });
});

test("every block of a file is read", () => {
  const other = openpgpRing({ tag: 6, body: Buffer.from([4, 9]) });
  const read = readOpenpgpKeys(Buffer.from(armoured(ring) + armoured(other)));
  expect(read.outcome === "keys" && read.fingerprints.length).toBe(2);
});

test.each([
  ["nothing", Buffer.alloc(0), "no OpenPGP public key"],
  ["text", Buffer.from("hello"), "no OpenPGP file"],
  ["a user id alone", openpgpRing({ tag: 13, body: Buffer.from("alice") }), "no OpenPGP public key"],
  ["a secret key", openpgpRing({ tag: 5, body }), "private key"],
  ["an armoured secret key", Buffer.from(armoured(ring, "PRIVATE KEY BLOCK")), "private key"],
  ["a secret key called public", Buffer.from(armoured(openpgpRing({ tag: 5, body }))), "private key"],
  ["a signature", Buffer.from(armoured(ring, "SIGNATURE")), "no public key block"],
  ["a block without an end", Buffer.from(armoured(ring).split("-----END")[0] ?? ""), "without an end"],
  ["a block that is not base64", Buffer.from(armoured(ring).replace("\n\n", "\n\n!!")), "base64"],
  ["a packet that ends early", ring.subarray(0, 5), "no OpenPGP file"],
  ["a packet of partial length", Buffer.from([0xc6, 0xe1, 1, 2]), "no OpenPGP file"],
  ["a packet without a length", Buffer.from([0x9b, 1, 2]), "no OpenPGP file"],
])("%s is refused", (_, bytes, reason) => {
  const read = readOpenpgpKeys(bytes);
  expect(read.outcome === "refused" && read.reason).toContain(reason);
});

test("any bytes are answered", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, armour) => {
      const read = readOpenpgpKeys(armour ? Buffer.from(armoured(bytes)) : Buffer.from([0xc6, ...bytes]));
      expect(["keys", "refused"]).toContain(read.outcome);
    }),
    { numRuns: 2000 },
  );
});
