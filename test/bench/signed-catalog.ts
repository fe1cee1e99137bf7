// A signed catalog: every image of a generated one signed, looked at, and believed by one trust policy.
import { storeEvidence, storeEvidenceBlobs } from "../../db/evidence.ts";
import { policySetInForce } from "../../db/policy-sets.ts";
import { storeSignatureLooks } from "../../db/signature-looks.ts";
import type { Store } from "../../db/store.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import { canonicalDigest } from "../../policies/words/canonical-json.ts";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import { adopt } from "../../worker/adoption.ts";
import { evidenceDigest } from "../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../worker/signatures/limits.ts";
import { readSignatureManifest } from "../../worker/signatures/read-manifest.ts";
import { verifyEvidence } from "../../worker/signatures/verify-evidence.ts";
import { dayMs } from "../kit/signing/authority.ts";
import { cosignTag, layersManifest } from "../kit/signing/cosign.ts";
import { publicKeyOf, trust } from "../kit/signing/evidence.ts";
import { signingKey } from "../kit/signing/keys.ts";
import { cosignPayload } from "../kit/signing/payloads.ts";
import { keySignature } from "../kit/signing/scenes.ts";
import { type GeneratedSize, generateCatalog, generatedHost } from "./generated-catalog.ts";

const key = signingKey("publisher");

/** A generated catalog under documents of its own, all of it verified, as a worker would have left it. */
export async function writeSignedCatalog(store: Store, size: GeneratedSize, now: number): Promise<void> {
  await generateCatalog(store, size, now);
  const inForce = await policySetInForce(store);
  if (inForce === undefined) throw new Error("the generated catalog has its documents");
  await adoptWith(store, inForce.set, {}, now);
  await signEverything(store, now);
  // Judged by what is stored now, and shown in the listing.
  await adoptWith(store, inForce.set, { signature: "expected" }, now);
}

/** In milliseconds. */
export async function adoptWith(
  store: Store,
  set: PolicySet,
  change: object,
  now: number,
  names: readonly string[] = ["publisher"],
): Promise<number> {
  const started = performance.now();
  const { outcome } = await adopt(store, withTrust(set, change, names), now);
  if (outcome !== "adopted") throw new Error(`the documents are ${outcome}`);
  return performance.now() - started;
}

function withTrust(set: PolicySet, change: object, names: readonly string[]): PolicySet {
  const { validUntil = null, ...terms } = change as { readonly validUntil?: string };
  const document = TrustDocument.parse({
    ...{ id: "all", scopes: [generatedHost], ...terms },
    signers: names.map((name) => ({ id: name, key: `keys/${name}.pub`, validUntil })),
  });
  const files = names.map((name) => {
    const content = signingKey(name).pem;
    return [`keys/${name}.pub`, { sha256: digestOf(content), encoding: "utf8", content }] as const;
  });
  const changed = { ...set, trust: [document], files: Object.fromEntries(files) };
  return { ...changed, digest: canonicalDigest({ trust: [document], files: names }) };
}

/** As looks would have left it: evidence, its bytes and what was found in it, for every image that is looked at. */
export async function signEverything(store: Store, now: number): Promise<number> {
  const { signatureLooks, repositories: table } = store.t;
  const looks = await store.db.select().from(signatureLooks);
  const names = new Map((await store.db.select().from(table)).map(({ id, name }) => [id, name]));
  const given = trust({ keys: [publicKeyOf(key)] });
  for (let start = 0; start < looks.length; start += 500) {
    const made = await Promise.all(
      looks.slice(start, start + 500).map(async ({ id, repositoryId, digest: subject }) => {
        const tag = cosignTag(subject as Digest, "sig");
        const payload = cosignPayload(names.get(repositoryId) ?? "", subject as Digest);
        const pushed = layersManifest([keySignature(key, payload)]);
        const { evidence } = readSignatureManifest(
          { bytes: pushed.bytes, announcedFor: subject as Digest, source: { via: "tag", tag } },
          (digest) => pushed.blobs.get(digest),
          defaultSignatureLimits,
        );
        const [first] = evidence;
        if (first === undefined) throw new Error("the kit signs");
        const finding = await verifyEvidence(first, given, now, defaultSignatureLimits);
        const carrier = digestOf(pushed.bytes);
        return { id, repositoryId, subject, tag, first, finding, carrier, pushed };
      }),
    );
    await store.transaction(async (tx) => {
      await storeEvidenceBlobs(
        tx,
        new Map(made.flatMap(({ carrier, pushed }) => [[carrier, pushed.bytes] as const, ...pushed.blobs])),
      );
      await storeEvidence(
        tx,
        made.map(({ repositoryId, subject, tag, first, carrier }) => ({
          ...{ repositoryId, subject, digest: evidenceDigest(first), place: tag, format: first.format },
          ...{ source: first.source, carrier, blob: first.blobDigest, firstSeenAt: now },
        })),
        [],
      );
      await storeSignatureLooks(
        tx,
        made.map(({ id, tag, finding, carrier }) => ({
          ...{ id, dueAt: now + dayMs, attempts: 0, lookedAt: now, checkedAt: now, recheckAt: now + dayMs },
          ...{ failingSince: null, failureCode: null, failureReason: null, missingSince: null, barren: [] },
          found: [{ finding, firstSeenAt: now, shown: true, place: { via: "tag", tag }, carrier }],
        })),
      );
    });
  }
  return looks.length;
}
