// Certificates: whom they name, and what is no certificate.
import { describe, expect, test } from "vitest";
import { readCertificate, readIdentity } from "../../../../worker/signatures/certificate.ts";
import { issueCertificate, makeAuthority, minuteMs, signedAtMs } from "../../../kit/signing/authority.ts";
import { extension, generalName } from "../../../kit/signing/certificate.ts";
import { context, oid, sequence, tlv, utf8 } from "../../../kit/signing/der.ts";
import { signingKey } from "../../../kit/signing/keys.ts";

const kit = makeAuthority();
const key = signingKey("holder");
const issue = (request: Partial<Parameters<typeof issueCertificate>[1]> = {}): Buffer =>
  issueCertificate(kit, { key, names: [generalName.uri("https://forge.example/x")], ...request });

describe("readIdentity", () => {
  test("gives every name of a certificate that has several", () => {
    const names = [
      generalName.email("a@os.example"),
      generalName.uri("https://os.example"),
      generalName.dns("os.example"),
    ];
    expect(readIdentity(readCertificate(issue({ names }))).subjects).toEqual([
      { type: "email", value: "a@os.example" },
      { type: "uri", value: "https://os.example" },
      { type: "dns", value: "os.example" },
    ]);
  });

  test("gives the certificate's life and the key's fingerprint", () => {
    expect(readIdentity(readCertificate(issue()))).toMatchObject({
      fingerprint: key.fingerprint,
      certificate: {
        notBeforeMs: signedAtMs - minuteMs,
        notAfterMs: signedAtMs + 9 * minuteMs,
        digest: expect.stringMatching(/^sha256:/),
      },
    });
  });

  const otherName = (id: string, value: Buffer) => [tlv(0xa0, oid(id), value)];
  test.each([
    ["another other name", otherName("1.3.6.1.4.1.311.20.2.3", context(0, utf8("a@b")))],
    ["an address", [tlv(0x87, Buffer.from([127, 0, 0, 1]))]],
    ["a line end in a name", [generalName.uri("https://forge.example/\nx")]],
    ["a NUL in a name", [generalName.email("a@os.example\u0000.evil")]],
    ["a user name that is not UTF-8", otherName("1.3.6.1.4.1.57264.1.7", context(0, tlv(0x0c, Buffer.from([0xff]))))],
  ])("takes nobody's name from %s", (_, names) => {
    expect(() => readIdentity(readCertificate(issue({ names })))).toThrow(/certificate/);
  });

  // containers/image signature/fulcio_cert.go: inconsistent OIDC issuer extension values.
  test("wants one issuer, where the certificate has two forms of it", () => {
    const der = issue({ issuer: "https://token.example" });
    const bent = Buffer.from(der);
    bent.write("https://taken.example", der.lastIndexOf("https://token.example"), "latin1");
    expect(() => readIdentity(readCertificate(bent))).toThrow("two issuers");
    expect(readIdentity(readCertificate(der)).issuer).toBe("https://token.example");
  });

  test("takes no text from an extension that is not one", () => {
    const extensions = [{ oid: "1.3.6.1.4.1.57264.1.12", value: sequence(utf8("https://forge.example")) }];
    expect(() => readIdentity(readCertificate(issue({ extensions })))).toThrow("no text");
  });

  test("leaves out extensions that have no name here", () => {
    const extensions = [extension.fulcioText(5, "os/desktop"), extension.fulcioText(99, "later")];
    expect(readIdentity(readCertificate(issue({ extensions }))).extensions).toEqual({});
  });
});

describe("readCertificate", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("hello")],
    ["half of one", issue().subarray(0, 200)],
    ["one that is followed by more", Buffer.concat([issue(), Buffer.from([5, 0])])],
    [
      "a length that is longer than it must be",
      ((der) => Buffer.concat([Buffer.from([0x30, 0x83, 0]), der.subarray(2)]))(issue()),
    ],
    ["a sequence of other things", sequence(sequence(), sequence(), sequence())],
  ])("refuses %s", (_, der) => {
    expect(() => readCertificate(der)).toThrow(/certificate/);
  });

  test("says that a key is of a kind which is not supported", () => {
    const spki = sequence(
      sequence(oid("1.2.840.10045.2.1"), oid("1.3.132.0.10")),
      tlv(
        3,
        Buffer.from(
          `0004${"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}${"483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"}`,
          "hex",
        ),
      ),
    );
    expect(() => readCertificate(issue({ key: { spki } }))).toThrow("elliptic curve");
  });
});
