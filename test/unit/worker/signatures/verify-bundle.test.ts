// One bundle by a stranger's wishes (sigstore client specification): a key or a literal identity, logged, at a proven time.
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { type BundleRequest, verifyBundle } from "../../../../worker/signatures/verify-bundle.ts";
import { makeAuthority, signedAtMs, trustedRootOf } from "../../../kit/signing/authority.ts";
import { type BundleJson, envelopeBundle, messageBundle, signEnvelope } from "../../../kit/signing/bundle.ts";
import { generalName } from "../../../kit/signing/certificate.ts";
import { signBytes, signingKey } from "../../../kit/signing/keys.ts";
import { predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { bodies, entryV1, entryV2 } from "../../../kit/signing/rekor.ts";
import { keyless, keylessBundle, keylessMessage, workflow } from "../../../kit/signing/scenes.ts";

const artifact = Buffer.from("an artifact");
const digest = digestOf(artifact);
const kit = makeAuthority();
const key = signingKey("release");
const trustedRoot = { name: "kit", bytes: Buffer.from(JSON.stringify(trustedRootOf(kit))) };
const identity = { identity: workflow, issuer: "https://token.example" };
const payload = statement(digest, predicateTypes.signature);

const byWorkflow = keylessBundle(keyless(kit), { payload });
const message = keylessMessage(keyless(kit), artifact);

/** By a key, with what a log makes of it. */
function byKey(log: "logged" | "unlogged" | "rekor 2"): BundleJson {
  const envelope = signEnvelope(payload, [key]);
  const [signature = Buffer.alloc(0)] = envelope.signatures;
  const logged = { signature, signed: envelope.signed, verifier: { key } };
  const entries = {
    logged: () => [entryV1(kit.rekor1, bodies.dsse001(logged, payload, envelope.stored), { atMs: signedAtMs })],
    "rekor 2": () => [entryV2(kit.rekor2, bodies.dsse002(logged, payload))],
    unlogged: () => [],
  }[log]();
  return envelopeBundle(envelope, { by: { key }, entries });
}

function ask(bundle: object, change: Partial<BundleRequest> = {}) {
  const request = {
    bundle: Buffer.from(JSON.stringify(bundle)),
    artifact: { bytes: artifact },
    by: identity,
    trustedRoot,
  };
  const answer = verifyBundle({ ...request, ...change }, defaultSignatureLimits);
  return answer.outcome === "verified" ? ["verified"] : answer.reasons.map(({ code }) => code);
}

describe("a bundle is verified", () => {
  test.each<[string, object, Partial<BundleRequest>]>([
    ["by an identity, literally", byWorkflow, {}],
    ["of a digest alone", byWorkflow, { artifact: { digest } }],
    ["of a message", message, {}],
    ["of a message by its digest", message, { artifact: { digest } }],
    ["by a key that is logged", byKey("logged"), { by: { keyPem: key.pem } }],
  ])("%s", (_, bundle, change) => {
    expect(ask(bundle, change)).toEqual(["verified"]);
  });
});

const otherKey = signingKey("other");
const another = (names: readonly Buffer[], issuer?: string) =>
  keylessBundle(keyless(kit, { names, ...(issuer === undefined ? {} : { issuer }) }), { payload });

describe("a bundle is refused", () => {
  test.each<[string, object, Partial<BundleRequest>, readonly string[]]>([
    ["by another identity", another([generalName.uri(`${workflow}-evil`)]), {}, ["IDENTITY_MISMATCH"]],
    [
      "by an identity that a pattern would fit",
      byWorkflow,
      { by: { ...identity, identity: ".*" } },
      ["IDENTITY_MISMATCH"],
    ],
    ["of another issuer", another([generalName.uri(workflow)], "https://token.example.evil"), {}, ["ISSUER_MISMATCH"]],
    ["by an identity, where a key was named", byWorkflow, { by: { keyPem: key.pem } }, ["WRONG_KEY"]],
    ["by a key, where an identity was named", byKey("logged"), {}, ["IDENTITY_MISMATCH"]],
    ["by a key that only the log names", byKey("logged"), { by: { keyPem: otherKey.pem } }, ["WRONG_KEY"]],
    [
      "by a key that is not logged",
      byKey("unlogged"),
      { by: { keyPem: key.pem } },
      ["TLOG_REQUIRED", "NO_TRUSTED_TIME"],
    ],
    ["by a key whose log says no time", byKey("rekor 2"), { by: { keyPem: key.pem } }, ["NO_TRUSTED_TIME"]],
    ["of another artifact", byWorkflow, { artifact: { bytes: Buffer.from("x") } }, ["SUBJECT_MISMATCH"]],
    ["of another message", message, { artifact: { bytes: Buffer.from("x") } }, ["SIGNATURE_ERROR"]],
    ["that is no bundle", { no: "bundle" }, {}, ["MALFORMED"]],
    [
      "by a root that is none",
      byWorkflow,
      { trustedRoot: { name: "kit", bytes: Buffer.from("{}") } },
      ["TRUST_ROOT_INVALID"],
    ],
    ["by a key that is none", byKey("logged"), { by: { keyPem: "no key" } }, ["MALFORMED"]],
    [
      "by a key of a kind that is not supported",
      byKey("logged"),
      {
        by: {
          keyPem:
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAk=\n-----END PUBLIC KEY-----\n",
        },
      },
      ["ALG_UNSUPPORTED"],
    ],
  ])("%s", (_, bundle, change, codes) => {
    expect(ask(bundle, change)).toEqual(codes);
  });

  test("by nobody known, whatever is asked for", () => {
    const bare = messageBundle(artifact, signBytes(otherKey, artifact), { by: { key: otherKey } });
    expect(ask(bare)).toEqual(["SIGNATURE_ERROR"]);
    expect(ask(bare, { by: { keyPem: key.pem } })).toEqual(["SIGNATURE_ERROR"]);
  });
});
