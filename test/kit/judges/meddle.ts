// What is done to a row beside signing: what lies beside an image is copied, moved, taken away or put there.
import { pushImage } from "../registries/push.ts";
import { bundleManifest } from "../signing/bundle.ts";
import { layersManifest } from "../signing/cosign.ts";
import {
  type Addresses,
  digestOfTarget,
  imagesOf,
  pathOf,
  registryOf,
  repositoryOf,
  singlesOf,
  tag,
} from "./addresses.ts";
import { authority, otherAuthority } from "./authorities.ts";
import type { OpenpgpKeyring } from "./keyring.ts";
import type { Lookaside } from "./lookaside.ts";
import { copyManifest, putReferrers, putSigned, removeTag, tagBeside } from "./registry-side.ts";
import type { Act, Place, Row, Scene, SingleTarget } from "./row.ts";

export type Ground = { readonly addresses: Addresses; readonly lookaside: Lookaside; readonly openpgp: OpenpgpKeyring };

export function whereOf(row: Row, place: Place, addresses: Addresses): { readonly url: string; readonly path: string } {
  return { url: `http://${registryOf(row, place, addresses)}`, path: pathOf(row, place) };
}

/** Signing is nothing to it. */
export async function meddle(row: Row, act: Act, ground: Ground): Promise<void> {
  const images = imagesOf(row);
  const where = whereOf(row, "own", ground.addresses);
  switch (act.act) {
    case "sign":
    case "attest":
      return;
    case "copy": {
      const targets = singlesOf(row, act.to.on);
      for (const [index, from] of singlesOf(row, act.from.on).entries()) {
        await copyBeside(row, act, from, targets[index] ?? from, ground);
      }
      return;
    }
    case "remove":
      for (const target of singlesOf(row, act.on)) {
        const digest = digestOfTarget(images, target);
        if (act.kind === "lookaside") ground.lookaside.remove(pathOf(row), digest);
        else await removeTag(where, tagBeside(act.kind, digest));
      }
      return;
    case "put":
      return putBeside(row, act, ground);
    case "retag":
      return pushImage(where, where.path, images.other, [tag]);
  }
}

async function copyBeside(
  row: Row,
  act: Extract<Act, { act: "copy" }>,
  fromTarget: SingleTarget,
  toTarget: SingleTarget,
  { addresses, lookaside }: Ground,
): Promise<void> {
  const images = imagesOf(row);
  const [from, to] = [digestOfTarget(images, fromTarget), digestOfTarget(images, toTarget)];
  const [source, target] = [act.from, act.to].map(({ at = "own" }) => whereOf(row, at, addresses));
  if (source === undefined || target === undefined) return;
  const as = act.to.kind ?? act.kind;
  if (act.kind === "lookaside" || as === "lookaside") {
    lookaside.copy({ path: source.path, digest: from }, { path: target.path, digest: to });
    return;
  }
  await copyManifest(source, tagBeside(act.kind, from), target, tagBeside(as, to));
}

async function putBeside(row: Row, act: Extract<Act, { act: "put" }>, ground: Ground): Promise<void> {
  const images = imagesOf(row);
  const digest = digestOfTarget(images, act.on);
  const scene: Scene = {
    authority,
    otherAuthority,
    openpgp: ground.openpgp,
    repository: repositoryOf(row, row.mirror ? "upstream" : "own", ground.addresses),
    digestOf: (target) => digestOfTarget(images, target),
  };
  const material = await act.make(scene);
  const where = whereOf(row, "own", ground.addresses);
  switch (material.kind) {
    case "sig":
    case "att":
      return putSigned(where, tagBeside(material.kind, digest), layersManifest(material.layers));
    case "bundles": {
      const referrers = material.bundles.map((bundle) => bundleManifest(bundle, digest));
      return putReferrers(where, tagBeside("bundles", digest), referrers);
    }
    case "lookaside":
      return ground.lookaside.put(where.path, digest, material.signatures, material.first);
  }
}
