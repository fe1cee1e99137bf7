// GPU vendors: one word for a maker of graphics, whether it was said by name or by its PCI number.

/** PCI numbers of those whose cards, or virtual ones, hosts have. */
const names: ReadonlyMap<string, string> = new Map([
  ["10de", "nvidia"],
  ["1002", "amd"],
  ["1022", "amd"],
  ["8086", "intel"],
  ["1af4", "virtio"],
  ["1b36", "qxl"],
  ["15ad", "vmware"],
  ["80ee", "virtualbox"],
  ["1414", "hyper-v"],
  ["1234", "qemu"],
  ["1013", "cirrus"],
  ["1a03", "aspeed"],
  ["102b", "matrox"],
]);

const words: readonly { readonly pattern: RegExp; readonly vendor: string }[] = [
  { pattern: /\bnvidia\b/, vendor: "nvidia" },
  { pattern: /\b(?:amd|ati|radeon|advanced micro devices)\b/, vendor: "amd" },
  { pattern: /\bintel\b/, vendor: "intel" },
  { pattern: /\b(?:virtio|red hat|qxl|bochs|qemu)\b/, vendor: "virtio" },
  { pattern: /\bvmware\b/, vendor: "vmware" },
  { pattern: /\b(?:virtualbox|innotek)\b/, vendor: "virtualbox" },
  { pattern: /\b(?:hyper-v|microsoft)\b/, vendor: "hyper-v" },
  { pattern: /\baspeed\b/, vendor: "aspeed" },
  { pattern: /\bmatrox\b/, vendor: "matrox" },
  { pattern: /\b(?:qualcomm|adreno)\b/, vendor: "qualcomm" },
  { pattern: /\b(?:apple|broadcom|arm|mali|imagination)\b/, vendor: "system-on-chip" },
];

/** `NVIDIA Corporation`, `0x10de` and `10de:1b80` are nvidia. Null: not recognised, so it may be any. */
export function gpuVendor(text: string): string | null {
  const lower = text.trim().toLowerCase();
  const number = /^\[?(?:0x|pci:)?([0-9a-f]{4})(?:[:\]].{0,8})?$/.exec(lower)?.[1];
  if (number !== undefined && names.has(number)) return names.get(number) ?? null;
  return words.find(({ pattern }) => pattern.test(lower))?.vendor ?? null;
}
