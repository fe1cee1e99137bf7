// Tests of the model of containers/image with files that we did not write: hosts have their own.
import { describe, expect, test } from "vitest";
import type { HostConfiguration } from "../../../../../policies/trust/consumers/prepared-host.ts";
import { simulateContainersImage } from "../../../../../policies/trust/consumers/simulate-containers-image.ts";
import type { SignatureFinding } from "../../../../../policies/trust/finding.ts";
import { derOf, pemOf, readTrustedRoot } from "../../../../../policies/trust/trusted-root.ts";
import { armoured } from "../../documents/keys.ts";
import {
  byOpenpgp,
  bySig,
  day,
  found,
  keyless,
  logged,
  lookaside,
  now,
  payload,
  pem,
  platformDigest,
  publicGood,
  reference,
  repository,
  ring,
  rootContent,
  spki,
} from "../trust-builders.ts";

const keyPath = "/etc/pki/containers/alice.pub";
const files = { [keyPath]: pem("alice"), "/bob.pub": pem("bob"), "/log.pub": pemOf("PUBLIC KEY", spki("good log")) };
const registriesD = { "default.yaml": "default-docker: { use-sigstore-attachments: true }\n" };
const identity = { signedIdentity: { type: "matchRepository" } };
const alice = { type: "sigstoreSigned", keyPath, ...identity };
const bob = { type: "sigstoreSigned", keyPath: "/bob.pub", ...identity };
const accept = { type: "insecureAcceptAnything" };
const reject = { type: "reject" };

type Sections = Readonly<Record<string, readonly unknown[]>>;

function host(docker: Sections, change: Partial<HostConfiguration> = {}): HostConfiguration {
  return { policyJson: JSON.stringify({ default: [reject], transports: { docker } }), registriesD, files, ...change };
}

function ask(
  configuration: HostConfiguration,
  evidence: readonly SignatureFinding[],
  version: readonly [number, number] = [5, 39],
) {
  const manifest = { digest: platformDigest, found: evidence.map((each) => found(each)), nowMs: now };
  const root = readTrustedRoot(publicGood.content);
  const roots = new Map(root === undefined ? [] : [[publicGood.digest, root]]);
  return simulateContainersImage(configuration, reference, manifest, roots, version);
}

const signed = [bySig("alice")];

describe("which section speaks", () => {
  test.each([
    { title: "the registry's", docker: { "registry.example": [alice] }, outcome: "accepted" },
    {
      title: "the most specific alone, though it accepts anything",
      docker: { "registry.example": [alice], "registry.example/desk": [accept] },
      unsigned: "accepted",
      outcome: "accepted",
    },
    {
      title: "the most specific alone, though it refuses",
      docker: { "registry.example": [accept], [repository]: [reject] },
      outcome: "refused",
    },
    { title: "the tag's", docker: { [repository]: [accept], [`${repository}:stable`]: [reject] }, outcome: "refused" },
    {
      title: "another tag's: no",
      docker: { [repository]: [alice], [`${repository}:testing`]: [reject] },
      outcome: "accepted",
    },
    { title: "a sibling's that begins alike: no", docker: { "registry.example/desk/o": [accept] }, outcome: "refused" },
    { title: "the wildcard's", docker: { "*.example": [alice] }, outcome: "accepted" },
    { title: "the transport's", docker: { "": [alice] }, outcome: "accepted" },
    { title: "the default's", docker: {}, outcome: "refused" },
  ])("$title", ({ docker, outcome, unsigned = "refused" }) => {
    expect(ask(host(docker), signed).outcome).toBe(outcome);
    expect(ask(host(docker), []).outcome).toBe(unsigned);
  });
});

describe("requirements", () => {
  test.each([
    {
      title: "all of them must be met (bluefin-lts#1292)",
      requirements: [alice, bob],
      evidence: signed,
      outcome: "refused",
    },
    {
      title: "each by any signature",
      requirements: [alice, bob],
      evidence: [bySig("alice"), bySig("bob")],
      outcome: "accepted",
    },
    { title: "one that refuses", requirements: [alice, reject], evidence: signed, outcome: "refused" },
    {
      title: "signedBaseLayer, which was never built",
      requirements: [{ type: "signedBaseLayer", baseLayerIdentity: { type: "matchExact" } }],
      evidence: signed,
      outcome: "refused",
    },
    {
      title: "the identity that is taken where none is named, which cosign never fits",
      requirements: [{ type: "sigstoreSigned", keyPath }],
      evidence: signed,
      outcome: "refused",
    },
    {
      title: "the same, for a signature with the tag",
      requirements: [{ type: "sigstoreSigned", keyPath }],
      evidence: [bySig("alice", { claims: payload(reference) })],
      outcome: "accepted",
    },
    {
      title: "a key and the log's key",
      requirements: [{ ...alice, rekorPublicKeyPath: "/log.pub" }],
      evidence: [bySig("alice", logged(now - day))],
      outcome: "accepted",
    },
    {
      title: "a key and the log's key, without an entry",
      requirements: [{ ...alice, rekorPublicKeyPath: "/log.pub" }],
      evidence: signed,
      outcome: "refused",
    },
    {
      title: "a key and another log's key",
      requirements: [{ ...alice, rekorPublicKeyPath: "/bob.pub" }],
      evidence: [bySig("alice", logged(now - day))],
      outcome: "refused",
    },
    {
      title: "keyData",
      requirements: [{ type: "sigstoreSigned", keyData: Buffer.from(pem("alice")).toString("base64"), ...identity }],
      evidence: signed,
      outcome: "accepted",
    },
    {
      title: "a key that is not here",
      requirements: [{ type: "sigstoreSigned", keyPath: "/elsewhere.pub", ...identity }],
      evidence: signed,
      outcome: "unknown",
    },
    {
      title: "X.509 certificates in place of OpenPGP keys, which were never built",
      requirements: [{ type: "signedBy", keyType: "X509Certificates", keyPath: "/x" }],
      evidence: signed,
      outcome: "refused",
    },
  ])("$outcome: $title", ({ requirements, evidence, outcome }) => {
    expect(ask(host({ "": requirements }), evidence).outcome).toBe(outcome);
  });
});

