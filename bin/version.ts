// The program's version, as its package names it.
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const Package = z.object({ name: z.literal("signalbox"), version: z.string() });

/** In a checkout the package is beside bin/, in the published package beside dist/. */
export function readVersion(): string {
  const place = ["../package.json", "../../package.json"]
    .map((path) => new URL(path, import.meta.url))
    .find((path) => existsSync(path));
  if (place === undefined) return "unknown";
  const parsed = Package.safeParse(JSON.parse(readFileSync(place, "utf8")));
  return parsed.success ? parsed.data.version : "unknown";
}
