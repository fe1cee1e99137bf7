// A host's own files, in ways that people have them: what containers/image makes of each. No policy gives these out.
import type { HostFile } from "../host.ts";
import { policyPath, policyText } from "../host-files.ts";
import type { Act, HostWords, Row } from "../row.ts";
import { keySigner, openpgpSigner, policy, row, sign, signOpenpgp } from "./build-row.ts";

const alicePath = "/etc/pki/containers/alice.pub";
const bobPath = "/etc/pki/containers/bob.pub";
const openpgpPath = "/etc/pki/containers/alice.gpg";

const byRepository = { type: "matchRepository" };
const byKey = (more: object = { keyPath: alicePath }, signedIdentity: object | null = byRepository) => ({
  type: "sigstoreSigned",
  ...more,
  ...(signedIdentity === null ? {} : { signedIdentity }),
});
const byOpenpgp = { type: "signedBy", keyType: "GPGKeys", keyPath: openpgpPath, signedIdentity: byRepository };

type Variant = {
  readonly id: string;
  readonly title: string;
  readonly acts?: readonly Act[];
  /** For `docker`; the row's namespace has it unless it says another scope. */
  readonly policy: (words: HostWords) => Readonly<Record<string, readonly object[]>>;
  readonly registries?: (words: HostWords) => readonly string[];
};

const signedOld: readonly Act[] = [sign("cosign 2", "alice", "pulled")];
const signedBySkopeo: readonly Act[] = [sign("skopeo", "alice", "pulled")];
const attachments = (scope: string) => `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n`;

