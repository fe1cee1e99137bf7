// Policies: what is believed, in its current version.
import { createRoute, z } from "@hono/zod-openapi";
import type { Store } from "../../db/store.ts";
import { readRootRefresh } from "../../db/trust-root-refreshes.ts";
import { filesNamedBy } from "../../policies/documents/policy-digest.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { type VisibleDocuments, visibleDocuments } from "../catalog/visible-documents.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";
import { Digest, Time, timeOf, Unknown } from "./words.ts";

const kinds = ["registries", "sources", "trust", "projects", "releases"] as const;

const part = { unknown: Unknown.optional() };

/** The documents' own schemas are shipped with the program (policies/schemas); here they are as they are. */
const AnyDocument = z
  .record(z.string(), z.unknown())
  .openapi({ description: "The document with every default filled in; its JSON Schema is shipped with the program." });

export const Document = z
  .object({
    id: z.string().openapi({ example: "universal-blue" }),
    digest: Digest.openapi({ description: "SHA-256 of the document's canonical JSON." }),
    document: AnyDocument,
  })
  .openapi("PolicyDocument");

export const Policies = z
  .object({
    digest: Digest.openapi({ description: "The folder's digest: all documents and all files they name." }),
    revision: z.int().openapi({ description: "Counts up with each folder that comes into force.", example: 3 }),
    inForceAt: Time,
    registries: z.array(Document),
    sources: z.array(Document),
    trust: z.array(Document),
    projects: z.array(Document),
    releases: z.array(Document),
    trustRoot: z
      .object({
        name: z.literal("public-good"),
        digest: Digest.nullable().openapi({ description: "SHA-256 of the root in force; null: none is." }),
        refreshedAt: Time.nullable().openapi({ description: "When it was last found out to be the newest." }),
        failingSince: Time.nullable().openapi({
          description: "The first failed refresh since; null while they succeed.",
        }),
        ...part,
      })
      .openapi({ description: "The root of sigstore's public-good instance, which is refreshed by TUF." }),
    files: z
      .array(z.object({ name: z.string(), sha256: Digest, encoding: z.enum(["utf8", "base64"]), content: z.string() }))
      .openapi({ description: "The keys and trust roots that the trust documents shown here name." }),
  })
  .openapi("Policies");

const getPolicies = createRoute({
  method: "get",
  path: "/api/v1/policies",
  operationId: "getPolicies",
  tags: ["policies"],
  summary: "All documents in force",
  request: { query: z.strictObject({}) },
  responses: {
    200: { description: "The documents", content: { "application/json": { schema: Policies } } },
    ...refusals("invalid-parameter", "not-ready"),
  },
});

const getPolicy = createRoute({
  method: "get",
  path: "/api/v1/policies/{kind}/{id}",
  operationId: "getPolicy",
  tags: ["policies"],
  summary: "One document",
  request: {
    params: z.object({
      kind: z.enum(kinds).openapi({ param: { name: "kind", in: "path" }, example: "trust" }),
      id: z
        .string()
        .max(300)
        .openapi({
          param: { name: "id", in: "path" },
          description: "Its id; of a registry its host, of a release its os and version, as `fedora-44`.",
          example: "universal-blue",
        }),
    }),
    query: z.strictObject({}),
  },
  responses: {
    200: { description: "The document", content: { "application/json": { schema: Document } } },
    ...refusals("invalid-parameter", "not-found", "not-ready"),
  },
});

export function addPolicyRoutes({ app, reads, store }: Api): void {
  app.openapi(getPolicies, (c) =>
    reads.through(c, Policies, async ({ policies }) => {
      const visible = visibleOf(policies);
      return {
        outcome: "body",
        body: {
          digest: policies.index.set.digest,
          revision: policies.revision,
          inForceAt: timeOf(policies.inForceAt) ?? "",
          ...visible,
          trustRoot: await trustRootOf(store, policies),
          files: filesOf(policies, visible),
        },
        // A refresh that brings nothing new is counted by no generation.
        topics: ["catalog"],
      };
    }),
  );

  app.openapi(getPolicy, (c) => {
    const { kind, id } = c.req.valid("param");
    return reads.through(c, Document, async ({ policies }) => {
      const document = visibleOf(policies)[kind].find((each) => each.id === id);
      if (document !== undefined) return { outcome: "body", body: document };
      return {
        outcome: "refused",
        problem: { name: "not-found", detail: `no document ${id} is in force under ${kind}` },
      };
    });
  });
}

async function trustRootOf(store: Store, { publicGood }: LoadedCatalog["policies"]) {
  const refresh = await readRootRefresh(store);
  const known = {
    name: "public-good" as const,
    digest: publicGood?.digest ?? null,
    refreshedAt: timeOf(refresh?.refreshedAt ?? null),
    failingSince: timeOf(refresh?.failingSince ?? null),
  };
  return withUnknown(known, { refreshedAt: "it came with the program, and no newer one was fetched yet" });
}

/** Worked out once for each set that comes into force. */
const visible = new WeakMap<object, VisibleDocuments>();

export function visibleOf({ index }: LoadedCatalog["policies"]): VisibleDocuments {
  const known = visible.get(index) ?? visibleDocuments(index.set);
  visible.set(index, known);
  return known;
}

function filesOf({ index }: LoadedCatalog["policies"], { trust }: VisibleDocuments) {
  const named = new Set(trust.flatMap(({ document }) => ("signers" in document ? filesNamedBy(document) : [])));
  return Object.entries(index.set.files)
    .filter(([name]) => named.has(name))
    .map(([name, file]) => ({ name, ...file }));
}
