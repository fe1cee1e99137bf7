// How fast signatures are verified from stored bytes, and a catalog is judged again under new documents.
import { verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../bin/config.ts";
import { storeEvidence, storeEvidenceBlobs, storeSignatureLooks } from "../../db/evidence.ts";
import { policySetInForce } from "../../db/policy-sets.ts";
import { openStore, type Store } from "../../db/store.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { TrustDocument } from "../../policies/documents/trust-document.ts";
import { canonicalDigest } from "../../policies/words/canonical-json.ts";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import { adopt } from "../../worker/adoption.ts";
import { evidenceDigest } from "../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../worker/signatures/limits.ts";
import { readSignatureManifest } from "../../worker/signatures/read-manifest.ts";
import { type GivenTrust, verifyEvidence } from "../../worker/signatures/verify-evidence.ts";
import { dayMs, makeAuthority, signedAtMs, trustedRootOf } from "../kit/signing/authority.ts";
import { cosignTag, layersManifest, type PushedManifest } from "../kit/signing/cosign.ts";
import { publicKeyOf, rootOf, trust } from "../kit/signing/evidence.ts";
import { signBytes, signingKey } from "../kit/signing/keys.ts";
import { cosignPayload } from "../kit/signing/payloads.ts";
import { keyless, keylessSignature, keySignature } from "../kit/signing/scenes.ts";
import { atLeast, atMost, type Figure, median, noted } from "./figure.ts";
import { generateCatalog, generatedHost } from "./generated-catalog.ts";

const signatures = 1_000;
const rounds = 5;
/** Each an index and two platforms, which are images of their own. */
const repositories = 3_334;
const key = signingKey("publisher");

export async function benchVerify(): Promise<Figure[]> {
  return [...(await benchSignatures()), ...(await benchJudgingAgain())];
}

type Stored = { readonly subject: Digest; readonly pushed: PushedManifest };

async function benchSignatures(): Promise<Figure[]> {
  const subjects = Array.from({ length: signatures }, (_, index) => digestOf(`image ${index}`));
  const payloads = subjects.map((subject) => cosignPayload(`${generatedHost}/group0/system`, subject));
  const signed = payloads.map((payload) => signBytes(key, payload));
  const byKey = subjects.map((subject, index): Stored => {
    const layer = keySignature(key, payloads[index]);
    return { subject, pushed: layersManifest([layer]) };
  });
  const authority = makeAuthority();
  const byCertificate = subjects.slice(0, signatures / 10).map((subject, index): Stored => {
    const signer = keyless(authority, {}, `ephemeral ${index}`);
    return {
      subject,
      pushed: layersManifest([keylessSignature(signer, { payload: payloads[index] ?? Buffer.alloc(0) })]),
    };
  });
  const givenKey = trust({ keys: [publicKeyOf(key)] });
  const givenRoot = trust({ roots: [rootOf(trustedRootOf(authority))] });

  const rates: { readonly bare: number; readonly ours: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await rateOf(signatures, () => {
      for (const [index, payload] of payloads.entries()) {
        if (!verify("sha256", payload, key.publicKey, signed[index] ?? Buffer.alloc(0))) throw new Error("it is right");
      }
    });
    const ours = await rateOf(signatures, () => verifyStored(byKey, givenKey));
    // The first round is for the compiler.
    if (round > 0) rates.push({ bare, ours });
  }
  const certified = await rateOf(byCertificate.length, () => verifyStored(byCertificate, givenRoot));
  const perSecond = (rate: number) => `${Math.round(rate)} /s`;
  return [
    atLeast(
      "key signatures from stored bytes",
      median(rates.map(({ bare, ours }) => ours / bare)),
      0.7,
      "crypto.verify",
    ),
    noted("key signatures", perSecond(median(rates.map(({ ours }) => ours)))),
    noted("crypto.verify alone, of the same", perSecond(median(rates.map(({ bare }) => bare)))),
    noted("keyless signatures, with chain, SCT and promise", perSecond(certified)),
  ];
}

async function rateOf(count: number, work: () => void | Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return count / ((performance.now() - started) / 1000);
}

async function verifyStored(stored: readonly Stored[], given: GivenTrust): Promise<void> {
  for (const { subject, pushed } of stored) {
    const source = { via: "tag", tag: cosignTag(subject, "sig") } as const;
    const { evidence } = readSignatureManifest(
      { bytes: pushed.bytes, announcedFor: subject, source },
      (digest) => pushed.blobs.get(digest),
      defaultSignatureLimits,
    );
    for (const each of evidence) {
      const { valid, reasons } = await verifyEvidence(each, given, signedAtMs + dayMs, defaultSignatureLimits);
      if (valid !== true) throw new Error(`a right signature is ${valid}: ${JSON.stringify(reasons)}`);
    }
  }
}

async function benchJudgingAgain(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const now = Date.now();
  const store = await openStore(`file:${join(folder, "catalog.db")}`, readConfig({}).database);
  try {
    await generateCatalog(store, { repositories, channels: 1 }, now);
    const inForce = await policySetInForce(store);
    if (inForce === undefined) throw new Error("the generated catalog has its documents");
    const adoptWith = async (change: object, names: readonly string[] = ["publisher"]): Promise<number> => {
      const started = performance.now();
      const { outcome } = await adopt(store, withTrust(inForce.set, change, names), now);
      if (outcome !== "adopted") throw new Error(`the documents are ${outcome}`);
      return performance.now() - started;
    };
    await adoptWith({});
    const images = await signEverything(store, now);
    await adoptWith({ signature: "expected" });
    const judged: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // To and fro: every verdict changes, with its listing and its event.
      const isOver = round % 2 === 0;
      judged.push(await adoptWith(isOver ? { validUntil: new Date(now - dayMs).toISOString() } : {}));
      await expectVerdict(store, isOver ? "untrusted" : "verified", images);
    }
    const verifiedMs = await adoptWith({}, ["publisher", "another"]);
    await expectVerdict(store, "verified", images);
    return [
      atMost("judging again after a policy changed, in force included", median(judged) / 1000, 5, "s"),
      noted("images judged, each verdict another", String(images)),
      noted("with a new key: all verified again from the store", `${(verifiedMs / 1000).toFixed(1)} s`),
    ];
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
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
async function signEverything(store: Store, now: number): Promise<number> {
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

async function expectVerdict(store: Store, verdict: string, images: number): Promise<void> {
  const rows = await store.db.select({ verdict: store.t.judgements.verdict }).from(store.t.judgements);
  const count = rows.filter((row) => row.verdict === verdict).length;
  if (count !== images) throw new Error(`${count} of ${images} images are ${verdict}`);
}
