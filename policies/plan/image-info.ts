// Image info: what Universal Blue's /usr/share/ublue-os/image-info.json says of the image that it was baked into.
import { z } from "zod";

const Text = z.string().max(1_024);

/** Members that no answer uses are not looked at. */
export const ImageInfo = z.looseObject({
  "image-name": Text.nullish(),
  "image-ref": Text.nullish(),
  "image-tag": Text.nullish(),
  "base-image-name": Text.nullish(),
  "fedora-version": z.union([Text, z.number()]).nullish(),
  version: Text.nullish(),
});
export type ImageInfo = z.infer<typeof ImageInfo>;

/** The desktops of the images that Universal Blue builds on; on `base` others put one of their own. */
const desktops: ReadonlyMap<string, string> = new Map([
  ["silverblue", "gnome"],
  ["kinoite", "kde"],
  ["sericea", "sway"],
  ["sway-atomic", "sway"],
  ["onyx", "budgie"],
  ["budgie-atomic", "budgie"],
  ["cosmic-atomic", "cosmic"],

  ["fedora-coreos", "none"],
]);

export function desktopOfImageInfo(info: ImageInfo | null | undefined): string | null {
  return desktops.get(info?.["base-image-name"]?.toLowerCase() ?? "") ?? null;
}

/** `host/path:tag`, with the scheme it was written with. The baked tag need not be the followed one; null: no image. */
export function referenceOfImageInfo(info: ImageInfo | null | undefined): string | null {
  const ref = info?.["image-ref"];
  if (!ref) return null;
  const name = ref.slice(ref.lastIndexOf("/") + 1);
  const tag = info?.["image-tag"];
  return name.includes(":") || name.includes("@") || !tag ? ref : `${ref}:${tag}`;
}