const variants: readonly Variant[] = [
  { id: "plain", title: "one key, as a policy gives it", policy: ({ scope }) => ({ [scope]: [byKey()] }) },
  {
    id: "no-attachments",
    title: "no registries.d at all",
    policy: ({ scope }) => ({ [scope]: [byKey()] }),
    registries: () => [],
  },
  {
    id: "attachments-hidden",
    title: "a narrower section of registries.d that does not speak of attachments",
    policy: ({ scope }) => ({ [scope]: [byKey()] }),
    registries: ({ scope, repository, lookaside }) => [
      attachments(scope),
      `docker:\n  ${repository}:\n    lookaside: ${lookaside}\n`,
    ],
  },
  {
    id: "attachments-default",
    title: "attachments in the default section",
    policy: ({ scope }) => ({ [scope]: [byKey()] }),
    registries: () => ["default-docker:\n  use-sigstore-attachments: true\n"],
  },
  {
    id: "attachments-twice",
    title: "one section of registries.d in two files",
    policy: ({ scope }) => ({ [scope]: [byKey()] }),
    registries: ({ scope }) => [attachments(scope), attachments(scope)],
  },
  {
    id: "key-data",
    title: "the key in the policy itself",
    policy: ({ scope, keyOf }) => ({ [scope]: [byKey({ keyData: base64(keyOf("alice")) })] }),
  },
  {
    id: "key-paths",
    title: "two keys in one requirement",
    policy: ({ scope }) => ({ [scope]: [byKey({ keyPaths: [bobPath, alicePath] })] }),
  },
  {
    id: "key-datas",
    title: "two keys in the policy itself",
    policy: ({ scope, keyOf }) => ({ [scope]: [byKey({ keyDatas: [base64(keyOf("bob")), base64(keyOf("alice"))] })] }),
  },
  {
    id: "keys-in-one-file",
    title: "two keys in one file",
    policy: ({ scope }) => ({ [scope]: [byKey({ keyPath: "/etc/pki/containers/both.pub" })] }),
  },
  {
    id: "two-requirements",
    title: "two keys in two requirements, and one signs",
    policy: ({ scope }) => ({ [scope]: [byKey(), byKey({ keyPath: bobPath })] }),
  },
  {
    id: "same-requirement-twice",
    title: "one key in two requirements",
    policy: ({ scope }) => ({ [scope]: [byKey(), byKey()] }),
  },
  {
    id: "key-and-openpgp",
    title: "a key and OpenPGP in two requirements, and the key signs",
    policy: ({ scope }) => ({ [scope]: [byKey(), byOpenpgp] }),
    registries: ({ scope, lookaside }) => [
      `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n    lookaside: ${lookaside}\n`,
    ],
  },
  {
    id: "key-and-openpgp-both",
    title: "a key and OpenPGP in two requirements, and both sign",
    acts: [...signedOld, signOpenpgp("alice", "pulled")],
    policy: ({ scope }) => ({ [scope]: [byKey(), byOpenpgp] }),
    registries: ({ scope, lookaside }) => [
      `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n    lookaside: ${lookaside}\n`,
    ],
  },
  {
    id: "openpgp-with-attachments",
    title: "OpenPGP is asked for while attachments are read, and both sign",
    acts: [...signedOld, signOpenpgp("alice", "pulled")],
    policy: ({ scope }) => ({ [scope]: [byOpenpgp] }),
    registries: ({ scope, lookaside }) => [
      `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n    lookaside: ${lookaside}\n`,
    ],
  },
  {
    id: "unknown-requirement",
    title: "an unknown requirement of another scope",
    policy: ({ scope }) => ({ [scope]: [byKey()], "elsewhere.example": [{ type: "signedByStars" }] }),
  },
  {
    id: "unknown-member",
    title: "an unknown member of the requirement",
    policy: ({ scope }) => ({ [scope]: [byKey({ keyPath: alicePath, more: true })] }),
  },
  {
    id: "two-key-members",
    title: "a key's file and a key in one requirement",
    policy: ({ scope, keyOf }) => ({ [scope]: [byKey({ keyPath: alicePath, keyData: base64(keyOf("alice")) })] }),
  },
  { id: "no-requirement", title: "no requirement at all", policy: ({ scope }) => ({ [scope]: [] }) },
  {
    id: "key-missing",
    title: "a key's file that is not there",
    policy: ({ scope }) => ({ [scope]: [byKey({ keyPath: "/etc/pki/containers/nobody.pub" })] }),
  },
  {
    id: "pki",
    title: "a requirement of another authority (pki)",
    policy: ({ scope }) => ({
      [scope]: [byKey({ pki: { caRootsPath: alicePath, subjectEmail: "release@os.example" } })],
    }),
  },
  {
    id: "rekor-key",
    title: "a key and a log's key, and nothing is logged",
    policy: ({ scope, authority }) => ({
      [scope]: [byKey({ keyPath: alicePath, rekorPublicKeyData: base64(authority.rekor1.key.pem) })],
    }),
  },
  {
    id: "rekor-keys",
    title: "a key and two logs' keys, and nothing is logged",
    policy: ({ scope, authority }) => ({
      [scope]: [
        byKey({
          keyPath: alicePath,
          rekorPublicKeyDatas: [base64(authority.rekor1.key.pem), base64(authority.ctLog.key.pem)],
        }),
      ],
    }),
  },
  {
    id: "default-identity",
    title: "no word about the identity, cosign signs",
    policy: ({ scope }) => ({ [scope]: [byKey(undefined, null)] }),
  },
  {
    id: "exact-identity",
    title: "the exact identity, cosign signs",
    policy: ({ scope }) => ({ [scope]: [byKey(undefined, { type: "matchExact" })] }),
  },
  {
    id: "default-identity-skopeo",
    title: "no word about the identity, skopeo signs",
    acts: signedBySkopeo,
    policy: ({ scope }) => ({ [scope]: [byKey(undefined, null)] }),
  },
  {
    id: "exact-identity-skopeo",
    title: "the exact identity, skopeo signs",
    acts: signedBySkopeo,
    policy: ({ scope }) => ({ [scope]: [byKey(undefined, { type: "matchExact" })] }),
  },
  {
    id: "remap-to-itself",
    title: "remapIdentity, cosign signs",
    policy: ({ scope, repository }) => ({
      [scope]: [byKey(undefined, { type: "remapIdentity", prefix: repository, signedPrefix: repository })],
    }),
  },
  {
    id: "scope-tag",
    title: "the policy of a tag",
    policy: ({ repository }) => ({ [`${repository}:stable`]: [byKey()] }),
  },
  {
    id: "scope-other-tag",
    title: "the policy of another tag",
    policy: ({ repository }) => ({ [`${repository}:next`]: [byKey({ keyPath: bobPath })] }),
  },
  {
    id: "scope-narrower",
    title: "a narrower scope that accepts anything, a stranger's key above it",
    policy: ({ scope, repository }) => ({
      [scope]: [byKey({ keyPath: bobPath })],
      [repository]: [{ type: "insecureAcceptAnything" }],
    }),
  },
  {
    id: "scope-slash",
    title: "a scope that ends in a slash, with a stranger's key",
    policy: ({ scope }) => ({ [`${scope}/`]: [byKey({ keyPath: bobPath })] }),
  },
  {
    id: "scope-registry",
    title: "the policy of the whole registry",
    policy: ({ scope }) => ({ [scope.slice(0, scope.indexOf("/"))]: [byKey()] }),
  },
  {
    id: "scope-unlisted",
    title: "a policy that does not name the image",
    policy: () => ({ "elsewhere.example": [byKey()] }),
  },
];

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function filesOf({
  policy,
  registries = ({ scope }) => [attachments(scope)],
}: Variant): (words: HostWords) => readonly HostFile[] {
  return (words) => [
    { path: alicePath, content: words.keyOf("alice") },
    { path: bobPath, content: words.keyOf("bob") },
    { path: "/etc/pki/containers/both.pub", content: words.keyOf("bob") + words.keyOf("alice") },
    { path: openpgpPath, content: words.openpgpOf("alice") },
    ...registries(words).map((content, at) => ({ path: `/etc/containers/registries.d/host-${at + 1}.yaml`, content })),
    { path: policyPath, content: policyText(policy(words)) },
  ];
}

export const hostVariants: readonly Row[] = variants.map((variant) =>
  row(`host-${variant.id}`, `a host with ${variant.title}`, variant.acts ?? signedOld, {
    otherHostFiles: filesOf(variant),
    // Signalbox looks for what its policy names; these hosts name OpenPGP, too.
    policies: [policy([keySigner("alice"), openpgpSigner("alice")])],
  }),
);
