// Kept evidence: the service's verdict again from a saved answer, whatever was changed in it, and without a network.
import { describe, expect, test } from "vitest";
import type { GivenSigner } from "../../../bin/verify/given-trust.ts";
import { shippedRoot } from "../../../bin/verify/shipped-root.ts";
import { type KeptQuestion, verifyKept } from "../../../bin/verify/verify-kept.ts";
import { digestOf } from "../../../policies/words/digest.ts";
import type { Evidence } from "../../../server/api/verification-schemas.ts";
import type { Shown } from "../../../server/hot/read-through.ts";
import type { ServerLimits } from "../../../server/server-limits.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { testServer } from "../../kit/server.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import {
  alice,
  amd64,
  copy,
  image,
  keylessImage,
  keylessName,
  mallory,
  name,
  signedCatalog,
  signedDocuments,
  signedFolder,
} from "../server/signed-catalog.ts";
import { failing } from "../worker/fake-registry.ts";
import { minute } from "../worker/harness.ts";
import { path, signatureOf, signatureTag } from "../worker/signing-bench.ts";

type Answer = Shown<typeof Evidence>;

/** The same catalog without a private registry in the scopes of a policy: then nothing is left out of its documents. */
const open = signedFolder({
  trust: signedDocuments.trust.map((each) => ({
    ...each,
    scopes: each.scopes.filter((scope) => scope !== "secret.example/os"),
  })),
});

async function catalog(limits: Partial<ServerLimits> = {}, set: typeof open | null = open) {
  const bench = await signedCatalog("sqlite");
  if (set !== null) await bench.worker.adopt(set);
  const server = testServer(bench.store, { now: bench.clock.now, limits });
  await server.refresh();
  const get = async (part: string, repository: string, digest: string): Promise<unknown> =>
    (await server.get(`/api/v1/images/${digest}/${part}?repository=${repository}`)).json();
  const again = (answer: unknown, more: Partial<KeptQuestion> = {}) =>
    verifyKept({
      name: "saved.json",
      bytes: Buffer.from(JSON.stringify(answer)),
      ...asked,
      now: bench.clock.now(),
      ...more,
    });
  return { ...bench, server, get, again };
}

const asked = {
  ...{ signer: null, policyDigest: null, repository: null, root: undefined, shippedRoot: shippedRoot() },
  limits: defaultSignatureLimits,
};

const keyOf = (key: { readonly pem: string }): GivenSigner => ({
  type: "key",
  file: { sha256: digestOf(key.pem), encoding: "utf8", content: key.pem },
});

const base64 = (bytes: Buffer) => bytes.toString("base64");

describe("what a catalog knew", () => {
  const [, arm64] = image.children;
  test.each([
    {
      title: "signed by a key, with what the policy wants attested",
      repository: name,
      digest: image.digest,
      verdict: "verified",
    },
    { title: "a bundle without the attestation", repository: name, digest: amd64.digest, verdict: "untrusted" },
    { title: "not signed", repository: name, digest: arm64?.digest ?? "", verdict: "unsigned" },
    { title: "of nobody's policy", repository: copy, digest: image.digest, verdict: "unsigned" },
    { title: "keyless, logged and stamped", repository: keylessName, digest: keylessImage.digest, verdict: "verified" },
  ])("$title: the same answer, member for member", async ({ repository, digest, verdict }) => {
    const { get, again } = await catalog();
    const answer = await get("verifications", repository, digest);
    expect(answer).toMatchObject({ verdict });
    expect(await again(await get("evidence", repository, digest))).toEqual({
      ...(answer as object),
      judgedBy: expect.anything(),
    });
  });

  test("a look that failed, a signature that is gone, and one that could not be read, are told the same", async () => {
    const { get, again, registry, worker, clock, server } = await catalog();
    const digest = arm64?.digest ?? "";
    const unreadable = signatureOf(alice, digest);
    registry.put(path, { [signatureTag(digest)]: { ...unreadable, blobs: [] } });
    registry.untag(path, signatureTag(image.digest));
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    registry.before(
      failing("server-error", ({ method, reference }) => method === "readReferrers" && reference === image.digest),
    );
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    await server.refresh();
    const gone = (await get("verifications", name, image.digest)) as {
      reasons: { code: string }[];
      signatures: object[];
    };
    expect(gone).toMatchObject({ verdict: "verified", signatures: [{ shown: false }, { shown: false }] });
    expect(gone.reasons.map(({ code }) => code)).toEqual(["REGISTRY_ERROR"]);
    expect(await again(await get("evidence", name, image.digest))).toMatchObject(gone);
    const unread = await get("verifications", name, digest);
    expect(unread).toMatchObject({ verdict: "indeterminate", reasons: [{ code: "REGISTRY_ERROR" }] });
    expect(await again(await get("evidence", name, digest))).toMatchObject(unread as object);
  });

  test("a large attestation that was left out leaves the signatures as they are", async () => {
    const { get, again } = await catalog({ evidenceMaxBytes: 20_000 });
    const kept = await again(await get("evidence", name, image.digest));
    expect(kept).toMatchObject({ verdict: "verified", attestationCount: 2 });
    expect(kept.attestations[1]?.reasons.map(({ code }) => code)).toEqual(["LIMIT_EXCEEDED"]);
  });

  test("time goes on: what ends by time alone has ended for the file, too", async () => {
    const { get, again, registry, worker, clock, server } = await catalog();
    const digest = arm64?.digest ?? "";
    registry.put(path, { [signatureTag(digest)]: signatureOf(signingKey("next"), digest) });
    clock.advance(60 * minute);
    await worker.runOnce();
    await server.refresh();
    const answer = await get("evidence", name, digest);
    expect((await again(answer)).reasons.map(({ code }) => code)).toEqual(["ATTESTATION_MISSING"]);
    clock.advance(60 * minute);
    expect((await again(answer)).reasons.map(({ code }) => code)).toEqual(["KEY_REVOKED"]);
  });
});

