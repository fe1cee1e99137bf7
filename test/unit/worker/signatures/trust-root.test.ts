// Trust roots: read whole or refused whole, with the reason.
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import { publicGood, shippedPublicGoodRoot } from "../../../../worker/signatures/public-good-root.ts";
import { readTrustRoot } from "../../../../worker/signatures/trust-root.ts";
import { makeAuthority, type TrustedRootJson, trustedRootOf } from "../../../kit/signing/authority.ts";

const read = (root: unknown) => readTrustRoot("kit", Buffer.from(JSON.stringify(root)));

describe("readTrustRoot", () => {
  test("gives the root with the digest of its bytes", () => {
    const bytes = Buffer.from(JSON.stringify(trustedRootOf(makeAuthority())));
    expect(readTrustRoot("kit", bytes)).toMatchObject({
      outcome: "root",
      root: { name: "kit", digest: digestOf(bytes) },
    });
  });

  test("gives the public-good root as it ships, with both of its logs", () => {
    const answer = readTrustRoot(publicGood, shippedPublicGoodRoot());
    if (answer.outcome === "invalid") throw new Error(answer.reason);
    const { root } = answer;
    expect(root.name).toBe("public-good");
    expect(root.digest).toBe(digestOf(shippedPublicGoodRoot()));
    expect(root.material.tlogs.map(({ baseURL }) => baseURL)).toEqual([
      "https://rekor.sigstore.dev",
      "https://log2025-1.rekor.sigstore.dev",
    ]);
  });

  const mistakes: readonly (readonly [string, (root: TrustedRootJson) => unknown, RegExp])[] = [
    // sigstore-js takes it for the beginning of time: the one case of sigstore-conformance that it fails.
    [
      "a log without a start",
      ({ tlogs }) => delete tlogs[1]?.publicKey.validFor.start,
      /tlogs\[1\] does not say from when/,
    ],
    [
      "a CT log without a start",
      ({ ctlogs }) => delete ctlogs[0]?.publicKey.validFor.start,
      /ctlogs\[0\] does not say/,
    ],
    [
      "an authority without a start",
      (root) => delete root.certificateAuthorities[0]?.validFor.start,
      /certificateAuthorities\[0\] does not/,
    ],
    [
      "timestamps without a start",
      (root) => delete root.timestampAuthorities[0]?.validFor.start,
      /timestampAuthorities\[0\] does not/,
    ],
    [
      "an end before the start",
      (root) => Object.assign(root.tlogs[0]?.publicKey.validFor ?? {}, { end: "1999-01-01T00:00:00Z" }),
      /ends before/,
    ],
    [
      "a time that is none",
      (root) => Object.assign(root.tlogs[0]?.publicKey.validFor ?? {}, { start: "soon" }),
      /no readable validity/,
    ],
    [
      "a log without a key",
      (root) => Object.assign(root.tlogs[0]?.publicKey ?? {}, { rawBytes: undefined }),
      /has no key/,
    ],
    ["a log whose key is none", (root) => Object.assign(root.tlogs[0]?.publicKey ?? {}, { rawBytes: "YWJj" }), /./],
    ["a log without an id", (root) => Object.assign(root.tlogs[0] ?? {}, { logId: { keyId: "" } }), /no key id/],
    ["a log without an address", (root) => Object.assign(root.tlogs[0] ?? {}, { baseUrl: "" }), /no base URL/],
    [
      "an authority without certificates",
      (root) => Object.assign(root.certificateAuthorities[0] ?? {}, { certChain: { certificates: [] } }),
      /chain of 0/,
    ],
    [
      "a certificate that is none",
      (root) =>
        Object.assign(root.certificateAuthorities[0] ?? {}, { certChain: { certificates: [{ rawBytes: "YWJj" }] } }),
      /./,
    ],
    ["another media type", (root) => Object.assign(root, { mediaType: "application/json" }), /unknown media type/],
    [
      "a thousand logs",
      (root) => Object.assign(root, { tlogs: Array.from({ length: 65 }, () => root.tlogs[0]) }),
      /more than 64/,
    ],
  ];

  test.each(mistakes)("refuses %s", (_, change, reason) => {
    const root = trustedRootOf(makeAuthority());
    change(root);
    const answer = read(root);
    expect(answer).toMatchObject({ outcome: "invalid", name: "kit" });
    expect(answer.outcome === "invalid" && answer.reason).toMatch(reason);
  });

  test.each(["", "[]", "null", '"x"', "{}", '{"mediaType":1}'])("refuses %j", (text) => {
    expect(readTrustRoot("kit", Buffer.from(text)).outcome).toBe("invalid");
  });
});
