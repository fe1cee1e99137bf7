// The oci dialect: a registry that speaks the distribution specification and no more.
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import { isRepositoryPath, isTag } from "../../policies/words/reference.ts";
import type { HttpAnswer } from "../http/http.ts";
import { readRegistryBlob } from "./blobs.ts";
import { listIn, parseObject } from "./json-body.ts";
import { type ListingSource, readListing } from "./listing.ts";
import { acceptedManifests, checkManifestAnswer } from "./manifest-checks.ts";
import { createReferrersReader } from "./referrers.ts";
import { readSaid, saysAbsent } from "./refusals.ts";
import type { ListedTag, Registry } from "./registry.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";
import { createTagLooker } from "./tag-looks.ts";

export function openOciRegistry(document: NetworkRegistry, environment: RegistryEnvironment): Registry {
  const client = createRegistryClient(document, environment, { foresee: true });
  return ociRegistry(client, document, environment);
}

/** What both network dialects share; Quay's replaces what its REST API does better. */
export function ociRegistry(
  client: RegistryClient,
  document: NetworkRegistry,
  environment: RegistryEnvironment,
): Registry {
  const { limits } = environment;
  const { host } = client;
  const bounds = (entries: number) => ({ entries, pages: limits.pages, idlePages: limits.idlePages });

  function listBelow(path: string | undefined, url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    return client.ask(
      { target: url, path, headers: { accept: "application/json" }, limitBytes: limits.listBytes },
      signal,
    );
  }

  /** One page. A registry that refuses the size of the page is asked for whatever it likes to give. */
  async function readPage(path: string | undefined, url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await listBelow(path, url, signal);
    if (answer.status !== 400 || readSaid(answer).code !== "PAGINATION_NUMBER_INVALID") return answer;
    const unsized = new URL(url);
    unsized.searchParams.delete("n");
    return listBelow(path, unsized, signal);
  }

  /** The entries that fit, with a note of those that are no names: no reference could ever name them. */
  function namesIn(answer: HttpAnswer, member: string, repository: string, fits: (name: string) => boolean): string[] {
    const what = `the listing of ${repository}`;
    const listed = listIn(parseObject(answer.body, what), member, what);
    const names = listed.filter((name): name is string => typeof name === "string" && fits(name));
    if (names.length < listed.length) {
      const example =
        JSON.stringify(listed.find((name) => typeof name !== "string" || !fits(name)))?.slice(0, 100) ?? "";
      environment.note?.({ kind: "dropped-names", repository, count: listed.length - names.length, example });
    }
    return names;
  }

  return {
    host,
    dialect: "oci",

    async listRepositories(namespace, signal) {
      const source: ListingSource<string> = {
        what: `the catalog of ${host}`,
        async readPage(url) {
          try {
            const answer = await readPage(undefined, url, signal);
            if (answer.status === 200) return answer;
            throw client.refusal(answer);
          } catch (error) {
            throw withoutListing(error, document);
          }
        },
        entriesOf: (answer) =>
          namesIn(answer, "repositories", host, isRepositoryPath)
            .filter((name) => name.startsWith(`${namespace}/`))
            .map((name) => [name, name]),
      };
      const first = new URL(`/v2/_catalog?n=${limits.pageSize}`, client.origin);
      // The catalog is the whole registry's: pages without one of this namespace are no sign that it does not end.
      const names = await readListing(first, source, {
        ...bounds(limits.repositoriesPerNamespace),
        idlePages: limits.pages,
      });
      return [...(names ?? new Map()).keys()].map((path) => ({
        path,
        description: null,
        popularity: null,
        lastModifiedMs: null,
      }));
    },

    async findRepository(path, signal) {
      const answer = await readPage(path, new URL(`/v2/${path}/tags/list?n=1`, client.origin), signal);
      if (answer.status === 200) return "present";
      if (saysAbsent(answer)) return "absent";
      throw client.refusal(answer);
    },

    async listTags(path, signal) {
      const repository = `${host}/${path}`;
      const source: ListingSource<ListedTag> = {
        what: `the tag list of ${repository}`,
        async readPage(url) {
          const answer = await readPage(path, url, signal);
          if (answer.status === 200) return answer;
          if (saysAbsent(answer)) return undefined;
          throw client.refusal(answer);
        },
        entriesOf: (answer) =>
          namesIn(answer, "tags", repository, isTag).map((name) => [name, { name, digest: null, sinceMs: null }]),
      };
      const first = new URL(`/v2/${path}/tags/list?n=${limits.pageSize}`, client.origin);
      const tags = await readListing(first, source, bounds(limits.tagsPerRepository));
      return tags === undefined ? undefined : [...tags.values()];
    },

    async readTagHistory() {
      return undefined;
    },

    lookAtTag: createTagLooker(client, environment),

    async readManifest(path, digest, signal) {
      const answer = await client.ask(
        {
          target: `/v2/${path}/manifests/${digest}`,
          path,
          headers: { accept: acceptedManifests },
          limitBytes: limits.manifestBytes,
        },
        signal,
      );
      if (saysAbsent(answer)) return undefined;
      if (answer.status !== 200) throw client.refusal(answer);
      return checkManifestAnswer(answer, digest, `${host}/${path}@${digest}`);
    },

    async readBlob(path, digest, limitBytes, signal, range) {
      return readRegistryBlob(client, environment, { path, digest, limitBytes, range }, signal);
    },

    readReferrers: createReferrersReader(client, environment),
  };
}

/**
 * A catalog that is refused is a catalog that is not there: the specification asks for none. Where there are
 * credentials, it is they that were refused.
 */
function withoutListing(error: unknown, document: NetworkRegistry): unknown {
  if (!(error instanceof RegistryError)) return error;
  const isRefused = ["refused", "not-found"].includes(error.code) || error.said.status === 501;
  const isClosed = error.code === "unauthorized" && document.credentials === undefined;
  if (!isRefused && !isClosed) return error;
  return new RegistryError("listing-unsupported", `${document.host} does not list its repositories: ${error.message}`, {
    cause: error,
    said: error.said,
  });
}
