// Loose payloads: what Go's encoding/json fills cosign's structure with (sigstore/sigstore, pkg/signature/payload).
import { expect, test } from "vitest";
import { readLooseDigest } from "../../../../worker/signatures/loose-payload.ts";
import { image, otherImage, repository } from "../../../kit/signing/evidence.ts";
import { cosignPayload } from "../../../kit/signing/payloads.ts";

const right = cosignPayload(repository, image).toString();
const read = (text: string) => readLooseDigest(Buffer.from(text));
const part = `"image":{"docker-manifest-digest":"${image}"}`;
const other = `"image":{"docker-manifest-digest":"${otherImage}"}`;

test.each([
  ["as cosign writes it", right],
  ["unknown members anywhere", `{"more":[1,{"a":"}"}],"critical":{"x":null,${part}},"y":"\\""}`],
  ["nothing but the digest", `{"critical":{${part}}}`],
  ["white space", ` {\n"critical" :\t{ ${part} } }\r\n`],
  ["members in capitals", `{"CRITICAL":{"Image":{"Docker-Manifest-Digest":"${image}"}}}`],
  ["escaped letters", `{"cr\\u0069tical":{${part}}}`],
  ["a letter that folds to another (ſ, K)", `{"critical":{"image":{"docKer-manifeſt-digest":"${image}"}}}`],
  ["two digests, the last one right", `{"critical":{${other},${part}}}`],
  ["two parts of critical", `{"critical":{${other}},"critical":{${part}}}`],
  ["a digest, then an image that says none", `{"critical":{${part},"image":{"x":1}}}`],
  ["a digest, then null", `{"critical":{${part},"image":null},"critical":null,"optional":null}`],
  ["any type and any reference", `{"critical":{"type":"","identity":{"docker-reference":""},${part}},"optional":{}}`],
])("the digest is read: %s", (_, text) => {
  expect(read(text)).toBe(image);
});

test("of two digests the last counts, whichever is right", () => {
  expect(read(`{"critical":{${part},${other}}}`)).toBe(otherImage);
});

test.each([
  ["no JSON", "{"],
  ["nothing", ""],
  ["text after the end", `${right}{}`],
  ["a list", `[${right}]`],
  ["no critical", `{"optional":null}`],
  ["null", "null"],
  ["critical that is a string", `{"critical":"x"}`],
  ["a digest that is a number", `{"critical":{"image":{"docker-manifest-digest":1}}}`],
  ["a type that is a number", `{"critical":{"type":1,${part}}}`],
  ["a reference that is an object", `{"critical":{"identity":{"docker-reference":{}},${part}}}`],
  ["optional that is a list", `{"critical":{${part}},"optional":[]}`],
  ["a member without a value", `{"critical":{${part}},"x"}`],
  ["a list without an end", `{"critical":{${part}},"x":[1}`],
  ["a byte order mark", `\ufeff${right}`],
  ["a word that is none", `{"critical":{${part}},"x":nul}`],
  ["a string over two lines", `{"critical":{${part}},"x":"a\nb"}`],
  ["depth without end", `{"x":${"[".repeat(100_000)}`],
  ["more depth than is read", `{"critical":{${part}},"x":${"[".repeat(70)}${"]".repeat(70)}}`],
])("Go reads none either: %s", (_, text) => {
  expect(read(text)).toBeUndefined();
});

test("a long string costs no stack", () => {
  expect(read(`{"x":"${"\\\\".repeat(60_000)}","critical":{${part}}}`)).toBe(image);
});
