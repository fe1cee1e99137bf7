// Platforms: `os/architecture[/variant]`, and the two names that hosts use where OCI uses Go's.

export type Platform = { readonly os: string; readonly architecture: string; readonly variant: string | null };

const spellings: ReadonlyMap<string, string> = new Map([
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
]);

/** OCI's name (Go's GOARCH) of an architecture; `x86_64` and `aarch64` are what `uname -m` says. */
export function architecture(text: string): string {
  const lower = text.toLowerCase();
  return spellings.get(lower) ?? lower;
}

export function isArchitecture(text: string): boolean {
  return /^[a-z0-9_]{1,32}$/.test(text);
}

/** `amd64`, or `amd64/v3`: how an entry of an index is written in `architectures`. */
export function platformName(platform: Pick<Platform, "architecture" | "variant">): string {
  return platform.variant === null || platform.variant === ""
    ? platform.architecture
    : `${platform.architecture}/${platform.variant}`;
}

/**
 * Whether bootc, podman and skopeo choose this entry of an index on a host of `wanted`. containers/image
 * (platform_matcher.go) knows variants of arm and arm64 alone: on every other architecture an entry with a variant
 * matches no host. arm64 means v8; arm hosts of v7 also run v6 and v5.
 */
export function entryFits(entry: Platform, wanted: string): boolean {
  if (entry.os !== "linux" || entry.architecture !== wanted) return false;
  const variant = entry.variant ?? "";
  if (variant === "") return true;
  if (wanted === "arm64") return variant === "v8";
  if (wanted === "arm") return ["v5", "v6", "v7"].includes(variant);
  return false;
}
