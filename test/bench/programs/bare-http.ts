// The raw limit: node:http and nothing else, answering the bytes it was given, or 304 where it is asked with their ETag.
// A POST it reads to the end first.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [bodyFile = "", headersFile = ""] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const headers: Record<string, string> = JSON.parse(readFileSync(headersFile, "utf8"));
const { "content-length": _, ...withoutLength } = headers;

const server = createServer((request, response) => {
  if (request.headers["if-none-match"] !== undefined) {
    response.writeHead(304, withoutLength);
    response.end();
    return;
  }
  if (request.method === "POST") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      Buffer.concat(chunks);
      response.writeHead(200, headers);
      response.end(body);
    });
    return;
  }
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : null })}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
