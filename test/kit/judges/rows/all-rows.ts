// The whole matrix.
import type { Row } from "../row.ts";
import { attackRows } from "./attacks.ts";
import { hostVariants } from "./host-variants.ts";
import { keylessRows } from "./keyless.ts";
import { keyRows } from "./keys.ts";
import { mirrorRows } from "./mirrors.ts";
import { openpgpRows } from "./openpgp.ts";
import { payloadAttacks } from "./payloads.ts";
import { whoSigned } from "./who-signed.ts";

export const allRows: readonly Row[] = [
  ...whoSigned,
  ...keyRows,
  ...attackRows,
  ...payloadAttacks,
  ...openpgpRows,
  ...keylessRows,
  ...mirrorRows,
  ...hostVariants,
];
