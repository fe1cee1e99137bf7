// What a registry client is given from outside: limits, credentials, the HTTP client and a clock.
import type { HttpClient } from "../http/http.ts";

export type RegistryLimits = {
  /** The distribution specification asks registries to take manifests of at least 4 MiB. */
  readonly manifestBytes: number;
  /** One page of a listing. */
  readonly listBytes: number;
  readonly tokenBytes: number;
  /** The deadline of one blob in place of the HTTP client's own. */
  readonly blobDeadlineMs: number;
  readonly repositoriesPerNamespace: number;
  readonly tagsPerRepository: number;
  /** Rows of Quay's tag history read in one look. */
  readonly historyRows: number;
  readonly referrers: number;
  /** Pages of one listing, and how many of them in a row may bring nothing new. */
  readonly pages: number;
  readonly idlePages: number;
  /** How many entries a page is asked for. */
  readonly pageSize: number;
  /** How long it is remembered what a host can do. */
  readonly capabilityMs: number;
  /** Tokens kept, and the longest time that one is used whatever its issuer says. */
  readonly tokens: number;
  readonly tokenMaxMs: number;
  /** Folders below each other that are searched for image layouts. */
  readonly layoutDepth: number;
};

/** The values behind the variables that a registry document names; bin reads them. */
export type ResolvedCredentials =
  | { readonly outcome: "set"; readonly username: string; readonly password: string }
  | { readonly outcome: "unset"; readonly variables: readonly string[] };

/** What is worth knowing and stops nothing. */
export type RegistryNote =
  /** Names in a listing that no reference can have. */
  | { readonly kind: "dropped-names"; readonly repository: string; readonly count: number; readonly example: string }
  /** A `Warning: 299` header: the registry wants people to read it. */
  | { readonly kind: "warning"; readonly repository: string; readonly text: string }
  /** Older rows of the tag history were left out at the limit. */
  | { readonly kind: "history-cut"; readonly repository: string; readonly rows: number };

export type RegistryEnvironment = {
  readonly http: HttpClient;
  readonly limits: RegistryLimits;
  /** By host; undefined where the registry document names none. */
  readonly credentials: (host: string) => ResolvedCredentials | undefined;
  /** Folders of layout registries by host (PolicySet.layouts). */
  readonly layouts: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Waits before a question is put again; left out: by the machine's timers. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly note?: (note: RegistryNote) => void;
  /** `first`: somebody waits for the answer. */
  readonly priority?: "first" | "normal";
};
