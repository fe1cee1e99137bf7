// A base that is named and was not read: all that is known of it is what was said.
import type { ChosenBase } from "../../policies/lineage/choose-base.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { BaseBody } from "./lineage-body.ts";

/** `reasons`: why its digest is not known, where nobody named it, and how far it is behind. */
export function unreadBase(
  { claim: { repository, tag, digest }, evidence }: Extract<ChosenBase, { outcome: "base" }>,
  reasons: { readonly digest: string; readonly lag: string },
): BaseBody {
  const name = tag === null ? `${repository}@${digest}` : `${repository}:${tag}`;
  const base = { ref: repository === null ? null : name, digest, evidence, lagDays: null, lagBuilds: null };
  return withUnknown(base, {
    ...(repository === null ? { ref: "its name is not given" } : {}),
    ...(digest === null ? { digest: reasons.digest } : {}),
    lagDays: reasons.lag,
    lagBuilds: reasons.lag,
  });
}
