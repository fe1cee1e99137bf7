// Pages: the few that the API itself needs for people; they work without scripts.
import { html } from "hono/html";
import { commonHeaders } from "../problems.ts";

type Html = ReturnType<typeof html>;

export const stylesheetPath = "/docs/pages.css";

export const stylesheet = `:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; }
code { font: 0.95em ui-monospace, monospace; padding: 0.1em 0.3em; border-radius: 0.2em; background: color-mix(in srgb, currentColor 10%, transparent); }
dt { margin-top: 1rem; }
dd { margin: 0; }
`;

/** Nothing from anywhere else, no scripts, and in nobody's frame. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function pageResponse(title: string, content: Html): Promise<Response> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Signalbox</title>
<link rel="stylesheet" href="${stylesheetPath}">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return new Response(String(page), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "public, max-age=60",
      "Content-Security-Policy": policy,
      "Referrer-Policy": "no-referrer",
      Vary: "Accept",
      ...commonHeaders,
    },
  });
}
