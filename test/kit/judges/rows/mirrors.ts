// Mirrors: an image under another name than the one it was signed under.
import type { HostFile } from "../host.ts";
import { policyPath, policyText } from "../host-files.ts";
import type { Act, HostWords, Row, SigningTool } from "../row.ts";
import { mayBy, row, sign, signAs, slug } from "./build-row.ts";

const beside = { "cosign 2": "sig", "cosign 3": "bundles", skopeo: "sig", gpg: "lookaside" } as const;
type Tool = keyof typeof beside;

/** Signed where it comes from, and copied to the mirror with what lies beside it. */
function mirrored(by: Tool): readonly Act[] {
  return [
    signAs(by, "alice", "pulled", { at: "upstream" }),
    { act: "copy", kind: beside[by], from: { at: "upstream", on: "pulled" }, to: { on: "pulled" } },
  ];
}

const plain = (["cosign 2", "cosign 3", "skopeo", "gpg"] as const).flatMap((by) => {
  const may = { mirror: true, policies: [mayBy(by, "alice")] };
  return [
    row(`mirror-${slug(by)}`, `${by}: signed upstream, pulled from the mirror by its tag`, mirrored(by), may),
    row(`mirror-${slug(by)}-digest`, `${by}: signed upstream, pulled from the mirror by its digest`, mirrored(by), {
      ...may,
      pull: "digest",
    }),
    row(
      `mirror-${slug(by)}-own-name`,
      `${by}: signed under the mirror's own name`,
      [signAs(by, "alice", "pulled")],
      may,
    ),
    row(
      `mirror-${slug(by)}-stripped`,
      `${by}: signed upstream, mirrored without signatures`,
      [signAs(by, "alice", "pulled", { at: "upstream" })],
      may,
    ),
  ];
});

/** The mirror's path with another program's idea of whose name is meant. */
function withIdentity(
  by: SigningTool,
  identity: (words: HostWords) => object,
): (words: HostWords) => readonly HostFile[] {
  return (words) => {
    const key = "/etc/pki/containers/mirror.pub";
    const content = by === "gpg" ? words.openpgpOf("alice") : words.keyOf("alice");
    const requirement =
      by === "gpg"
        ? { type: "signedBy", keyType: "GPGKeys", keyPath: key, signedIdentity: identity(words) }
        : { type: "sigstoreSigned", keyPath: key, signedIdentity: identity(words) };
    const section = by === "gpg" ? `lookaside: ${words.lookaside}` : "use-sigstore-attachments: true";
    return [
      { path: key, content },
      {
        path: "/etc/containers/registries.d/mirror.yaml",
        content: `docker:\n  ${words.repository}:\n    ${section}\n`,
      },
      { path: policyPath, content: policyText({ [words.repository]: [requirement] }) },
    ];
  };
}

const otherIdentities = (["cosign 2", "skopeo", "gpg"] as const).flatMap((by) => {
  const variant = (id: string, title: string, identity: (words: HostWords) => object) =>
    row(`mirror-${slug(by)}-${id}`, `${by}: signed upstream, the mirror's files say ${title}`, mirrored(by), {
      mirror: true,
      policies: [mayBy(by, "alice")],
      otherHostFiles: withIdentity(by, identity),
    });
  return [
    variant("exact-repository", "exactRepository", ({ signedRepository }) => ({
      type: "exactRepository",
      dockerRepository: signedRepository,
    })),
    variant("match-repository", "matchRepository", () => ({ type: "matchRepository" })),
    variant("remap-repository", "remapIdentity from repository to repository", ({ repository, signedRepository }) => ({
      type: "remapIdentity",
      prefix: repository,
      signedPrefix: signedRepository,
    })),
  ];
});

export const mirrorRows: readonly Row[] = [
  ...plain,
  ...otherIdentities,
  row(
    "mirror-stranger",
    "a stranger signs upstream",
    [
      sign("skopeo", "mallory", "pulled", { at: "upstream" }),
      { act: "copy", kind: "sig", from: { at: "upstream", on: "pulled" }, to: { on: "pulled" } },
    ],
    { mirror: true },
  ),
];
