// Host files of a trust policy: what any host needs that is to enforce it, whichever image it will pull.
import { createRoute, z } from "@hono/zod-openapi";
import { policyJsonPath } from "../../policies/trust/host-files/host-conflicts.ts";
import { type PolicyHostFiles, policyHostFiles } from "../../policies/trust/host-files/policy-host-files.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { visibleOf } from "./policy-routes.ts";
import { refusals } from "./problem-responses.ts";
import { Digest } from "./words.ts";

const clients = ["bootc", "podman"] as const;
type Client = (typeof clients)[number];

const params = z.object({
  id: z
    .string()
    .max(300)
    .openapi({
      param: { name: "id", in: "path" },
      description: "The trust policy's id.",
      example: "universal-blue",
    }),
});
const query = z.strictObject({
  client: z.enum(clients).default("bootc").openapi({
    description: "The program that is to enforce it: cosign and others are given keys, not files.",
    example: "bootc",
  }),
});

const Requirements = z.array(z.record(z.string(), z.unknown()));

export const PolicyJson = z
  .object({
    default: Requirements.openapi({ description: "`reject`: what bootc's enforcement asks for." }),
    transports: z.record(z.string(), z.record(z.string(), Requirements)),
  })
  .openapi("ContainersPolicy", {
    description:
      "A whole policy.json of containers/image (containers-policy.json(5)), in the oldest dialect that can say it. Registries that it does not list stay open.",
  });

export const HostFiles = z
  .object({
    policy: z.string().openapi({ description: "The trust policy's id.", example: "universal-blue" }),
    documentDigest: Digest.openapi({ description: "SHA-256 of the document's canonical JSON." }),
    client: z.enum(clients),
    since: z.string().openapi({
      description: "The first version that reads these files; of bootc the skopeo it pulls through.",
      example: "skopeo 1.13",
    }),
    hostFiles: z.array(z.object({ path: z.string(), content: z.string(), merge: z.boolean().optional() })).openapi({
      description: "`merge`: a fragment for the file that the host has; `policy.json` beside this has it whole.",
    }),
    policyScope: z
      .record(z.string(), Requirements)
      .openapi({ description: "The policy's own sections under transports.docker." }),
  })
  .openapi("HostFiles");

const getPolicyJson = createRoute({
  method: "get",
  path: "/api/v1/policies/trust/{id}/policy.json",
  operationId: "getPolicyJson",
  tags: ["policies"],
  summary: "A trust policy as policy.json",
  description:
    "For a host without a policy.json. It names keys under /etc/pki/containers and wants a file in registries.d: both are under `host-files`, which the `Link` header names. `signalbox trust install` puts all of them in place.",
  request: { params, query },
  responses: {
    200: { description: "The file", content: { "application/json": { schema: PolicyJson } } },
    ...refusals("invalid-parameter", "not-found", "not-enforceable", "not-ready"),
  },
});

const getHostFiles = createRoute({
  method: "get",
  path: "/api/v1/policies/trust/{id}/host-files",
  operationId: "getHostFiles",
  tags: ["policies"],
  summary: "The files by which a host enforces a trust policy",
  description: "Keys, a file for registries.d, and what to merge into the host's own policy.json.",
  request: { params, query },
  responses: {
    200: { description: "The files", content: { "application/json": { schema: HostFiles } } },
    ...refusals("invalid-parameter", "not-found", "not-enforceable", "not-ready"),
  },
});

export function addHostFileRoutes({ app, reads, now }: Api): void {
  app.openapi(getPolicyJson, (c) => {
    const { id } = c.req.valid("param");
    const { client } = c.req.valid("query");
    return reads.bytes(c, async ({ policies }) => {
      // Null: a host without one, which is given a whole file.
      const made = makeFiles(policies, id, client, now(), { policyJson: null });
      if (made.outcome === "refused") return made;
      const file = made.files.hostFiles.files.find(({ path }) => path === policyJsonPath);
      const related = `/api/v1/policies/trust/${encodeURIComponent(id)}/host-files?client=${client}`;
      return {
        outcome: "bytes",
        body: Buffer.from(file?.content ?? ""),
        mediaType: "application/json",
        headers: { Link: `<${related}>; rel="related"` },
        endsAt: made.files.changesAt,
      };
    });
  });

  app.openapi(getHostFiles, (c) => {
    const { id } = c.req.valid("param");
    const { client } = c.req.valid("query");
    return reads.through(c, HostFiles, async ({ policies }) => {
      const made = makeFiles(policies, id, client, now(), {});
      if (made.outcome === "refused") return made;
      const { files, since, digest } = made;
      const body = {
        policy: id,
        documentDigest: digest,
        client,
        since,
        hostFiles: files.hostFiles.files,
        policyScope: files.policyScope,
      };
      return { outcome: "body", body, endsAt: files.changesAt };
    });
  });
}

type Made =
  | { readonly outcome: "refused"; readonly problem: Problem }
  | {
      readonly outcome: "files";
      readonly files: Extract<PolicyHostFiles, { outcome: "files" }>;
      readonly since: string;
      readonly digest: string;
    };

function makeFiles(
  policies: LoadedCatalog["policies"],
  id: string,
  client: Client,
  now: number,
  host: Parameters<typeof policyHostFiles>[3],
): Made {
  // Scopes of private registries stay out of what strangers are given.
  const visible = visibleOf(policies).trust.find((each) => each.id === id);
  if (visible === undefined || !("scopes" in visible.document)) {
    return { outcome: "refused", problem: { name: "not-found", detail: `no trust policy ${id} is in force` } };
  }
  const files = policyHostFiles(policies.index.trust, visible.document, now, host);
  if (files.outcome === "inexpressible") {
    return notEnforceable(files.reasons.map(({ message }) => message).join("; "), files.reasons);
  }
  // The simulator could not make any version of this client read them.
  const since = files.since[client];
  if (since === null) return notEnforceable(`no version of ${client} reads the files that ${id} needs`, []);
  return { outcome: "files", files, since, digest: visible.digest };
}

function notEnforceable(
  detail: string,
  reasons: Extract<PolicyHostFiles, { outcome: "inexpressible" }>["reasons"],
): Extract<Made, { outcome: "refused" }> {
  return { outcome: "refused", problem: { name: "not-enforceable", detail, members: { reasons } } };
}