test("documents of which a private registry's scopes were left out verify nothing, but a key does", async () => {
  const { get, again } = await catalog({}, null);
  const answer = await get("evidence", name, image.digest);
  expect(answer).toMatchObject({ unknown: [{ field: "documents" }] });
  const kept = await again(answer);
  expect(kept).toMatchObject({
    ...{ verdict: "indeterminate", reasons: [{ code: "LIMIT_EXCEEDED" }], policy: null, policyDigest: null },
    ...{ trustRootDigest: null, judgedBy: { policy: null } },
  });
  expect(kept.reasons[0]?.message).toContain("documents in saved.json are incomplete");
  expect(kept.reasons[0]?.message).toContain("give --key");
  expect(kept.unknown?.map(({ field }) => field)).toEqual(["policy", "policyDigest"]);
  expect([...kept.signatures, ...kept.attestations].filter(({ accepted }) => accepted)).toEqual([]);
  const { policyDigest } = answer as Answer;
  expect((await again(answer, { policyDigest })).verdict).toBe("indeterminate");
  expect(await again(answer, { signer: keyOf(alice) })).toMatchObject({
    verdict: "verified",
    judgedBy: { policy: "signer" },
  });
});

test("by the digest of the policy that the catalog shows", async () => {
  const { get, again } = await catalog();
  const answer = await get("evidence", name, image.digest);
  const { policyDigest } = (await get("verifications", name, image.digest)) as Answer;
  expect(await again(answer, { policyDigest })).toMatchObject({
    ...{ verdict: "verified", policyDigest },
    judgedBy: { policy: "policy-digest", trustRoot: { from: "shipped" }, restsOnFirstSight: false },
  });
  await expect(again(answer, { policyDigest: digestOf("another") })).rejects.toMatchObject({ code: "other-policy" });
});

describe("by somebody's own key or identity", () => {
  test("a key that signed verifies it, whatever the file says of policies; another does not", async () => {
    const { get, again } = await catalog();
    const answer = await get("evidence", name, image.digest);
    expect(await again(answer, { signer: keyOf(alice) })).toMatchObject({ verdict: "verified", policy: "given" });
    expect(await again(answer, { signer: keyOf(mallory) })).toMatchObject({ verdict: "verified" });
    const stranger = await again(answer, { signer: keyOf(signingKey("stranger")) });
    expect(stranger).toMatchObject({ verdict: "invalid", reasons: [{ code: "SIGNATURE_ERROR" }] });
  });

  test("an identity needs the root under which its certificate holds", async () => {
    const { get, again, set } = await catalog();
    const answer = await get("evidence", keylessName, keylessImage.digest);
    const subject = "https://forge.example/os/desktop/.github/workflows/*.yml@refs/heads/main";
    const signer: GivenSigner = { type: "identity", issuer: "https://token.example", subject };
    const content = set.files["keys/root.json"]?.content ?? "";
    const root = { digest: digestOf(content), content };
    expect(await again(answer, { signer, root })).toMatchObject({ verdict: "verified", trustRootDigest: root.digest });
    expect((await again(answer, { signer })).verdict).not.toBe("verified");
    const other: GivenSigner = { ...signer, subject: "https://forge.example.evil/*" };
    const refused = await again(answer, { signer: other, root });
    expect(refused).toMatchObject({ verdict: "untrusted", reasons: [{ code: "IDENTITY_MISMATCH" }] });
  });
});

