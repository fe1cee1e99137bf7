// Verifications: who signed one digest in one repository, and everything from which that can be found out again.
import { createRoute, z } from "@hono/zod-openapi";
import { findVerification, repositoriesHolding, type StoredVerification } from "../../db/verifications.ts";
import { verifications } from "../../policies/trust/verifications-body.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";
import { type Api, takeShare } from "./api.ts";
import { encodeCursor, linkToNext, type ReadCursor, readCursor } from "./cursor.ts";
import { chooseEvidence, readEvidenceAnswer } from "./evidence-answer.ts";
import { tooMany } from "./plan-questions.ts";
import { refusals } from "./problem-responses.ts";
import {
  AttestationPage,
  Evidence,
  SignaturePage,
  showAttestation,
  showSignature,
  showVerifications,
  Verifications,
} from "./verification-schemas.ts";
import { CursorParameter, Digest, Limit, RepositoryName } from "./words.ts";

const params = z.object({ digest: Digest.openapi({ param: { name: "digest", in: "path" } }) });
/** Required; that it is missing is for the route to say, which knows the repositories it could be. */
const repository = RepositoryName.optional().openapi({
  description: "`host/path`: verdicts belong to a digest in a repository.",
  example: "ghcr.io/ublue-os/bazzite",
  param: { name: "repository", in: "query", required: true },
});
const query = z.strictObject({ repository });
const pageQuery = z.strictObject({ repository, cursor: CursorParameter, limit: Limit });
const common = { method: "get" as const, tags: ["images"] };
const refused = ["invalid-parameter", "not-found", "not-ready"] as const;

const getVerifications = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/verifications",
  operationId: "getImageVerifications",
  summary: "Who signed it, and whether they may speak for the repository now",
  description:
    "Of exactly this digest: an index and each of its platforms' manifests are judged each for itself. Without `repository`: 400 with the `candidates`.",
  request: { params, query },
  responses: {
    200: { description: "The verifications", content: { "application/json": { schema: Verifications } } },
    ...refusals(...refused),
  },
});
const listSignatures = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/signatures",
  operationId: "listImageSignatures",
  summary: "Its signatures, in the order in which they were first seen",
  request: { params, query: pageQuery },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: SignaturePage } } },
    ...refusals(...refused, "invalid-cursor"),
  },
});
const listAttestations = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/attestations",
  operationId: "listImageAttestations",
  summary: "Its attestations, in the order in which they were first seen",
  request: { params, query: pageQuery },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: AttestationPage } } },
    ...refusals(...refused, "invalid-cursor"),
  },
});
const getEvidence = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/evidence",
  operationId: "getImageEvidence",
  summary: "Everything from which a stranger reaches the same verdict without a network",
  description:
    "`signalbox verify --evidence FILE` does. It is bounded: bytes that do not fit are left out, the largest attestations first, and `unknown` names them.",
  request: { params, query },
  responses: {
    200: { description: "The evidence", content: { "application/json": { schema: Evidence } } },
    ...refusals(...refused, "rate-limited"),
  },
});

const candidatesMax = 100;
const bytesPerShare = 1024 * 1024;
const ItemCursor = z.tuple([z.string().max(300)]);

type Refused = { readonly outcome: "refused"; readonly problem: Problem };

