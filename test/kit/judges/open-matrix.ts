// The matrix, standing: registries, lookaside and hosts, with every row pushed and signed, until it is closed.
import { mkdirSync } from "node:fs";
import type { TestContext } from "vitest";
import { skipOrFail } from "../programs.ts";
import { startDockerRegistry } from "../registries/docker-registry.ts";
import type { Addresses } from "./addresses.ts";
import { buildMatrix } from "./build-matrix.ts";
import { type PolicyFolder, policyFolderOf } from "./documents.ts";
import { type Host, makeHost } from "./host.ts";
import { type Answer, type Judged, judgeOn } from "./judge.ts";
import { keyNames, makeOpenpgpKeyring, type OpenpgpKeyring } from "./keyring.ts";
import { type Lookaside, serveLookaside } from "./lookaside.ts";
import { compareVersions, findReleases, type Release } from "./releases.ts";
import type { Row } from "./row.ts";
import { makeSigners } from "./sign.ts";

export type Matrix = {
  readonly addresses: Addresses;
  readonly openpgp: OpenpgpKeyring;
  readonly releases: readonly Release[];
  /** Registries, sources and trust of all rows: what Signalbox is asked with. */
  readonly policyFolder: PolicyFolder;
  /** What every program there is does with every row: with the host files written by hand, or with others. */
  judge(others?: Pick<Judged, "hostFilesFor">): Promise<readonly Answer[]>;
  close(): Promise<void>;
};

/** Signs with cosign 2 and the newest cosign; skopeo of the newest release signs, too. */
function chooseSigners(hosts: readonly Host[]): { cosign2: Host; cosign3: Host; skopeo: Host } | undefined {
  const major = ({ release: { cosign } }: Host) => (cosign === undefined ? 0 : Number(cosign.split(".")[0]));
  const cosign2 = hosts.findLast((host) => major(host) === 2);
  const cosign3 = hosts.findLast((host) => major(host) >= 3);
  const skopeo = hosts.findLast(({ release }) => compareVersions(release.skopeo, "1.17.0") >= 0);
  return cosign2 === undefined || cosign3 === undefined || skopeo === undefined
    ? undefined
    : { cosign2, cosign3, skopeo };
}

/** Skips the test where nobody said where the programs are; fails it where they have to be there and are not. */
export async function openMatrix(context: Pick<TestContext, "skip">, rows: readonly Row[]): Promise<Matrix> {
  const found = findReleases();
  if (found.outcome === "unset") return context.skip(found.reason);
  if (found.outcome === "unusable") return skipOrFail(context, found.reason);
  const hosts = found.releases.map(makeHost);
  const ends: (() => unknown)[] = hosts.map((host) => () => host.close());
  const close = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const chosen = chooseSigners(hosts);
    if (chosen === undefined)
      return skipOrFail(context, "SIGNALBOX_JUDGES holds no cosign 2, or no cosign 3 and skopeo");
    const openpgp = await makeOpenpgpKeyring();
    const registry = await startDockerRegistry(context, { deletes: true });
    ends.push(() => registry.stop());
    const mirror = await startDockerRegistry(context, { deletes: true });
    ends.push(() => mirror.stop());
    // skopeo writes into the very folder that is served.
    const folder = "/var/lookaside";
    mkdirSync(chosen.skopeo.outside(folder), { recursive: true });
    const lookaside = await serveLookaside(chosen.skopeo.outside(folder));
    ends.push(() => lookaside.close());
    const addresses: Addresses = { registry: registry.host, mirror: mirror.host, lookaside: lookaside.host };
    prepareSkopeo(chosen.skopeo, addresses, lookaside, folder);
    const signers = await makeSigners(chosen, keyNames, openpgp);
    await buildMatrix(rows, { addresses, lookaside, openpgp }, signers);
    const nowMs = Date.now();
    return {
      addresses,
      openpgp,
      releases: found.releases,
      policyFolder: policyFolderOf(rows, addresses, openpgp),
      async judge(others = {}) {
        const answers = await Promise.all(
          hosts.map((host) => judgeOn(host, rows, { addresses, openpgp, nowMs, ...others })),
        );
        return answers.flat();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the signing host has in /etc: where signatures go, and that the registries speak plain HTTP. */
function prepareSkopeo(host: Host, { registry, mirror }: Addresses, lookaside: Lookaside, folder: string): void {
  const section = (name: string) =>
    `  ${name}:\n    use-sigstore-attachments: true\n    lookaside: http://${lookaside.host}\n    lookaside-staging: file://${folder}\n`;
  host.remove("/etc/containers/registries.d");
  host.write({
    path: "/etc/containers/registries.d/signing.yaml",
    content: `docker:\n${[registry, mirror].map(section).join("")}`,
  });
  host.write({
    path: "/etc/containers/registries.conf",
    content: [registry, mirror].map((name) => `[[registry]]\nlocation = "${name}"\ninsecure = true\n`).join("\n"),
  });
}
