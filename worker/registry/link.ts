// Links: where the next page of a listing is (Link header, RFC 8288), and whether one goes there.

export type NextPage =
  | { readonly outcome: "none" }
  | { readonly outcome: "next"; readonly url: URL }
  | { readonly outcome: "refused"; readonly reason: string };

/** Each is matched in linear time, whatever a hostile header repeats. */
const linkPattern = /<([^<>]*)>([^<]*)/g;
const relPattern = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/** The target of the first link with the relation `next`. */
export function findNextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters = ""] of (header ?? "").matchAll(linkPattern)) {
    const rel = relPattern.exec(parameters);
    if ((rel?.[1] ?? rel?.[2] ?? "").toLowerCase().split(/\s+/).includes("next")) return target;
  }
  return undefined;
}

/**
 * The next page, relative to the page it was on. Another host's is refused: our token would go there. Another scheme
 * on the same host is a registry that does not know of the proxy before it, and is asked by the scheme we use.
 */
export function nextPage(header: string | undefined, from: URL): NextPage {
  const target = findNextLink(header);
  if (target === undefined) return { outcome: "none" };
  const url = URL.parse(target, from.href);
  if (url === null) return { outcome: "refused", reason: "the link to the next page is no URL" };
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  if (!isWeb || url.host !== from.host || url.username !== "" || url.password !== "") {
    return { outcome: "refused", reason: `the link to the next page leads away from ${from.host}` };
  }
  url.protocol = from.protocol;
  url.port = from.port;
  url.hash = "";
  return { outcome: "next", url };
}
