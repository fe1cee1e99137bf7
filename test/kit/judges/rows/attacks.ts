// Signatures that are real and not for this: copied, swapped, taken away, and attestations in a signature's place.
import type { Act, Beside, Row, SigningTool, Target } from "../row.ts";
import { keySigner, mayBy, mayKey, policy, row, sign, signAs, slug } from "./build-row.ts";

const tools: readonly SigningTool[] = ["cosign 2", "cosign 3", "skopeo", "gpg"];

function besideOf(by: SigningTool): Beside {
  if (by === "gpg") return "lookaside";
  return by === "cosign 3" ? "bundles" : "sig";
}

function copy(by: SigningTool, from: Target, to: Target): Act {
  return { act: "copy", kind: besideOf(by), from: { on: from }, to: { on: to } };
}

const moved = tools.flatMap((by) => {
  const kind = besideOf(by);
  const may = { policies: [mayBy(by, "alice")] };
  const signed = (on: Target) => signAs(by, "alice", on);
  const fromElsewhere: readonly Act[] = [
    signAs(by, "alice", "pulled", { at: "elsewhere" }),
    { act: "copy", kind, from: { at: "elsewhere", on: "pulled" }, to: { on: "pulled" } },
  ];
  return [
    row(`copied-${slug(by)}`, `${by}: signatures of the same image in another repository`, fromElsewhere, may),
    row(
      `swapped-${slug(by)}`,
      `${by}: another image's signatures under this one's digests`,
      [signed("other"), copy(by, "other", "top"), copy(by, "other", "amd64")],
      may,
    ),
    row(
      `index-for-platform-${slug(by)}`,
      `${by}: the index's signature under the platform's digest, too`,
      [signed("top"), copy(by, "top", "amd64")],
      may,
    ),
    row(
      `platform-for-index-${slug(by)}`,
      `${by}: the platform's signature under the index's digest, too`,
      [signed("amd64"), copy(by, "amd64", "top")],
      may,
    ),
    row(
      `removed-${slug(by)}-index`,
      `${by}: all signed, then the index's is taken away`,
      [signed("pulled"), { act: "remove", kind, on: "top" }],
      may,
    ),
    row(
      `removed-${slug(by)}-platform`,
      `${by}: all signed, then the platform's is taken away`,
      [signed("pulled"), { act: "remove", kind, on: "amd64" }],
      may,
    ),
    row(
      `removed-${slug(by)}`,
      `${by}: all signed, then both are taken away`,
      [signed("pulled"), { act: "remove", kind, on: "pulled" }],
      may,
    ),
    row(
      `retagged-${slug(by)}`,
      `${by}: all signed, then the tag names an image that is not`,
      [signed("pulled"), { act: "retag" }],
      may,
    ),
  ];
});

function attest(by: "cosign 2" | "cosign 3", key: "alice" | "mallory", type: "custom" | "spdxjson" = "custom"): Act {
  return { act: "attest", by, key, on: "top", type };
}

const attested: readonly Row[] = [
  row("attested-old", "an attestation in the old format, no signature", [attest("cosign 2", "alice")]),
  row("attested-old-sbom", "an attested SBOM in the old format, no signature", [
    attest("cosign 2", "alice", "spdxjson"),
  ]),
  row("attested-new", "an attestation in a bundle, no signature", [attest("cosign 3", "alice")]),
  row("attested-new-sbom", "an attested SBOM in a bundle, no signature", [attest("cosign 3", "alice", "spdxjson")]),
  row(
    "attested-new-manifest",
    "an attestation of a single manifest in a bundle, no signature",
    [attest("cosign 3", "alice")],
    {
      image: "manifest",
    },
  ),
  row("attested-new-stranger", "a stranger's attestation in a bundle, no signature", [attest("cosign 3", "mallory")]),
  row("attested-posing", "an attestation in the old format under the signature's tag", [
    attest("cosign 2", "alice"),
    { act: "copy", kind: "att", from: { on: "top" }, to: { on: "top", kind: "sig" } },
  ]),
  row("signed-old-attested-old", "signature and attestation in the old format", [
    sign("cosign 2", "alice", "pulled"),
    attest("cosign 2", "alice"),
  ]),
  row("signed-new-attested-new", "signature and attestation in bundles", [
    sign("cosign 3", "alice", "pulled"),
    attest("cosign 3", "alice"),
  ]),
  row("signed-new-stranger-attested-new", "the policy's bundle, and a stranger's attestation in another", [
    sign("cosign 3", "alice", "pulled"),
    attest("cosign 3", "mallory"),
  ]),
  row("stranger-signed-new-attested-new", "a stranger's bundle, and the policy's attestation in another", [
    sign("cosign 3", "mallory", "pulled"),
    attest("cosign 3", "alice"),
  ]),
  row("signed-old-attested-new", "a signature in the old format, an attestation in a bundle", [
    sign("cosign 2", "alice", "pulled"),
    attest("cosign 3", "alice"),
  ]),
  row("signed-old-stranger-attested-new", "a signature in the old format, a stranger's attestation in a bundle", [
    sign("cosign 2", "alice", "pulled"),
    attest("cosign 3", "mallory"),
  ]),
  row(
    "stranger-signed-old-attested-new",
    "a stranger's signature in the old format, the policy's attestation in a bundle",
    [sign("cosign 2", "mallory", "pulled"), attest("cosign 3", "alice")],
  ),
  row(
    "required-attestation",
    "a signature, while the policy also requires an attestation",
    [sign("cosign 2", "alice", "pulled")],
    {
      policies: [
        policy([keySigner("alice")], {
          attestations: [{ predicateType: "https://slsa.dev/provenance/v1", signers: ["alice"], required: true }],
        }),
      ],
    },
  ),
];