export function addVerificationRoutes(api: Api): void {
  const { app, store, reads, now } = api;

  app.openapi(getVerifications, (c) => {
    const { digest } = c.req.valid("param");
    const { repository: name } = c.req.valid("query");
    return reads.through(c, Verifications, async (loaded) => {
      const found = await find(digest, name);
      if (found.outcome === "refused") return found;
      const { body, about, endsAt } = judge(loaded, found.verification);
      return { outcome: "body", body: showVerifications(body), about, endsAt };
    });
  });

  app.openapi(listSignatures, (c) => {
    const { digest } = c.req.valid("param");
    const { repository: name, cursor, limit } = c.req.valid("query");
    return reads.through(c, SignaturePage, async (loaded) => {
      const after = readCursor(cursor, ItemCursor);
      if (after.outcome === "refused") return after;
      const found = await find(digest, name);
      if (found.outcome === "refused") return found;
      const { body, about, endsAt } = judge(loaded, found.verification);
      const { items, next } = pageOf(body.signatures, after, limit);
      return {
        outcome: "body",
        body: { digest, repository: body.repository, items: items.map(showSignature), next },
        about,
        endsAt,
        headers: linkToNext(c, next),
      };
    });
  });

  app.openapi(listAttestations, (c) => {
    const { digest } = c.req.valid("param");
    const { repository: name, cursor, limit } = c.req.valid("query");
    return reads.through(c, AttestationPage, async (loaded) => {
      const after = readCursor(cursor, ItemCursor);
      if (after.outcome === "refused") return after;
      const found = await find(digest, name);
      if (found.outcome === "refused") return found;
      const { body, about, endsAt } = judge(loaded, found.verification);
      const { items, next } = pageOf(body.attestations, after, limit);
      return {
        outcome: "body",
        body: { digest, repository: body.repository, items: items.map(showAttestation), next },
        about,
        endsAt,
        headers: linkToNext(c, next),
      };
    });
  });

  app.openapi(getEvidence, (c) => {
    const { digest } = c.req.valid("param");
    const { repository: name } = c.req.valid("query");
    return reads.through(c, Evidence, async (loaded) => {
      const found = await find(digest, name);
      if (found.outcome === "refused") return found;
      const { verification } = found;
      const chosen = await chooseEvidence(store, verification, api.limits.evidenceMaxBytes);
      // What is too large for the cache is read and written again for everybody.
      const share = takeShare(api, c, Math.max(1, Math.ceil(chosen.sizeBytes / bytesPerShare)));
      if (!share.allowed) return { outcome: "refused", problem: tooMany(share.headers), personal: true };
      const body = await readEvidenceAnswer(store, loaded, verification, chosen);
      // Nothing in it depends on the time: what is made of it does, and is made by whoever reads it.
      return { outcome: "body", body, about: [verification.repository.id] };
    });
  });

  /** To strangers, a private repository is one that does not hold it. */
  async function find(
    digest: string,
    name: string | undefined,
  ): Promise<{ readonly outcome: "found"; readonly verification: StoredVerification } | Refused> {
    if (name === undefined) return nameless(digest, await repositoriesHolding(store, digest, candidatesMax));
    const verification = await findVerification(store, name, digest);
    if (verification === undefined || verification.repository.private || !verification.repository.active) {
      return { outcome: "refused", problem: { name: "not-found", detail: `${name} is not known to hold ${digest}` } };
    }
    return { outcome: "found", verification };
  }

  function judge({ policies }: LoadedCatalog, { repository: { id, name }, evidence }: StoredVerification) {
    const { body, changesAt } = verifications(policies.index.trust, name, evidence, now());
    return { body, about: [id], endsAt: changesAt };
  }
}

function nameless(digest: string, candidates: readonly string[]): Refused {
  const message = "verdicts belong to a digest in a repository: name one that holds it, as HOST/PATH";
  const hint = candidates.length === 0 ? `no public repository of this catalog holds ${digest}` : candidates.join(", ");
  return {
    outcome: "refused",
    problem: {
      name: "invalid-parameter",
      detail: `repository: ${message}; ${hint}`,
      members: { errors: [{ field: "repository", message }], candidates },
    },
  };
}

type Seen = { readonly firstSeen: string | null; readonly evidence: string };

/** By first sight, which never moves: what is found later comes after every page. */
function pageOf<Item extends Seen>(
  all: readonly Item[],
  after: Extract<ReadCursor<[string]>, { outcome: "place" }>,
  limit: number,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const times = new Map<string, number>();
  const placed = all.map((item) => {
    const name = `${item.firstSeen ?? ""} ${item.evidence}`;
    // The same evidence may stand in two places.
    const time = times.get(name) ?? 0;
    times.set(name, time + 1);
    return { item, place: `${name} ${String(time).padStart(6, "0")}` };
  });
  const from = after.place?.[0] ?? "";
  const rest = placed.filter(({ place }) => place > from).toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next = rest.length > limit && last !== undefined ? encodeCursor([last.place]) : null;
  return { items: page.map(({ item }) => item), next };
}
