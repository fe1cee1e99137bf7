// signedIdentity: whether containers/image takes a signed reference for the image it pulls (policy_reference_match.go).
import type { IdentityRule } from "./containers-policy.ts";
import { type DockerReference, parseDockerReference, textOf } from "./docker-reference.ts";

/** `image`: as the host pulls it, with a tag or a digest. `signed`: docker-reference as it stands in the payload. */
export function matchesIdentity(rule: IdentityRule, image: DockerReference, signed: string): boolean {
  const reference = parseDockerReference(signed);
  if (reference === undefined) return false;
  switch (rule.type) {
    case "matchExact":
      return !isNameOnly(image) && !isNameOnly(reference) && textOf(image) === textOf(reference);
    case "matchRepoDigestOrExact":
      return isRepoDigestOrExact(image, reference);
    case "matchRepository":
      return image.name === reference.name;
    case "exactReference": {
      const wanted = parseDockerReference(rule.dockerReference);
      return wanted !== undefined && !isNameOnly(reference) && textOf(wanted) === textOf(reference);
    }
    case "exactRepository":
      return parseDockerReference(rule.dockerRepository)?.name === reference.name;
    case "remapIdentity": {
      const remapped = remap(image, rule.prefix, rule.signedPrefix);
      return remapped !== undefined && isRepoDigestOrExact(remapped, reference);
    }
  }
}

/** cosign signs a name alone: no rule but those that compare repositories takes its signatures. */
function isRepoDigestOrExact(image: DockerReference, reference: DockerReference): boolean {
  if (isNameOnly(reference)) return false;
  if (image.tag !== null) return textOf(image) === textOf(reference);
  return image.digest !== null && image.name === reference.name;
}

function isNameOnly({ tag, digest }: DockerReference): boolean {
  return tag === null && digest === null;
}

/** By whole path segments; what the prefix does not fit stays as it is. */
function remap(image: DockerReference, prefix: string, signedPrefix: string): DockerReference | undefined {
  if (image.name !== prefix && !image.name.startsWith(`${prefix}/`)) return image;
  const name = `${signedPrefix}${image.name.slice(prefix.length)}`;
  // Go wants the full name here: what it would have to complete is an error.
  return parseDockerReference(name)?.name === name ? { ...image, name } : undefined;
}
