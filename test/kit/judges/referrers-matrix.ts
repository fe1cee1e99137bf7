// Images behind a front that answers for referrers in every way, signed and verified by every cosign there is.
import type { TestContext } from "vitest";
import { skipOrFail } from "../programs.ts";
import { buildImage } from "../registries/build-image.ts";
import { startDockerRegistry } from "../registries/docker-registry.ts";
import { pushImage } from "../registries/push.ts";
import { startReferrersFront } from "../registries/referrers-front.ts";
import { askCosign } from "./ask-cosign.ts";
import { makeHost } from "./host.ts";
import type { Answer } from "./judge.ts";
import { makeOpenpgpKeyring } from "./keyring.ts";
import type { ReferrersImage, ReferrersRow } from "./referrers-rows.ts";
import { compareVersions, findReleases } from "./releases.ts";
import { makeSigners } from "./sign.ts";

export const referrersPath = "referrers/desktop";
export const referrersImages = {
  bundle: buildImage({ seed: "referrers" }),
  hidden: buildImage({ seed: "referrers, hidden" }),
} as const satisfies Record<ReferrersImage, unknown>;

/** What every cosign does with every row. Skips the test where nobody said where the programs are. */
export async function askAboutReferrers(
  context: Pick<TestContext, "skip">,
  rows: readonly ReferrersRow[],
): Promise<readonly Answer[]> {
  const found = findReleases();
  if (found.outcome === "unset") return context.skip(found.reason);
  if (found.outcome === "unusable") return skipOrFail(context, found.reason);
  const hosts = found.releases.filter(({ cosign }) => cosign !== undefined).map(makeHost);
  const ends: (() => unknown)[] = hosts.map((host) => () => host.close());
  try {
    const of = (isMajor: (version: string) => boolean) => hosts.find(({ release }) => isMajor(release.cosign ?? "0"));
    const cosign2 = of((version) => compareVersions(version, "3.0.0") < 0);
    const cosign3 = of((version) => compareVersions(version, "3.0.0") >= 0);
    if (cosign2 === undefined || cosign3 === undefined)
      return skipOrFail(context, "SIGNALBOX_JUDGES has not both cosigns");
    const registry = await startDockerRegistry(context);
    ends.push(() => registry.stop());
    const front = await startReferrersFront(registry.url);
    ends.push(() => front.close());
    const repository = `${front.host}/${referrersPath}`;
    const hostsToSign = { cosign2, cosign3, skopeo: cosign3 };
    const signers = await makeSigners(hostsToSign, ["alice", "mallory"], await makeOpenpgpKeyring());
    for (const image of Object.values(referrersImages))
      await pushImage(front, referrersPath, image, [image.digest.slice(7)]);
    const subject = (image: ReferrersImage) => [
      { repository, digest: referrersImages[image].digest, tag: undefined, isList: false },
    ];
    const order = { recursive: false, annotation: undefined, attestation: undefined };
    await signers.sign({ ...order, by: "cosign 3", key: "alice" }, subject("bundle"));
    await signers.sign({ ...order, by: "cosign 3 legacy", key: "alice" }, subject("hidden"));
    await signers.sign({ ...order, by: "cosign 3", key: "mallory" }, subject("hidden"));
    const answers: Answer[] = [];
    for (const { id, image, way, hidesTag = false } of rows) {
      front.answer(way, { hidesTag });
      for (const host of [cosign2, cosign3]) {
        const said = await askCosign(host, `${repository}@${referrersImages[image].digest}`, [{ key: "alice" }], {});
        answers.push({ row: id, program: "cosign", version: host.release.cosign ?? "", ...said });
      }
    }
    return answers;
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
