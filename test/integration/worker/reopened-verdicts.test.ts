// What a verdict rests on may change: each thing that can, what judges it again, and that no request is made for it.
import { enums, readKey } from "openpgp";
import { describe, expect, test } from "vitest";
import { judgedManifestsAfter, storeFound } from "../../../db/judgements.ts";
import type { FoundEvidence } from "../../../policies/trust/found-evidence.ts";
import { checksVersion } from "../../../worker/signatures/checks-version.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { makeAuthority, trustedRootOf } from "../../kit/signing/authority.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { openpgpKey, revoked, signedMessage } from "../../kit/signing/openpgp.ts";
import { cosignPayload, openpgpPayload } from "../../kit/signing/payloads.ts";
import { keyBundle, keyless, keylessSignature, signStatement, workflow } from "../../kit/signing/scenes.ts";
import { type StoreKind, storeKinds, type TestStore } from "../../kit/stores.ts";
import { fakeRegistry } from "./fake-registry.ts";
import { minute, repositoryNamed, workerBench } from "./harness.ts";
import { builtOf, folderOf, host, name, path, planFor, signatureOf, signatureTag } from "./signing-bench.ts";

const day = 24 * 60 * minute;
const lookaside = "https://lookaside.example/signatures";
const alice = signingKey("alice");
const image = buildMultiArch("reopened", ["amd64"]);
const digests = [image, ...image.children].map(({ digest }) => digest);
const ours = makeAuthority("ours");
const release = await openpgpKey("release");
const openpgpKeyFile = "keys/release.asc";

function documentsOf(...signers: readonly object[]) {
  return {
    registries: [{ host, dialect: "oci" }],
    sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
    trust: [{ id: "os", scopes: [host], signers }],
  };
}

const byOpenpgp = (armored: string, terms: object = {}) =>
  folderOf(documentsOf({ id: "release", openpgp: openpgpKeyFile, lookaside, ...terms }), {
    [openpgpKeyFile]: { pem: armored },
  });
const byAlice = (terms: object = {}) =>
  folderOf(documentsOf({ id: "alice", key: "keys/alice.pub", ...terms }), { "keys/alice.pub": alice });

async function bench(kind: StoreKind, set: ReturnType<typeof folderOf>) {
  const registry = fakeRegistry(host);
  registry.put(path, { stable: image });
  const files = new Map<string, Buffer>();
  const urls: string[] = [];
  const opened = await workerBench(kind, [registry], {
    lookasides: async (url) => {
      urls.push(url.href);
      return files.get(decodeURIComponent(url.href));
    },
  });
  await opened.worker.adopt(set);
  const asked = () => registry.calls.length + registry.referrerCalls.length + urls.length;
  const lay = (digest: string, file: Buffer | undefined) => {
    const url = `${lookaside}/${path}@${digest.replace(":", "=")}/signature-1`;
    if (file === undefined) files.delete(url);
    else files.set(url, file);
  };
  const { store, clock, worker } = opened;
  const plan = async (by = set) => (await planFor(store, by, clock.now())).trust;
  /** New documents, and what a host is told by them at once. */
  const adopt = async (by: ReturnType<typeof folderOf>) => {
    const before = asked();
    expect(await worker.adopt(by)).toMatchObject({ outcome: "adopted" });
    expect(asked()).toBe(before);
    const trust = await plan(by);
    expect((await repositoryNamed(store, name)).verdict).toBe(trust.verdict);
    return trust;
  };
  return { ...opened, registry, asked, lay, plan, adopt };
}

const codes = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) =>
  reasons.map(({ code }) => code);

async function changeFound(store: TestStore, change: (found: FoundEvidence) => FoundEvidence) {
  const looks = await judgedManifestsAfter(store, 0, 100);
  const rows = looks.map(({ id, found }) => ({ id, found: found.map(change) }));
  await store.transaction((tx) => storeFound(tx, rows));
}

async function loseBytes(store: TestStore) {
  const kept = await store.db.select({ digest: store.t.evidenceBlobs.digest }).from(store.t.evidenceBlobs);
  const lost = kept.map(({ digest }) => [digest]);
  const sql = "delete from evidence_blobs where digest in (select digest from v)";
  await store.transaction((tx) => tx.bulk({ digest: "text" }, lost, sql));
}

