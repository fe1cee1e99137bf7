// Host facts: what a host can say of itself beyond bootc's status; every one optional (contract.md, section 2).
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { architecture, isArchitecture } from "../words/platform.ts";
import { findExcess } from "./json-shape.ts";

const Word = z.string().max(128);
const Words = z.array(z.string().max(4_096));
const AnyObject = z.record(z.string(), z.unknown());

/** Facts that are not listed here are passed over: a newer client may know more. */
export const HostFacts = z.object({
  architectureVariant: Word.nullish().describe("As x86_64-v3."),
  filesystem: Word.nullish().describe("ext4, xfs, btrfs."),
  secureBoot: z.boolean().nullish(),
  enrolledKeys: Words.nullish().describe("SHA-256 fingerprints of certificates."),
  firmware: Word.nullish().describe("uefi or bios."),
  bootloader: Word.nullish().describe("grub, systemd-boot."),
  gpu: z.array(z.object({ vendor: Word, generation: Word.nullish() })).nullish(),
  policyJson: AnyObject.nullish().describe("/etc/containers/policy.json; null: the host has none."),
  osRelease: z
    .object({ id: Word.nullish(), idLike: Words.nullish(), versionId: Word.nullish(), supportEnd: Word.nullish() })
    .nullish(),
  imageInfo: AnyObject.nullish().describe("Universal Blue's image-info.json."),
  rpmOstreeStatus: AnyObject.nullish(),
  packages: Words.nullish().describe("Names of layered packages."),
  etcModified: Words.nullish().describe("Paths."),
  registryAuth: Words.nullish().describe("Hosts with credentials."),
  registriesD: z.record(z.string().max(4_096), z.string()).nullish().describe("Path to text."),
  freeBytes: z.int().min(0).nullish(),
  cachedLayers: z.array(Digest).nullish(),
  clientVersions: z.object({ bootc: Word.nullish(), skopeo: Word.nullish() }).nullish(),
});
export type HostFacts = z.infer<typeof HostFacts>;

export type ParsedFacts =
  | { readonly outcome: "facts"; readonly facts: HostFacts }
  | { readonly outcome: "invalid"; readonly member: string; readonly reason: string };

export function factsOf(document: unknown): ParsedFacts {
  const excess = findExcess(document);
  if (excess !== undefined) return { outcome: "invalid", member: "", reason: excess };
  const parsed = HostFacts.safeParse(document);
  if (parsed.success) return { outcome: "facts", facts: parsed.data };
  const issue = parsed.error.issues[0];
  return { outcome: "invalid", member: issue?.path.join(".") ?? "", reason: issue?.message ?? "wrong" };
}

/** `x86_64-v3` and `amd64/v3` are amd64. */
export function architectureOfFacts(facts: HostFacts): string | null {
  const name = architecture(facts.architectureVariant?.split(/[/-]/)[0] ?? "");
  return isArchitecture(name) ? name : null;
}
