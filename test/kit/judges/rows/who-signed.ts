// Who signed what: the index, one platform, every platform, all of it, nothing; by each program in each format.
import type { Act, Row, SigningTool, Target } from "../row.ts";
import { mayBy, row, sign, signAs, slug } from "./build-row.ts";

const tools: readonly SigningTool[] = ["cosign 2", "cosign 3 legacy", "cosign 3", "skopeo", "gpg"];

const parts: readonly { readonly id: string; readonly title: string; readonly on: readonly Target[] }[] = [
  { id: "index", title: "the index alone", on: ["top"] },
  { id: "amd64", title: "the platform that is pulled", on: ["amd64"] },
  { id: "arm64", title: "another platform", on: ["arm64"] },
  { id: "platforms", title: "every platform, not the index", on: ["amd64", "arm64"] },
  { id: "all", title: "index and platforms", on: ["all"] },
];

const byPart = tools.flatMap((by) =>
  parts.map(({ id, title, on }) =>
    row(
      `${slug(by)}-${id}`,
      `${by} signs ${title}`,
      on.map((target) => signAs(by, "alice", target)),
      { policies: [mayBy(by, "alice")] },
    ),
  ),
);

const single = tools.flatMap((by) => [
  row(`${slug(by)}-manifest`, `${by} signs a single manifest`, [signAs(by, "alice", "top")], {
    image: "manifest",
    policies: [mayBy(by, "alice")],
  }),
  row(
    `${slug(by)}-manifest-stranger`,
    `${by} signs a single manifest with a stranger's key`,
    [signAs(by, "mallory", "top")],
    {
      image: "manifest",
      policies: [mayBy(by, "alice")],
    },
  ),
  row(`${slug(by)}-all-stranger`, `${by} signs everything with a stranger's key`, [signAs(by, "mallory", "all")], {
    policies: [mayBy(by, "alice")],
  }),
]);

const nothing = (["index", "manifest"] as const).flatMap((image) => [
  row(`nothing-${image}`, `nobody signs (${image})`, [], { image }),
  row(`nothing-${image}-openpgp`, `nobody signs, OpenPGP is asked for (${image})`, [], {
    image,
    policies: [mayBy("gpg", "alice")],
  }),
]);

const dockerTypes = (["cosign 2", "cosign 3", "gpg"] as const).flatMap((by) => [
  row(`${slug(by)}-docker-list`, `${by} signs all of an image in Docker's media types`, [signAs(by, "alice", "all")], {
    image: "docker-list",
    policies: [mayBy(by, "alice")],
  }),
  row(
    `${slug(by)}-docker-manifest`,
    `${by} signs a single manifest of Docker's media type`,
    [signAs(by, "alice", "top")],
    {
      image: "docker-manifest",
      policies: [mayBy(by, "alice")],
    },
  ),
]);

/** What is pulled by its digest is named by no tag. */
const byDigest = (["cosign 2", "cosign 3", "skopeo", "gpg"] as const).flatMap((by) => [
  row(`${slug(by)}-by-digest`, `${by} signs all, the index is pulled by its digest`, [signAs(by, "alice", "all")], {
    pull: "digest",
    policies: [mayBy(by, "alice")],
  }),
  row(
    `${slug(by)}-by-platform-digest`,
    `${by} signs the index, a platform is pulled by its digest`,
    [signAs(by, "alice", "top")],
    {
      pull: "platform-digest",
      policies: [mayBy(by, "alice")],
    },
  ),
  row(
    `${slug(by)}-platform-by-digest`,
    `${by} signs a platform, which is pulled by its digest`,
    [signAs(by, "alice", "amd64")],
    {
      pull: "platform-digest",
      policies: [mayBy(by, "alice")],
    },
  ),
]);

const both: readonly { readonly id: string; readonly title: string; readonly acts: readonly Act[] }[] = [
  {
    id: "index",
    title: "the index in both formats",
    acts: [sign("cosign 2", "alice", "top"), sign("cosign 3", "alice", "top")],
  },
  {
    id: "all",
    title: "everything in both formats",
    acts: [sign("cosign 2", "alice", "all"), sign("cosign 3", "alice", "all")],
  },
  {
    id: "index-old-platforms-new",
    title: "the index in the old format, the platforms in the new",
    acts: [sign("cosign 2", "alice", "top"), sign("cosign 3", "alice", "amd64"), sign("cosign 3", "alice", "arm64")],
  },
  {
    id: "index-new-platforms-old",
    title: "the index in the new format, the platforms in the old",
    acts: [sign("cosign 3", "alice", "top"), sign("cosign 2", "alice", "amd64"), sign("cosign 2", "alice", "arm64")],
  },
  {
    id: "all-new-index-old",
    title: "everything in the new format, the index in the old, too",
    acts: [sign("cosign 3", "alice", "all"), sign("cosign 2", "alice", "top")],
  },
  {
    id: "old-and-openpgp",
    title: "everything in the old format and by OpenPGP",
    acts: [sign("cosign 2", "alice", "all"), signAs("gpg", "alice", "all")],
  },
];

const inBoth = both.flatMap(({ id, title, acts }) => [row(`both-${id}`, title, acts)]);

export const whoSigned: readonly Row[] = [...byPart, ...single, ...nothing, ...dockerTypes, ...byDigest, ...inBoth];
