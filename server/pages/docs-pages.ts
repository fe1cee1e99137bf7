// The API's documentation in a browser: Swagger UI from this very server, so that it works without a network.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { type Answer, makeAnswer, toResponse } from "../hot/answer.ts";
import { stylesheet, stylesheetPath } from "./page.ts";

/** The console asks this server and nowhere else; its pictures are in its own style sheet. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const start = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

const scripts = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
};

export function addDocsPages(app: OpenAPIHono, now: () => number): void {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const answers = new Map<string, Promise<Answer>>();

  const serve = (
    path: string,
    mediaType: string,
    read: () => Promise<Buffer>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    app.get(path, async (c) => {
      const known = answers.get(path) ?? read().then((body) => makeAnswer({ body, mediaType, headers }, now()));
      answers.set(path, known);
      return toResponse(await known, c.req.raw, now());
    });

  for (const [file, mediaType] of Object.entries(scripts)) {
    serve(`/docs/${file}`, mediaType, () => readFile(join(folder, file)));
  }
  serve("/docs/start.js", "text/javascript", async () => Buffer.from(start));
  serve(stylesheetPath, "text/css", async () => Buffer.from(stylesheet));

  const page = async () => {
    const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Signalbox</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js" defer></script>
</head>
<body>
<main id="api"><noscript>This page needs scripts; the document itself is <a href="/openapi.json">openapi.json</a>.</noscript></main>
</body>
</html>
`;
    return Buffer.from(String(text));
  };
  serve("/docs", "text/html; charset=utf-8", page, {
    "Content-Security-Policy": policy,
    "Referrer-Policy": "no-referrer",
  });
}