describe("a changed file loses the verdict", () => {
  const changed = /saved\.json was changed/;

  test("any byte of a manifest or blob", async () => {
    const { get, again } = await catalog();
    const answer = (await get("evidence", name, image.digest)) as Answer;
    for (const part of ["manifests", "blobs"] as const) {
      for (const [digest, text] of Object.entries(answer[part])) {
        const bytes = Buffer.from(text, "base64");
        for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
          const flipped = Buffer.from(bytes);
          flipped[at] = (flipped[at] ?? 0) ^ 1;
          const other = { ...answer, [part]: { ...answer[part], [digest]: base64(flipped) } };
          await expect(again(other)).rejects.toMatchObject({
            code: "changed-file",
            message: expect.stringMatching(changed),
          });
        }
      }
    }
  });

  test("signatures of something else under a digest of their own", async () => {
    const { get, again } = await catalog();
    const answer = (await get("evidence", name, image.digest)) as Answer;
    const { bytes, blobs } = signatureOf(signingKey("stranger"), image.digest);
    const carrier = digestOf(bytes);
    const [signature] = answer.items;
    if (signature === undefined) throw new Error("it is signed");
    const other = {
      ...answer,
      items: [{ ...signature, carrier, blob: blobs[1]?.digest }],
      manifests: { [carrier]: base64(bytes) },
      blobs: Object.fromEntries(blobs.map((each) => [each.digest, base64(each.bytes)])),
    };
    expect((await again(other)).verdict).not.toBe("verified");
  });

  test.each([
    { title: "the digest", changes: { digest: digestOf("another") } },
    { title: "the repository", changes: { repository: copy } },
    {
      title: "the evidence's names",
      changes: (answer: Answer) => ({ items: answer.items.map((item) => ({ ...item, evidence: digestOf("x") })) }),
    },
    { title: "its manifests left out", changes: { manifests: {} } },
    { title: "its blobs left out", changes: { blobs: {} } },
    {
      title: "signatures said to be attestations",
      changes: (answer: Answer) => ({ items: answer.items.filter(({ kind }) => kind === "attestation") }),
    },
  ])("$title", async ({ changes }) => {
    const { get, again } = await catalog();
    const answer = (await get("evidence", name, image.digest)) as Answer;
    const made = typeof changes === "function" ? changes(answer) : changes;
    const outcome = await again({ ...answer, ...made }).catch((error: { code: string }) => error);
    expect("verdict" in outcome ? outcome.verdict : outcome.code).not.toBe("verified");
  });

  test("documents, keys or a root that are not those of the policy digest", async () => {
    const { get, again } = await catalog();
    const answer = (await get("evidence", keylessName, keylessImage.digest)) as Answer;
    const [document] = answer.documents;
    const evil = { ...document?.document, signers: [{ id: "mallory", key: "keys/mallory.pub" }] };
    const others: Partial<Answer>[] = [
      { documents: [{ ...document, document: evil } as Answer["documents"][number]] },
      { documents: [] },
      { files: answer.files.map((file) => ({ ...file, content: `${file.content} ` })) },
      { policyDigest: digestOf("another") },
    ];
    for (const other of others) {
      await expect(again({ ...answer, ...other })).rejects.toMatchObject({ code: "changed-file" });
    }
  });
});

test.each([
  { title: "nothing", bytes: Buffer.alloc(0), says: "is no JSON" },
  { title: "no UTF-8", bytes: Buffer.from([0x7b, 0xff]), says: "is no JSON" },
  {
    title: "another answer",
    bytes: Buffer.from('{"digest":"sha256:1"}'),
    says: "is no evidence that can be read: digest",
  },
  { title: "a list", bytes: Buffer.from("[]"), says: "is no evidence" },
])("$title is wrong use", async ({ bytes, says }) => {
  const question = { name: "f", bytes, ...asked, now: 0 };
  await expect(verifyKept(question)).rejects.toMatchObject({
    code: "wrong-use",
    message: expect.stringContaining(says),
  });
});

test("a document of a newer version is not guessed at", async () => {
  const { get, again } = await catalog();
  const answer = (await get("evidence", keylessName, keylessImage.digest)) as Answer;
  const documents = answer.documents.map((each) => ({ ...each, document: { ...each.document, witnesses: 2 } }));
  await expect(again({ ...answer, documents })).rejects.toMatchObject({
    code: "wrong-use",
    message: expect.stringContaining("a document keyless that this version cannot read"),
  });
});
