// Read-through: a read is answered from memory, else made once for all who ask for it at the same time.
import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import type { z } from "zod";
import type { CatalogView, LoadedCatalog } from "../catalog/catalog-view.ts";
import { type Problem, problem } from "../problems.ts";
import { type Answer, type AnswerParts, makeAnswer, toResponse } from "./answer.ts";
import type { AnswerCache } from "./answer-cache.ts";

/** The value that a schema describes, as plain data that nobody changes. */
export type Shown<Schema extends z.ZodType> = Frozen<z.input<Schema>>;
type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export type Reply<Body> =
  | ({ readonly outcome: "body"; readonly body: Body } & Omit<AnswerParts, "body" | "mediaType">)
  | ({ readonly outcome: "bytes" } & AnswerParts)
  | {
      readonly outcome: "refused";
      readonly problem: Problem;
      /** True where it speaks of this client alone: others who asked at the same time ask for themselves. */
      readonly personal?: boolean;
    };

export type Reads = {
  /** Answers a GET by the schema's value. */
  through<Schema extends z.ZodType>(
    c: Context,
    schema: Schema,
    read: (catalog: LoadedCatalog) => Promise<Reply<Shown<Schema>>>,
  ): Promise<TypedResponse<JSONParsed<z.input<Schema>>, 200, "json">>;
  /** Answers a GET by bytes of a type of their own. */
  bytes(c: Context, read: (catalog: LoadedCatalog) => Promise<Reply<never>>): Promise<never>;
};

type Made = { readonly answer: Answer } | { readonly problem: Problem; readonly personal: boolean };

type Read = (catalog: LoadedCatalog) => Promise<Reply<unknown>>;

/** Refused before anything else is looked at. */
export const notReady: Problem = {
  name: "not-ready",
  detail: "the catalog is being loaded, or no policy documents are in force yet",
  headers: { "Retry-After": "2" },
};

export function createReads(cache: AnswerCache, catalog: CatalogView, now: () => number): Reads {
  const flights = new Map<string, Promise<Made>>();

  async function make(url: string, read: Read): Promise<Made> {
    const { loaded } = catalog;
    if (loaded === undefined) return { problem: notReady, personal: false };
    const ticket = cache.ticket();
    const reply = await read(loaded);
    if (reply.outcome === "refused") return { problem: reply.problem, personal: reply.personal ?? false };
    const answer = makeAnswer(
      reply.outcome === "bytes"
        ? reply
        : { ...reply, body: Buffer.from(JSON.stringify(reply.body)), mediaType: "application/json" },
      now(),
    );
    if (answer.keepUntil > now()) cache.put(url, answer, ticket);
    return { answer };
  }

  async function fly(url: string, read: Read): Promise<Made> {
    const under = flights.get(url);
    if (under !== undefined) {
      const made = await under;
      if ("answer" in made || !made.personal) return made;
      return make(url, read);
    }
    const flight = make(url, read);
    flights.set(url, flight);
    try {
      return await flight;
    } finally {
      flights.delete(url);
    }
  }

  async function answer(c: Context, read: Read): Promise<Response> {
    const url = cacheUrl(c);
    const known = cache.get(url);
    const made =
      known !== undefined && known.keepUntil > now() && !isForAnother(known, c.req.header("accept"))
        ? { answer: known }
        : await fly(url, read);
    return "answer" in made ? toResponse(made.answer, c.req.raw, now()) : problem(c, made.problem);
  }

  return {
    // The response is one of the route's, as its reader's type says; hono's own type cannot say it of ready bytes.
    through: async (c, _schema, read) => (await answer(c, read)) as never,
    bytes: async (c, read) => (await answer(c, read)) as never,
  };
}

export function isForAnother(answer: Answer, accept: string | undefined): boolean {
  return answer.unlessAccepts !== null && (accept?.includes(answer.unlessAccepts) ?? false);
}

/** The request target as the listener sees it; in tests without a listener, the same made from the URL. */
function cacheUrl(c: Context): string {
  const target: unknown = c.env?.incoming?.url;
  if (typeof target === "string") return target;
  const url = c.req.url;
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}
