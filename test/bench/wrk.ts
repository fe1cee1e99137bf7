// wrk: the load from outside, by a program that costs less than what it measures.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialPlace } from "./generated-hosts.ts";

export type LoadRequest = {
  readonly path: string;
  readonly ifNoneMatch?: string;
  /** Of a POST: JSON in one line. Where `serialPlace` stands, each request has a number of its own. */
  readonly body?: string;
};
export type LoadResult = {
  /** Answered in all. */
  readonly requests: number;
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

/** A line is method, path, and the ETag or the body. Requests are text before they are sent: Lua only joins them. */
const script = (file: string) => `
local requests = {}
for line in io.lines(${JSON.stringify(file)}) do
  local method, path, rest = line:match("^(%S+) (%S+) ?(.*)$")
  local headers, body = { Host = "127.0.0.1" }, nil
  if method == "POST" then
    headers["Content-Type"] = "application/json"
    body = rest
  elseif rest ~= "" then
    headers["If-None-Match"] = rest
  end
  local text = wrk.format(method, path, headers, body)
  local from, to = text:find("${serialPlace}", 1, true)
  if from then
    requests[#requests + 1] = { text:sub(1, from - 1), text:sub(to + 1) }
  else
    requests[#requests + 1] = text
  end
end
local next = 0
request = function()
  next = next + 1
  local chosen = requests[(next - 1) % #requests + 1]
  if type(chosen) == "string" then return chosen end
  return chosen[1] .. string.format("%016x", next) .. chosen[2]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %f %f %f %d\\n", summary.requests, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** One thread and 50 connections go through the requests in their order for the given seconds. */
export async function load(port: number, requests: readonly LoadRequest[], seconds: number): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-wrk-"));
  try {
    const list = join(folder, "requests.txt");
    const program = join(folder, "load.lua");
    writeFileSync(list, requests.map(lineOf).join("\n"));
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
    const [, requestsDone, rate, p50, p99, errors] = /RESULT (\S+) (\S+) (\S+) (\S+) (\S+)/.exec(output) ?? [];
    if (rate === undefined) throw new Error(`wrk said nothing to be read:\n${output}`);
    return {
      requests: Number(requestsDone),
      requestsPerSecond: Number(rate),
      p50Ms: Number(p50),
      p99Ms: Number(p99),
      errors: Number(errors),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf({ path, ifNoneMatch, body }: LoadRequest): string {
  return body === undefined ? `GET ${path} ${ifNoneMatch ?? ""}` : `POST ${path} ${body}`;
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
