// Registry documents: which hosts are spoken to, how, how fast and with whose credentials.
import { z } from "zod";
import { isHost } from "../words/reference.ts";

const Host = z.string().refine(isHost, "a registry host, lower case, with its port where it has one");
const EnvironmentName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "the name of an environment variable, never its value");

export const Credentials = z
  .strictObject({
    username: EnvironmentName,
    password: EnvironmentName,
    realm: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("The one other host that may see the credentials: the token realm's origin."),
  })
  .describe(
    "Names of environment variables. They go to this host, and to the realm named here; any other realm is asked without.",
  );
export type Credentials = z.infer<typeof Credentials>;

const common = {
  host: Host,
  requestsPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .default(10)
    .describe("All of this host's paths together; burst at most twice that."),
  mirrorOf: z
    .string()
    .optional()
    .describe("Trust scopes and signed references are compared with this prefix in place of the host."),
  visibility: z
    .enum(["public", "private"])
    .optional()
    .describe("Default: private where credentials are given, else public."),
};

const NetworkRegistry = z.strictObject({
  ...common,
  dialect: z.enum(["oci", "quay"]).describe("quay adds Quay's REST API: discovery, tag history, popularity."),
  plainHttp: z.boolean().default(false).describe("Loopback alone; anywhere else it also needs allowPlainHttp: true."),
  allowPlainHttp: z.boolean().default(false),
  credentials: Credentials.optional(),
});

const LayoutRegistry = z.strictObject({
  ...common,
  layout: z
    .string()
    .min(1)
    .describe("A folder of OCI image layouts, relative to this file; the repository a/b is the layout in FOLDER/a/b."),
});

export const RegistryDocument = z.union([NetworkRegistry, LayoutRegistry]);
export type RegistryDocument = z.infer<typeof RegistryDocument>;
export type NetworkRegistry = z.infer<typeof NetworkRegistry>;
export type LayoutRegistry = z.infer<typeof LayoutRegistry>;

/** What was read with credentials is private unless its document says otherwise. */
export function visibilityOf(registry: RegistryDocument): "public" | "private" {
  return (
    registry.visibility ?? ("credentials" in registry && registry.credentials !== undefined ? "private" : "public")
  );
}
