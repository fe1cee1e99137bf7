// Where a registry is: its origin, and the places that its document declares.
import type { NetworkRegistry, RegistryDocument } from "../../policies/documents/registry-document.ts";
import type { Destination } from "../http/http.ts";

/** docker.io is a name for people; its API is elsewhere, as every client knows. */
const apiHosts: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

export function registryOrigin(document: NetworkRegistry): URL {
  const host = apiHosts[document.host] ?? document.host;
  return new URL(`${document.plainHttp ? "http" : "https"}://${host}`);
}

/** What the HTTP client is told of a registry: the host itself, and the realm that may see its credentials. */
export function destinationsOf(document: RegistryDocument): readonly Destination[] {
  if (!("dialect" in document)) return [];
  const { allowPlainHttp, credentials, requestsPerSecond } = document;
  const place = (url: URL): Destination => ({
    origin: url.origin,
    addresses: url.protocol === "https:" || allowPlainHttp ? "any" : "loopback",
  });
  const registry: Destination = { ...place(registryOrigin(document)), requestsPerSecond };
  const realm = credentials?.realm === undefined ? undefined : place(new URL(credentials.realm));
  return realm === undefined || realm.origin === registry.origin ? [registry] : [registry, realm];
}
