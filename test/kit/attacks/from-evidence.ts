// Attacks on evidence as an attacker shows them: the manifest in its place, and its blob.
import type { Evidence } from "../../../worker/signatures/evidence.ts";
import type { PushedManifest } from "../signing/cosign.ts";
import { contentOf } from "../signing/evidence.ts";
import { workflow } from "../signing/scenes.ts";
import { type AttackCase, type Beside, byIdentity, byKey } from "./attack-world.ts";
import { evidenceAttacks, ours } from "./evidence-attacks.ts";

export const shownEvidence: readonly AttackCase[] = evidenceAttacks.map(
  ({ title: attack, source, evidence, given = ours, expected }): AttackCase => {
    const signers = [
      ...(given.keys.length > 0 ? [byKey("release")] : []),
      ...(given.roots.length > 0 ? [byIdentity(workflow)] : []),
    ];
    const [root] = given.roots;
    return {
      ...{ attack, source, expected, policy: { signers } },
      ...(root === undefined ? {} : { root: contentOf(root) }),
      shows: () => besideOf(evidence()),
    };
  },
);

function besideOf({ source, manifest, layer, blob, kind }: Evidence): Beside {
  if (manifest === null || layer === null) throw new Error("the kit pushes manifests");
  const pushed: PushedManifest = {
    bytes: Buffer.from(manifest.bytes),
    blobs: new Map([[layer.digest, Buffer.from(blob)]]),
  };
  if (source.via !== "tag") return { referrers: [pushed] };
  return kind === "signature" ? { sig: pushed } : { att: pushed };
}
