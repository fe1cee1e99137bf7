// A host's policy.json as text with a trust policy's sections in it: its layout, order and unknown members stay.
import { parseStrictJson } from "../../images/strict-json.ts";
import { setMember } from "./edit-json.ts";
import { policyJsonPath } from "./host-conflicts.ts";
import { type MergedPolicy, mergePolicy, type Sections } from "./policy-json.ts";

/** A host's file is a few kilobytes. */
const limits = { maxBytes: 1024 * 1024, maxDepth: 32, maxMembers: 50_000, maxItems: 50_000 };

/** As mergePolicy, which says the same of the file as a value. */
export function mergePolicyText(bytes: Uint8Array, own: Sections, inner: Sections, image: string): MergedPolicy {
  const parsed = parseStrictJson(bytes, limits);
  if (parsed.outcome === "invalid") return unreadable(parsed.reason);
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unreadable("not a JSON object");
  const host = value as Readonly<Record<string, unknown>>;
  const merged = mergePolicy(host, own, inner, image);
  if (merged.outcome === "unreadable") return merged;
  const there = dockerSections(host);
  const wanted = [...Object.entries(inner).filter(([scope]) => !there.has(scope)), ...Object.entries(own)];
  const content = wanted.reduce(
    (text, [scope, requirements]) => setMember(text, ["transports", "docker", scope], requirements),
    Buffer.from(bytes).toString("utf8"),
  );
  return { ...merged, content };
}

function dockerSections({ transports }: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const docker = (transports as { readonly docker?: unknown } | null | undefined)?.docker;
  return new Set(typeof docker === "object" && docker !== null ? Object.keys(docker) : []);
}

function unreadable(reason: string): MergedPolicy {
  return { outcome: "unreadable", conflicts: [{ kind: "unreadable", file: policyJsonPath, reason }] };
}
