// The raw limit of indexing: undici fetches the same bytes at the same concurrency, and nothing is done with them.
import pLimit from "p-limit";
import { Agent, request } from "undici";

const [url = "", namespace = "", tag = "", count = "0", concurrency = "1"] = process.argv.slice(2);
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const dispatcher = new Agent({ connections: Number(concurrency) });
const limit = pLimit(Number(concurrency));
const digests = new Map<string, string>();

async function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Buffer; digest: string }> {
  const answer = await request(new URL(path, url), { dispatcher, headers });
  const body = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, body, digest: String(answer.headers["docker-content-digest"] ?? "") };
}

const paths = Array.from({ length: Number(count) }, (_, i) => `${namespace}/r${i}`);

async function first(path: string): Promise<void> {
  const accept = { accept: manifestTypes };
  await get(`/v2/${path}/tags/list?n=1000`);
  const index = await get(`/v2/${path}/manifests/${tag}`, accept);
  digests.set(path, index.digest);
  for (const entry of JSON.parse(index.body.toString()).manifests) {
    const manifest = await get(`/v2/${path}/manifests/${entry.digest}`, accept);
    await get(`/v2/${path}/blobs/${JSON.parse(manifest.body.toString()).config.digest}`);
  }
}

async function again(path: string): Promise<void> {
  await get(`/v2/${path}/tags/list?n=1000`);
  const answer = await get(`/v2/${path}/manifests/${tag}`, {
    accept: manifestTypes,
    "if-none-match": `"${digests.get(path)}"`,
  });
  if (answer.status !== 304) throw new Error(`${path} answered ${answer.status} where 304 was expected`);
}

const times: number[] = [];
for (const work of [first, again, again]) {
  const started = performance.now();
  await get("/v2/_catalog?n=1000");
  await Promise.all(paths.map((path) => limit(() => work(path))));
  times.push(performance.now() - started);
}
process.stdout.write(`${JSON.stringify({ times })}\n`);
await dispatcher.close();
