// Kernel order: which of two kernel releases is the older, by the version before the packager's own numbers.

/** Positive: the first is the newer one. Null: one of them is not known, or names no version. */
export function compareKernels(a: string | null, b: string | null): number | null {
  const [one, other] = [versionOf(a), versionOf(b)];
  if (one === null || other === null) return null;
  for (let i = 0; i < 3; i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** 7, 2 and 0 of `7.2.0-ogc4.1.fc44.x86_64`. */
function versionOf(kernel: string | null): readonly number[] | null {
  const match = /^([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,5}))?(?:[.+_-]|$)/.exec(kernel ?? "");
  return match === null ? null : match.slice(1).map((part) => Number(part ?? 0));
}
