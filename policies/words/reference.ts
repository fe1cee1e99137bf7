// References: how an image is named (`host/path[:tag]`, `host/path@digest`), in every spelling that hosts use.
import { isDigest } from "./digest.ts";

/** A parsed reference. Exactly one of `tag` and `digest` is set: no bootc client accepts both. */
export type Reference = {
  /** Registry host, lower case, with its port where it has one. */
  readonly host: string;
  readonly path: string;
  /** `host/path`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** The normal spelling, `host/path:tag` or `host/path@digest`. */
  readonly text: string;
};

/** How a host asked for the image to be verified: the spellings of rpm-ostree and of bootc's host document. */
export type SignaturePolicy = "containerPolicy" | "insecure" | { readonly ostreeRemote: string };

export type ParsedReference =
  | { readonly outcome: "reference"; readonly reference: Reference; readonly signature: SignaturePolicy | null }
  | { readonly outcome: "invalid"; readonly reason: string };

const maxLength = 512;
const hostLabel = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const hostPattern = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[0-9a-f:]+\\])(?::[0-9]{1,5})?$`);
// OCI distribution specification 1.1, "Pulling manifests".
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isHost(text: string): boolean {
  return text.length <= 255 && hostPattern.test(text) && portIsValid(text);
}

export function isRepositoryPath(text: string): boolean {
  return text.length <= 255 && pathPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** A registry, a namespace or a repository: what trust scopes and mirrors name. */
export function isScope(text: string): boolean {
  return (isHost(text) && looksLikeHost(text)) || parseRepository(text) !== undefined;
}

function portIsValid(host: string): boolean {
  const port = /:([0-9]+)$/.exec(host)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}

function invalid(reason: string): ParsedReference {
  return { outcome: "invalid", reason };
}

/**
 * Takes the scheme off: `ostree-image-signed:`, `ostree-unverified-registry:`, `ostree-unverified-image:`,
 * `ostree-remote-registry:REMOTE:`, `ostree-remote-image:REMOTE:` (ostree-rs-ext, container/mod.rs), then the
 * transport `docker://`, `docker:` or `registry:`. Another transport names no registry and is refused.
 */
function splitScheme(text: string): { rest: string; signature: SignaturePolicy | null } | string {
  const scheme = /^(ostree-(?:image-signed|unverified-registry|unverified-image|remote-registry|remote-image)):/.exec(
    text,
  );
  if (scheme === null) return { rest: withoutTransport(text), signature: null };
  let rest = text.slice(scheme[0].length);
  const kind = scheme[1] ?? "";
  let signature: SignaturePolicy = kind === "ostree-image-signed" ? "containerPolicy" : "insecure";
  if (kind.startsWith("ostree-remote-")) {
    const colon = rest.indexOf(":");
    if (colon <= 0) return `${kind}: is followed by the name of an ostree remote and a colon`;
    signature = { ostreeRemote: rest.slice(0, colon) };
    rest = rest.slice(colon + 1);
  }
  if (!kind.endsWith("-registry") && withoutTransport(rest) === rest) {
    return `${kind}: is followed by a transport, as in ${kind}:docker://HOST/PATH:TAG`;
  }
  return { rest: withoutTransport(rest), signature };
}

function withoutTransport(text: string): string {
  // `docker:5000/…` and `registry:5000/…` are hosts with a port; `registry:127.0.0.1:5000/…` is a transport and a host.
  return text.replace(/^(?:docker:\/\/|(?:docker|registry):(?![0-9]{0,5}\/))/, "");
}

/** A full name is wanted: a bare `fedora` or `library/fedora` would be guessed into some registry. */
function looksLikeHost(text: string): boolean {
  return text.includes(".") || text.includes(":") || text === "localhost" || text.startsWith("[");
}

/** Parses any spelling into its normal form. A reference without a tag means `latest`. */
export function parseReference(input: string): ParsedReference {
  const text = input.trim();
  if (text === "") return invalid("the reference is empty");
  if (text.length > maxLength) return invalid(`the reference is longer than ${maxLength} characters`);
  const scheme = splitScheme(text);
  if (typeof scheme === "string") return invalid(scheme);
  const { rest, signature } = scheme;
  const transport = /^([a-z-]+):\/?\/?/.exec(rest);
  if (
    transport !== null &&
    ["oci", "oci-archive", "containers-storage", "docker-daemon", "docker-archive", "dir", "http", "https"].includes(
      transport[1] ?? "",
    )
  ) {
    return invalid(`${transport[1]}: is not a registry; give HOST/PATH:TAG`);
  }

  const slash = rest.indexOf("/");
  const host = slash > 0 ? rest.slice(0, slash).toLowerCase() : "";
  if (!looksLikeHost(host) || !isHost(host)) {
    return invalid(
      "the reference does not start with a registry host; give HOST/PATH:TAG, such as quay.io/fedora/fedora-bootc:44",
    );
  }

  const name = rest.slice(slash + 1);
  const at = name.indexOf("@");
  const digest = at < 0 ? null : name.slice(at + 1);
  const tagged = at < 0 ? name : name.slice(0, at);
  const colon = tagged.indexOf(":");
  const path = colon < 0 ? tagged : tagged.slice(0, colon);
  const tag = colon < 0 ? null : tagged.slice(colon + 1);
  if (!isRepositoryPath(path))
    return invalid(`${JSON.stringify(path)} is not a repository path (lower-case letters, digits, single separators)`);
  if (tag !== null && !isTag(tag)) return invalid(`${JSON.stringify(tag)} is not a tag`);
  if (digest !== null && !isDigest(digest))
    return invalid(`${JSON.stringify(digest)} is not a digest (sha256: and 64 lower-case hexadecimal digits)`);
  if (digest !== null && tag !== null)
    return invalid("the reference has a tag and a digest; bootc accepts one of them: drop the tag or the digest");
  return {
    outcome: "reference",
    reference: reference(host, path, digest === null ? (tag ?? "latest") : null, digest),
    signature,
  };
}

/** Puts a reference together from parts that are already known to be valid. */
export function reference(host: string, path: string, tag: string | null, digest: string | null): Reference {
  const repository = `${host}/${path}`;
  return {
    host,
    path,
    repository,
    tag,
    digest,
    text: digest === null ? `${repository}:${tag ?? "latest"}` : `${repository}@${digest}`,
  };
}

/** Splits a repository name `host/path`; undefined where it is not one. */
export function parseRepository(name: string): { host: string; path: string } | undefined {
  const slash = name.indexOf("/");
  if (slash <= 0) return undefined;
  const host = name.slice(0, slash);
  const path = name.slice(slash + 1);
  return isHost(host) && looksLikeHost(host) && isRepositoryPath(path) ? { host, path } : undefined;
}
