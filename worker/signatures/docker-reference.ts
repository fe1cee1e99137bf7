// Docker references: how payloads name images (distribution/reference), brought to the spelling `host/path`.
import { isHost, isRepositoryPath, isTag } from "../../policies/words/reference.ts";

/** cosign writes Docker Hub by the name of its API. */
const dockerHub = ["index.docker.io", "registry-1.docker.io"];

export type DockerReference = { readonly repository: string; readonly tag: string | null };

/**
 * `busybox`, `library/busybox:latest` and `index.docker.io/library/busybox` name one repository, docker.io's. A
 * digest after the name is dropped: it is compared where it is signed. undefined: this names no repository.
 */
export function parseDockerReference(text: string): DockerReference | undefined {
  const name = text.split("@", 1)[0] ?? "";
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const named = first.includes(".") || first.includes(":") || first === "localhost" || first.startsWith("[");
  const host = named ? first : "docker.io";
  const rest = named ? name.slice(slash + 1) : name;

  const colon = rest.indexOf(":");
  const tag = colon < 0 ? null : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (!isHost(host) || !isRepositoryPath(path) || (tag !== null && !isTag(tag))) return undefined;
  const registry = dockerHub.includes(host) ? "docker.io" : host;
  return {
    repository: `${registry}/${registry === "docker.io" && !path.includes("/") ? `library/${path}` : path}`,
    tag,
  };
}
