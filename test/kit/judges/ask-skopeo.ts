// Asking skopeo: `copy` checks what podman's pull checks, the image proxy is what bootc and rpm-ostree pull through.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findProgram } from "../programs.ts";
import { type Host, hostEnvironment } from "./host.ts";
import { cleanWords, fatalWords } from "./words.ts";

/** What a program did with one image. Accepting needs no words. */
export type Said = { readonly accepted: boolean; readonly words: string };

const relay = fileURLToPath(new URL("image-proxy.pl", import.meta.url));
const answerTimeoutMs = 60_000;

/** The same platform on every machine that runs this. */
const platform = ["--override-os", "linux", "--override-arch", "amd64"];

/** As podman pulls: into a storage of this host, with the host's own policy. */
export async function askCopy(host: Host, reference: string): Promise<Said> {
  const target = "/tmp/pulled";
  host.remove(target);
  const ran = await host.run(["skopeo", ...platform, "copy", "--quiet", `docker://${reference}`, `dir:${target}`]);
  host.remove(target);
  return { accepted: ran.code === 0, words: ran.code === 0 ? "" : fatalWords(ran.stderr) };
}

export type ImageProxy = {
  /** As bootc opens an image. The proxy reads the host's policy each time. */
  ask(reference: string): Promise<Said>;
  close(): Promise<void>;
};

type Reply = { readonly success: boolean; readonly value: unknown; readonly error: string };

export async function startImageProxy(host: Host): Promise<ImageProxy> {
  const perl = findProgram("perl");
  if (perl === undefined) throw new Error("not installed: perl");
  const command = host.commandOf(["skopeo", ...platform, "experimental-image-proxy"]);
  const child = spawn(perl, [relay, ...command], { env: hostEnvironment, stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4_000);
  });
  child.stdin.on("error", () => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function call(method: string, ...args: readonly unknown[]): Promise<Reply> {
    child.stdin.write(`${JSON.stringify({ method, args })}\n`);
    const late = setTimeout(() => child.kill("SIGKILL"), answerTimeoutMs);
    const answer = await answers.next().finally(() => clearTimeout(late));
    if (answer.done === true) throw new Error(`the image proxy gave no answer to ${method}: ${stderr}`);
    return JSON.parse(answer.value) as Reply;
  }

  const begun = await call("Initialize");
  if (!begun.success) throw new Error(`the image proxy does not begin: ${begun.error}`);
  return {
    async ask(reference) {
      const opened = await call("OpenImage", `docker://${reference}`);
      if (!opened.success) return { accepted: false, words: cleanWords(opened.error) };
      await call("CloseImage", opened.value);
      return { accepted: true, words: "" };
    },
    async close() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), answerTimeoutMs);
      await ended.finally(() => clearTimeout(late));
    },
  };
}
