// Places: what registries, mirrors and lookasides show, lose and hold back.
import { enums } from "openpgp";
import { RegistryDocument } from "../../../policies/documents/registry-document.ts";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { dayMs, signedAtMs } from "../signing/authority.ts";
import { layersManifest } from "../signing/cosign.ts";
import { otherImage, repository } from "../signing/evidence.ts";
import {
  armoredMessage,
  cleartextMessage,
  compressed,
  detachedSignature,
  literalMessage,
  openpgpKey,
  packetMessage,
  revoked,
  signedMessage,
  withRevokedSubkey,
} from "../signing/openpgp.ts";
import { cosignPayload, openpgpPayload } from "../signing/payloads.ts";
import { type AttackCase, byKey, byOpenpgp } from "./attack-world.ts";
import { bundle, sig } from "./key-cases.ts";

const [alice, bob, mallory, withSubkey, short] = await Promise.all([
  openpgpKey("alice"),
  openpgpKey("bob", { type: "rsa" }),
  openpgpKey("mallory"),
  openpgpKey("carol", { signingSubkey: true }),
  openpgpKey("dave", { lifeMs: 100 * dayMs + 60_000 }),
]);
const keys = {
  "keys/alice.asc": alice.armored,
  "keys/bob.asc": bob.armored,
  "keys/carol.asc": withSubkey.armored,
  "keys/dave.asc": short.armored,
};
const payload = (of: Digest, reference = `${repository}:stable`) => openpgpPayload(reference, of);

const openpgp: readonly AttackCase[] = (
  [
    [
      "none: a signed message",
      "containers-signature.5",
      "alice",
      async (of) => [await signedMessage(payload(of), alice)],
      "verified | bootc podman",
    ],
    [
      "none: RSA, compressed as gpg writes it",
      "containers-signature.5; facts/judges.md, lookaside-compressed",
      "bob",
      async (of) => [compressed(await signedMessage(payload(of), bob))],
      "verified | bootc podman",
    ],
    [
      "none: the signature before the text",
      "RFC 9580, 10.3",
      "alice",
      async (of) => [await packetMessage(payload(of), alice)],
      "verified | bootc podman",
    ],
    [
      "none: a subkey, which containers/image takes since 5.37",
      "containers/image#2905",
      "carol",
      async (of) => [await signedMessage(payload(of), withSubkey)],
      "verified | nobody",
    ],
    [
      "an armoured message, which hides all others of the lookaside",
      "containers/image internal/signature FromBlob; facts/judges.md, lookaside-armoured",
      "alice",
      async (of) => [await armoredMessage(payload(of), alice)],
      "invalid MALFORMED | nobody",
    ],
    [
      "a cleartext message, of which gpg says GOODSIG",
      "containers-signature.5: MUST NOT be cleartext; facts/trust.md 1d",
      "alice",
      async (of) => [await cleartextMessage(payload(of), alice)],
      "invalid MALFORMED | nobody",
    ],
    [
      "a text that nobody signed",
      "containers-signature.5: MUST be signed",
      "alice",
      async (of) => [await literalMessage(payload(of))],
      "invalid MALFORMED | nobody",
    ],
    [
      "a detached signature",
      "containers-signature.5: the payload is inside",
      "alice",
      async (of) => [await detachedSignature(payload(of), alice)],
      "invalid MALFORMED | nobody",
    ],
    [
      "key swap: somebody else's OpenPGP key",
      "contract.md 2: no key of this policy verifies it",
      "alice",
      async (of) => [await signedMessage(payload(of), mallory)],
      "invalid SIGNATURE_ERROR | nobody",
    ],
    [
      "two signatures in one message",
      "containers-signature.5: exactly one; facts/judges.md, lookaside-two-signers",
      "alice",
      async (of) => [await signedMessage(payload(of), alice, { others: [mallory] })],
      "invalid MALFORMED | nobody",
    ],
    [
      "a signature that has expired, of which gpg says VALIDSIG",
      "facts/trust.md 1d: EXPSIG",
      "alice",
      async (of) => [await packetMessage(payload(of), alice, { lifeMs: 60_000 })],
      "untrusted KEY_WINDOW | nobody",
    ],
    [
      "a key that has expired since",
      "facts/trust.md 1d: EXPKEYSIG",
      "dave",
      async (of) => [await signedMessage(payload(of), short)],
      "untrusted KEY_WINDOW | nobody",
    ],
    [
      "a signature by SHA-1, which gpg still takes",
      "RFC 9580, 9.5; facts/judges.md, lookaside-sha1",
      "bob",
      async (of) => [await packetMessage(payload(of), bob, { hash: enums.hash.sha1 })],
      "indeterminate ALG_UNSUPPORTED | bootc podman",
    ],
    [
      "none: a signature of type text",
      "facts/judges.md, lookaside-text-type",
      "alice",
      async (of) => [await packetMessage(payload(of), alice, { type: enums.signature.text })],
      "verified | bootc podman",
    ],
    [
      "digest swap: another image's signature in the lookaside",
      "containers-signature.5, docker-manifest-digest",
      "alice",
      async () => [await signedMessage(payload(otherImage), alice)],
      "invalid DIGEST_MISMATCH | nobody",
    ],
    [
      "reference swap: another repository's signature in the lookaside",
      "containers-policy.json.5, matchRepository",
      "alice",
      async (of) => [await signedMessage(payload(of, "registry.example/other/desktop:stable"), alice)],
      "invalid REFERENCE_MISMATCH | nobody",
    ],
    [
      "cosign's payload in an OpenPGP message",
      "containers-signature.5, type",
      "alice",
      async (of) => [await signedMessage(cosignPayload(repository, of), alice)],
      "invalid PAYLOAD_TYPE | nobody",
    ],
    [
      "a foreign file before the right one",
      "containers/image internal/signature FromBlob; facts/judges.md, lookaside-broken-first",
      "alice",
      async (of) => [Buffer.from("<html>not found</html>"), await signedMessage(payload(of), alice)],
      "verified | nobody",
    ],
    [
      "a stranger's file before the right one",
      "facts/judges.md, lookaside-second-file",
      "alice",
      async (of) => [await signedMessage(payload(of), mallory), await signedMessage(payload(of), alice)],
      "verified | bootc podman",
    ],
    [
      "50 files before the right one",
      "limits: 20 files of a lookaside here; containers/image reads 128",
      "alice",
      async (of) => [
        ...Array(50).fill(await signedMessage(payload(otherImage), alice)),
        await signedMessage(payload(of), alice),
      ],
      "indeterminate LIMIT_EXCEEDED | nobody",
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    string,
    (of: Digest) => Promise<readonly Uint8Array[]>,
    string,
  ])[]
).map(
  ([attack, source, name, files, expected]): AttackCase => ({
    ...{ attack, source, keys, expected, policy: { signers: [byOpenpgp(name)] } },
    shows: async (of) => ({ lookaside: await files(of) }),
  }),
);

