// Fetching a trust root by TUF: nothing that is older, expired or signed by others is taken, whoever serves it.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fetcher, Updater } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import type { RootMetadata } from "../../db/trust-root-refreshes.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { digestOf } from "../../policies/words/digest.ts";
import type { HttpClient } from "../http/http.ts";
import { publicGood } from "../signatures/public-good-root.ts";
import { readTrustRoot } from "../signatures/trust-root.ts";
import { metadataVersion } from "./metadata-version.ts";

export type RootSource = {
  /** Where the repository is. */
  readonly url: string;
  /** The repository's first root that is trusted, as it ships with the program: TUF's, not the one that is fetched. */
  readonly anchor: string;
};

export type FetchRootLimits = {
  /** All of one refresh. */
  readonly rootTimeoutMs: number;
  /** The root itself, and each file of metadata. */
  readonly rootBytes: number;
};

/** `metadata`: what passed TUF's checks, which counts from now on though the rest failed. */
export type FetchedRoot = { readonly metadata: RootMetadata | null } & (
  | { readonly outcome: "root"; readonly root: PublicGoodRoot }
  | { readonly outcome: "failed"; readonly code: FetchRootCode; readonly reason: string }
);

export type FetchRootCode =
  /** No answer, or none that may be used. */
  | "unreachable"
  /** Older, expired, or not signed by those who may. */
  | "not-trusted"
  /** It passed, and is no trust root that this version can use. */
  | "unusable"
  /** This machine has no folder for what is being verified. */
  | "no-folder";

const target = "trusted_root.json";
/** Far above what the repository has had in five years. */
const rotationsAtOnce = 64;
const filesKept = 20;

export async function fetchRoot(
  http: Pick<HttpClient, "request">,
  source: RootSource,
  kept: { readonly metadata: RootMetadata | null; readonly root: PublicGoodRoot | null },
  limits: FetchRootLimits,
  stop: AbortSignal,
): Promise<FetchedRoot> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-tuf-")).catch(
    (error: unknown) => new NoFolder(messageOf(error)),
  );
  if (folder instanceof NoFolder) {
    return { outcome: "failed", code: "no-folder", reason: folder.message, metadata: null };
  }
  let lost: unknown;
  try {
    await writeMetadata(folder, source, kept.metadata);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(limits.rootTimeoutMs)]);
    const download = async (url: string, maxLength: number): Promise<Buffer> => {
      lost = undefined;
      try {
        const limitBytes = Math.min(maxLength, limits.rootBytes);
        const answer = await http.request({ method: "GET", url: new URL(url), limitBytes }, signal);
        if (answer.status === 200) return answer.body;
        throw new DownloadHTTPError(`${url} answered ${answer.status}`, answer.status);
      } catch (error) {
        lost = error;
        throw error;
      }
    };
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: source.url,
      targetBaseUrl: `${source.url}/targets`,
      fetcher: fetcherOver(download, folder),
      config: {
        maxRootRotations: rotationsAtOnce,
        rootMaxLength: limits.rootBytes,
        targetsMaxLength: limits.rootBytes,
      },
    });
    await updater.refresh();
    const info = await updater.getTargetInfo(target);
    const bytes = info === undefined ? undefined : await readTarget(updater, info, kept.root, folder);
    return await judged(folder, bytes);
  } catch (error) {
    stop.throwIfAborted();
    const code = lost === undefined ? "not-trusted" : "unreachable";
    return { outcome: "failed", code, reason: messageOf(lost ?? error), metadata: await readMetadata(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class NoFolder extends Error {}

type TargetInfo = NonNullable<Awaited<ReturnType<Updater["getTargetInfo"]>>>;

/** What is kept is not fetched again. */
async function readTarget(
  updater: Updater,
  info: TargetInfo,
  kept: PublicGoodRoot | null,
  folder: string,
): Promise<Buffer> {
  if (kept !== null && info.hashes.sha256 !== undefined && kept.digest === `sha256:${info.hashes.sha256}`) {
    return Buffer.from(kept.content);
  }
  return readFile(await updater.downloadTarget(info, join(folder, "fetched")));
}

async function judged(folder: string, bytes: Buffer | undefined): Promise<FetchedRoot> {
  const metadata = await readMetadata(folder);
  const unusable = (reason: string): FetchedRoot => ({ outcome: "failed", code: "unusable", reason, metadata });
  if (bytes === undefined) return unusable(`the repository has no ${target}`);
  const read = readTrustRoot(publicGood, bytes);
  if (read.outcome === "invalid") return unusable(read.reason);
  const content = bytes.toString("utf8");
  if (!Buffer.from(content).equals(bytes)) return unusable("it is not UTF-8");
  return { outcome: "root", root: { digest: digestOf(bytes), content }, metadata };
}

function fetcherOver(download: (url: string, maxLength: number) => Promise<Buffer>, folder: string): Fetcher {
  return {
    downloadBytes: download,
    async downloadFile(url, maxLength, handler) {
      const path = join(folder, "download");
      await writeFile(path, await download(url, maxLength));
      return handler(path);
    },
  };
}

/** The newer of the two roots of TUF: a new version of the program may bring one that the repository signs by. */
async function writeMetadata(folder: string, { anchor }: RootSource, kept: RootMetadata | null): Promise<void> {
  for (const [file, text] of Object.entries(kept ?? {})) {
    if (isMetadataFile(file)) await writeFile(join(folder, file), text);
  }
  const known = kept?.["root.json"];
  if (known === undefined || metadataVersion(known) < metadataVersion(anchor))
    await writeFile(join(folder, "root.json"), anchor);
}

async function readMetadata(folder: string): Promise<RootMetadata | null> {
  const names = (await readdir(folder)).filter(isMetadataFile).sort().slice(0, filesKept);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const),
  );
  return files.length === 0 ? null : Object.fromEntries(files);
}

function isMetadataFile(name: string): boolean {
  return /^[\w%.-]+\.json$/.test(name) && !name.startsWith(".");
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n", 1)[0] ?? "").slice(0, 500);
}
