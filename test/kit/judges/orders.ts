// What to sign with one start of a program: everything that is signed alike, whichever row it belongs to.
import {
  type Addresses,
  digestOfTarget,
  imagesOf,
  isList,
  otherTag,
  repositoryOf,
  singlesOf,
  tag,
} from "./addresses.ts";
import type { Act, Row, SigningTool, SingleTarget, Target } from "./row.ts";

/** What one start of a program signs. */
export type Order = {
  readonly by: SigningTool;
  readonly key: string;
  /** cosign: `-r`. skopeo: every image of the list. */
  readonly recursive: boolean;
  readonly annotation: string | undefined;
  readonly attestation: string | undefined;
};

/** What to sign. skopeo signs what a tag names, or one image by its digest. */
export type Subject = {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string | undefined;
  readonly isList: boolean;
};

export type Ordered = { readonly order: Order; readonly subjects: readonly Subject[] };
export type RowAct = { readonly row: Row; readonly act: Act };

export function ordersOf(acts: readonly RowAct[], addresses: Addresses): readonly Ordered[] {
  const orders = new Map<string, { readonly order: Order; readonly subjects: Subject[] }>();
  for (const { row, act } of acts) {
    if (act.act !== "sign" && act.act !== "attest") continue;
    const recursive = isSignedAtOnce(row, act.by, act.on);
    const order: Order = {
      by: act.by,
      key: act.key,
      recursive,
      annotation: "annotation" in act ? act.annotation : undefined,
      attestation: act.act === "attest" ? act.type : undefined,
    };
    const repository = repositoryOf(row, (act.act === "sign" ? act.at : undefined) ?? "own", addresses);
    const targets = recursive ? (["top"] as const) : singlesOf(row, act.on);
    const id = JSON.stringify(order);
    const together = orders.get(id) ?? { order, subjects: [] };
    together.subjects.push(...targets.map((target) => subjectOf(row, target, repository)));
    orders.set(id, together);
  }
  return [...orders.values()];
}

/** skopeo copies the whole list as quickly as two parts of it. */
function isSignedAtOnce(row: Row, by: SigningTool, on: Target): boolean {
  return isList(row) && (on === "all" || (on === "pulled" && (by === "skopeo" || by === "gpg")));
}

function subjectOf(row: Row, on: SingleTarget, repository: string): Subject {
  const digest = digestOfTarget(imagesOf(row), on);
  switch (on) {
    case "top":
      return { repository, digest, tag, isList: isList(row) };
    case "other":
      return { repository, digest, tag: otherTag, isList: isList(row) };
    case "amd64":
    case "arm64":
      return { repository, digest, tag: undefined, isList: false };
  }
}