const customType = "https://cosign.sigstore.dev/attestation/v1";

/** cosign has a command of its own for them, which looks for them as `verify` looks for signatures. */
const required = [
  { id: "old", title: "in the old format", acts: [sign("cosign 2", "alice", "pulled"), attest("cosign 2", "alice")] },
  { id: "new", title: "in bundles", acts: [sign("cosign 3", "alice", "pulled"), attest("cosign 3", "alice")] },
  {
    id: "old-stranger",
    title: "in the old format, the attestation by a stranger",
    acts: [sign("cosign 2", "alice", "pulled"), attest("cosign 2", "mallory")],
  },
  {
    id: "new-stranger",
    title: "in bundles, the attestation by a stranger",
    acts: [sign("cosign 3", "alice", "pulled"), attest("cosign 3", "mallory")],
  },
  {
    id: "other-type",
    title: "in the old format, the attestation of something else",
    acts: [sign("cosign 2", "alice", "pulled"), attest("cosign 2", "alice", "spdxjson")],
  },
  {
    id: "new-other-type",
    title: "in bundles, the attestation of something else",
    acts: [sign("cosign 3", "alice", "pulled"), attest("cosign 3", "alice", "spdxjson")],
  },
  {
    id: "across",
    title: "in the old format, the attestation in a bundle",
    acts: [sign("cosign 2", "alice", "pulled"), attest("cosign 3", "alice")],
  },
].map(({ id, title, acts }) =>
  row(`required-attestation-${id}`, `signature and required attestation ${title}`, acts, {
    policies: [
      policy([keySigner("alice")], {
        attestations: [{ predicateType: customType, signers: ["alice"], required: true }],
      }),
    ],
  }),
);

/** Scopes are whole path segments, and the longest that holds the repository speaks alone. */
const scopes: readonly Row[] = [
  row("scope-repository", "a policy for the repository alone", [sign("cosign 2", "alice", "pulled")], {
    policies: [policy([keySigner("alice")], { scope: "{row}/desktop" })],
  }),
  row(
    "scope-repository-stranger",
    "a policy for the repository alone, a stranger signs",
    [sign("cosign 2", "mallory", "pulled")],
    {
      policies: [policy([keySigner("alice")], { scope: "{row}/desktop" })],
    },
  ),
  row(
    "scope-part-of-segment",
    "a policy for a part of the repository's last segment, a stranger signs",
    [sign("cosign 2", "mallory", "pulled")],
    {
      policies: [policy([keySigner("alice")], { scope: "{row}/desk" })],
    },
  ),
  row("scope-longer-segment", "a policy for a namespace whose name goes on, nobody signs", [], {
    policies: [policy([keySigner("alice")], { scope: "{row}x" })],
  }),
  row("scope-elsewhere", "a policy for another namespace, nobody signs", [], {
    policies: [policy([keySigner("alice")], { scope: "{row}-elsewhere" })],
  }),
  row(
    "scope-narrow-wins",
    "the namespace's key signs, the repository has another",
    [sign("cosign 2", "alice", "pulled")],
    {
      policies: [policy([keySigner("alice")]), policy([keySigner("bob")], { scope: "{row}/desktop" })],
    },
  ),
  row(
    "scope-narrow-signs",
    "the repository's own key signs, the namespace has another",
    [sign("cosign 2", "bob", "pulled")],
    {
      policies: [policy([keySigner("alice")]), policy([keySigner("bob")], { scope: "{row}/desktop" })],
    },
  ),
  row("expected-unsigned", "a policy that expects a signature, and there is none", [], {
    policies: [{ ...mayKey("alice"), signature: "expected" }],
  }),
];

export const attackRows: readonly Row[] = [...moved, ...attested, ...required, ...scopes];
