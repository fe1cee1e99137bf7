// Recorded evidence: what lay beside each row's image while the programs judged it, and the files they judged by.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { lookasidePath } from "../../../worker/signatures/read-lookaside.ts";
import { pathOf, referenceOf, registryOf, repositoryOf, tag } from "./addresses.ts";
import type { Pulled } from "./ask-signalbox.ts";
import type { PolicyFolder } from "./documents.ts";
import type { HostFile } from "./host.ts";
import { questionsOf } from "./judge.ts";
import type { Matrix } from "./open-matrix.ts";
import { readRaw } from "./registry-side.ts";
import type { Row } from "./row.ts";

export const evidenceFile = fileURLToPath(new URL("../../fixtures/judges/evidence.json.gz", import.meta.url));

export type RecordedRow = {
  readonly id: string;
  readonly pulled: Pulled;
  /** Tags of its repository that name no image: digests of manifests. */
  readonly tags: Readonly<Record<string, Digest>>;
  /** Paths below the lookaside, and digests of files. */
  readonly lookaside: Readonly<Record<string, Digest>>;
  /** Those by which the programs judged: Signalbox's, or others' where the row says so; null: there are none. */
  readonly hostFiles: readonly HostFile[] | null;
  /** Those written by hand from what the service promises. */
  readonly filesByHand: readonly HostFile[] | null;
};

export type RecordedEvidence = {
  readonly atMs: number;
  readonly lookaside: string;
  readonly policies: PolicyFolder;
  readonly rows: readonly RecordedRow[];
  /** By digest: text as it is; `base64:` before what is none. */
  readonly contents: Readonly<Record<string, string>>;
};

export function readRecordedEvidence(): RecordedEvidence {
  return JSON.parse(gunzipSync(readFileSync(evidenceFile)).toString()) as RecordedEvidence;
}

export function formatEvidence(recorded: RecordedEvidence): Buffer {
  return gzipSync(JSON.stringify(recorded), { level: 9 });
}

const binary = "base64:";

export function contentOf({ contents }: RecordedEvidence, digest: string): Buffer | undefined {
  const text = Object.hasOwn(contents, digest) ? contents[digest] : undefined;
  if (text === undefined) return undefined;
  return text.startsWith(binary) ? Buffer.from(text.slice(binary.length), "base64") : Buffer.from(text);
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !text.startsWith(binary) ? text : `${binary}${bytes.toString("base64")}`;
}

type Manifest = {
  readonly mediaType?: string;
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture?: string };
  }[];
};

/** Asks the standing registries for everything but the images themselves; host files are those written by hand. */
export async function recordEvidence(matrix: Matrix, rows: readonly Row[], atMs: number): Promise<RecordedEvidence> {
  const { addresses, openpgp } = matrix;
  const contents: Record<string, string> = {};
  const keep = (bytes: Buffer): Digest => {
    const digest = digestOf(bytes);
    contents[digest] = textOf(bytes);
    return digest;
  };

  async function keepManifest(base: string, reference: string): Promise<Digest> {
    const bytes = await readRaw(`${base}/manifests/${reference}`);
    const { layers = [], manifests = [] } = JSON.parse(bytes.toString()) as Manifest;
    for (const { digest } of layers) keep(await readRaw(`${base}/blobs/${digest}`));
    for (const { digest } of manifests) await keepManifest(base, digest);
    return keep(bytes);
  }

  async function recordRow(row: Row): Promise<RecordedRow> {
    const base = `http://${registryOf(row, "own", addresses)}/v2/${pathOf(row)}`;
    const pulled = await pulledOf(row, matrix);
    const listed = JSON.parse((await readRaw(`${base}/tags/list`)).toString()) as { readonly tags: readonly string[] };
    const tags: Record<string, Digest> = {};
    for (const name of listed.tags.filter((each) => each.startsWith("sha256-"))) {
      tags[name] = await keepManifest(base, name);
    }
    const lookaside: Record<string, Digest> = {};
    for (const digest of [pulled.top, pulled.platform].filter((each) => each !== null)) {
      for (let number = 1; ; number += 1) {
        const path = lookasidePath(pathOf(row), digest, number);
        const response = await fetch(`http://${addresses.lookaside}/${path}`);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (!response.ok) break;
        lookaside[path] = keep(bytes);
      }
    }
    const { hostFiles: filesByHand = null } = questionsOf(row, addresses, openpgp, atMs);
    return { id: row.id, pulled, tags, lookaside, hostFiles: filesByHand, filesByHand };
  }

  const recorded: RecordedRow[] = [];
  for (const row of rows) recorded.push(await recordRow(row));
  return { atMs, lookaside: addresses.lookaside, policies: matrix.policyFolder, rows: recorded, contents };
}

/** What the row's reference names now. */
export async function pulledOf(row: Row, { addresses }: Pick<Matrix, "addresses">): Promise<Pulled> {
  const base = `http://${registryOf(row, "own", addresses)}/v2/${pathOf(row)}`;
  const reference = referenceOf(row, addresses);
  const named = reference.includes("@") ? reference.slice(reference.indexOf("@") + 1) : tag;
  const bytes = await readRaw(`${base}/manifests/${named}`);
  const { manifests } = JSON.parse(bytes.toString()) as Manifest;
  const child = manifests?.find(({ platform }) => platform?.architecture === "amd64");
  const digest = digestOf(bytes);
  return {
    repository: repositoryOf(row, "own", addresses),
    reference,
    top: child === undefined ? null : digest,
    platform: child === undefined ? digest : (child.digest as Digest),
  };
}
