// Public images: what the catalog knows of an image by its digest alone, where a public repository holds it.
import { and, eq, inArray, sql } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { ImageKind } from "./schema.ts";
import type { Store } from "./store.ts";

export type PublicImage = {
  readonly digest: string;
  readonly kind: ImageKind;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly bytes: Uint8Array;
  /** One of the public repositories that hold it. */
  readonly repositoryId: number;
};

/** What is told of an image's layers is for those who may see that image. */
export async function findPublicImage(store: Store, digest: string): Promise<PublicImage | undefined> {
  const [row] = await store.prepared("find_public_image", publicImageRows).execute({ digest });
  return row;
}

/** The digests that these repositories hold. */
export async function digestsHeldBy({ db, t }: Store, repositoryIds: readonly number[]): Promise<string[]> {
  const { repositoryImages: held } = t;
  const rows = await db
    .select({ digest: held.digest })
    .from(held)
    .where(inArray(held.repositoryId, [...repositoryIds]));
  return rows.map(({ digest }) => digest);
}

function publicImageRows({ db, t }: Store) {
  const { images, repositories, repositoryImages: held } = t;
  return db
    .select({
      digest: images.digest,
      kind: images.kind,
      facts: images.facts,
      annotations: images.annotations,
      bytes: images.bytes,
      repositoryId: repositories.id,
    })
    .from(images)
    .innerJoin(held, eq(held.digest, images.digest))
    .innerJoin(repositories, and(eq(repositories.id, held.repositoryId), eq(repositories.private, false)))
    .where(eq(images.digest, sql.placeholder("digest")))
    .limit(1);
}
