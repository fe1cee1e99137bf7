// Plain http: where an address of a policy document may do without TLS.
import type { RegistryDocument } from "./registry-document.ts";

/** Whether a host (with or without port) is this machine itself, by its name alone: nothing is resolved here. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  return (
    name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(name)
  );
}

/**
 * Why this address may not be used; undefined where it may. It is https, or http on loopback or to a declared registry
 * that is spoken to without TLS anyway. Secrets in an address would be shown to everybody under /policies.
 */
export function addressProblem(address: string, registries: readonly RegistryDocument[]): string | undefined {
  const url = new URL(address);
  if (url.username !== "" || url.password !== "")
    return "an address holds no user or password; use `credentials` of the registry";
  if (url.protocol === "https:" || isLoopback(url.host)) return undefined;
  const plain = registries.some(
    (registry) => "plainHttp" in registry && registry.plainHttp && registry.host === url.host,
  );
  return plain
    ? undefined
    : "expected https:// (plain http is for loopback, and for hosts that are declared with plainHttp)";
}
