// Whose key: two keys of a policy, keys that come and go, thresholds, and keys of every kind.
import type { KeyName, Row } from "../row.ts";
import { keySigner, mayKey, mayOpenpgp, openpgpSigner, policy, row, sign, signOpenpgp, slug } from "./build-row.ts";

const tools = ["cosign 2", "cosign 3"] as const;

const twoKeys = tools.flatMap((by) => {
  const may = { policies: [mayKey("alice", "bob")] };
  const id = `two-keys-${slug(by)}`;
  return [
    row(`${id}-first`, `${by}: the first of two keys signs`, [sign(by, "alice", "pulled")], may),
    row(`${id}-second`, `${by}: the second of two keys signs`, [sign(by, "bob", "pulled")], may),
    row(`${id}-both`, `${by}: both of two keys sign`, [sign(by, "alice", "pulled"), sign(by, "bob", "pulled")], may),
    row(`${id}-stranger`, `${by}: neither of two keys signs`, [sign(by, "mallory", "pulled")], may),
    row(
      `${id}-split`,
      `${by}: one key signs the index, the other the platform`,
      [sign(by, "alice", "top"), sign(by, "bob", "amd64")],
      may,
    ),
    row(`${id}-one-split`, `${by}: the policy's key signs the index, a stranger the platform`, [
      sign(by, "alice", "top"),
      sign(by, "mallory", "amd64"),
    ]),
    row(`${id}-other-split`, `${by}: a stranger signs the index, the policy's key the platform`, [
      sign(by, "mallory", "top"),
      sign(by, "alice", "amd64"),
    ]),
    row(`${id}-among`, `${by}: a stranger signs before the policy's key`, [
      sign(by, "mallory", "pulled"),
      sign(by, "alice", "pulled"),
    ]),
    row(`${id}-before`, `${by}: a stranger signs after the policy's key`, [
      sign(by, "alice", "pulled"),
      sign(by, "mallory", "pulled"),
    ]),
  ];
});

/** cosign 3 looks at bundles alone where there is one. */
const acrossFormats = [
  row("stranger-new-own-old", "a stranger's bundle beside the policy's old signature", [
    sign("cosign 2", "alice", "pulled"),
    sign("cosign 3", "mallory", "pulled"),
  ]),
  row("own-new-stranger-old", "the policy's bundle beside a stranger's old signature", [
    sign("cosign 2", "mallory", "pulled"),
    sign("cosign 3", "alice", "pulled"),
  ]),
  row(
    "two-keys-across-formats",
    "one key signs in the old format, the other in the new",
    [sign("cosign 2", "alice", "pulled"), sign("cosign 3", "bob", "pulled")],
    { policies: [mayKey("alice", "bob")] },
  ),
];

const retired = { role: "retired" } as const;
const compromised = { revoked: { at: "2021-01-01T00:00:00Z", reason: "compromised" } } as const;
const superseded = { revoked: { at: "2021-01-01T00:00:00Z", reason: "superseded" } } as const;
const ended = { validUntil: "2022-01-01T00:00:00Z" } as const;
const future = { validFrom: "2100-01-01T00:00:00Z" } as const;

const overTime = tools.flatMap((by) => {
  const rotated = { policies: [policy([keySigner("alice"), keySigner("bob", retired)])] };
  const id = `rotated-${slug(by)}`;
  const past = (name: string, terms: Parameters<typeof keySigner>[1]) =>
    row(`${id}-${name}`, `${by}: the key that signs is ${name}, another is not`, [sign(by, "bob", "pulled")], {
      policies: [policy([keySigner("alice"), keySigner("bob", terms)])],
    });
  return [
    row(`${id}-new`, `${by}: the new key signs, the old one is retired`, [sign(by, "alice", "pulled")], rotated),
    row(`${id}-old`, `${by}: the old key signs, which is retired`, [sign(by, "bob", "pulled")], rotated),
    row(
      `${id}-overlap`,
      `${by}: old and new key sign`,
      [sign(by, "bob", "pulled"), sign(by, "alice", "pulled")],
      rotated,
    ),
    past("compromised", compromised),
    past("superseded", superseded),
    past("over", ended),
    past("not-yet-valid", future),
    row(`${id}-backup`, `${by}: the backup key signs`, [sign(by, "bob", "pulled")], {
      policies: [policy([keySigner("alice"), keySigner("bob", { role: "backup" })])],
    }),
  ];
});

