// Encodings: one text for the same bytes, and no others.
import { describe, expect, test } from "vitest";
import { decodeBase64, decodeHex, readOnePem, readPem } from "../../../../worker/signatures/encoding.ts";

describe("decodeBase64", () => {
  test.each(["", "YQ==", "YWI=", "YWJj", "YW\nJj\r\n"])("reads %j", (text) => {
    expect(decodeBase64(text, "it")).toEqual(Buffer.from(text, "base64"));
  });
  // Node's decoder takes all of these, and makes bytes of them that another text means too.
  test.each(["YQ", "YQ=", "YR==", "Y Q==", "YQ==YQ==", "%%%", "-_-_", "YWJj="])("refuses %j", (text) => {
    expect(() => decodeBase64(text, "it")).toThrow("it is not base64");
  });
});

test.each(["0", "0G", "AB", " ab", "abc"])("decodeHex refuses %j", (text) => {
  expect(() => decodeHex(text, "it")).toThrow("hexadecimal");
});

describe("readPem", () => {
  const block = (label: string, body = "YWJj") => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

  test("reads all blocks, and skips the text around them", () => {
    const text = `issuer=somebody\n${block("CERTIFICATE")}between\r\n${block("PUBLIC KEY").replaceAll("\n", "\r\n")}`;
    expect(readPem(text, "it").map(({ label, der }) => [label, der.toString()])).toEqual([
      ["CERTIFICATE", "abc"],
      ["PUBLIC KEY", "abc"],
    ]);
  });

  test.each([
    ["no block", ""],
    ["two blocks", block("PUBLIC KEY") + block("PUBLIC KEY")],
    ["a block without an end", "-----BEGIN PUBLIC KEY-----\nYWJj\n"],
    ["a block with another end", "-----BEGIN PUBLIC KEY-----\nYWJj\n-----END CERTIFICATE-----\n"],
    ["headers, as encrypted keys have", block("PUBLIC KEY", "Proc-Type: 4,ENCRYPTED\n\nYWJj")],
  ])("refuses %s where one is wanted", (_, text) => {
    expect(() => readOnePem(text, "it")).toThrow("it is");
  });

  test("takes time in proportion to the text, whatever is in it", () => {
    const started = performance.now();
    expect(() => readOnePem(`-----BEGIN PUBLIC KEY-----\n${"\n ".repeat(200_000)}`, "it")).toThrow("without an end");
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
