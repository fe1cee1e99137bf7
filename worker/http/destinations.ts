// Destinations: which URLs may be asked at all, before any name is resolved.
import { isIP } from "node:net";
import { type AddressRule, admitsAddress } from "./addresses.ts";
import type { Destination } from "./http.ts";

export type DestinationJudgement =
  | { readonly outcome: "admitted"; readonly addresses: AddressRule; readonly destination: Destination | undefined }
  | { readonly outcome: "address-refused"; readonly reason: string }
  | { readonly outcome: "scheme-refused"; readonly reason: string };

/** The destination of a URL under the declared ones, by exact origin: a port or a scheme more is another place. */
export function judgeDestination(url: URL, declared: ReadonlyMap<string, Destination>): DestinationJudgement {
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { outcome: "scheme-refused", reason: `${url.protocol} is not spoken` };
  }
  // In a redirect or a realm these would be another's idea of our credentials.
  if (url.username !== "" || url.password !== "") {
    return { outcome: "scheme-refused", reason: "the URL carries a user name or password" };
  }
  const destination = declared.get(url.origin);
  const addresses = destination?.addresses ?? "public";
  const literal = literalAddress(url.hostname);
  if (literal !== undefined && !admitsAddress(addresses, literal)) {
    return { outcome: "address-refused", reason: describeRefusal(url.host, addresses) };
  }
  if (destination === undefined && url.protocol === "http:") {
    return { outcome: "scheme-refused", reason: `plain HTTP to ${url.host}, which is not declared for it` };
  }
  return { outcome: "admitted", addresses, destination };
}

/** The address that a URL's host name is, without the brackets; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

export function describeRefusal(host: string, rule: AddressRule): string {
  switch (rule) {
    case "public":
      return `${host} is not at a public address and is not declared`;
    case "any":
      return `${host} is at an address that no registry has (link-local, metadata or multicast)`;
    case "loopback":
      return `${host} is declared for plain HTTP on loopback alone (allowPlainHttp: true would allow more)`;
  }
}
