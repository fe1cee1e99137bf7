// DSSE envelopes (secure-systems-lab/dsse, protocol.md): what is read, what is refused, and what is signed.
import { describe, expect, test } from "vitest";
import { preAuthenticationEncoding, readEnvelope } from "../../../../worker/signatures/dsse.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";

const right = { payloadType: "a/b", payload: "aGVsbG8=", signatures: [{ sig: "AQI=", keyid: "" }, { sig: "Aw==" }] };
const read = (change: object, limits: object = {}) =>
  readEnvelope(Buffer.from(JSON.stringify({ ...right, ...change })), { ...defaultSignatureLimits, ...limits });
const refusal = (code: string) => expect.objectContaining({ code });

describe("an envelope", () => {
  test("is read with every signature in its order", () => {
    expect(read({})).toEqual({
      payloadType: "a/b",
      payload: Buffer.from("hello"),
      signatures: [Buffer.from([1, 2]), Buffer.from([3])],
    });
  });

  test.each([
    ["no payload", { payload: undefined }],
    ["a payload that is no text", { payload: 1 }],
    ["no payload type", { payloadType: undefined }],
    ["no signatures", { signatures: undefined }],
    ["an empty list of signatures", { signatures: [] }],
    ["a signature that is no object", { signatures: ["AQI="] }],
    ["a signature without bytes", { signatures: [{ sig: "" }] }],
    ["a signature that is not base64", { signatures: [{ sig: "%%" }] }],
    ["a payload that is not base64", { payload: "aGVsbG8" }],
  ])("with %s is malformed", (_, change) => {
    expect(() => read(change)).toThrow(refusal("MALFORMED"));
  });

  test("that is no object is malformed", () => {
    for (const text of ["[]", "null", '"x"']) {
      expect(() => readEnvelope(Buffer.from(text), defaultSignatureLimits)).toThrow(refusal("MALFORMED"));
    }
  });

  test("with a signature beyond the limit, or too many bytes, is left alone", () => {
    const signatures = Array(3).fill({ sig: "AQI=" });
    expect(read({ signatures }, { signaturesPerEnvelope: 3 }).signatures).toHaveLength(3);
    expect(() => read({ signatures }, { signaturesPerEnvelope: 2 })).toThrow(refusal("LIMIT_EXCEEDED"));
    expect(() => read({}, { bundleBytes: 20 })).toThrow(refusal("LIMIT_EXCEEDED"));
  });
});

test("lengths keep type and payload apart (protocol.md, PAE)", () => {
  const encoded = preAuthenticationEncoding({
    payloadType: "http://example.com/HelloWorld",
    payload: Buffer.from("hello world"),
  });
  expect(encoded.toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  const umlaut = preAuthenticationEncoding({ payloadType: "ä", payload: Buffer.from("") });
  expect(umlaut.toString()).toBe("DSSEv1 2 ä 0 ");
});
