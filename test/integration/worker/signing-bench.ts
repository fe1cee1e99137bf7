// A worker over a fake registry whose images are signed by the signing kit, under trust documents with the kit's keys.
import { findTarget } from "../../../db/targets.ts";
import { folderDigest } from "../../../policies/documents/policy-digest.ts";
import type { PolicyFile, PolicySet } from "../../../policies/documents/policy-set.ts";
import { makePlan } from "../../../policies/plan/make-plan.ts";
import { planImage } from "../../../policies/plan/plan-image.ts";
import { indexPolicies } from "../../../policies/plan/policy-index.ts";
import type { SwitchPlan } from "../../../policies/plan/switch-plan.ts";
import { digestOf } from "../../../policies/words/digest.ts";
import { parseReference } from "../../../policies/words/reference.ts";
import { type CatalogDocuments, policySetOf } from "../../kit/catalog.ts";
import { type BuiltManifest, ociManifest } from "../../kit/registries/build-image.ts";
import { layersManifest, type PushedManifest } from "../../kit/signing/cosign.ts";
import type { SigningKey } from "../../kit/signing/keys.ts";
import { cosignPayload } from "../../kit/signing/payloads.ts";
import { keySignature } from "../../kit/signing/scenes.ts";
import type { TestStore } from "../../kit/stores.ts";

export const host = "registry.example";
export const path = "os/desktop";
export const name = `${host}/${path}`;

/** The documents as a folder with these keys beside it would be loaded. */
export function folderOf(
  documents: CatalogDocuments,
  keys: Readonly<Record<string, Pick<SigningKey, "pem">>> = {},
): PolicySet {
  const files = Object.fromEntries(
    Object.entries(keys).map(([file, { pem }]): [string, PolicyFile] => [
      file,
      { sha256: digestOf(pem), encoding: "utf8", content: pem },
    ]),
  );
  const parts = { ...policySetOf(documents), files };
  return { ...parts, digest: folderDigest(parts) };
}

/** As a registry keeps it. */
export function builtOf({ bytes, blobs }: PushedManifest): BuiltManifest {
  const parts = [...blobs].map(([digest, content]) => ({
    mediaType: "application/octet-stream",
    digest,
    bytes: content,
  }));
  return { mediaType: ociManifest, digest: digestOf(bytes), bytes, blobs: parts, children: [] };
}

/** What cosign pushes under `sha256-HEX.sig`. */
export function signatureOf(key: SigningKey, digest: string, repository = name): BuiltManifest {
  return builtOf(layersManifest([keySignature(key, cosignPayload(repository, digest))]));
}

export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** The plan that a host would be given from the store. */
export async function planFor(
  store: TestStore,
  set: PolicySet,
  now: number,
  reference = `${name}:stable`,
): Promise<SwitchPlan> {
  const parsed = parseReference(reference);
  if (parsed.outcome === "invalid") throw new Error(parsed.reason);
  const { repository, tag, digest } = parsed.reference;
  const target = await findTarget(store, { repository, tag, digest, architecture: "amd64", from: null });
  if (target?.image == null) throw new Error(`${reference} is not in the catalog`);
  const request = { reference: parsed.reference, architecture: "amd64", from: null, verbose: false };
  const { plan } = makePlan({
    now,
    policies: indexPolicies(set, null),
    request,
    repository: target.repository,
    tag: target.tag,
    image: planImage(target.image),
    from: null,
  });
  return plan;
}
