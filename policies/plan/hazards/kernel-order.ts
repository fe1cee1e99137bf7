// Kernel order: which of two kernel releases is the older, and whether that tells of the systems they came with.

export type KernelOrder = {
  /** Positive: the first is the newer one. */
  readonly order: number;
  /** Both were packaged for one release (`fc44`, `el10`), so the system of the newer one is the newer. */
  readonly isOneSeries: boolean;
};

/** Null: one of them is not known, names no version, or they count in different ways. */
export function compareKernels(a: string | null, b: string | null): KernelOrder | null {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one === null || other === null) return null;
  const isOneSeries = one.series !== null && one.series === other.series;
  for (let i = 0; i < 3; i++) {
    const difference = (one.version[i] ?? 0) - (other.version[i] ?? 0);
    if (difference !== 0) return { order: difference, isOneSeries };
  }
  if (a === b) return { order: 0, isOneSeries };
  // Packagers of two distributions number their builds of one version each in their own way.
  const order = isOneSeries ? compareBuildNumbers(one.build, other.build) : null;
  return order === null ? null : { order, isOneSeries };
}

type Parts = {
  /** 7, 2 and 0 of `7.2.0-300.fc44.x86_64`. */
  readonly version: readonly number[];
  /** `300` of it. */
  readonly build: string;
  /** `fc44` of it; of `el10_2` what all of 10 have. */
  readonly series: string | null;
};

function partsOf(kernel: string | null): Parts | null {
  const match = /^([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,5}))?(?:[.+_-]|$)/.exec(kernel ?? "");
  if (match === null) return null;
  const packaged = /^[0-9.]+-(.{1,64})\.((?:fc|el)[0-9]{1,3})(?:[._+]|$)/.exec(kernel ?? "");
  return {
    version: match.slice(1).map((part) => Number(part ?? 0)),
    build: packaged?.[1] ?? "",
    series: packaged?.[2] ?? null,
  };
}

/** `211.1.1` and `55.9.1`, number by number; one that has more of them is the newer. Null: they are not all numbers. */
function compareBuildNumbers(a: string, b: string): number | null {
  const [one, other] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [x = "0", y = "0"] = [one[i], other[i]];
    if (x === y) continue;
    if (!/^[0-9]{1,9}$/.test(x) || !/^[0-9]{1,9}$/.test(y)) return null;
    if (Number(x) !== Number(y)) return Number(x) - Number(y);
  }
  return 0;
}
