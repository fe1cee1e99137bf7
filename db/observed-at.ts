// When something was last seen, as answers say it: a look that changes nothing moves it there only now and then.

/** Of a repository: a look after `shownAt` changed nothing that answers say. */
type Looked = {
  readonly observedAt: number | null;
  /** When it last moved in answers; null: never. */
  readonly shownAt: number | null;
};

export function observedAtOf({ observedAt, shownAt }: Looked): number | null {
  return observedAt === null || shownAt === null ? observedAt : Math.min(observedAt, shownAt);
}

type Seen = {
  readonly followed: boolean;
  /** Since when it names its digest. */
  readonly since: number | null;
  readonly observedAt: number | null;
};

/** Of a tag. Those that nobody follows are looked at when somebody asks, which is seldom enough. */
export function tagObservedAt(
  { followed, since, observedAt }: Seen,
  { shownAt }: Pick<Looked, "shownAt">,
): number | null {
  if (!followed || observedAt === null || shownAt === null) return observedAt;
  return Math.min(observedAt, Math.max(shownAt, since ?? 0));
}
