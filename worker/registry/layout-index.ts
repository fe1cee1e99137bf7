// The index of an image layout: its tags, and what it holds (OCI image layout specification).
import type { Descriptor } from "../../policies/images/manifest.ts";
import { isTag } from "../../policies/words/reference.ts";
import { readDescriptor } from "./descriptors.ts";
import { listIn, parseObject, stringIn } from "./json-body.ts";
import { RegistryError } from "./registry-error.ts";

const refName = "org.opencontainers.image.ref.name";

export type LayoutIndex = {
  /** Tag to digest; where two entries have one name, the first. */
  readonly tags: ReadonlyMap<string, string>;
  readonly entries: readonly Descriptor[];
  /** Names that no reference can have. */
  readonly dropped: readonly string[];
};

/** `oci-layout` names the version by which everything beside it is to be read. */
export function checkLayoutFile(bytes: Buffer, what: string): void {
  const version = stringIn(parseObject(bytes, what), "imageLayoutVersion");
  if (version !== "1.0.0") throw new RegistryError("malformed", `${what}: imageLayoutVersion is not 1.0.0`);
}

export function readLayoutIndex(bytes: Buffer, maxEntries: number, what: string): LayoutIndex {
  const listed = listIn(parseObject(bytes, what), "manifests", what);
  if (listed.length > maxEntries) throw new RegistryError("too-many", `${what} has more than ${maxEntries} entries`);
  const entries = listed.flatMap((entry) => readDescriptor(entry) ?? []);
  const tags = new Map<string, string>();
  const dropped: string[] = [];
  for (const { annotations, digest } of entries) {
    const name = annotations[refName];
    if (name === undefined) continue;
    if (!isTag(name)) dropped.push(name);
    else if (!tags.has(name)) tags.set(name, digest);
  }
  return { tags, entries, dropped };
}
