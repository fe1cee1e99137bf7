// The policy index: what one policy set says of a repository, worked out once for each repository that is asked for.
import { facetsByTag, facetsOf } from "../documents/facets-of.ts";
import type { PolicySet } from "../documents/policy-set.ts";
import { privateNames } from "../documents/private-names.ts";
import { visibilityOf } from "../documents/registry-document.ts";
import { releaseOf } from "../documents/release-of.ts";
import { fateOf } from "../documents/repository-fate.ts";
import { sourceOf } from "../documents/source-of.ts";
import type { TrustDocument } from "../documents/trust-document.ts";
import { indexTrust, type PublicGoodRoot, type TrustIndex } from "../trust/trust-rules.ts";
import type { Digest } from "../words/digest.ts";
import { parseRepository } from "../words/reference.ts";

/** What the documents say of one repository, whatever the time and the image. */
export type Standing = {
  readonly trust: {
    readonly id: string;
    readonly digest: Digest;
    readonly signature: TrustDocument["signature"];
  } | null;
  /** A day; null: none is set. */
  readonly deprecatedOn: string | null;
  /** Null as well where a public repository's is private: it is nowhere that its readers could go. */
  readonly successor: string | null;
  /** What the source that speaks for it says it is; null: none declares it. */
  readonly declared: {
    readonly kind: string;
    readonly official: boolean;
    readonly distribution: string | null;
  } | null;
  /** Whether its registry asks who pulls. */
  readonly wantsCredentials: boolean;
  /** The catalog itself logs in there, though what it finds is public: others may have to, or not. */
  readonly mayWantCredentials: boolean;
};

export type PolicyIndex = {
  readonly set: PolicySet;
  /** The same set's trust policies, as signatures are judged by them. */
  readonly trust: TrustIndex;
  standingOf(repository: string): Standing;
  /**
   * The facets of an image that has these tags, where none is a channel whose row has them: the tag asked for; of a
   * digest those that are known to have named it, which may be none. Undefined: no source declares the repository.
   */
  facetsOf(repository: string, tags: readonly string[]): Facets | undefined;
  /** Whether tags of the repository differ in facets, so that a digest is of one kind or another. */
  dependsOnTag(repository: string): boolean;
  releaseOf: (question: Parameters<typeof releaseOf>[1]) => ReturnType<typeof releaseOf>;
};

export type Facets = {
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Those that a tag which is not known may have set: neither their value nor their absence is known. */
  readonly open: readonly string[];
};

/** The distribution that an image is built on: tags of one repository may differ in it. */
export function distributionOf(facets: Facets | undefined, declared: string | null): string | null {
  const [family = null] = facets?.values.family ?? [];
  return family ?? (facets?.open.includes("family") ? null : declared);
}

/** Above the number of repositories planned for: nothing is worked out twice, and nothing grows without end. */
const maxRemembered = 50_000;

/** Fewer, because hosts name tags as they like. */
const maxFacets = 10_000;

/** `publicGood` is the public-good root in force, null while none is. Made once for each policy set. */
export function indexPolicies(set: PolicySet, publicGood: PublicGoodRoot | null): PolicyIndex {
  const standings = new Map<string, Standing>();
  const isPrivateName = privateNames(set);
  const trustIndex = indexTrust(set, publicGood);
  const facets = new Map<string, Facets | undefined>();

  function rememberedFacets(repository: string, tags: readonly string[]): Facets | undefined {
    // No name has a line break.
    const key = [repository, ...tags].join("\n");
    if (facets.has(key)) return facets.get(key);
    const found = findFacets(set, repository, tags);
    if (facets.size >= maxFacets) facets.clear();
    facets.set(key, found);
    return found;
  }

  return {
    set,
    trust: trustIndex,
    standingOf(repository) {
      const known = standings.get(repository);
      if (known !== undefined) return known;
      const { policy, policyDigest: digest } = trustIndex.rulesFor(repository);
      const { deprecatedOn, successor: declaredSuccessor } = fateOf(set, repository, 0);
      const leadsIntoPrivate =
        declaredSuccessor !== null && isPrivateName(declaredSuccessor) && !isPrivateName(repository);
      const successor = leadsIntoPrivate ? null : declaredSuccessor;
      const trust =
        policy === null || digest === null
          ? null
          : { id: policy.document.id, digest, signature: policy.document.signature };
      const registry = set.registries.find(({ host }) => host === parseRepository(repository)?.host);
      const source = sourceOf(set, repository)?.source;
      const declared =
        source === undefined
          ? null
          : { kind: source.kind, official: source.official, distribution: source.distribution ?? null };
      const wantsCredentials = registry !== undefined && visibilityOf(registry) === "private";
      const mayWantCredentials = registry !== undefined && "credentials" in registry && registry.credentials != null;
      const standing = { trust, deprecatedOn, successor, declared, wantsCredentials, mayWantCredentials };
      if (standings.size >= maxRemembered) standings.clear();
      standings.set(repository, standing);
      return standing;
    },
    facetsOf: rememberedFacets,
    dependsOnTag: (repository) => (rememberedFacets(repository, [])?.open.length ?? 0) > 0,
    releaseOf: (question) => releaseOf(set, question),
  };
}

function findFacets(set: PolicySet, repository: string, tags: readonly string[]): Facets | undefined {
  const source = sourceOf(set, repository)?.source;
  const path = parseRepository(repository)?.path;
  if (source === undefined || path === undefined) return undefined;
  const [first = facetsOf(source, path, ""), ...others] = tags.map((tag) => facetsOf(source, path, tag));
  const isAgreed = (facet: string) =>
    tags.length > 0 && others.every((other) => isSameList(other[facet] ?? [], first[facet] ?? []));
  const open = [...facetsByTag(source, path)].filter((facet) => !isAgreed(facet));
  const values = Object.entries(first).filter(([facet]) => !open.includes(facet));
  return { values: Object.fromEntries(values), open };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
