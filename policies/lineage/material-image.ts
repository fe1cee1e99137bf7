// Material images: which image a provenance names among the things that a build was made from.
import type { ImageMaterial } from "../trust/finding.ts";
import { isDigest } from "../words/digest.ts";
import { type BaseClaim, namedBase } from "./base-claim.ts";

/** Undefined: it names no image, or none by its digest. */
export function imageOfMaterial({ uri, sha256 }: ImageMaterial): BaseClaim | undefined {
  const named = uri.startsWith("pkg:") ? packageImage(uri) : namedBase(uri.replace(/^(?:oci|docker):\/\//, ""));
  const written = sha256 === null ? null : `sha256:${sha256}`;
  const digest = written !== null && isDigest(written) ? written : named.digest;
  return digest === null ? undefined : { ...named, digest };
}

/**
 * BuildKit's and cosign's package URLs: `pkg:docker/HOST/PATH@TAG?digest=…` has the whole name before the version,
 * `pkg:oci/NAME@DIGEST?repository_url=HOST/PATH&tag=TAG` has it among the qualifiers.
 */
function packageImage(uri: string): BaseClaim {
  const [front = "", query = ""] = uri.split("#")[0]?.split("?") ?? [];
  const qualifiers = new URLSearchParams(query);
  const [, type = "", rest = ""] = /^pkg:([a-z]+)\/(.*)$/.exec(front) ?? [];
  const at = rest.lastIndexOf("@");
  const name = decoded(at < 0 ? rest : rest.slice(0, at));
  const version = at < 0 ? "" : decoded(rest.slice(at + 1));
  const digests = [version, qualifiers.get("digest") ?? ""].filter(isDigest);
  const tag = qualifiers.get("tag") ?? (version === "" || isDigest(version) ? "" : version);
  const whole = type === "oci" ? (qualifiers.get("repository_url") ?? "") : withHub(name, qualifiers);
  return namedBase(`${whole}${tag === "" ? "" : `:${tag}`}${digests[0] === undefined ? "" : `@${digests[0]}`}`);
}

/** Docker's own registry is left out of the names of its images. */
function withHub(name: string, qualifiers: URLSearchParams): string {
  const host = qualifiers.get("repository_url");
  if (host !== null) return `${host.replace(/^https?:\/\//, "").replace(/\/$/, "")}/${name}`;
  if (!name.includes("/")) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(name.slice(0, name.indexOf("/"))) ? name : `docker.io/${name}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
