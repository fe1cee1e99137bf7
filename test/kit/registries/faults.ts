// Faults: the ways in which a hostile registry misbehaves.

/** Of a manifest's answer alone; the rest of the repository is as it should be. */
export type ManifestFault =
  /** A manifest that never ends, in chunks. */
  | "endless-body"
  /** A byte now and then, of a body that is announced as small. */
  | "slow-drip"
  /** Other bytes than the digest asked for; and for a tag another digest in the header than that of the bytes. */
  | "wrong-digest"
  /** A manifest of 100 MB, announced as such. */
  | "large-manifest"
  /** An index whose only entry is itself, as far as that can be claimed. */
  | "self-index"
  /** 200, and a gigabyte when unpacked. */
  | "gzip-bomb"
  /** The connection breaks off in the middle of each body. */
  | "reset"
  | "schema1";

export type NamedFault =
  | ManifestFault
  /** Nothing at all, ever, after the request. */
  | "silence"
  | "redirect-loop"
  /** 307 to an address of a private network. */
  | "redirect-private"
  /** 307 to a cloud's metadata service. */
  | "redirect-metadata"
  /** 401 with a realm of its own that gives tokens, none of which is good. */
  | "auth-loop"
  /** A tag list of which each page has a next one with new tags. */
  | "endless-tags"
  /** A tag list whose second page leads back to the first. */
  | "circular-tags"
  /** A next page on another host. */
  | "foreign-link"
  | "not-utf8"
  /** Tags that are listed and gone when they are read. */
  | "vanishing-tags"
  | "html-429"
  /** A web page with status 200, as a sign-in proxy sends it. */
  | "web-page"
  | "server-error"
  /** 404 with a web page: not the registry's word. */
  | "web-404"
  /** 404 NAME_UNKNOWN for whatever is asked. */
  | "unknown";

export type Fault =
  | NamedFault
  | { readonly kind: "redirect"; readonly to: string }
  /** The realm of the challenge is elsewhere. */
  | { readonly kind: "foreign-realm"; readonly realm: string }
  /** 429 with this Retry-After, so many times; then all is well. */
  | { readonly kind: "retry-after"; readonly header: string; readonly times: number };
