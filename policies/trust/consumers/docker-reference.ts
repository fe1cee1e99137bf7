// Docker references as containers/image reads them (distribution/reference, ParseNormalizedNamed): hosts compare by these.
import { isDigest } from "../../words/digest.ts";
import { isHost, isRepositoryPath, isTag } from "../../words/reference.ts";

export type DockerReference = {
  /** `host/path`, in full: what Go calls Name(). */
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
};

/** undefined: containers/image refuses it. `index.docker.io` is the one other name of Docker Hub that it knows. */
export function parseDockerReference(text: string): DockerReference | undefined {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const hasDomain = slash >= 0 && (/[.:]/.test(first) || first === "localhost");
  const domain = !hasDomain || first === "index.docker.io" ? "docker.io" : first;
  const rest = hasDomain ? text.slice(slash + 1) : text;

  const at = rest.indexOf("@");
  const digest = at < 0 ? null : rest.slice(at + 1);
  const tagged = at < 0 ? rest : rest.slice(0, at);
  const colon = tagged.indexOf(":");
  const tag = colon < 0 ? null : tagged.slice(colon + 1);
  const path = colon < 0 ? tagged : tagged.slice(0, colon);
  if (!isHost(domain) || !isRepositoryPath(path)) return undefined;
  if ((tag !== null && !isTag(tag)) || (digest !== null && !isDigest(digest))) return undefined;
  const full = domain === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { name: `${domain}/${full}`, tag, digest };
}

/** As it was written, but for the name: what Go calls String(). */
export function textOf({ name, tag, digest }: DockerReference): string {
  return `${name}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/** The sections of policy.json and registries.d that speak for an image, the most specific first. */
export function sectionsFor(image: DockerReference): readonly string[] {
  const sections = [textOf(image)];
  let name = image.name;
  for (let slash = name.length; slash >= 0; slash = name.lastIndexOf("/")) {
    name = name.slice(0, slash);
    sections.push(name);
  }
  // Wildcards stand for the labels of a host, whose port is left out.
  let host = name.split(":", 1)[0] ?? name;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".")) {
    host = host.slice(dot + 1);
    sections.push(`*.${host}`);
  }
  return sections;
}
