// Simple-signing payloads (containers-signature.5), and statements: each member that must be there, and what it must be.
import { describe, expect, test } from "vitest";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { cosignType, openpgpType, readSimpleSigning } from "../../../../worker/signatures/simple-signing.ts";
import { readStatement, statementClaims } from "../../../../worker/signatures/statement.ts";
import { image, otherImage, repository } from "../../../kit/signing/evidence.ts";

const refusal = (code: string) => expect.objectContaining({ code });
const right = {
  critical: {
    identity: { "docker-reference": repository },
    image: { "docker-manifest-digest": image },
    type: cosignType,
  },
  optional: null as unknown,
};
const read = (json: unknown, type: typeof cosignType | typeof openpgpType = cosignType) =>
  readSimpleSigning(Buffer.from(JSON.stringify(json)), type, defaultSignatureLimits);
const critical = (change: object) => ({ ...right, critical: { ...right.critical, ...change } });

describe("a payload", () => {
  test("is read with its reference and what its signer says of itself", () => {
    expect(read({ ...right, optional: { creator: "kit", timestamp: 7, more: [] } })).toEqual({
      type: "simple-signing",
      digest: image,
      reference: repository,
      repository,
      tag: null,
      creator: "kit",
      createdAtMs: 7000,
    });
    expect(read(right)).toMatchObject({ creator: null, createdAtMs: null });
    expect(read({ ...right, optional: { creator: null, timestamp: null } })).toMatchObject({ creator: null });
    expect(read(critical({ identity: { "docker-reference": "" } }))).toMatchObject({ repository: null, tag: null });
  });

  test.each<[string, unknown]>([
    ["a list", []],
    ["a text", "x"],
    ["without critical", { optional: null, other: 1 }],
    ["with critical that is a list", { ...right, critical: [] }],
    ["with a fourth member of critical", critical({ more: 1 })],
    ["without an image", { ...right, critical: { type: cosignType, identity: right.critical.identity, other: 1 } }],
    ["with an image that is a text", critical({ image: image })],
    ["with a second member of the image", critical({ image: { "docker-manifest-digest": image, more: 1 } })],
    ["with a digest that is a number", critical({ image: { "docker-manifest-digest": 1 } })],
    ["with a digest that is none", critical({ image: { "docker-manifest-digest": "sha256:0" } })],
    ["with a second member of the identity", critical({ identity: { "docker-reference": "", more: 1 } })],
    ["with a reference that is a number", critical({ identity: { "docker-reference": 1 } })],
    ["with optional that is a list", { ...right, optional: [] }],
    ["with optional that is a text", { ...right, optional: "x" }],
    ["with a creator that is a number", { ...right, optional: { creator: 1 } }],
    ["with half a second", { ...right, optional: { timestamp: 1.5 } }],
    ["with a time that is a text", { ...right, optional: { timestamp: "1" } }],
  ])("%s is refused", (_, json) => {
    expect(() => read(json)).toThrow(refusal("PAYLOAD_FORMAT"));
  });

  test("of another type is refused by that name", () => {
    for (const type of [openpgpType, 1, undefined]) {
      expect(() => read({ ...critical({ type: type ?? null }) })).toThrow(refusal("PAYLOAD_TYPE"));
    }
  });

  test("by OpenPGP has an object of optional members, which only cosign leaves null", () => {
    const openpgp = critical({ type: openpgpType });
    expect(() => read(openpgp, openpgpType)).toThrow(refusal("PAYLOAD_FORMAT"));
    expect(read({ ...openpgp, optional: {} }, openpgpType)).toMatchObject({ digest: image });
  });

  test("beyond the limit is left alone, and not called malformed", () => {
    const limits = { ...defaultSignatureLimits, payloadBytes: 10 };
    expect(() => readSimpleSigning(Buffer.from(JSON.stringify(right)), cosignType, limits)).toThrow(
      refusal("LIMIT_EXCEEDED"),
    );
    expect(() => readSimpleSigning(Buffer.from("{"), cosignType, limits)).toThrow(refusal("PAYLOAD_FORMAT"));
  });
});

describe("a statement", () => {
  const stated = { _type: "https://in-toto.io/Statement/v1", predicateType: "a", subject: [], predicate: {} };
  const readStated = (json: unknown) => readStatement(Buffer.from(JSON.stringify(json)), defaultSignatureLimits);

  test.each<[string, unknown]>([
    ["a list", []],
    ["without its type", { ...stated, _type: undefined }],
    ["with a type that is a number", { ...stated, _type: 1 }],
    ["without its predicate's type", { ...stated, predicateType: undefined }],
    ["without subjects", { ...stated, subject: undefined }],
    ["with subjects that are no list", { ...stated, subject: {} }],
  ])("%s is refused", (_, json) => {
    expect(() => readStated(json)).toThrow(refusal("PAYLOAD_FORMAT"));
  });

  test("is of the subjects that have a digest, whatever else is among them", () => {
    const subject = [null, "x", {}, { digest: null }, { digest: { sha256: "0", gitCommit: "a".repeat(40) } }];
    const right = { digest: { sha256: image.slice(7) } };
    const read = readStated({ ...stated, subject: [...subject, right], predicate: 1 });
    expect(read).toMatchObject({ subjects: [image], predicate: {} });
    expect(statementClaims(read, image).subjectMatches).toBe(true);
    expect(statementClaims(read, otherImage).subjectMatches).toBe(false);
  });
});
