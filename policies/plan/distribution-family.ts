// Distribution families: within one a host may move between images; bases of two do not mix.

export type Family = "fedora" | "el" | "debian" | "arch" | "suse" | "gentoo";

const families: ReadonlyMap<string, Family> = new Map([
  ...["rhel", "centos", "almalinux", "rocky", "ol", "eurolinux", "circle", "virtuozzo"].map(
    (id) => [id, "el"] as const,
  ),
  ["fedora", "fedora"],
  ...["debian", "ubuntu"].map((id) => [id, "debian"] as const),
  ["arch", "arch"],
  ...["suse", "opensuse", "opensuse-tumbleweed", "opensuse-leap", "sles"].map((id) => [id, "suse"] as const),
  ["gentoo", "gentoo"],
]);

/** By ID and ID_LIKE of os-release; null where neither is known: a remix may be called anything. */
export function familyOf(id: string | null, idLike: readonly string[] = []): Family | null {
  const own = families.get(id?.toLowerCase() ?? "");
  if (own !== undefined) return own;
  const like = idLike.flatMap((words) => words.toLowerCase().split(/\s+/)).flatMap((word) => families.get(word) ?? []);
  // Enterprise Linux is like Fedora too, and says so.
  return like.find((family) => family !== "fedora") ?? like[0] ?? null;
}

/** The family whose kernels carry `fcNN` or `elNN`. */
export function familyOfKernel(kernel: string | null): "fedora" | "el" | null {
  const [, mark] = /\.(fc|el)[0-9]{1,3}(?:[._+]|$)/.exec(kernel ?? "") ?? [];
  return mark === "fc" ? "fedora" : mark === "el" ? "el" : null;
}

/** The first number of a release: 44 of `44`, 10 of `10.1`, 9 of `stream9`; null where there is none. */
export function majorOf(version: string | null | undefined): number | null {
  const [, major] = /^(?:stream)?([0-9]{1,3})(?:[.-]|$)/.exec(version ?? "") ?? [];
  return major === undefined ? null : Number(major);
}

/** The second number of a release: 1 of `10.1`, none of `44` and of `44.20261115`. */
export function minorOf(version: string | null | undefined): number | null {
  const [, minor] = /^(?:stream)?[0-9]{1,3}\.([0-9]{1,3})(?:[.-]|$)/.exec(version ?? "") ?? [];
  return minor === undefined ? null : Number(minor);
}
