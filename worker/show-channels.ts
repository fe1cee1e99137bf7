// What follows from the images that channels name: read from the store, decided in shown-columns.ts.
import { readChannels, readSummaries } from "../db/channels.ts";
import { storeShown } from "../db/repository-sync.ts";
import type { Store } from "../db/store.ts";
import { type FirstNamings, readFirstNamings, type TagDigest } from "../db/tag-sync.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { buildDigestsOf, buildFactsOf, shownOf, speakersOf } from "./shown-columns.ts";
import type { BuildFacts } from "./tag-changes.ts";

/** What tells the builds behind these digests from each other, and when their tags first named them. */
export async function readComparedBuilds(
  tx: Store,
  wanted: readonly (TagDigest & { readonly repositoryId: number })[],
): Promise<{
  readonly builds: ReadonlyMap<string, BuildFacts>;
  readonly firstNamed: ReadonlyMap<number, FirstNamings>;
}> {
  const digests = [...new Set(wanted.map(({ digest }) => digest))];
  return { builds: await readBuildFacts(tx, digests), firstNamed: await readFirstNamings(tx, wanted) };
}

export async function readBuildFacts(tx: Store, digests: readonly string[]): Promise<ReadonlyMap<string, BuildFacts>> {
  if (digests.length === 0) return new Map();
  const images = await readSummaries(tx, digests);
  for (const [digest, image] of await readSummaries(tx, buildDigestsOf(images.values()))) images.set(digest, image);
  return new Map(digests.map((digest) => [digest, buildFactsOf(digest, images)]));
}

/** Derives again what listings show of these repositories, from their channels as they are in this transaction. */
export async function showChannels(
  tx: Store,
  repositories: readonly { readonly id: number; readonly source: SourceDocument }[],
): Promise<void> {
  const channels = await readChannels(
    tx,
    repositories.map(({ id }) => id),
  );
  const images = await readSummaries(
    tx,
    channels.map(({ digest }) => digest),
  );
  for (const [digest, image] of await readSummaries(tx, speakersOf(images.values()))) images.set(digest, image);
  const byRepository = Map.groupBy(channels, ({ repositoryId }) => repositoryId);
  await storeShown(
    tx,
    repositories.map(({ id, source }) => shownOf(id, source, byRepository.get(id) ?? [], images)),
  );
}
