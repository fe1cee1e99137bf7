// The limits of verification; their defaults and reasons stand in the configuration module.
import type { FindLimits } from "../find-signatures/find-limits.ts";
import type { RootLimits } from "../trust-root/refresh-root.ts";

export type VerifyLimits = FindLimits &
  RootLimits & {
    /** Between two looks for the signatures of one manifest. */
    readonly signatureIntervalMs: number;
    /** The same while a signature that the policy requires is missing: it grows to the interval above. */
    readonly missingSignatureMs: number;
  };

export const defaultVerifyLimits: VerifyLimits = {
  evidenceBytes: 128 * 1024 * 1024,
  lookasideFiles: 128,
  signatureIntervalMs: 6 * 60 * 60_000,
  missingSignatureMs: 10 * 60_000,
  rootIntervalMs: 24 * 60 * 60_000,
  rootRetryMs: 60 * 60_000,
  rootTimeoutMs: 60_000,
  rootBytes: 4 * 1024 * 1024,
};
