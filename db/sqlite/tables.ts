// SQLite's tables, one export each, as the migration generator wants them.
import { sqlite } from "../dialect.ts";
import { defineTables } from "../schema.ts";

export const tables = defineTables(sqlite);
export const {
  clock,
  catalogs,
  policySets,
  registries,
  sources,
  runs,
  failures,
  repositories,
  tags,
  tagHistory,
  images,
  imagePlatforms,
  repositoryImages,
  signatureLooks,
  evidence,
  evidenceBlobs,
  judgements,
  layerChains,
  imageChains,
  baseClaims,
  lineageFill,
  trustRoots,
  trustRootRefreshes,
  wishes,
  events,
} = tables;
