// Addresses: which of them may be spoken to, judged on the address that is really connected to.
import ipaddr from "ipaddr.js";

/** `forbidden` is what no document can allow: link-local and metadata services, multicast, what is no host at all. */
export type AddressKind = "public" | "loopback" | "private" | "forbidden";

/** Cloud providers' metadata and wire servers outside the link-local range: they hand out credentials to whoever asks. */
const metadata = new Set(["100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"]);

const kinds: Readonly<Record<string, AddressKind>> = {
  unicast: "public",
  loopback: "loopback",
  private: "private",
  uniqueLocal: "private",
  carrierGradeNat: "private",
};

const globalUnicast = ipaddr.IPv6.parse("2000::");

/** What an IP address is; whatever is not one is forbidden. */
export function judgeAddress(text: string): AddressKind {
  // A zone (`fe80::1%eth0`) names an interface, and only local addresses have one.
  if (!ipaddr.isValid(text) || text.includes("%")) return "forbidden";
  // IPv4-compatible addresses (::1.2.3.4) are no more in use; ipaddr.js takes them for IPv4-mapped ones.
  if (text.includes(":") && text.includes(".") && !/^(?:::ffff:|64:ff9b::)[0-9.]+$/i.test(text)) return "forbidden";
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return judgePlain(address);
  if (address.isIPv4MappedAddress()) return judgePlain(address.toIPv4Address());
  if (address.range() === "rfc6052") return judgeTranslated(address);
  return judgePlain(address);
}

function judgePlain(address: ipaddr.IPv4 | ipaddr.IPv6): AddressKind {
  if (metadata.has(address.toString())) return "forbidden";
  const kind = kinds[address.range()] ?? "forbidden";
  // IPv4-compatible (::7f00:1) and unassigned space read as unicast; the Internet is 2000::/3.
  if (kind === "public" && address instanceof ipaddr.IPv6 && !address.match(globalUnicast, 3)) return "forbidden";
  return kind;
}

/**
 * NAT64 (RFC 6052): 64:ff9b::/96 carries an IPv4 address in its last 32 bits, and the translator on this network
 * connects to exactly that one. The local-use prefix 64:ff9b:1::/48 may hide anything.
 */
function judgeTranslated(address: ipaddr.IPv6): AddressKind {
  const bytes = address.toByteArray();
  const wellKnown = bytes.slice(4, 12).every((byte) => byte === 0);
  if (!wellKnown) return "forbidden";
  return judgePlain(new ipaddr.IPv4(bytes.slice(12))) === "public" ? "public" : "forbidden";
}

export type AddressRule = "public" | "any" | "loopback";

/** Whether a rule admits an address. `any` is for declared places: public, private or loopback. */
export function admitsAddress(rule: AddressRule, text: string): boolean {
  const kind = judgeAddress(text);
  switch (rule) {
    case "public":
      return kind === "public";
    case "any":
      return kind !== "forbidden";
    case "loopback":
      return kind === "loopback";
  }
}
