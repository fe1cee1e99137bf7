// The documents in force, as one worker uses them: followed from revision to revision, with their registries opened.
import { policyRevision, policySetInForce } from "../db/policy-sets.ts";
import type { Store } from "../db/store.ts";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import type { RegistryDocument } from "../policies/documents/registry-document.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { canonicalJson } from "../policies/words/canonical-json.ts";
import type { Registry } from "./registry/registry.ts";
import { openTrust, type TrustInForce } from "./verify/trust-in-force.ts";

export type RegistryOpener = {
  /** Told of the documents in force before any of their registries is opened: these hosts alone may be reached. */
  declare(set: PolicySet): void;
  /**
   * The registry of a document. `first`: somebody waits for the answers, so they pass the rest of the host's work. The
   * set is the one that the document belongs to: a layout registry's folder stands in it.
   */
  open(document: RegistryDocument, set: PolicySet, priority: "first" | "normal"): Registry;
};

export type Documents = {
  readonly revision: number;
  readonly set: PolicySet;
  readonly sources: ReadonlyMap<string, SourceDocument>;
  /** Keys, roots and rules of its trust policies, with the public-good root in force. */
  readonly trust: TrustInForce;
  /** Opened when it is first wanted, and kept: tokens and habits of the host are known to it. */
  registry(host: string, priority: "first" | "normal"): Registry | undefined;
};

export type DocumentsInForce = {
  /** undefined: none were ever adopted. */
  current(): Promise<Documents | undefined>;
  /** The set as this process loaded it: where its layouts lie, the database knows of some machine alone. */
  loaded(set: PolicySet): void;
};

export function followDocuments(store: Store, opener: RegistryOpener): DocumentsInForce {
  let documents: Documents | undefined;
  let local: PolicySet | undefined;
  let reading: Promise<Documents | undefined> | undefined;
  /** By the document's text and folder: what did not change stays open. */
  let registries = new Map<string, Registry>();

  async function read(): Promise<Documents | undefined> {
    const inForce = await policySetInForce(store);
    if (inForce === undefined) return undefined;
    const set = inForce.set.digest === local?.digest ? local : inForce.set;
    const byHost = new Map(set.registries.map((document) => [document.host, document]));
    const byHostAndPriority = new Map<string, Registry>();
    const old = registries;
    const kept = new Map<string, Registry>();
    registries = kept;
    opener.declare(set);
    documents = {
      revision: inForce.revision,
      set,
      sources: new Map(set.sources.map((source) => [source.id, source])),
      trust: openTrust(set, inForce.publicGood),
      registry: (host, priority) => {
        const at = `${priority} ${host}`;
        const opened = byHostAndPriority.get(at);
        if (opened !== undefined) return opened;
        const document = byHost.get(host);
        if (document === undefined) return undefined;
        const key = canonicalJson([document, set.layouts[host] ?? null, priority]);
        const registry = kept.get(key) ?? old.get(key) ?? opener.open(document, set, priority);
        kept.set(key, registry);
        byHostAndPriority.set(at, registry);
        return registry;
      },
    };
    return documents;
  }

  return {
    async current() {
      if (documents !== undefined && (await policyRevision(store)) === documents.revision) return documents;
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    loaded(set) {
      local = set;
      // The same documents may have come from another folder than the one in the database.
      if (documents?.set.digest === set.digest) documents = undefined;
    },
  };
}
