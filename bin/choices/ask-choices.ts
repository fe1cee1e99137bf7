// Asking for the menu: the local catalog, or a service, through the typed client.
import { z } from "zod";
import { createClient } from "../../openapi/client.ts";
import { CommandError } from "../command-error.ts";
import type { Send } from "../resolve/ask-service.ts";

export type ChoicesQuestion = {
  readonly arch: string;
  readonly firmware: "uefi" | "bios" | undefined;
  readonly use: string | undefined;
  readonly all: boolean;
};

/** What is shown; a newer service may say more, and words that this version does not know. */
const Menu = z.object({
  items: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      summary: z.string().nullable(),
      use: z.string().nullable(),
      official: z.boolean(),
      verdict: z.string(),
      bytes: z.number().nullable(),
    }),
  ),
});
export type Menu = z.infer<typeof Menu>;

const Problem = z.object({ status: z.int(), detail: z.string() });

/** `body` is printed by --json as it came. */
export async function askChoices(
  baseUrl: string,
  send: Send,
  who: string,
  asked: ChoicesQuestion,
): Promise<{ readonly menu: Menu; readonly body: unknown }> {
  const { arch, firmware, use, all } = asked;
  const { response, data, error } = await createClient({ baseUrl, fetch: send }).GET("/api/v1/choices", {
    params: {
      query: {
        arch,
        ...(firmware === undefined ? {} : { firmware }),
        ...(use === undefined ? {} : { use }),
        ...(all ? { all: "true" as const } : {}),
      },
    },
  });
  const menu = Menu.safeParse(data);
  if (response.ok && menu.success) return { menu: menu.data, body: data };
  const problem = Problem.safeParse(error);
  if (!response.ok && problem.success) {
    const isWrong = problem.data.status === 400;
    throw new CommandError(isWrong ? "wrong-use" : "unreachable", `${who}: ${problem.data.detail}`);
  }
  throw new CommandError(
    "unexpected-answer",
    `${who} answered ${response.status} with something that is no menu: is it a Signalbox?`,
  );
}
