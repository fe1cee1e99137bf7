// Problem pages: what each kind of refusal means and what to do, at the address that its `type` names.
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { problem, problemKinds } from "../problems.ts";
import { pageResponse } from "./page.ts";

export function addProblemPages(app: OpenAPIHono): void {
  const kinds = Object.entries(problemKinds);
  app.get("/problems", () =>
    pageResponse(
      "Problems",
      html`<p>How this service refuses (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>).</p>
<dl>
${kinds.map(
  ([name, { status, title }]) => html`<dt><a href="/problems/${name}"><code>${name}</code></a> (${status})</dt>
<dd>${title}.</dd>
`,
)}</dl>`,
    ),
  );
  app.get("/problems/:name", (c) => {
    const name = c.req.param("name");
    const kind = kinds.find(([each]) => each === name)?.[1];
    if (kind === undefined) return problem(c, { name: "not-found", detail: "there is no such kind of problem" });
    return pageResponse(
      kind.title,
      html`<p>HTTP status ${kind.status}, <code>type</code> ends in <code>/${name}</code>.</p>
<p>${kind.advice}</p>
<p><a href="/problems">All problems</a> · <a href="/docs">The API</a></p>`,
    );
  });
}
