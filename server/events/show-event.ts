// Events as answers show them.
import type { EventRow } from "../../db/events.ts";
import { formatTimestamp } from "../../policies/images/timestamp.ts";

export function showEvent({ id, time, type, subject, data }: EventRow) {
  return { id: String(id), cursor: String(id), time: formatTimestamp(time), type, subject, data };
}
