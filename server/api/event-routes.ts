// Events: what changed, to be read page by page or as it happens.
import { createRoute, z } from "@hono/zod-openapi";
import { eventsAfter, newestEvent } from "../../db/events.ts";
import type { EventStreams } from "../events/event-streams.ts";
import { showEvent } from "../events/show-event.ts";
import { notReady } from "../hot/read-through.ts";
import { commonHeaders, type Problem, problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";
import { Limit, Time } from "./words.ts";

const streamType = "text/event-stream";

const Event = z
  .object({
    id: z.string().openapi({ example: "4711" }),
    cursor: z.string().openapi({ description: "`after` it, the next event is read.", example: "4711" }),
    time: Time,
    type: z.string().openapi({
      description:
        "repository.added, repository.removed, tag.added, tag.moved, tag.removed, image.indexed, verdict.changed, sbom.added, assessment.changed, project.level-changed, source.failed, source.recovered.",
      example: "tag.moved",
    }),
    subject: z.string().openapi({
      description: "The repository, the reference, or the project's or source's id.",
      example: "ghcr.io/ublue-os/bazzite:stable",
    }),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi("Event");

export const EventPage = z
  .object({
    events: z.array(Event),
    next: z
      .string()
      .openapi({ description: "Where to go on: `after` of the next question. Never null.", example: "4711" }),
  })
  .openapi("EventPage");

const listEvents = createRoute({
  method: "get",
  path: "/api/v1/events",
  operationId: "listEvents",
  tags: ["events"],
  summary: "The change log, in the order of commits",
  description:
    "A reader who follows the cursor misses none and sees none twice. With `Accept: text/event-stream` the answer goes on as events happen; `Last-Event-ID` wins over `after`.",
  request: {
    query: z.strictObject({
      after: z.string().max(20).optional().openapi({
        description: "A cursor; without it, from the first event on. `now`: what is still to come.",
        example: "4711",
      }),
      limit: Limit,
    }),
    headers: z.object({
      "last-event-id": z
        .string()
        .max(20)
        .optional()
        .openapi({ description: "Sent by a client that was cut off from the stream.", example: "4711" }),
    }),
  },
  responses: {
    200: {
      description: "A page, or the stream",
      content: {
        "application/json": { schema: EventPage },
        [streamType]: {
          schema: z.string().openapi({ example: "id: 4711\nevent: tag.moved\ndata: {…}\n\n" }),
        },
      },
    },
    ...refusals("invalid-parameter", "invalid-cursor", "not-ready", "too-many-readers"),
  },
});

const invalidCursor: Problem = {
  name: "invalid-cursor",
  detail: "`after` is a cursor that an event or `next` gave, or `now`",
};

const futureCursor: Problem = {
  name: "invalid-cursor",
  detail: "no event of this catalog was ever there: begin again without `after`, or with `now`",
};

export function addEventRoutes({ app, store, reads, catalog }: Api, streams: EventStreams): void {
  app.openapi(listEvents, async (c) => {
    const { after, limit } = c.req.valid("query");
    if (c.req.header("accept")?.includes(streamType) ?? false) {
      const from = readAfter(c.req.valid("header")["last-event-id"] ?? after);
      if (from === undefined) return problem(c, invalidCursor) as never;
      if (catalog.loaded === undefined) return problem(c, notReady) as never;
      if (from !== "now" && from > (await newestEvent(store))) return problem(c, futureCursor) as never;
      const headers = {
        "Content-Type": streamType,
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        Vary: "Accept",
      };
      // Nobody reads the body of a HEAD: no stream is opened for it.
      const body = c.req.raw.method === "HEAD" ? null : streams.open(from);
      if (body === undefined) {
        return problem(c, {
          name: "too-many-readers",
          detail: "as many clients as there may be read the stream already",
          headers: { "Retry-After": "30" },
        }) as never;
      }
      return new Response(body, { headers: { ...commonHeaders, ...headers } }) as never;
    }
    return reads.through(c, EventPage, async () => {
      const from = readAfter(after);
      if (from === undefined) return { outcome: "refused", problem: invalidCursor };
      const rows = from === "now" ? [] : await eventsAfter(store, from, limit);
      const newest = rows.at(-1)?.id ?? (await newestEvent(store));
      // Of a catalog that was made anew or restored: whoever waits there would miss all that comes until then.
      if (from !== "now" && from > newest) return { outcome: "refused", problem: futureCursor };
      const next = String(rows.at(-1)?.id ?? (from === "now" ? newest : from));
      return {
        outcome: "body",
        body: { events: rows.map(showEvent), next },
        topics: ["catalog"],
        unlessAccepts: streamType,
        headers: { Link: `</api/v1/events?after=${next}&limit=${limit}>; rel="next"` },
      };
    });
  });
}

function readAfter(text: string | undefined): number | "now" | undefined {
  if (text === undefined) return 0;
  if (text === "now") return "now";
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
