// The part of the Ignition configuration specification 3.3.0 that a plan uses, closed against everything else.
import { z } from "zod";

const Absolute = z.string().regex(/^\/(?:[^/]+\/)*[^/]+$/);

export const IgnitionConfig = z.strictObject({
  ignition: z.strictObject({ version: z.literal("3.3.0") }),
  storage: z
    .strictObject({
      files: z
        .array(
          z.strictObject({
            path: Absolute,
            mode: z.int().min(0).max(0o7777),
            overwrite: z.boolean(),
            contents: z.strictObject({ source: z.string().regex(/^data:;base64,[A-Za-z0-9+/]*={0,2}$/) }),
          }),
        )
        // The specification: no path twice.
        .refine((files) => new Set(files.map(({ path }) => path)).size === files.length),
    })
    .optional(),
  systemd: z.strictObject({
    units: z.array(
      z.strictObject({ name: z.string().regex(/^[\w-]+\.service$/), enabled: z.boolean(), contents: z.string() }),
    ),
  }),
});

/** The files it writes, by path. */
export function filesOfIgnition(config: z.infer<typeof IgnitionConfig>): Readonly<Record<string, string>> {
  const files = config.storage?.files ?? [];
  return Object.fromEntries(
    files.map(({ path, contents }) => [
      path,
      Buffer.from(contents.source.slice("data:;base64,".length), "base64").toString("utf8"),
    ]),
  );
}