const revocations: readonly AttackCase[] = [
  {
    attack: "a key that its owner has revoked, of which gpg says VALIDSIG",
    source: "facts/trust.md 1d: REVKEYSIG",
    policy: { signers: [byOpenpgp("alice")] },
    keys: { "keys/alice.asc": await revoked(alice, signedAtMs + 60_000, 2) },
    shows: async (of) => ({ lookaside: [await signedMessage(payload(of), alice)] }),
    expected: "untrusted KEY_REVOKED | nobody",
  },
  {
    attack: "a revoked key before an older export of it, which knows of no revocation",
    source: "gpg joins the copies of a key when it imports them: REVKEYSIG",
    policy: { signers: [byOpenpgp("alice")] },
    keys: { "keys/alice.asc": `${await revoked(alice, signedAtMs + 60_000, 2)}\n${alice.armored}` },
    shows: async (of) => ({ lookaside: [await signedMessage(payload(of), alice)] }),
    expected: "untrusted KEY_REVOKED | nobody",
  },
  {
    attack: "a subkey that its owner has revoked",
    source: "facts/trust.md 1d: REVKEYSIG of a subkey",
    policy: { signers: [byOpenpgp("carol")] },
    keys: { "keys/carol.asc": await withRevokedSubkey(withSubkey, signedAtMs + 60_000) },
    shows: async (of) => ({ lookaside: [await signedMessage(payload(of), withSubkey)] }),
    expected: "untrusted KEY_REVOKED | nobody",
  },
  {
    attack: "none: a retired OpenPGP key beside a key that hosts are given",
    source: "contract.md 2, host files: POLICY_INEXPRESSIBLE",
    policy: { signers: [byKey("alice"), byOpenpgp("alice", { role: "retired" })] },
    keys,
    shows: async (of) => ({ lookaside: [await signedMessage(payload(of), alice)] }),
    expected: "verified | nobody",
  },
  {
    attack: "none: a policy without a lookaside for its OpenPGP key",
    source: "contract.md 2, host files: POLICY_INEXPRESSIBLE",
    policy: { signers: [byOpenpgp("alice", { lookaside: undefined })] },
    keys,
    shows: async (of) => ({ lookaside: [await signedMessage(payload(of), alice)] }),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
];

const referrersOf = (of: Digest) => Array.from({ length: 1000 }, () => bundle(of, "mallory"));

const registries: readonly AttackCase[] = [
  {
    attack: "stripped: the registry has nothing",
    source: "contract.md 2: NO_SIGNATURE",
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
  {
    attack: "none: the registry no longer shows what it showed",
    source: "contract.md 2: evidence once found counts; SIGNATURE_GONE; Quay ends .sig tags since 2026-08-18",
    gone: true,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | nobody",
  },
  {
    attack: "the registry never answered",
    source: "contract.md 2: indeterminate, never a synonym of unsigned",
    failing: "never",
    shows: () => ({}),
    expected: "indeterminate REGISTRY_ERROR | nobody",
  },
  {
    attack: "the registry answered once, and fails since",
    source: "contract.md 2: a failed look leaves the verdict and adds REGISTRY_ERROR",
    failing: "since",
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified REGISTRY_ERROR | cosign bootc podman",
  },
  {
    attack: "nothing was found, and the registry fails since",
    source: "contract.md 2: a failed look leaves the verdict and adds REGISTRY_ERROR",
    failing: "since",
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE REGISTRY_ERROR | nobody",
  },
  {
    attack: "1,000 referrers by strangers, and no signature",
    source: "facts/trust.md 1b: an attacker can add referrers; contract.md 2: LIMIT_EXCEEDED",
    shows: (of) => ({ referrers: referrersOf(of), cut: "it has more than 1000 entries" }),
    expected: "indeterminate LIMIT_EXCEEDED | nobody",
  },
  {
    attack: "1,000 referrers by strangers before the policy's .sig",
    source: "facts/trust.md 1b; contract.md 2: the best counts",
    shows: (of) => ({ sig: [sig(of)], referrers: referrersOf(of), cut: "it has more than 1000 entries" }),
    expected: "verified | bootc podman",
  },
  {
    attack: "a stale fallback tag: it alone has the policy's bundle, beside a referrers API that answers without it",
    source: "go-containerregistry remote/referrers.go: the tag is not read; fixtures/judges, referrers-tag-beside-api",
    shows: (of) => ({ unread: { tag: [bundle(of)] } }),
    expected: "verified | nobody",
  },
  {
    attack: "a stranger's bundle by the API, beside the policy's under the fallback tag alone",
    source: "go-containerregistry remote/referrers.go: the tag is not read",
    shows: (of) => ({ referrers: [bundle(of, "mallory")], unread: { tag: [bundle(of)] } }),
    expected: "verified | nobody",
  },
  {
    attack: "a stranger's bundle under a fallback tag that cosign does not read, to hide the policy's .sig",
    source: "go-containerregistry remote/referrers.go; fixtures/judges, referrers-stranger-beside-api",
    shows: (of) => ({ sig: [sig(of)], unread: { tag: [bundle(of, "mallory")] } }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "so many referrers that the policy's bundle is on the API's second page",
    source: "go-containerregistry remote/referrers.go: no Link is followed; fixtures/judges, referrers-second-page",
    shows: (of) => ({ referrers: [bundle(of, "mallory")], unread: { api: [bundle(of)] } }),
    expected: "verified | nobody",
  },
  {
    attack: "a stranger's bundle on the API's second page, to hide the policy's .sig",
    source: "go-containerregistry remote/referrers.go: no Link is followed",
    shows: (of) => ({ sig: [sig(of)], unread: { api: [bundle(of, "mallory")] } }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "a signature's blob that the registry does not have",
    source: "contract.md 2: could not be looked at is indeterminate",
    shows: (of) => ({ sig: [sig(of)], lost: [digestOf(sig(of).blob)] }),
    expected: "indeterminate REGISTRY_ERROR | nobody",
  },
  {
    attack: "a blob that is missing beside a right signature",
    source: "containers/image docker_image_src.go: reads all signatures or none",
    shows: (of) => ({
      sig: [sig(of), sig(of, "bob", `${repository}:lost`)],
      lost: [digestOf(sig(of, "bob", `${repository}:lost`).blob)],
    }),
    expected: "verified | cosign",
  },
  {
    attack: "a layer whose descriptor has another size",
    source: "OCI image specification, descriptor: size",
    shows: (of) => {
      const pushed = layersManifest([sig(of)]);
      const text = pushed.bytes
        .toString()
        .replace(/"size":(\d+),"digest":"([^"]+)","annotations"/, '"size":1,"digest":"$2","annotations"');
      return { sig: { ...pushed, bytes: Buffer.from(text) } };
    },
    expected: "indeterminate LIMIT_EXCEEDED | nobody",
  },
  {
    attack: "blobs swapped in the registry: the payload under another's digest",
    source: "OCI image specification, descriptor: digest",
    shows: (of) => {
      const pushed = layersManifest([sig(of)]);
      return {
        sig: { ...pushed, blobs: new Map([...pushed.blobs].map(([digest]) => [digest, Buffer.from("swapped")])) },
      };
    },
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "oversize: a payload of a megabyte",
    source: "limits: payloadBytes; contract.md 2: LIMIT_EXCEEDED",
    shows: (of) => ({ sig: [{ ...sig(of), blob: Buffer.alloc(1_000_000, 32) }] }),
    expected: "indeterminate LIMIT_EXCEEDED | nobody",
  },
  {
    attack: "a .sig manifest that is no JSON",
    source: "OCI image specification, manifest",
    shows: () => ({ sig: { bytes: Buffer.from("{"), blobs: new Map() } }),
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "a .sig manifest with two values of layers",
    source: "RFC 8259, 4: which of two members counts is not defined",
    shows: (of) => {
      const pushed = layersManifest([sig(of)]);
      const text = pushed.bytes.toString().replace('"layers"', '"layers":[],"layers"');
      return { sig: { ...pushed, bytes: Buffer.from(text) } };
    },
    expected: "invalid MALFORMED | nobody",
  },
  {
    attack: "1,001 layers in one .sig manifest",
    source: "limits: layersPerManifest, as cosign's; contract.md 2: LIMIT_EXCEEDED",
    shows: (of) => ({ sig: Array(1001).fill(sig(of)) }),
    expected: "indeterminate LIMIT_EXCEEDED | nobody",
  },
];

const mirror = "mirror.example/desktop";
const mirrored = {
  registries: [RegistryDocument.parse({ host: "mirror.example", dialect: "oci", mirrorOf: "registry.example/os" })],
  reference: `${mirror}:stable`,
};

const mirrors: readonly AttackCase[] = [
  {
    attack: "none: signed upstream with the tag, pulled from the mirror",
    source: "contract.md 2: mirrors use remapIdentity",
    ...mirrored,
    shows: (of) => ({ sig: [sig(of, "alice", `${repository}:stable`)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "none: signed upstream by cosign, without a tag",
    source: "facts/judges.md, mirror-cosign-2: exactRepository, since remapIdentity takes none without a tag",
    ...mirrored,
    shows: (of) => ({ sig: [sig(of)] }),
    expected: "verified | cosign bootc podman",
  },
  {
    attack: "reference swap: signed under the mirror's own name",
    source: "contract.md 1, mirrorOf: signed references are compared with this prefix in place of the host",
    ...mirrored,
    shows: (of) => ({ sig: [sig(of, "alice", `${mirror}:stable`)] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "replay: another repository of the mirrored namespace",
    source: "contract.md 2: REFERENCE_MISMATCH",
    ...mirrored,
    shows: (of) => ({ sig: [sig(of, "alice", "registry.example/os/other:stable")] }),
    expected: "invalid REFERENCE_MISMATCH | cosign",
  },
  {
    attack: "mirrored without its signatures",
    source: "contract.md 2: NO_SIGNATURE",
    ...mirrored,
    shows: () => ({}),
    expected: "unsigned NO_SIGNATURE | nobody",
  },
];

export const placeCases: readonly AttackCase[] = [...openpgp, ...revocations, ...registries, ...mirrors];
