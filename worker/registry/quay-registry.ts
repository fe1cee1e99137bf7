// The quay dialect: Quay's REST API tells repositories, tags with digests and tag history; the rest is as in oci.
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import { parseObject } from "./json-body.ts";
import { ociRegistry } from "./oci-registry.ts";
import { isQuayDeleted, readQuayRepositories } from "./quay-api.ts";
import { createQuayRequests } from "./quay-requests.ts";
import { createQuayTagReader } from "./quay-tag-reader.ts";
import type { ListedRepository, Registry } from "./registry.ts";
import { createRegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

export function openQuayRegistry(document: NetworkRegistry, environment: RegistryEnvironment): Registry {
  const { limits, note } = environment;
  const { host } = document;
  const client = createRegistryClient(document, environment, { foresee: false });
  const oci = ociRegistry(client, document, environment);
  const quay = createQuayRequests(client, document, environment);
  const tags = createQuayTagReader(host, quay, environment);

  async function listRepositories(namespace: string, signal: AbortSignal): Promise<readonly ListedRepository[]> {
    const what = `the repositories of ${host}/${namespace}`;
    const found = new Map<string, ListedRepository>();
    const seen = new Set<string>();
    const [account = ""] = namespace.split("/");
    const query = { namespace: account, last_modified: "true", popularity: "true" };
    let nextPage: string | undefined;
    for (let page = 1; ; page += 1) {
      const answer = await quay.askListing(nextPage === undefined ? query : { ...query, next_page: nextPage }, signal);
      const read = readQuayRepositories(answer.body, namespace, what);
      const [example] = read.dropped;
      if (example !== undefined) {
        const repository = `${host}/${namespace}`;
        note?.({ kind: "dropped-names", repository, count: read.dropped.length, example: JSON.stringify(example) });
      }
      for (const repository of read.repositories) {
        if (!found.has(repository.path)) found.set(repository.path, repository);
      }
      if (found.size > limits.repositoriesPerNamespace) {
        throw new RegistryError("too-many", `${what} are more than ${limits.repositoriesPerNamespace}`);
      }
      if (read.nextPage === undefined) return [...found.values()];
      // An expired or unknown page token is taken for none, and the first page comes again: the list is not whole.
      if (read.names.every((name) => seen.has(name))) {
        throw new RegistryError("listing-suspect", `${what}: the pages go in a circle`);
      }
      for (const name of read.names) seen.add(name);
      if (page >= limits.pages) throw new RegistryError("too-many", `${what} have more than ${limits.pages} pages`);
      nextPage = read.nextPage;
    }
  }

  return {
    ...oci,
    dialect: "quay",
    listRepositories,

    async findRepository(path, signal) {
      const answer = await quay.askRepository(path, "", { includeTags: "false" }, signal);
      if (answer === undefined) return quay.isOpaque ? oci.findRepository(path, signal) : "absent";
      return isQuayDeleted(parseObject(answer.body, `${host}/${path}`)) ? "absent" : "present";
    },

    async listTags(path, signal) {
      const listed = await tags.listTags(path, signal);
      // What the API does not show to a robot account, the registry may.
      return listed === undefined && quay.isOpaque ? oci.listTags(path, signal) : listed;
    },

    readTagHistory: tags.readHistory,

    /** By the API: at Quay each HEAD of a manifest counts as a pull. Where the listing says the digest, nothing need be asked. */
    async lookAtTag(path, tag, known, signal) {
      const row = await tags.findTag(path, tag, signal);
      if (row === undefined && quay.isOpaque) return oci.lookAtTag(path, tag, known, signal);
      if (row === undefined || row === "none") return { outcome: "absent" };
      return row.digest === known ? { outcome: "unchanged" } : { outcome: "digest", digest: row.digest };
    },
  };
}
