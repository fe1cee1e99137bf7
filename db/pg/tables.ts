// PostgreSQL's tables, one export each, as the migration generator wants them.
import { defineTables } from "../schema.ts";
import { postgres } from "./dialect.ts";

export const tables = defineTables(postgres);
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
