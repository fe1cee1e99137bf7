// The os-release of a target: as far as its labels and its kernel tell it, which inherited labels must not.
import type { ImageFacts } from "../images/image-facts.ts";
import type { PlanRepository } from "./plan-input.ts";

export type TargetRelease = {
  readonly id: string | null;
  readonly versionId: string | null;
  /** A dotted prefix of VERSION_ID: enough to find the release where all of it is not known. */
  readonly release: string | null;
  readonly unknown: { readonly id?: string; readonly versionId?: string };
};

/** Whose kernels carry `fcNN` and `elNN`. A Fedora kernel on an EL system says nothing of that system's version. */
const kernelFamilies: ReadonlyMap<string, string> = new Map([
  ["fedora", "fc"],
  ["centos", "el"],
  ["rhel", "el"],
  ["almalinux", "el"],
  ["rocky", "el"],
]);

type KernelRelease = { readonly major: string; readonly minor: string | null };

function releaseOfKernel(kernel: string | null, distribution: string | null): KernelRelease | undefined {
  const family = kernelFamilies.get(distribution ?? "");
  const match = /\.(fc|el)([0-9]{1,3})(?:_([0-9]{1,3}))?(?:[.+]|$)/.exec(kernel ?? "");
  if (match === null || match[1] !== family || match[2] === undefined) return undefined;
  return { major: match[2], minor: match[3] ?? null };
}

export function osReleaseOf(facts: ImageFacts | null, repository: PlanRepository): TargetRelease {
  const silent = "the image was not inspected";
  if (facts === null) return { id: null, versionId: null, release: null, unknown: { id: silent, versionId: silent } };
  const { kernel, osRelease, unknown } = facts;
  const fromKernel = releaseOfKernel(kernel, repository.distribution);
  const versionId = versionOf(osRelease.versionId, fromKernel, repository.distribution);
  return {
    id: isOwnLabel(repository) ? osRelease.id : null,
    versionId,
    release: versionId ?? fromKernel?.major ?? null,
    unknown: {
      id:
        osRelease.id === null ? (unknown["osRelease.id"] ?? silent) : "a remix may have inherited the label redhat.id",
      versionId:
        osRelease.versionId === null
          ? `${unknown["osRelease.versionId"] ?? silent}, and the kernel does not tell it`
          : "the label redhat.version-id contradicts the kernel",
    },
  };
}

/** A label of the base is not evidence of what was built on it (facts: 5). */
function isOwnLabel({ kind }: PlanRepository): boolean {
  return kind === "base" || kind === "edition" || kind === "spin";
}

function versionOf(
  label: string | null,
  kernel: KernelRelease | undefined,
  distribution: string | null,
): string | null {
  if (kernel === undefined) return label;
  if (label !== null) return label === kernel.major || label.startsWith(`${kernel.major}.`) ? label : null;
  if (kernel.minor !== null) return `${kernel.major}.${kernel.minor}`;
  // Fedora's and CentOS Stream's VERSION_ID is the major number alone; of the others it is not all.
  return distribution === "fedora" || distribution === "centos" ? kernel.major : null;
}
