// Discovery: which repositories a source has, asked of its registry before anything is stored.
import type { FailedItem } from "../db/runs.ts";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { coversPath, sourceOf } from "../policies/documents/source-of.ts";
import { type Failure, failureOf } from "./failures.ts";
import type { ListedRepository, Registry } from "./registry/registry.ts";

export type SourceLook = { readonly lookedAt: number } & (
  | {
      readonly outcome: "listed";
      /** What the registry shows of the source's repositories; of named ones, as far as its listing shows them. */
      readonly repositories: readonly ListedRepository[];
      readonly failures: readonly FailedItem[];
    }
  | { readonly outcome: "failed"; readonly failure: Failure }
);

export type Discoverer = {
  readonly registry: Registry;
  readonly set: Pick<PolicySet, "sources">;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly report: (error: unknown) => void;
};

/**
 * Never throws but where the signal was aborted. A repository that a listing does not show any more is not removed
 * here: the run looks at it like at any other, and asks the registry for it (see look-at-repository.ts).
 */
export async function discover(discoverer: Discoverer, source: SourceDocument): Promise<SourceLook> {
  const lookedAt = discoverer.now();
  if (source.namespace === undefined) return describeNamed(discoverer, source, lookedAt);
  let listed: readonly ListedRepository[];
  try {
    listed = await discoverer.registry.listRepositories(source.namespace, discoverer.signal);
  } catch (error) {
    discoverer.signal.throwIfAborted();
    return { outcome: "failed", lookedAt, failure: reported(discoverer, error) };
  }
  const covered = listed.filter(({ path }) => coversPath(source, path));
  const failures: FailedItem[] = [];
  const repositories = covered.filter(({ path }) => {
    const name = `${source.registry}/${path}`;
    const winner = sourceOf(discoverer.set, name)?.source.id;
    if (winner === source.id || winner === undefined) return winner !== undefined;
    const reason = `${name} also belongs to the source ${winner}, which speaks for it`;
    failures.push({ repository: name, tag: null, stage: "discover", code: "listed-twice", reason, at: lookedAt });
    return false;
  });
  return { outcome: "listed", lookedAt, repositories, failures };
}

/**
 * Named repositories need no listing. Quay's says how popular they are and what they are about: nice to know, so that
 * a failure of it is no failure of the source.
 */
async function describeNamed(
  { registry, signal, report }: Discoverer,
  source: SourceDocument,
  lookedAt: number,
): Promise<SourceLook> {
  const named = new Set(source.repositories);
  const repositories: ListedRepository[] = [];
  if (registry.dialect === "quay") {
    const namespaces = new Set(
      [...named].flatMap((path) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : [])),
    );
    for (const namespace of namespaces) {
      try {
        const listed = await registry.listRepositories(namespace, signal);
        repositories.push(...listed.filter(({ path }) => named.has(path)));
      } catch (error) {
        signal.throwIfAborted();
        if (failureOf(error).code === "internal") report(error);
      }
    }
  }
  return { outcome: "listed", lookedAt, repositories, failures: [] };
}

function reported(discoverer: Discoverer, error: unknown): Failure {
  const failure = failureOf(error);
  if (failure.code === "internal") discoverer.report(error);
  return failure;
}
