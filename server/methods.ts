// Methods: what may be done at a path, for `Allow`, for 405 and for browsers that ask first (CORS).
import type { OpenAPIHono } from "@hono/zod-openapi";
import { commonHeaders, problem } from "./problems.ts";

/** The methods that some route takes at this path, with what follows from them. */
function allowedAt(routes: OpenAPIHono["routes"], path: string): string[] {
  const methods = new Set<string>();
  for (const route of routes) if (patternOf(route.path).test(path)) methods.add(route.method);
  if (methods.size === 0) return [];
  if (methods.has("GET")) methods.add("HEAD");
  methods.add("OPTIONS");
  return [...methods].sort();
}

const patterns = new Map<string, RegExp>();

function patternOf(path: string): RegExp {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const source = path
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/");
  const pattern = new RegExp(`^${source}$`);
  patterns.set(path, pattern);
  return pattern;
}

/** What no route took: a preflight, another method, or nothing that is here. Added after all routes. */
export function answerTheRest(app: OpenAPIHono): void {
  const routes = [...app.routes];
  app.notFound((c) => {
    const path = c.req.path;
    const allowed = allowedAt(routes, path);
    if (allowed.length === 0) {
      return problem(c, { name: "not-found", detail: `there is nothing at ${path.slice(0, 200)}` });
    }
    const allow = allowed.join(", ");
    if (c.req.method === "OPTIONS") {
      return new Response(null, {
        status: 204,
        headers: {
          Allow: allow,
          "Access-Control-Allow-Methods": allow,
          "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Last-Event-ID",
          "Access-Control-Max-Age": "86400",
          "Cache-Control": "public, max-age=86400",
          ...commonHeaders,
        },
      });
    }
    return problem(c, {
      name: "method-not-allowed",
      detail: `${c.req.method} is not for ${path.slice(0, 200)}; allowed are ${allow}`,
      headers: { Allow: allow },
    });
  });
}
