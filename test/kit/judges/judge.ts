// Judging: what each program of each release does with each row, with the host files of that row.
import { type Addresses, referenceOf } from "./addresses.ts";
import { askCosign, type CosignAttestation, type CosignSigner } from "./ask-cosign.ts";
import { askCopy, type ImageProxy, type Said, startImageProxy } from "./ask-skopeo.ts";
import type { Host, HostFile } from "./host.ts";
import { hostFilesFor as filesByHand, givenOut, policyPath, policyThatSpeaks } from "./host-files.ts";
import type { OpenpgpKeyring } from "./keyring.ts";
import { compareVersions } from "./releases.ts";
import type { Row, RowSigner } from "./row.ts";

/** `image-proxy` is bootc's way, `copy` is podman's. */
export type Program = "cosign" | "image-proxy" | "copy";

export type Answer = Said & { readonly row: string; readonly program: Program; readonly version: string };

/** What there is to ask of a row: a policy that files cannot say has no files, and OpenPGP is nothing to cosign. */
export type Questions = {
  readonly hostFiles: readonly HostFile[] | undefined;
  readonly cosignSigners: readonly CosignSigner[];
  readonly cosignAttestations: readonly CosignAttestation[];
};

export function questionsOf(row: Row, addresses: Addresses, openpgp: OpenpgpKeyring, nowMs: number): Questions {
  const policy = row.otherHostFiles === undefined ? policyThatSpeaks(row, addresses) : undefined;
  // Hosts are spared the keys that are on their way out; cosign is asked with all that count.
  const counting = policy === undefined ? [] : givenOut({ signers: policy.signers.map(inOffice) }, nowMs);
  return {
    hostFiles: filesByHand(row, addresses, openpgp, nowMs),
    cosignSigners: cosignSignersOf(counting),
    cosignAttestations: (policy?.attestations ?? [])
      .filter(({ required }) => required)
      .map(({ predicateType, signers }) => ({
        predicateType,
        signers: cosignSignersOf(counting.filter(({ id }) => signers.includes(id))),
      })),
  };
}

function cosignSignersOf(signers: readonly RowSigner[]): readonly CosignSigner[] {
  return signers.flatMap(({ by }) => ("openpgp" in by ? [] : [by]));
}

function inOffice({ role: _, ...signer }: RowSigner): RowSigner {
  return signer;
}

export type Judged = {
  readonly addresses: Addresses;
  readonly openpgp: OpenpgpKeyring;
  readonly nowMs: number;
  /** Somebody else's files in place of those written by hand. */
  readonly hostFilesFor?: (row: Row, byHand: readonly HostFile[] | undefined) => readonly HostFile[] | undefined;
};

/**
 * Debian's skopeo 1.9.3 was built without sigstore ("Debian-local change: sigstore disabled"): it is asked of OpenPGP,
 * and of hosts' own files, where it shows which words it knows.
 */
function canBeAsked({ release }: Host, row: Row, files: readonly HostFile[]): boolean {
  const asksForSigstore = files.some(
    ({ path, content }) => path === policyPath && String(content).includes("sigstoreSigned"),
  );
  return compareVersions(release.skopeo, "1.11.0") >= 0 || row.otherHostFiles !== undefined || !asksForSigstore;
}

/** All rows on one host, one after the other: they share its /etc. */
export async function judgeOn(host: Host, rows: readonly Row[], judged: Judged): Promise<readonly Answer[]> {
  const { addresses, openpgp, nowMs, hostFilesFor } = judged;
  const answers: Answer[] = [];
  host.write({ path: "/etc/containers/registries.conf", content: insecure(addresses) });
  const proxy = await startImageProxy(host);
  try {
    for (const row of rows) {
      const questions = questionsOf(row, addresses, openpgp, nowMs);
      const hostFiles = hostFilesFor === undefined ? questions.hostFiles : hostFilesFor(row, questions.hostFiles);
      if (hostFiles !== undefined && canBeAsked(host, row, hostFiles)) {
        answers.push(...(await judgeByFiles(host, proxy, row, hostFiles, addresses)));
      }
      const { cosign } = host.release;
      const policy = policyThatSpeaks(row, addresses);
      if (cosign !== undefined && policy !== undefined && questions.cosignSigners.length > 0) {
        const { cosignSigners, cosignAttestations } = questions;
        const reference = referenceOf(row, addresses);
        const said = await askCosign(host, reference, cosignSigners, policy, cosignAttestations);
        answers.push({ row: row.id, program: "cosign", version: cosign, ...said });
      }
    }
  } finally {
    await proxy.close();
  }
  return answers;
}

async function judgeByFiles(
  host: Host,
  proxy: ImageProxy,
  row: Row,
  files: readonly HostFile[],
  addresses: Addresses,
): Promise<readonly Answer[]> {
  for (const folder of ["/etc/containers/registries.d", "/etc/containers/policy.json", "/etc/pki/containers"]) {
    host.remove(folder);
  }
  for (const file of files) host.write(file);
  const version = host.release.skopeo;
  const reference = referenceOf(row, addresses);
  return [
    { row: row.id, program: "image-proxy", version, ...(await proxy.ask(reference)) },
    { row: row.id, program: "copy", version, ...(await askCopy(host, reference)) },
  ];
}

/** Plain HTTP is for the test alone; nothing else of a host's configuration is touched. */
function insecure({ registry, mirror }: Addresses): string {
  return [registry, mirror].map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`).join("\n");
}
