// The raw limit, started: a node:http that answers one given answer, whatever it is asked.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { type Child, startChild } from "./child.ts";
import type { LoadRequest } from "./wrk.ts";

type Answered = { readonly body: Buffer; readonly headers: Readonly<Record<string, unknown>> };

export async function answerTo(port: number, { path, body }: LoadRequest): Promise<Answered> {
  const url = `http://127.0.0.1:${port}${path}`;
  const answer = await (body === undefined
    ? request(url)
    : request(url, { method: "POST", headers: { "content-type": "application/json" }, body }));
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${bytes.toString()}`);
  return { body: bytes, headers: answer.headers };
}

/** It answers these bytes and headers, after it has read what it was sent. */
export function startBare(folder: string, { body, headers }: Answered): Promise<Child> {
  const bodyFile = join(folder, "body.json");
  const headersFile = join(folder, "headers.json");
  writeFileSync(bodyFile, body);
  const { date, connection, "keep-alive": keepAlive, "transfer-encoding": encoding, ...rest } = headers;
  writeFileSync(headersFile, JSON.stringify({ ...rest, "content-length": String(body.byteLength) }));
  return startChild("bare-http.ts", [bodyFile, headersFile]);
}
