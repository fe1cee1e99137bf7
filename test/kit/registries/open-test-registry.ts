// The registry client as a test wants it: limits that are soon reached, and a client that knows the given places.
import { RegistryDocument } from "../../../policies/documents/registry-document.ts";
import type { HttpClient } from "../../../worker/http/http.ts";
import { createHttpClient, type HttpClientOptions } from "../../../worker/http/http-client.ts";
import type { HttpLimits } from "../../../worker/http/http-limits.ts";
import { openRegistry } from "../../../worker/registry/open-registry.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import type {
  RegistryEnvironment,
  RegistryLimits,
  RegistryNote,
  ResolvedCredentials,
} from "../../../worker/registry/registry-environment.ts";
import { destinationsOf } from "../../../worker/registry/registry-origin.ts";

export const testHttpLimits: HttpLimits = {
  connectTimeoutMs: 2_000,
  headersTimeoutMs: 2_000,
  idleTimeoutMs: 2_000,
  deadlineMs: 10_000,
  minBytesPerSecond: 1_000,
  slowAfterMs: 500,
  headerBytes: 16_384,
  errorBodyBytes: 65_536,
  redirects: 5,
  attempts: 3,
  backOffMs: 5,
  backOffMaxMs: 20,
  retryAfterMaxMs: 2_000,
  connectionsPerHost: 16,
  keepAliveMs: 4_000,
  hosts: 100,
  requestsPerSecond: 1_000,
  circuitFailures: 10,
  circuitOpenMs: 200,
  circuitOpenMaxMs: 1_000,
};

export const testRegistryLimits: RegistryLimits = {
  manifestBytes: 4 * 1024 * 1024,
  listBytes: 4 * 1024 * 1024,
  tokenBytes: 65_536,
  blobDeadlineMs: 10_000,
  repositoriesPerNamespace: 2_000,
  tagsPerRepository: 5_000,
  historyRows: 1_000,
  referrers: 100,
  pages: 100,
  idlePages: 3,
  pageSize: 1_000,
  capabilityMs: 86_400_000,
  tokens: 1_000,
  tokenMaxMs: 3_600_000,
  layoutDepth: 4,
};

export type TestRegistryOptions = {
  readonly http?: Partial<HttpLimits>;
  readonly limits?: Partial<RegistryLimits>;
  readonly credentials?: ResolvedCredentials;
  readonly layouts?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  readonly pause?: NonNullable<RegistryEnvironment["pause"]>;
  readonly random?: () => number;
  readonly resolve?: HttpClientOptions["resolve"];
  readonly priority?: "first" | "normal";
};

export type TestRegistry = {
  readonly registry: Registry;
  readonly http: HttpClient;
  readonly environment: RegistryEnvironment;
  readonly notes: RegistryNote[];
  close(): Promise<void>;
};

export const testUserAgent = "signalbox/0.0.0 (+https://signalbox.example)";

export function createTestHttpClient(options: TestRegistryOptions = {}): HttpClient {
  return createHttpClient({
    limits: { ...testHttpLimits, ...options.http },
    userAgent: testUserAgent,
    now: options.now ?? Date.now,
    ...(options.random === undefined ? {} : { random: options.random }),
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
  });
}

/** Opens the registry of a document as it would stand in a file; plain HTTP and a fast rate unless it says otherwise. */
export function openTestRegistry(
  document: { readonly host: string; readonly [member: string]: unknown },
  options: TestRegistryOptions = {},
): TestRegistry {
  const network = { dialect: "oci", plainHttp: true, requestsPerSecond: 100_000 };
  const parsed = RegistryDocument.parse("layout" in document ? document : { ...network, ...document });
  const http = createTestHttpClient(options);
  http.declare(destinationsOf(parsed));
  const notes: RegistryNote[] = [];
  const environment: RegistryEnvironment = {
    http,
    limits: { ...testRegistryLimits, ...options.limits },
    credentials: () => options.credentials,
    layouts: options.layouts ?? {},
    now: options.now ?? Date.now,
    pause: options.pause ?? (async () => {}),
    note: (note) => notes.push(note),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
  };
  return { registry: openRegistry(parsed, environment), http, environment, notes, close: () => http.close() };
}

/** A signal that nobody aborts. */
export const never = new AbortController().signal;