describe.each(storeKinds)("%s", (kind) => {
  describe("an OpenPGP key that is exported again", () => {
    async function signedByRelease(armored = release.armored, signer = release) {
      const opened = await bench(kind, byOpenpgp(armored));
      for (const digest of digests) {
        opened.lay(digest, await signedMessage(openpgpPayload(`${name}:stable`, digest), signer));
      }
      await opened.run();
      return opened;
    }

    test("with its revocation takes back what it signed, also where nothing shows it any more", async () => {
      const { plan, adopt, clock, lay, worker, asked } = await signedByRelease();
      expect((await plan()).verdict).toBe("verified");
      const at = clock.now() - day;
      const withRevocation = byOpenpgp(await revoked(release, at, enums.reasonForRevocation.keyCompromised));
      const trust = await adopt(withRevocation);
      expect([trust.verdict, codes(trust)]).toEqual(["untrusted", ["KEY_REVOKED"]]);
      expect((await adopt(byOpenpgp(release.armored))).verdict).toBe("verified");
      for (const digest of digests) lay(digest, undefined);
      clock.advance(7 * 60 * minute);
      await worker.runOnce();
      expect((await plan()).verdict).toBe("verified");
      expect((await adopt(withRevocation)).verdict).toBe("untrusted");
      // And a look by it leaves it so.
      const before = asked();
      clock.advance(7 * 60 * minute);
      await worker.runOnce();
      expect(asked()).toBeGreaterThan(before);
      expect((await plan(withRevocation)).verdict).toBe("untrusted");
    });

    test("with a subkey that signed makes an image of nobody's signature a verified one", async () => {
      const whole = await openpgpKey("growing", { signingSubkey: true });
      const bare = await readKey({ armoredKey: whole.armored });
      bare.subkeys = [];
      const { plan, adopt } = await signedByRelease(bare.armor(), whole);
      expect((await plan(byOpenpgp(bare.armor()))).verdict).toBe("invalid");
      expect((await adopt(byOpenpgp(whole.armored))).verdict).toBe("verified");
      expect((await adopt(byOpenpgp(bare.armor()))).verdict).toBe("invalid");
    });

    test("is found out of findings that name no more than its fingerprint, at the next look", async () => {
      const { plan, store, clock, worker } = await signedByRelease();
      const withRevocation = byOpenpgp(await revoked(release, clock.now() - day, 2));
      await worker.adopt(withRevocation);
      // As an older program left them: verified, and tried with the key by its fingerprint alone.
      const fingerprint = release.publicKey.getFingerprint().toUpperCase();
      await changeFound(store, ({ finding, ...each }) => {
        const tried = { ...finding.tried, openpgp: [fingerprint] };
        return { ...each, finding: { ...finding, valid: true, reasons: [], tried } };
      });
      expect((await plan(withRevocation)).verdict).toBe("verified");
      clock.advance(7 * 60 * minute);
      await worker.runOnce();
      const trust = await plan(withRevocation);
      expect([trust.verdict, codes(trust)]).toEqual(["untrusted", ["KEY_REVOKED"]]);
    });

    test("and whose signatures cannot be read again is believed of none of them", async () => {
      const { adopt, store, clock } = await signedByRelease();
      await loseBytes(store);
      const trust = await adopt(byOpenpgp(await revoked(release, clock.now() - day, 2)));
      expect([trust.verdict, codes(trust)]).toEqual(["indeterminate", ["REGISTRY_ERROR"]]);
    });
  });

  test("another signature under the same address in the lookaside is found, and the first counts as it did", async () => {
    const mallory = await openpgpKey("mallory");
    const { plan, lay, run, store, clock, worker } = await bench(kind, byOpenpgp(release.armored));
    const payload = (digest: string) => openpgpPayload(`${name}:stable`, digest);
    for (const digest of digests) lay(digest, await signedMessage(payload(digest), mallory));
    await run();
    expect((await plan()).verdict).toBe("invalid");
    for (const digest of digests) lay(digest, await signedMessage(payload(digest), release));
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    expect((await plan()).verdict).toBe("verified");
    for (const digest of digests) lay(digest, await signedMessage(payload(digest), mallory));
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    const trust = await plan();
    expect(trust.verdict).toBe("verified");
    expect(trust.consumers.podman).toMatchObject({ verdict: "not-enforceable", reasons: [{ code: "SIGNATURE_GONE" }] });
    const rows = await store.db.select().from(store.t.evidence);
    expect(rows.filter(({ subject }) => subject === image.digest).map(({ shown }) => shown)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("an API that lists nothing any more leaves the verdict, and tells of what is gone", async () => {
    const { registry, plan, run, clock, worker } = await bench(kind, byAlice());
    for (const digest of digests) {
      registry.refer(path, digest, builtOf(bundleManifest(keyBundle(alice, signStatement(digest)), digest)));
    }
    await run();
    expect((await plan()).consumers.cosign.verdict).toBe("verified");
    for (const digest of digests) registry.refer(path, digest);
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    const trust = await plan();
    expect([trust.verdict, trust.checkedAt]).toEqual([
      "verified",
      new Date(clock.now()).toISOString().replace(".000Z", "Z"),
    ]);
    expect(trust.consumers.cosign).toMatchObject({ verdict: "not-enforceable", reasons: [{ code: "SIGNATURE_GONE" }] });
  });

  test("that the API listed signatures of a repository is told of all its images, while it is not long ago", async () => {
    const { registry, run, clock, worker } = await bench(kind, byAlice());
    registry.refer(
      path,
      image.digest,
      builtOf(bundleManifest(keyBundle(alice, signStatement(image.digest)), image.digest)),
    );
    await run();
    const unknown = { apiUntilMs: null, failingSinceMs: null };
    expect(registry.wishes.map(({ known }) => known)).toEqual([unknown, unknown]);
    const known = { apiUntilMs: clock.now() + 7 * day, failingSinceMs: null };
    registry.wishes.length = 0;
    const unseen = buildMultiArch("a new build", ["amd64"]);
    registry.put(path, { stable: unseen });
    clock.advance(minute);
    await run();
    expect(registry.wishes.map((wish) => wish.known)).toContainEqual(known);
    registry.put(path, { stable: image });
    await run();
    registry.wishes.length = 0;
    clock.advance(8 * day);
    await worker.runOnce();
    const passed = registry.wishes.filter((wish) => (wish.known?.apiUntilMs ?? 0) <= clock.now());
    expect([passed.length, registry.wishes.length]).toEqual([2, 2]);
  });

  describe("a certificate's", () => {
    const issuer = "https://token.example";
    const root = trustedRootOf(ours);
    const byWorkflow = (subject: string, content: object, from = issuer) =>
      folderOf(documentsOf({ id: "ci", identity: { issuer: from, subject }, trustRoot: "roots/own.json" }), {
        "roots/own.json": { pem: JSON.stringify(content) },
      });
    const declared = byWorkflow(workflow, root);

    async function signedByWorkflow() {
      const opened = await bench(kind, declared);
      const signer = keyless(ours, { issuer });
      for (const digest of digests) {
        const layer = keylessSignature(signer, { payload: cosignPayload(name, digest) });
        opened.registry.put(path, { [signatureTag(digest)]: builtOf(layersManifest([layer])) });
      }
      await opened.run();
      expect((await opened.plan()).verdict).toBe("verified");
      return opened;
    }

    test.each([
      ["name is declared no more", byWorkflow(`${workflow}.evil`, root), "untrusted", "IDENTITY_MISMATCH"],
      ["issuer is another", byWorkflow(workflow, root, "https://other.example"), "untrusted", "ISSUER_MISMATCH"],
      ["authority was taken out of the root", byWorkflow(workflow, { ...root, certificateAuthorities: [] }), "invalid"],
      ["transparency log was taken out of the root", byWorkflow(workflow, { ...root, tlogs: [] }), "invalid"],
      ["certificate log was taken out of the root", byWorkflow(workflow, { ...root, ctlogs: [] }), "invalid", "SCT"],
      ["root is another instance's", byWorkflow(workflow, trustedRootOf(makeAuthority("theirs"))), "invalid"],
    ] as const)("%s: judged again from the store, and back", async (_, set, verdict, code?: string) => {
      const { adopt } = await signedByWorkflow();
      const trust = await adopt(set);
      expect(trust.verdict).toBe(verdict);
      if (code !== undefined) expect(codes(trust)).toContain(code);
      expect((await adopt(declared)).verdict).toBe("verified");
    });
  });

  describe("a key's terms", () => {
    async function signedByAlice() {
      const opened = await bench(kind, byAlice());
      for (const digest of digests) opened.registry.put(path, { [signatureTag(digest)]: signatureOf(alice, digest) });
      await opened.run();
      return opened;
    }

    test("stand, and an older program's mistake does not: this one verifies again when it starts", async () => {
      const { plan, adopt, store, worker, asked } = await signedByAlice();
      const checkedBy = (checks: number) =>
        store.transaction((tx) => tx.db.update(tx.t.policySets).set({ checks }).execute());
      // As it left them: a signature that it did not understand, and documents that came into force with it.
      await changeFound(store, ({ finding, ...each }) => {
        const { checks: _, ...tried } = finding.tried;
        return { ...each, finding: { ...finding, valid: false, reasons: [{ code: "MALFORMED", message: "" }], tried } };
      });
      await checkedBy(checksVersion - 1);
      expect((await plan()).verdict).toBe("invalid");
      expect((await adopt(byAlice())).verdict).toBe("verified");
      const before = asked();
      expect(await worker.adopt(byAlice())).toMatchObject({ outcome: "same" });
      // Beside a newer program, this one leaves what that has verified.
      await checkedBy(checksVersion + 1);
      expect(await worker.adopt(byAlice())).toMatchObject({ outcome: "same" });
      expect(asked()).toBe(before);
    });

    test("end by time alone: hosts are given it no longer, and what was seen before counts on", async () => {
      const { adopt, plan, clock, worker, asked, registry } = await signedByAlice();
      const end = clock.now() + 60 * minute;
      const set = byAlice({ validUntil: new Date(end).toISOString() });
      const before = await adopt(set);
      expect([before.verdict, before.consumers.podman.verdict]).toEqual(["verified", "verified"]);
      expect(before.recheckAt).toBe(new Date(end).toISOString().replace(".000Z", "Z"));
      clock.advance(60 * minute);
      const requests = asked();
      const after = await plan(set);
      expect([after.verdict, after.consumers.podman.verdict]).toEqual(["verified", "not-enforceable"]);
      expect(codes(after.consumers.podman)).toEqual(["POLICY_INEXPRESSIBLE"]);
      expect(asked()).toBe(requests);
      // What is seen for the first time after it does not count.
      const next = buildMultiArch("too late", ["amd64"]);
      for (const { digest } of [next, ...next.children]) {
        registry.put(path, { [signatureTag(digest)]: signatureOf(alice, digest) });
      }
      registry.put(path, { stable: next });
      clock.advance(minute);
      await worker.runOnce({ sources: ["os"] });
      const late = await plan(set);
      expect([late.verdict, codes(late)]).toEqual(["untrusted", ["KEY_WINDOW"]]);
    });

    test.each([
      ["compromised", "untrusted"],
      ["superseded", "verified"],
    ])("revoked as %s since the image was seen: %s", async (reason, verdict) => {
      const { adopt, clock } = await signedByAlice();
      clock.advance(minute);
      const at = new Date(clock.now()).toISOString();
      expect((await adopt(byAlice({ revoked: { at, reason } }))).verdict).toBe(verdict);
      expect((await adopt(byAlice())).verdict).toBe("verified");
    });

    test("revoked while no channel named the image: the verdict is made again when one does", async () => {
      const { adopt, clock, registry, run, store } = await signedByAlice();
      const at = new Date(clock.now() + 90 * minute).toISOString();
      await adopt(byAlice({ revoked: { at, reason: "compromised" } }));
      registry.put(path, { stable: buildMultiArch("between", ["amd64"]) });
      await run();
      expect((await repositoryNamed(store, name)).verdict).toBe("unsigned");
      registry.put(path, { stable: image });
      await run();
      expect((await repositoryNamed(store, name)).verdict).toBe("untrusted");
    });

    test("revoked at a moment to come: the store's verdict changes when it comes, without a request", async () => {
      const { adopt, plan, clock, worker, asked, store } = await signedByAlice();
      const at = clock.now() + 30 * minute;
      const set = byAlice({ revoked: { at: new Date(at).toISOString(), reason: "compromised" } });
      expect((await adopt(set)).verdict).toBe("verified");
      clock.advance(30 * minute);
      expect((await plan(set)).verdict).toBe("untrusted");
      const before = asked();
      worker.start();
      await expect.poll(async () => (await repositoryNamed(store, name)).verdict, { timeout: 5_000 }).toBe("untrusted");
      await worker.stop();
      expect(asked() - before).toBeLessThanOrEqual(2);
    });
  });
});
