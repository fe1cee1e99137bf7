// Registry documents: which hosts are spoken to, how, how fast and with whose credentials.
import { z } from "zod";
import { isHost, isScope } from "../words/reference.ts";

const Host = z
  .string()
  .refine(isHost, "a registry's host in lower case, with its port where it has one, such as quay.io or 127.0.0.1:5000")
  .describe("The host as references name it, with its port where it has one.");
const EnvironmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "the name of an environment variable, never the value itself");

export const Credentials = z
  .strictObject({
    username: EnvironmentName.describe("The environment variable that holds the user's name."),
    password: EnvironmentName.describe("The environment variable that holds the password or token."),
    realm: z
      .url({ protocol: /^https?$/, error: "an http(s) URL" })
      .optional()
      .describe("The one other host that may see the credentials: the origin that gives out tokens."),
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
    .refine(isScope, "a registry or a namespace of one, such as quay.io/fedora")
    .optional()
    .describe("Trust scopes and signed references are compared with this prefix in place of the host."),
  visibility: z
    .enum(["public", "private"])
    .optional()
    .describe("private: in no anonymous answer. Default: private where credentials are given, else public."),
};

const NetworkRegistry = z.strictObject({
  ...common,
  dialect: z.enum(["oci", "quay"]).describe("quay adds Quay's REST API: discovery, tag history, popularity."),
  plainHttp: z
    .boolean()
    .default(false)
    .describe("Speak http in place of https: loopback alone; anywhere else it also needs allowPlainHttp."),
  allowPlainHttp: z.boolean().default(false).describe("Yes, plain http, though this host is not on loopback."),
  credentials: Credentials.optional(),
});

const LayoutRegistry = z.strictObject({
  ...common,
  layout: z
    .string()
    .min(1)
    .max(1024)
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
