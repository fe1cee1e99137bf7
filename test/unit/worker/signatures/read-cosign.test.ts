// Legacy cosign layers: what annotations must be, each by itself, and how much of them is read.
import { describe, expect, test } from "vitest";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import {
  annotationNames,
  cosignAttestationMaterial,
  cosignSignatureMaterial,
} from "../../../../worker/signatures/read-cosign.ts";
import { makeAuthority } from "../../../kit/signing/authority.ts";
import { toPem } from "../../../kit/signing/certificate.ts";
import { image } from "../../../kit/signing/evidence.ts";
import { signingKey } from "../../../kit/signing/keys.ts";
import { predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { keyAttestation, keyless, keylessSignature } from "../../../kit/signing/scenes.ts";

const kit = makeAuthority();
const signer = keyless(kit);
const layer = keylessSignature(signer);
const refusal = (code: string) => expect.objectContaining({ code });

const read = (annotations: Readonly<Record<string, string>>, limits = {}) =>
  cosignSignatureMaterial(
    layer.blob,
    { ...layer.annotations, ...annotations },
    { ...defaultSignatureLimits, ...limits },
  );

type Rekor = { SignedEntryTimestamp: unknown; Payload: Record<string, unknown> };
function withRekor(change: (rekor: Rekor) => unknown): Readonly<Record<string, string>> {
  const rekor = JSON.parse(layer.annotations[annotationNames.bundle] ?? "") as Rekor;
  const changed = change(rekor) ?? rekor;
  return { [annotationNames.bundle]: JSON.stringify(changed) };
}

const payloadWith =
  (change: object) =>
  (rekor: Rekor): unknown => ({ ...rekor, Payload: { ...rekor.Payload, ...change } });

test("a layer is taken apart, with its certificate, chain and log entry", () => {
  const material = read({});
  expect(material).toMatchObject({ certificate: signer.certificate, chainAttached: true, timestamps: [] });
  expect(material.entries).toMatchObject([{ kindVersion: { kind: "hashedrekord", version: "0.0.1" } }]);
  expect(read({ [annotationNames.chain]: "" }).chainAttached).toBe(false);
  expect(read({ [annotationNames.certificate]: "" }).certificate).toBe(null);
  expect(read({ [annotationNames.bundle]: "" }).entries).toEqual([]);
});

describe("a log entry's annotation is malformed", () => {
  test.each<[string, (rekor: Rekor) => unknown]>([
    ["that is a list", () => []],
    ["with another member", (rekor) => ({ ...rekor, more: 1 })],
    ["without a promise", ({ Payload }) => ({ Payload, other: 1 })],
    ["with a promise that is a number", (rekor) => ({ ...rekor, SignedEntryTimestamp: 1 })],
    ["without its payload", (rekor) => ({ ...rekor, Payload: null })],
    ["without a body", payloadWith({ body: undefined })],
    ["with a body that is a number", payloadWith({ body: 1 })],
    ["with a log id that is a number", payloadWith({ logID: 1 })],
    ["with a log id in capitals", payloadWith({ logID: "AB".repeat(32) })],
    ["with a time that is a text", payloadWith({ integratedTime: "1" })],
    ["with a time before the beginning", payloadWith({ integratedTime: -1 })],
    ["with half a second", payloadWith({ integratedTime: 1.5 })],
    ["with an index that is a text", payloadWith({ logIndex: "1" })],
    ["with an index below zero", payloadWith({ logIndex: -1 })],
    ["with a body that is not base64", payloadWith({ body: "%" })],
    ["with a body that is no JSON", payloadWith({ body: "AAAA" })],
  ])("%s", (_, change) => {
    expect(() => read(withRekor(change))).toThrow(refusal("MALFORMED"));
  });

  test("a body that is no object is of no kind", () => {
    const body = Buffer.from("[]").toString("base64");
    const { entries } = read(withRekor(payloadWith({ body: body })));
    expect(entries).toMatchObject([{ kindVersion: { kind: "", version: "" } }]);
  });
});

describe("annotations", () => {
  test("that hold another kind of PEM block for a certificate are malformed", () => {
    const other = { [annotationNames.certificate]: toPem(signer.key.spki, "PUBLIC KEY") };
    expect(() => read(other)).toThrow(refusal("MALFORMED"));
  });

  test.each(["", undefined])("without a signature (%j) are malformed", (signature) => {
    const { [annotationNames.signature]: _, ...others } = layer.annotations;
    const annotations = signature === undefined ? others : { ...others, [annotationNames.signature]: signature };
    expect(() => cosignSignatureMaterial(layer.blob, annotations, defaultSignatureLimits)).toThrow(
      refusal("MALFORMED"),
    );
  });

  test("of more characters than the limit are left alone", () => {
    const size = Object.values(layer.annotations).join("").length;
    expect(() => read({}, { payloadBytes: size })).not.toThrow();
    expect(() => read({}, { payloadBytes: size - 1 })).toThrow(refusal("LIMIT_EXCEEDED"));
  });

  test.each(["{}", "[]", '{"SignedRFC3161Timestamp":"%"}', '{"SignedRFC3161Timestamp":"","more":1}'])(
    "with the timestamp %s are malformed",
    (timestamp) => {
      expect(() => read({ [annotationNames.timestamp]: timestamp })).toThrow(refusal("MALFORMED"));
    },
  );
});

test("an envelope has as many signatures as it has, and no other", () => {
  const attestation = keyAttestation(
    [signingKey("release")],
    statement(image, predicateTypes.spdx),
    predicateTypes.spdx,
  );
  const material = (index: number) =>
    cosignAttestationMaterial(attestation.blob, attestation.annotations, index, defaultSignatureLimits);
  expect(material(0).stamped).toHaveLength(2);
  expect(() => material(1)).toThrow(refusal("MALFORMED"));
});
