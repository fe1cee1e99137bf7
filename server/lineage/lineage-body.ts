// The body of a lineage: what an image was built on, down to the distribution, and who builds on it.
import type { BaseEvidence } from "../../policies/lineage/choose-base.ts";
import type { Part } from "../../policies/plan/switch-plan.ts";

export type BaseBody = Part & {
  /** Null: only its digest is known. */
  readonly ref: string | null;
  readonly digest: string | null;
  /** Of the step from the image above to this one. */
  readonly evidence: BaseEvidence;
  readonly lagDays: number | null;
  readonly lagBuilds: number | null;
};

export type LineageBody = Part & {
  readonly ref: string;
  readonly digest: string;
  readonly bases: readonly BaseBody[];
  readonly derived: readonly { readonly repository: string; readonly evidence: BaseEvidence }[];
  /** Names of labels and annotations that are its base's: null where that base was not read. */
  readonly inheritedLabels: readonly string[] | null;
  readonly inheritedAnnotations: readonly string[] | null;
};
