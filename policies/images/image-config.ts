// Image configs: platform, labels and build history of one image, parsed from a stranger's bytes.
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { configLimits, type DocumentLimits } from "./document-limits.ts";
import { type DocumentFault, firstIssue, parseStrictJson } from "./strict-json.ts";

export type Labels = Readonly<Record<string, string>>;

export type ImageConfig = {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  /** As the config writes it. */
  readonly created: string | null;
  /** As they are, in their order. */
  readonly labels: Labels;
  readonly diffIds: readonly string[];
  readonly historyCount: number;
};

export type ParsedConfig =
  | { readonly outcome: "config"; readonly config: ImageConfig }
  | ({ readonly outcome: "invalid" } & DocumentFault);

const Word = z.string().max(64).nullish();
// Go's decoder, which wrote most configs, writes an empty map or list as null.
const RawConfig = z.object({
  os: Word,
  architecture: Word,
  variant: Word,
  created: z.string().max(64).nullish(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(Digest).nullish() }).nullish(),
  history: z.array(z.unknown()).nullish(),
});

export function parseConfig(bytes: Uint8Array, limits: DocumentLimits = configLimits): ParsedConfig {
  const json = parseStrictJson(bytes, limits);
  if (json.outcome === "invalid") return json;
  const parsed = RawConfig.safeParse(json.value);
  if (!parsed.success) return { outcome: "invalid", code: "malformed", reason: firstIssue(parsed.error.issues) };
  const raw = parsed.data;
  const diffIds = raw.rootfs?.diff_ids ?? [];
  const historyCount = raw.history?.length ?? 0;
  if (diffIds.length > limits.maxItems || historyCount > limits.maxItems) {
    return {
      outcome: "invalid",
      code: "too-many",
      reason: `more than ${limits.maxItems} diff ids or steps of history`,
    };
  }
  return {
    outcome: "config",
    config: {
      os: raw.os || null,
      architecture: raw.architecture || null,
      variant: raw.variant || null,
      created: raw.created || null,
      labels: raw.config?.Labels ?? {},
      diffIds,
      historyCount,
    },
  };
}
