// Host facts: what a host can say of itself beyond bootc's status; every one optional (contract.md, section 2).
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import { architecture, isArchitecture } from "../words/platform.ts";
import { ImageInfo } from "./image-info.ts";
import { findExcess } from "./json-shape.ts";
import { RpmOstreeStatus } from "./rpm-ostree-status.ts";
import { type WrongMember, withInput, wrongMemberOf } from "./wrong-member.ts";

const Word = z.string().max(128);
const LowerWord = Word.transform((word) => word.toLowerCase());
const Words = z.array(z.string().max(4_096));
const AnyObject = z.record(z.string(), z.unknown());

/** `openssl x509 -fingerprint -sha256`, `sha256sum` of the DER, or with the algorithm's name before it. */
const Fingerprint = z
  .string()
  .max(256)
  .transform((text) =>
    text
      .toLowerCase()
      .replace(/^sha-?256(?: fingerprint)?[:=]/, "")
      .replaceAll(":", ""),
  )
  .refine((text) => /^[0-9a-f]{2,128}$/.test(text), "a fingerprint in hexadecimal digits");

/** `ostree admin config-diff` prints `M    passwd`: what became of it, and its path below /etc. */
function pathInEtc(line: string): string {
  const path = line.trim().replace(/^[MAD]\s+/, "");
  return path.startsWith("/") ? path : `/etc/${path.replace(/^etc\//, "")}`;
}

/** Facts that are not listed here are passed over: a newer client may know more. */
export const HostFacts = z.object({
  architectureVariant: Word.nullish().describe("As x86_64-v3."),
  filesystem: LowerWord.nullish().describe("ext4, xfs, btrfs."),
  secureBoot: z.boolean().nullish(),
  enrolledKeys: z.array(Fingerprint).nullish().describe("SHA-256 fingerprints of certificates."),
  firmware: LowerWord.pipe(z.enum(["uefi", "bios"]))
    .nullish()
    .describe("uefi or bios."),
  bootloader: LowerWord.nullish().describe("grub, systemd-boot."),
  gpu: z.array(z.object({ vendor: LowerWord, generation: LowerWord.nullish() })).nullish(),
  policyJson: AnyObject.nullish().describe("/etc/containers/policy.json; null: the host has none."),
  osRelease: z
    .object({ id: Word.nullish(), idLike: Words.nullish(), versionId: Word.nullish(), supportEnd: Word.nullish() })
    .nullish(),
  imageInfo: ImageInfo.nullish().describe("Universal Blue's image-info.json."),
  rpmOstreeStatus: RpmOstreeStatus.nullish(),
  packages: Words.nullish().describe("Names of layered packages."),
  etcModified: z
    .array(z.string().max(4_096).transform(pathInEtc))
    .nullish()
    .describe("Paths, or as ostree prints them."),
  registryAuth: Words.nullish().describe("Hosts with credentials."),
  registriesD: z.record(z.string().max(4_096), z.string()).nullish().describe("Path to text."),
  freeBytes: z.int().min(0).nullish(),
  cachedLayers: z.array(Digest).nullish(),
  clientVersions: z.object({ bootc: Word.nullish(), skopeo: Word.nullish() }).nullish(),
});
export type HostFacts = z.infer<typeof HostFacts>;

export type ParsedFacts =
  | { readonly outcome: "facts"; readonly facts: HostFacts }
  /** `path`: of what is wrong, within the facts. */
  | ({ readonly outcome: "invalid" } & WrongMember);

export function factsOf(document: unknown): ParsedFacts {
  const excess = findExcess(document);
  if (excess !== undefined) return { outcome: "invalid", path: [], reason: `it has ${excess}` };
  const parsed = HostFacts.safeParse(document, withInput);
  if (parsed.success) return { outcome: "facts", facts: parsed.data };
  return { outcome: "invalid", ...wrongMemberOf(parsed.error) };
}

/** `x86_64-v3` and `amd64/v3` are amd64. */
export function architectureOfFacts(facts: HostFacts): string | null {
  const name = architecture(facts.architectureVariant?.split(/[/-]/)[0] ?? "");
  return isArchitecture(name) ? name : null;
}
