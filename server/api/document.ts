// The OpenAPI document: made from the very schemas that check requests and type answers.
import type { OpenAPIHono } from "@hono/zod-openapi";

const description = `Which bootable container image a host may switch to, and how: verdicts with evidence, hazards, what to download and the exact command.

Names and references go in the query, digests in the path. Times are RFC 3339 in UTC. Lists are \`{ items, next }\` with \`Link: rel="next"\`. What is not known is null and listed in \`unknown\` of the same object, with the reason. Refusals are problem documents (RFC 9457).

Every read has a strong \`ETag\` and lives at most a minute in a shared cache; what is derived from a digest's bytes alone is immutable. Questions that no cache can answer (\`POST\`, and those about tags that nobody has looked at) are limited for each client address; the headers \`RateLimit\` and \`RateLimit-Policy\` say how many are left.`;

/** `identifier` came with OpenAPI 3.1, which the library's type of a license does not know yet. */
const license: { readonly name: string; readonly identifier: string } = {
  name: "Apache License 2.0",
  identifier: "Apache-2.0",
};

/** Of the API and not of the program: a new one says that clients have to look at what changed. */
const version = "1.0.0";

export function openApiDocument(app: OpenAPIHono) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Signalbox",
      version,
      description,
      license,
    },
    servers: [{ url: "/", description: "This server" }],
    security: [],
    tags: [
      { name: "resolve", description: "Switch plans." },
      { name: "choices", description: "Menus of installers." },
      { name: "repositories", description: "What there is." },
      { name: "images", description: "Images by their digests." },
      { name: "sources", description: "How fresh the catalog is." },
      { name: "events", description: "What changed." },
      { name: "policies", description: "What is believed." },
      { name: "operation", description: "Running the service." },
    ],
  });
}