describe("files that cannot be read stop every pull", () => {
  test.each([
    {
      title: "a policy of a newer dialect",
      configuration: host({ "": [{ type: "sigstoreSigned", keyPaths: [keyPath], ...identity }] }),
      version: [5, 32] as const,
    },
    { title: "a policy that is none", configuration: host({}, { policyJson: "{}" }), version: [5, 39] as const },
    {
      title: "registries.d with a section twice",
      configuration: host(
        { "": [accept] },
        { registriesD: { "a.yaml": "docker: { a: {} }\n", "b.yaml": "docker: { a: {} }\n" } },
      ),
      version: [5, 39] as const,
    },
  ])("$title", ({ configuration, version }) => {
    expect(ask(configuration, signed, version).outcome).toBe("unreadable");
  });
});

test("a policy without registries.d always rejects: .sig tags are not looked at", () => {
  expect(ask(host({ "": [alice] }, { registriesD: {} }), signed).outcome).toBe("refused");
});

test("a signature whose arithmetic nobody has done is none, whoever is said to have made it", () => {
  const undone = bySig("alice", { valid: null, signature: { holds: null, algorithm: "ecdsa-p256-sha256" } });
  expect(ask(host({ "": [alice] }), [undone]).outcome).toBe("refused");
});

describe("an OpenPGP signature", () => {
  const requirement = { type: "signedBy", keyType: "GPGKeys", keyPath: "/erin.asc", ...identity };
  const configuration = host(
    { "": [requirement] },
    {
      files: { "/erin.asc": armoured(ring("erin")) },
      registriesD: { "a.yaml": `docker: { registry.example: { lookaside: "${lookaside}" } }\n` },
    },
  );
  const doubt = { valid: false, reasons: [{ code: "KEY_WINDOW" as const, message: "the key has ended" }] };
  test.each([
    { title: "by the key", finding: byOpenpgp("erin"), outcome: "accepted" },
    { title: "by another key", finding: byOpenpgp("frank"), outcome: "refused" },
    { title: "by the key, which has ended", finding: byOpenpgp("erin", doubt), outcome: "refused" },
    {
      title: "of another digest",
      finding: byOpenpgp("erin", { claims: payload(reference, "sha256:0") }),
      outcome: "refused",
    },
    {
      title: "of another repository",
      finding: byOpenpgp("erin", { claims: payload("registry.example/other/os:1") }),
      outcome: "refused",
    },
    { title: "in a payload that could not be read", finding: byOpenpgp("erin", { claims: null }), outcome: "refused" },
  ])("$outcome $title", ({ finding, outcome }) => {
    expect(ask(configuration, [finding]).outcome).toBe(outcome);
  });
});

describe("a certificate", () => {
  const [intermediate, root] = derOf("CERTIFICATE", rootContentPem());
  const fulcio = {
    caPath: "/ca.pem",
    oidcIssuer: "https://token.actions.githubusercontent.com",
    subjectEmail: "alice@desk.example",
  };
  const requirement = { type: "sigstoreSigned", fulcio, rekorPublicKeyPath: "/log.pub", ...identity };
  const given = (...certificates: readonly (Buffer | undefined)[]) =>
    host(
      { "": [requirement] },
      {
        files: {
          ...files,
          "/ca.pem": certificates.flatMap((der) => (der ? [pemOf("CERTIFICATE", der)] : [])).join(""),
        },
      },
    );
  const byAlice = keyless("alice@desk.example");
  const withoutChain = keyless("alice@desk.example", { attached: { certificate: true, chain: false, timestamps: 0 } });

  test.each([
    {
      title: "the file holds the intermediate",
      configuration: given(intermediate, root),
      evidence: withoutChain,
      outcome: "accepted",
    },
    {
      title: "the file holds the root, and the intermediate lies beside the signature",
      configuration: given(root),
      evidence: byAlice,
      outcome: "accepted",
    },
    { title: "the file holds the root alone", configuration: given(root), evidence: withoutChain, outcome: "refused" },
    {
      title: "another authority's file",
      configuration: given(Buffer.from("another")),
      evidence: byAlice,
      outcome: "refused",
    },
    {
      title: "an entry of another kind",
      configuration: given(intermediate),
      evidence: keyless("alice@desk.example", logged(now - day, { kind: "rekord" })),
      outcome: "refused",
    },
    {
      title: "an entry of another log",
      configuration: given(intermediate),
      evidence: keyless("alice@desk.example", logged(now - day, { logId: "00" })),
      outcome: "refused",
    },
    {
      title: "of another address",
      configuration: given(intermediate),
      evidence: keyless("mallory@desk.example"),
      outcome: "refused",
    },
    {
      title: "of another issuer",
      configuration: given(intermediate),
      evidence: keyless("alice@desk.example", {
        signer:
          byAlice.signer === null || byAlice.signer.type !== "identity"
            ? null
            : { ...byAlice.signer, issuer: "https://other.example" },
      }),
      outcome: "refused",
    },
  ])("$outcome where $title", ({ configuration, evidence, outcome }) => {
    expect(ask(configuration, [evidence]).outcome).toBe(outcome);
  });

  function rootContentPem(): string {
    const read = readTrustedRoot(rootContent("good"));
    return (read?.authorities[0]?.certificates ?? []).map((der) => pemOf("CERTIFICATE", der)).join("");
  }
});
