// Choices: the menu of a universal installer, in one request.
import { createRoute, z } from "@hono/zod-openapi";
import { readChoices } from "../../db/choices.ts";
import { architecture, isArchitecture } from "../../policies/words/platform.ts";
import { itemsMax, makeChoices } from "../choices/make-choices.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";
import { Digest, Flag, Kind, levelWords, Unknown, Verdict } from "./words.ts";

const Choice = z
  .object({
    ref: z
      .string()
      .openapi({ description: "What to switch to, or to install.", example: "ghcr.io/ublue-os/bazzite:stable" }),
    title: z.string().openapi({ example: "Bazzite" }),
    summary: z.string().nullable().openapi({ description: "One line; null: there is none, or no room for it." }),
    use: z.string().nullable().openapi({ description: "Its group; null: none is declared.", example: "gaming" }),
    official: z.boolean().openapi({ description: "Made by the distribution itself." }),
    kind: Kind,
    level: z.enum(levelWords).nullable().openapi({ description: "Its project's level." }),
    verdict: Verdict,
    bytes: z.int().nullable().openapi({ description: "What is downloaded, compressed; null: it was not inspected." }),
    digest: Digest,
    logo: z.string().nullable().openapi({ description: "An address; null: there is none, or no room for it." }),
    media: z.null().openapi({ description: "Installation media." }),
  })
  .openapi("Choice");

export const Choices = z
  .object({
    items: z.array(Choice).openapi({ description: `At most ${itemsMax}, by use; the official ones first.` }),
    total: z.int().openapi({ description: "How many there are in all." }),
    generation: z.int().openapi({ description: "The newest generation in which one of them was changed." }),
    unknown: Unknown,
  })
  .openapi("Choices");

/** A form that is sent empty asks for nothing in particular. */
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const listChoices = createRoute({
  method: "get",
  path: "/api/v1/choices",
  operationId: "listChoices",
  tags: ["choices"],
  summary: "The menu of an installer",
  description:
    "The default channel of each repository that is verified, known to be bootable and not past its support. A hundred of them are at most 30 kB, unless their references are very long. What nobody declares a use of stands last.",
  request: {
    query: z.strictObject({
      arch: orNothing(z.string().max(64)).openapi({
        type: "string",
        description: "Default: amd64. `x86_64` and `aarch64` are read as amd64 and arm64.",
        example: "amd64",
      }),
      firmware: orNothing(z.enum(["uefi", "bios"])).openapi({
        type: "string",
        enum: ["uefi", "bios"],
        description: "Leaves out what does not start from it, as far as the facet `firmware` says.",
        example: "uefi",
      }),
      use: orNothing(z.string().max(200)).openapi({
        type: "string",
        description: "workstation, gaming, container-host, iot, edge, develop or another.",
        example: "workstation",
      }),
      all: orNothing(Flag).openapi({
        type: "string",
        enum: ["true", "false"],
        description: "Also what is not verified, not known to be bootable, or past its support.",
        example: "false",
      }),
    }),
  },
  responses: {
    200: { description: "The menu", content: { "application/json": { schema: Choices } } },
    ...refusals("invalid-parameter", "missing-architecture", "not-ready"),
  },
});

export function addChoicesRoute({ app, store, reads, now }: Api): void {
  app.openapi(listChoices, (c) => {
    const { arch = "amd64", firmware = null, use = null, all = false } = c.req.valid("query");
    return reads.through(c, Choices, async ({ policies }) => {
      const wanted = architecture(arch);
      if (!isArchitecture(wanted)) {
        const detail = "`arch` is the name of an architecture, such as amd64";
        return { outcome: "refused", problem: { name: "missing-architecture", detail } };
      }
      const rows = await readChoices(store, { verdict: all ? null : "verified", architecture: wanted, use });
      const { items, total, generation, changesAt } = makeChoices(
        rows,
        { architecture: wanted, firmware, use, all },
        policies.index,
        now(),
      );
      return {
        outcome: "body",
        body: {
          items: [...items],
          total,
          generation,
          unknown: [
            { field: "items.level", reason: "projects were not assessed yet" },
            { field: "items.media", reason: "no source of installation media is declared" },
          ],
        },
        // Whatever could be in it: what is not read here changes what can be found when it comes in.
        about: rows.map(({ id }) => id),
        topics: ["listing"],
        endsAt: changesAt,
      };
    });
  });
}
