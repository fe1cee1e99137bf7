// wrk: the load from outside, by a program that costs less than what it measures.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type LoadRequest = { readonly path: string; readonly ifNoneMatch?: string };
export type LoadResult = {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers of another status than 2xx or 3xx, and requests without an answer. */
  readonly errors: number;
};

export function wrkIsInstalled(): boolean {
  try {
    execFileSync("wrk", ["--version"], { stdio: "ignore" });
    return true;
  } catch (error) {
    // wrk ends its version with status 1.
    return !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}

const script = (file: string) => `
local requests = {}
for line in io.lines(${JSON.stringify(file)}) do
  local path, etag = line:match("^(%S+) ?(.*)$")
  local headers = { Host = "127.0.0.1" }
  if etag ~= "" then headers["If-None-Match"] = etag end
  requests[#requests + 1] = wrk.format("GET", path, headers)
end
local next = 0
request = function()
  next = next % #requests + 1
  return requests[next]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %f %f %f %d\\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** One thread and 50 connections go through the requests in their order for the given seconds. */
export async function load(port: number, requests: readonly LoadRequest[], seconds: number): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-wrk-"));
  try {
    const list = join(folder, "requests.txt");
    const program = join(folder, "load.lua");
    writeFileSync(list, requests.map(({ path, ifNoneMatch }) => `${path} ${ifNoneMatch ?? ""}`).join("\n"));
    writeFileSync(program, script(list));
    const output = await run("wrk", [
      "-t1",
      "-c50",
      `-d${seconds}s`,
      "--timeout",
      "5s",
      "-s",
      program,
      `http://127.0.0.1:${port}`,
    ]);
    const [, rate, p50, p99, errors] = /RESULT (\S+) (\S+) (\S+) (\S+)/.exec(output) ?? [];
    if (rate === undefined) throw new Error(`wrk said nothing to be read:\n${output}`);
    return { requestsPerSecond: Number(rate), p50Ms: Number(p50), p99Ms: Number(p99), errors: Number(errors) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
