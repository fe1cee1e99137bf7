// Tag looks: which of a repository's tags are asked for one by one, and which a listing has answered already.
import type { ListedTag } from "./registry/registry.ts";

/** A followed tag that the catalog knows. */
export type FollowedTag = {
  readonly name: string;
  readonly digest: string | null;
  readonly present: boolean;
  /** Whether the image it names was inspected for this repository. */
  readonly inspected: boolean;
};

export type PlannedLook =
  /** The listing said the digest. */
  | { readonly tag: string; readonly how: "listed"; readonly digest: string; readonly known: boolean }
  /** `known`: the digest that need not be sent again. `listed`: the registry's listing says that the tag is there. */
  | { readonly tag: string; readonly how: "ask"; readonly known: string | null; readonly listed: boolean };

/**
 * One look for each followed tag that is listed, and for each that was there and is not listed any more: nothing is
 * removed that was not asked for.
 */
export function planLooks(
  known: readonly FollowedTag[],
  listed: readonly ListedTag[],
  isFollowed: (tag: string) => boolean,
): PlannedLook[] {
  const byName = new Map(known.map((tag) => [tag.name, tag]));
  const planned = new Map<string, PlannedLook>();
  const plan = (name: string, digest: string | null, listed: boolean) => {
    const tag = byName.get(name);
    const kept = tag?.inspected ? tag.digest : null;
    planned.set(
      name,
      digest === null
        ? { tag: name, how: "ask", known: kept, listed }
        : { tag: name, how: "listed", digest, known: kept === digest },
    );
  };
  for (const { name, digest } of listed) if (isFollowed(name)) plan(name, digest, true);
  for (const { name, present } of known) if (present && !planned.has(name)) plan(name, null, false);
  return [...planned.values()];
}
