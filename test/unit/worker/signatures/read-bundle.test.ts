// Bundles: which versions are read, what is refused of their form, and how much that comes with one is looked at.
import { describe, expect, test } from "vitest";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import {
  bundleKind,
  bundleMaterial,
  isBundleMediaType,
  readBundle,
} from "../../../../worker/signatures/read-bundle.ts";
import { makeAuthority } from "../../../kit/signing/authority.ts";
import type { BundleJson } from "../../../kit/signing/bundle.ts";
import { image, otherImage } from "../../../kit/signing/evidence.ts";
import { signingKey } from "../../../kit/signing/keys.ts";
import { predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { keyBundle, keyless, keylessBundle, keylessMessage } from "../../../kit/signing/scenes.ts";

const key = signingKey("release");
const kit = makeAuthority();
const signer = keyless(kit);
const bytes = (bundle: object) => Buffer.from(JSON.stringify(bundle));
const refusal = (code: string) => expect.objectContaining({ code });
const v03 = "application/vnd.dev.sigstore.bundle.v0.3+json";
const changed = (bundle: BundleJson, change: (copy: BundleJson) => void): Buffer => {
  const copy = structuredClone(bundle);
  change(copy);
  return bytes(copy);
};

describe("a bundle's media type", () => {
  test.each([v03, "application/vnd.dev.sigstore.bundle+json;version=0.1", "application/vnd.dev.sigstore.bundle"])(
    "%s is looked at, as cosign finds it by its beginning",
    (mediaType) => {
      expect(isBundleMediaType(mediaType)).toBe(true);
    },
  );

  test("of something else is not", () => {
    expect(isBundleMediaType("application/vnd.dev.sigstore.trustedroot+json;version=0.1")).toBe(false);
  });

  test.each(["0.1", "0.2", "0.3"])("of version %s is read", (version) => {
    const mediaType = `application/vnd.dev.sigstore.bundle+json;version=${version}`;
    const made = keylessBundle(signer, { version: version as "0.1" });
    const material = bundleMaterial(bytes({ ...made, mediaType }), image, null, defaultSignatureLimits);
    expect(material.bundleVersion).toBe(version);
    expect(material.entries).toHaveLength(1);
  });

  test.each([`${v03} `, "application/vnd.dev.sigstore.bundle.v0.4+json", undefined, 3])(
    "%j is none of those there are",
    (mediaType) => {
      expect(() => readBundle(bytes({ ...keyBundle(key), mediaType }), defaultSignatureLimits)).toThrow(
        refusal("MALFORMED"),
      );
    },
  );

  test("stands in an object", () => {
    expect(() => readBundle(Buffer.from(JSON.stringify([v03])), defaultSignatureLimits)).toThrow(refusal("MALFORMED"));
  });
});

describe("what comes with a bundle", () => {
  const entries = (count: number) =>
    changed(keylessBundle(signer), ({ verificationMaterial }) => {
      const [entry] = verificationMaterial.tlogEntries;
      if (entry !== undefined) verificationMaterial.tlogEntries = Array(count).fill(entry);
    });
  const limits = { ...defaultSignatureLimits, proofsPerSignature: 2 };

  test("is read up to the limit of log entries", () => {
    expect(readBundle(entries(2), limits).verificationMaterial.tlogEntries).toHaveLength(2);
    expect(() => readBundle(entries(3), limits)).toThrow(refusal("LIMIT_EXCEEDED"));
  });

  test("is read up to the limit of timestamps", () => {
    const stamped = (count: number) =>
      changed(
        keylessBundle(signer, { entry: "v2 dsse" }),
        ({ verificationMaterial: { timestampVerificationData } }) => {
          const stamps = timestampVerificationData?.rfc3161Timestamps;
          const [stamp] = stamps ?? [];
          if (stamps !== undefined && stamp !== undefined) stamps.splice(0, stamps.length, ...Array(count).fill(stamp));
        },
      );
    expect(() => readBundle(stamped(2), limits)).not.toThrow();
    expect(() => readBundle(stamped(3), limits)).toThrow(refusal("LIMIT_EXCEEDED"));
  });

  test("is read up to the limit of certificates, of which none may be a root", () => {
    const chained = (...chain: readonly Buffer[]) =>
      changed(keylessBundle(signer, { version: "0.1" }), ({ verificationMaterial }) => {
        const certificates = [signer.certificate, ...chain].map((der) => ({ rawBytes: der.toString("base64") }));
        verificationMaterial.x509CertificateChain = { certificates };
      });
    const material = (blob: Buffer) => bundleMaterial(blob, image, null, limits);
    expect(material(chained())).toMatchObject({ chainAttached: false, certificate: signer.certificate });
    expect(material(chained(kit.intermediate))).toMatchObject({ chainAttached: true });
    expect(() => material(chained(kit.intermediate, kit.intermediate))).toThrow(refusal("LIMIT_EXCEEDED"));
    expect(() => material(chained(kit.root))).toThrow(refusal("MALFORMED"));
    expect(() => material(chained(Buffer.from("no certificate")))).toThrow(refusal("MALFORMED"));
  });
});

describe("a bundle is", () => {
  const kind = (payload: Buffer, announced: string | null, change: (copy: BundleJson) => void = () => {}) =>
    bundleKind(changed(keyBundle(key, payload), change), announced, defaultSignatureLimits);

  test("a signature by its statement, or by what it is announced as", () => {
    expect(kind(statement(image, predicateTypes.signature), null)).toBe("signature");
    expect(kind(statement(image, predicateTypes.signature), predicateTypes.spdx)).toBe("signature");
    expect(kind(statement(image, predicateTypes.spdx), predicateTypes.signature)).toBe("signature");
    expect(kind(statement(image, predicateTypes.spdx), predicateTypes.spdx)).toBe("attestation");
    expect(kind(statement(image, predicateTypes.spdx), null)).toBe("attestation");
  });

  test("a signature where a statement cannot be read and nothing else was announced", () => {
    expect(kind(Buffer.from("no statement"), null)).toBe("signature");
    expect(kind(Buffer.from("no statement"), predicateTypes.spdx)).toBe("attestation");
  });

  test("an attestation where the payload is of another type", () => {
    const other = (copy: BundleJson) => {
      if (copy.dsseEnvelope !== undefined) copy.dsseEnvelope.payloadType = "text/plain";
    };
    expect(kind(statement(image, predicateTypes.signature), null, other)).toBe("attestation");
  });

  test("a signature where it is of a bare message", () => {
    expect(bundleKind(bytes(keylessMessage(signer, Buffer.from("x"))), null, defaultSignatureLimits)).toBe("signature");
  });
});

describe("a message's digest is a hint", () => {
  const message = Buffer.from("the image of the signing kit");
  const made = keylessMessage(signer, message);
  const materialOf = (bundle: object, of = image, artifact: Uint8Array | null = null) =>
    bundleMaterial(bytes(bundle), of, artifact, defaultSignatureLimits);
  const hinted = (algorithm: string) => ({
    ...made,
    messageSignature: { ...made.messageSignature, messageDigest: { algorithm, digest: "AAAA" } },
  });

  test("that is compared with what is looked at, whose own digest is what must be signed", () => {
    expect(materialOf(made).content).toEqual({ type: "message", digest: image, matches: true });
    expect(materialOf(made).signed).toEqual({
      digest: { algorithm: "sha256", value: Buffer.from(image.slice(7), "hex") },
    });
    expect(materialOf(made, otherImage).content).toMatchObject({ matches: false });
    expect(materialOf(made, image, message)).toMatchObject({ signed: { bytes: message }, content: { matches: true } });
    expect(materialOf(made, image, Buffer.from("x")).content).toMatchObject({ matches: false });
  });

  test("of another algorithm than the image's digest", () => {
    expect(materialOf(hinted("SHA2_512"))).toMatchObject({
      signed: { digest: { algorithm: "sha512" } },
      content: { matches: false },
    });
    expect(() => materialOf(hinted("SHA3_256"))).toThrow(refusal("ALG_UNSUPPORTED"));
  });
});
