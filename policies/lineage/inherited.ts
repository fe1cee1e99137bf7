// What was inherited: labels and annotations that an image has from its base, of which they say more than of itself.
import type { Labels } from "../images/image-config.ts";

/** Names, in the order of the alphabet. One that was given another value is the image's own. */
export function inheritedNames(image: Labels, base: Labels): readonly string[] {
  return Object.keys(image)
    .filter((name) => Object.hasOwn(base, name) && base[name] === image[name])
    .toSorted((a, b) => (a < b ? -1 : 1));
}
