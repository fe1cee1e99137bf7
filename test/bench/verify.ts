// How fast signatures are verified from stored bytes, and a catalog is judged again under new documents.
import { verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../bin/config.ts";
import { policySetInForce } from "../../db/policy-sets.ts";
import { openStore, type Store } from "../../db/store.ts";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
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
import { adoptWith, signEverything } from "./signed-catalog.ts";

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
    await adoptWith(store, inForce.set, {}, now);
    const images = await signEverything(store, now);
    await adoptWith(store, inForce.set, { signature: "expected" }, now);
    const judged: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // To and fro: every verdict changes, with its listing and its event.
      const isOver = round % 2 === 0;
      judged.push(
        await adoptWith(store, inForce.set, isOver ? { validUntil: new Date(now - dayMs).toISOString() } : {}, now),
      );
      await expectVerdict(store, isOver ? "untrusted" : "verified", images);
    }
    const verifiedMs = await adoptWith(store, inForce.set, {}, now, ["publisher", "another"]);
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

async function expectVerdict(store: Store, verdict: string, images: number): Promise<void> {
  const rows = await store.db.select({ verdict: store.t.judgements.verdict }).from(store.t.judgements);
  const count = rows.filter((row) => row.verdict === verdict).length;
  if (count !== images) throw new Error(`${count} of ${images} images are ${verdict}`);
}
