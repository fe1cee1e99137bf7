// The matrix in real registries: every row's images pushed, then signed and meddled with, act after act.
import pLimit from "p-limit";
import { pushImage } from "../registries/push.ts";
import { imagesOf, needsOther, otherTag, placesOf, tag } from "./addresses.ts";
import { type Ground, meddle, whereOf } from "./meddle.ts";
import { ordersOf, type RowAct } from "./orders.ts";
import type { Row, SigningTool } from "./row.ts";
import type { Signers } from "./sign.ts";

/** What a registry takes at once without getting slower. */
const pushesAtOnce = 4;

/** Programs that never write to the same host's files: they sign at the same time. */
const lanes: readonly (readonly SigningTool[])[] = [
  ["cosign 2", "skopeo", "gpg"],
  ["cosign 3", "cosign 3 legacy"],
];

/** Rows know nothing of each other: one start of a program signs for all of them what their n-th act signs alike. */
export async function buildMatrix(rows: readonly Row[], ground: Ground, signers: Signers): Promise<void> {
  const limit = pLimit(pushesAtOnce);
  await Promise.all(rows.map((row) => limit(() => pushRow(row, ground))));
  const steps = Math.max(0, ...rows.map(({ acts }) => acts.length));
  for (let step = 0; step < steps; step += 1) {
    const acts = rows.flatMap((row) => row.acts.slice(step, step + 1).map((act): RowAct => ({ row, act })));
    const orders = ordersOf(acts, ground.addresses);
    await Promise.all(
      lanes.map(async (tools) => {
        for (const { order, subjects } of orders) if (tools.includes(order.by)) await signers.sign(order, subjects);
      }),
    );
    await Promise.all(acts.map(({ row, act }) => limit(() => meddle(row, act, ground))));
  }
}

async function pushRow(row: Row, { addresses }: Ground): Promise<void> {
  const { top, other } = imagesOf(row);
  for (const place of placesOf(row)) {
    const { url, path } = whereOf(row, place, addresses);
    await pushImage({ url }, path, top, [tag]);
    if (needsOther(row)) await pushImage({ url }, path, other, [otherTag]);
  }
}
