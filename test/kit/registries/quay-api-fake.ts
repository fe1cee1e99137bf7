// Quay's REST API as facts describe it to the field: listings by opaque pages, tags with history, refusals.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "./fake-server.ts";
import type { QuayContents, QuayRepository, QuayRow } from "./quay-contents.ts";

export type QuayApiOptions = {
  readonly nowS: () => number;
  /** Whether strangers may ask at all. */
  readonly anonymous: boolean;
  /** A bearer token that sees everything. */
  readonly oauthToken: string | undefined;
  /** Page tokens are forgotten, as if they were older than two days. */
  readonly forgetsPages: () => boolean;
};

const pageSize = 100;

/** `Tue, 30 Sep 2025 12:00:00 -0000`. */
function rfc2822(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace("GMT", "-0000");
}

function refuse(response: ServerResponse, status: number, type: string, detail: string) {
  const uri = `https://quay.io/api/v1/error/${type}`;
  sendJson(response, status, { detail, error_message: detail, error_type: type, title: type, type: uri, status });
}

export function answerQuayApi(
  request: IncomingMessage,
  response: ServerResponse,
  contents: QuayContents,
  options: QuayApiOptions,
) {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const authorized =
    options.oauthToken !== undefined && request.headers.authorization === `Bearer ${options.oauthToken}`;
  if (
    /Mozilla|Chrome|Safari/.test(request.headers["user-agent"] ?? "") &&
    request.headers["x-requested-with"] === undefined
  ) {
    const message = "API calls must be invoked with an X-Requested-With header if called from a browser";
    return sendJson(response, 400, { message });
  }
  if (!options.anonymous && !authorized) return sendJson(response, 401, { message: "Anonymous access is not allowed" });
  if (request.headers.authorization?.startsWith("Bearer ") === true && !authorized) {
    return refuse(response, 401, "invalid_token", "The token is not valid");
  }
  if (url.pathname === "/api/v1/repository")
    return listRepositories(url.searchParams, authorized, response, contents, options);
  const match = /^\/api\/v1\/repository\/(.+?)(\/tag\/)?$/.exec(url.pathname);
  const repository = contents.repositories.get(match?.[1] ?? "");
  if (match === null) return refuse(response, 404, "not_found", "Not Found");
  if (repository === undefined || (!repository.isPublic && !authorized)) {
    if (authorized) return refuse(response, 404, "not_found", "Not Found");
    return refuse(response, 401, "invalid_token", "Requires authentication");
  }
  if (match[2] === undefined) showRepository(url.searchParams, repository, response, contents);
  else listTags(url.searchParams, repository, response, options.nowS());
}

function listRepositories(
  query: URLSearchParams,
  authorized: boolean,
  response: ServerResponse,
  contents: QuayContents,
  options: QuayApiOptions,
) {
  const namespace = query.get("namespace");
  const isPublic = query.get("public") === "true";
  if (namespace === null && !isPublic && query.get("starred") !== "true") {
    return refuse(response, 400, "invalid_request", "namespace, starred or public is required");
  }
  const visible = [...contents.repositories.values()].filter(({ path, isPublic: open, kind }) => {
    const isHere = namespace === null || path.startsWith(`${namespace}/`);
    // Without `public` a stranger sees nothing at all, and no error either.
    return isHere && kind === "image" && (authorized || (isPublic && open));
  });
  const token = query.get("next_page");
  const from = token === null || options.forgetsPages() ? 0 : readPageToken(token);
  const page = visible.slice(from, from + pageSize);
  const more = from + page.length < visible.length;
  sendJson(response, 200, {
    repositories: page.map((repository) => listed(repository, query, authorized, contents)),
    ...(more ? { next_page: writePageToken(from + page.length) } : {}),
  });
}

let tokens = 0;

/** Another text at each time, as an encrypted one is. */
function writePageToken(from: number): string {
  tokens += 1;
  return Buffer.from(JSON.stringify({ from, tokens })).toString("base64url");
}

/** What cannot be read is taken for the first page. */
function readPageToken(token: string): number {
  try {
    return Number(JSON.parse(Buffer.from(token, "base64url").toString()).from);
  } catch {
    return 0;
  }
}

function listed(
  repository: QuayRepository,
  query: URLSearchParams,
  authorized: boolean,
  contents: QuayContents,
): object {
  const [namespace = "", ...name] = repository.path.split("/");
  const alive = contents.alive(repository).map(({ startS }) => startS);
  return {
    namespace,
    name: name.join("/"),
    description: repository.description,
    is_public: repository.isPublic,
    kind: repository.kind,
    state: repository.state,
    quota_report: { quota_bytes: 0, configured_quota: null },
    ...(query.get("last_modified") === "true" ? { last_modified: alive.length === 0 ? null : Math.max(...alive) } : {}),
    ...(query.get("popularity") === "true" ? { popularity: repository.popularity } : {}),
    ...(authorized ? { is_starred: false } : {}),
  };
}

function showRepository(
  query: URLSearchParams,
  repository: QuayRepository,
  response: ServerResponse,
  contents: QuayContents,
) {
  const [namespace = "", ...name] = repository.path.split("/");
  const tags = contents.alive(repository).slice(0, 500);
  sendJson(response, 200, {
    namespace,
    name: name.join("/"),
    kind: repository.kind,
    description: repository.description,
    is_public: repository.isPublic,
    is_organization: true,
    is_starred: false,
    status_token: "",
    trust_enabled: false,
    tag_expiration_s: 1_209_600,
    is_free_account: true,
    state: repository.state,
    can_write: false,
    can_admin: false,
    ...(query.get("includeTags") === "false"
      ? {}
      : {
          tags: Object.fromEntries(
            tags.map((row) => [
              row.name,
              { name: row.name, size: 123, last_modified: rfc2822(row.startS), manifest_digest: row.digest },
            ]),
          ),
        }),
  });
}

function listTags(query: URLSearchParams, repository: QuayRepository, response: ServerResponse, nowS: number) {
  const limit = Math.min(100, Math.max(1, Number(query.get("limit") ?? 50)));
  const page = Math.max(1, Number(query.get("page") ?? 1));
  const only = query.get("specificTag") ?? /^eq:(.*)$/.exec(query.get("filter_tag_name") ?? "")?.[1];
  const like = /^like:(.*)$/.exec(query.get("filter_tag_name") ?? "")?.[1];
  const rows = repository.rows
    .filter(({ endS }) => query.get("onlyActiveTags") !== "true" || endS === null || endS > nowS)
    .filter(({ name }) => (only === undefined || name === only) && (like === undefined || name.includes(like)))
    .sort((a, b) => b.startS - a.startS || (a.name < b.name ? -1 : 1));
  const from = (page - 1) * limit;
  const tags = rows.slice(from, from + limit).map(tagOf);
  sendJson(response, 200, { tags, page, has_additional: rows.length > from + limit });
}

function tagOf(row: QuayRow): object {
  return {
    name: row.name,
    reversion: row.reversion,
    start_ts: row.startS,
    ...(row.endS === null ? {} : { end_ts: row.endS, expiration: rfc2822(row.endS) }),
    manifest_digest: row.digest,
    is_manifest_list: row.isList,
    size: row.isList ? null : 123,
    last_modified: rfc2822(row.startS),
    ...(row.isList
      ? {
          is_sparse: false,
          child_manifest_count: row.children.length,
          present_child_count: row.children.length,
          child_manifests_presence: Object.fromEntries(row.children.map((digest) => [digest, true])),
        }
      : {}),
  };
}