const two = (...keys: readonly KeyName[]) => ({
  policies: [
    policy(
      keys.map((key) => keySigner(key)),
      { threshold: 2 },
    ),
  ],
});

const thresholds = tools.flatMap((by) => {
  const id = `threshold-${slug(by)}`;
  return [
    row(
      `${id}-both`,
      `${by}: two of two, both sign`,
      [sign(by, "alice", "pulled"), sign(by, "bob", "pulled")],
      two("alice", "bob"),
    ),
    row(`${id}-one`, `${by}: two of two, one signs`, [sign(by, "alice", "pulled")], two("alice", "bob")),
    row(
      `${id}-twice`,
      `${by}: two of two, one signs twice`,
      [sign(by, "alice", "pulled"), sign(by, "alice", "pulled", { annotation: "again=yes" })],
      two("alice", "bob"),
    ),
    row(
      `${id}-split`,
      `${by}: two of two, one signs the index, the other the platform`,
      [sign(by, "alice", "top"), sign(by, "bob", "amd64")],
      two("alice", "bob"),
    ),
    row(
      `${id}-index`,
      `${by}: two of two, both sign the index alone`,
      [sign(by, "alice", "top"), sign(by, "bob", "top")],
      two("alice", "bob"),
    ),
    row(
      `${id}-of-three`,
      `${by}: two of three, which files cannot say`,
      [sign(by, "alice", "pulled"), sign(by, "carol", "pulled")],
      two("alice", "bob", "carol"),
    ),
  ];
});

const thresholdAcross = [
  row(
    "threshold-across-formats",
    "two of two, one in each format",
    [sign("cosign 2", "alice", "pulled"), sign("cosign 3", "bob", "pulled")],
    two("alice", "bob"),
  ),
];

const kinds = (["p384", "p521", "ed25519", "rsa2048", "rsa4096"] as const).flatMap((key) =>
  (["cosign 2", "cosign 3 legacy", "cosign 3"] as const).map((by) =>
    row(`${slug(by)}-${key}`, `${by} signs with a key of kind ${key}`, [sign(by, key, "pulled")], {
      policies: [mayKey(key)],
    }),
  ),
);

const openpgp = [
  row("openpgp-rsa", "gpg signs with an RSA key", [signOpenpgp("bob", "pulled")], { policies: [mayOpenpgp("bob")] }),
  row("openpgp-second", "the second of two OpenPGP keys signs", [signOpenpgp("bob", "pulled")], {
    policies: [mayOpenpgp("alice", "bob")],
  }),
  row(
    "openpgp-among",
    "a stranger signs by OpenPGP before the policy's key",
    [signOpenpgp("mallory", "pulled"), signOpenpgp("alice", "pulled")],
    {
      policies: [mayOpenpgp("alice")],
    },
  ),
  row("openpgp-retired", "the OpenPGP key that signs is retired", [signOpenpgp("bob", "pulled")], {
    policies: [policy([openpgpSigner("alice"), openpgpSigner("bob", retired)])],
  }),
  row(
    "openpgp-beside-key",
    "keys are given out before OpenPGP, and OpenPGP alone signs",
    [signOpenpgp("alice", "pulled")],
    {
      policies: [policy([keySigner("alice"), openpgpSigner("alice")])],
    },
  ),
  row(
    "key-beside-openpgp",
    "keys are given out before OpenPGP, and the key alone signs",
    [sign("cosign 2", "alice", "pulled")],
    {
      policies: [policy([keySigner("alice"), openpgpSigner("alice")])],
    },
  ),
  row(
    "key-and-openpgp",
    "keys are given out before OpenPGP, and both sign",
    [sign("cosign 2", "alice", "pulled"), signOpenpgp("alice", "pulled")],
    { policies: [policy([keySigner("alice"), openpgpSigner("alice")])] },
  ),
];

export const keyRows: readonly Row[] = [
  ...twoKeys,
  ...acrossFormats,
  ...overTime,
  ...thresholds,
  ...thresholdAcross,
  ...kinds,
  ...openpgp,
];
