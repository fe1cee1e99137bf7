// Files of a lookaside: which of them containers/image takes for signatures, by their first byte.
import { enums } from "openpgp";
import { describe, expect, test } from "vitest";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { beginsLikeSignature, lookasidePath, readLookasideFile } from "../../../../worker/signatures/read-lookaside.ts";
import { verifyEvidence } from "../../../../worker/signatures/verify-evidence.ts";
import { image, onlyEvidence, repository, trust } from "../../../kit/signing/evidence.ts";
import {
  armoredMessage,
  cleartextMessage,
  compressed,
  detachedSignature,
  literalMessage,
  openpgpKey,
  packetMessage,
  signedMessage,
} from "../../../kit/signing/openpgp.ts";
import { openpgpPayload } from "../../../kit/signing/payloads.ts";

const pair = await openpgpKey("release");
const payload = openpgpPayload(repository, image);

describe("a file begins like a signature (containers/image internal/signature, FromBlob)", () => {
  test.each([
    ["a signed message", () => signedMessage(payload, pair), true],
    ["a signature before its text", () => packetMessage(payload, pair), true],
    ["a detached signature", () => detachedSignature(payload, pair), true],
    ["a compressed message", async () => compressed(await signedMessage(payload, pair)), true],
    ["a text that nobody signed", () => literalMessage(payload), false],
    ["an armoured message", () => armoredMessage(payload, pair), false],
    ["a cleartext message", () => cleartextMessage(payload, pair), false],
    ["the format of its own", async () => Buffer.from("\0simple-signing\n..."), true],
    ["that of sigstore", async () => Buffer.from("\0sigstore-json\n{}"), true],
    ["another format", async () => Buffer.from("\0stars\n"), false],
    ["a web page", async () => Buffer.from("<html>"), false],
    ["nothing", async () => Buffer.alloc(0), false],
    ["a key", async () => Buffer.from([0x98 | 1]), false],
  ] as const)("%s: %#", async (_, make, expected) => {
    expect(beginsLikeSignature(await make())).toBe(expected);
  });
});

test("one that does not is told of in its finding, and in no other", async () => {
  const verify = (bytes: Uint8Array) =>
    verifyEvidence(
      onlyEvidence(readLookasideFile(bytes, image, "https://lookaside.example/signature-1")),
      trust(),
      Date.now(),
      defaultSignatureLimits,
    );
  expect(await verify(Buffer.from("no signature"))).toMatchObject({
    isForeign: true,
    reasons: [{ code: "MALFORMED" }],
  });
  expect(await verify(await signedMessage(payload, pair))).not.toHaveProperty("isForeign");
  const weak = await packetMessage(payload, pair, { hash: enums.hash.md5 }).catch(() => Buffer.from([0x88]));
  expect(await verify(weak)).not.toHaveProperty("isForeign");
});

test("files are numbered below the repository's path and the digest", () => {
  expect(lookasidePath("os/desktop", image, 2)).toBe(`os/desktop@${image.replace(":", "=")}/signature-2`);
});
