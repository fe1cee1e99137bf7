// Finding signatures: what one hostile or broken thing beside a good signature costs, and what it does not.
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import { placeOf } from "../../../../worker/find-signatures/evidence-place.ts";
import { findSignatures, type SignatureFinder } from "../../../../worker/find-signatures/find-signatures.ts";
import type { ReferrersAnswer, Registry } from "../../../../worker/registry/registry.ts";
import { RegistryError } from "../../../../worker/registry/registry-error.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { bundleManifest } from "../../../kit/signing/bundle.ts";
import { layersManifest, type PushedManifest } from "../../../kit/signing/cosign.ts";
import { image } from "../../../kit/signing/evidence.ts";
import { signingKey } from "../../../kit/signing/keys.ts";
import { keyBundle, keySignature } from "../../../kit/signing/scenes.ts";

const alice = signingKey("alice");
const signature = layersManifest([keySignature(alice)]);
const bundle = bundleManifest(keyBundle(alice), image);
const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const tag = image.replace(":", "-");

type Shown = {
  readonly tags?: Readonly<Record<string, PushedManifest>>;
  readonly referrers?: readonly PushedManifest[];
  readonly unread?: { readonly api: readonly PushedManifest[]; readonly tag: readonly PushedManifest[] };
  readonly cut?: string;
  readonly doubt?: Error;
  /** Tags of manifests that the registry does not have. */
  readonly dangling?: Readonly<Record<string, string>>;
  /** Told of the wish that referrers are asked for with. */
  readonly told?: (wish: unknown) => void;
  readonly fail?: (method: string, reference: string) => void;
};

function registryOf(shown: Shown) {
  const { tags = {}, referrers = [], unread, cut, doubt, dangling = {}, told = () => {}, fail = () => {} } = shown;
  const asked: string[] = [];
  const all = [...Object.values(tags), ...referrers, ...(unread?.api ?? []), ...(unread?.tag ?? [])];
  const ask = (method: string, reference: string) => {
    asked.push(`${method} ${reference}`);
    fail(method, reference);
  };
  const registry = {
    async lookAtTag(_path: string, name: string) {
      ask("lookAtTag", name);
      if (dangling[name] !== undefined) return { outcome: "digest", digest: dangling[name] };
      const bytes = tags[name]?.bytes;
      if (bytes === undefined) return { outcome: "absent" };
      return { outcome: "manifest", manifest: { digest: digestOf(bytes), mediaType: ociManifest, bytes } };
    },
    async readManifest(_path: string, digest: string) {
      ask("readManifest", digest);
      const bytes = all.map((each) => each.bytes).find((each) => digestOf(each) === digest);
      return bytes && { digest, mediaType: ociManifest, bytes };
    },
    async readBlob(_path: string, digest: string) {
      ask("readBlob", digest);
      return all.map(({ blobs }) => blobs.get(digest)).find((bytes) => bytes !== undefined);
    },
    async readReferrers(_path: string, _digest: string, _signal: AbortSignal, wish: unknown): Promise<ReferrersAnswer> {
      ask("readReferrers", image);
      told(wish);
      const describe = ({ bytes }: PushedManifest) => ({
        ...{ mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length },
        ...{ artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json", annotations: {} },
      });
      return {
        via: "api",
        descriptors: referrers.map(describe),
        ...(unread === undefined ? {} : { unread: { api: unread.api.map(describe), tag: unread.tag.map(describe) } }),
        ...(cut === undefined ? {} : { cut }),
        ...(doubt === undefined ? {} : { doubt }),
      };
    },
  } as unknown as Registry;
  return { registry, asked };
}

function find(shown: Shown, change: Partial<SignatureFinder> = {}) {
  const { registry, asked } = registryOf(shown);
  const reported: unknown[] = [];
  const found = findSignatures({
    registry,
    path: "os/desktop",
    digest: image,
    tag: () => ({ state: "unknown" }),
    lastCarrier: () => null,
    stored: async () => new Map(),
    barren: new Set(),
    referrers: { apiUntilMs: null, failingSinceMs: null },
    lookasides: [],
    readLookaside: undefined,
    limits: { evidenceBytes: 1024 * 1024, lookasideFiles: 3, signatures: defaultSignatureLimits },
    signal: new AbortController().signal,
    report: (error) => reported.push(error),
    ...change,
  });
  return found.then((result) => ({ ...result, asked, reported }));
}

const codes = (found: Awaited<ReturnType<typeof find>>) => found.problems.map(({ code }) => code);
const formats = (found: Awaited<ReturnType<typeof find>>) => found.evidence.map(({ format }) => format);

describe("findSignatures", () => {
  test("finds tags and referrers, with every byte they are made of", async () => {
    const found = await find({ tags: { [`${tag}.sig`]: signature }, referrers: [bundle] });
    expect(formats(found)).toEqual(["cosign-tag", "sigstore-bundle"]);
    expect(found).toMatchObject({ problems: [], failure: null, barren: [] });
    for (const evidence of found.evidence) {
      expect(found.blobs.get(evidence.blobDigest)).toBeDefined();
      expect(found.blobs.get(found.carriers.get(evidence) ?? "")).toBeDefined();
    }
  });

  test("what cosign does not read of referrers is found where it stands", async () => {
    const [byAlice, byBob, byCarol] = (["alice", "bob", "carol"] as const).map((name) =>
      bundleManifest(keyBundle(signingKey(name)), image),
    );
    if (byAlice === undefined || byBob === undefined || byCarol === undefined) throw new Error("three were made");
    const found = await find({ referrers: [byAlice], unread: { api: [byBob], tag: [byCarol] } });
    const stands = found.evidence.map((each) => [each.source, placeOf(each, found, [])]);
    expect(stands).toEqual([
      [{ via: "referrers-api" }, { via: "referrers" }],
      [{ via: "referrers-api" }, { via: "unread-referrers" }],
      [{ via: "referrers-tag", tag }, { via: "fallback-tag" }],
    ]);
  });

  test("so is what it lists there and does not have, and what is a broken part of it", async () => {
    const lacking: PushedManifest = { ...bundle, blobs: new Map() };
    const gone = bundleManifest(keyBundle(signingKey("bob")), image);
    const found = await find({
      unread: { api: [], tag: [lacking, gone] },
      fail: (method, reference) => {
        if (method === "readManifest" && reference === digestOf(gone.bytes)) {
          throw new RegistryError("malformed", "of the kit");
        }
      },
    });
    expect(found.problems.map((each) => placeOf(each, found, []).via)).toEqual(["fallback-tag", "fallback-tag"]);
  });

  test("a tag that a complete listing does not show is not asked for", async () => {
    const found = await find({}, { tag: () => ({ state: "unlisted" }) });
    expect(found.asked).toEqual([`readReferrers ${image}`]);
  });

  test("a digest that the listing says costs nothing where its bytes are kept", async () => {
    const digest = digestOf(signature.bytes);
    const kept = new Map<string, Buffer>([[digest, signature.bytes], ...signature.blobs]);
    const found = await find(
      {},
      {
        tag: (name) => (name.endsWith(".sig") ? { state: "listed", digest } : { state: "unlisted" }),
        stored: async () => kept,
      },
    );
    expect(formats(found)).toEqual(["cosign-tag"]);
    expect(found.asked).toEqual([`readReferrers ${image}`]);
  });

  test("a digest that was listed and is gone is not the end: the tag itself is asked", async () => {
    const listed = { state: "listed", digest: digestOf("what the tag named") } as const;
    const found = await find(
      { tags: { [`${tag}.sig`]: signature } },
      { tag: (name) => (name.endsWith(".sig") ? listed : { state: "unlisted" }) },
    );
    expect(formats(found)).toEqual(["cosign-tag"]);
    expect(found.asked.slice(0, 2)).toEqual([`readManifest ${listed.digest}`, `lookAtTag ${tag}.sig`]);
  });

  test("a tag whose manifest the registry does not have is an item, and not the absence of signatures", async () => {
    const found = await find({ dangling: { [`${tag}.sig`]: digestOf("lost") }, referrers: [bundle] });
    expect(found.problems).toMatchObject([{ code: "REGISTRY_ERROR", kind: "signature", digest: digestOf("lost") }]);
    expect(formats(found)).toEqual(["sigstore-bundle"]);
    expect(found.failure).toBeNull();
  });

  test("what is known of the API is told to the registry", async () => {
    const wishes: unknown[] = [];
    const told = (wish: unknown) => wishes.push(wish);
    const referrers = { apiUntilMs: 5, failingSinceMs: 3 };
    await find({ told }, { referrers });
    expect(wishes).toEqual([{ beyondLimit: "cut", known: referrers }]);
  });

  test("what is found where there may be more counts, and the look has failed", async () => {
    const found = await find({ referrers: [bundle], doubt: new RegistryError("not-found", "the API answered before") });
    expect(formats(found)).toEqual(["sigstore-bundle"]);
    expect(found.failure).toMatchObject({ code: "not-found", reason: "the API answered before" });
  });

  test("beyond the limit of referrers the first are judged, and it says so", async () => {
    const found = await find({ referrers: [bundle], cut: "it has more than 1000 entries" });
    expect(formats(found)).toEqual(["sigstore-bundle"]);
    expect(codes(found)).toEqual(["LIMIT_EXCEEDED"]);
    expect(found.failure).toBeNull();
  });

  test("a referrer that cannot be read leaves the others", async () => {
    const broken = layersManifest([keySignature(signingKey("other"))]);
    const digest = digestOf(broken.bytes);
    const fail = (_method: string, reference: string) => {
      if (reference === digest) throw new RegistryError("malformed", "no manifest");
    };
    const found = await find({ referrers: [broken, bundle], fail });
    expect(formats(found)).toEqual(["sigstore-bundle"]);
    expect(found.problems).toMatchObject([{ code: "REGISTRY_ERROR", digest }]);
    expect(found.failure).toBeNull();
  });

  test("more bytes than one look may fetch is an item, not an endless download", async () => {
    const limits = { evidenceBytes: 700, lookasideFiles: 3, signatures: defaultSignatureLimits };
    const found = await find({ referrers: [bundle] }, { limits });
    expect(found.evidence).toEqual([]);
    expect(codes(found)).toEqual(["LIMIT_EXCEEDED"]);
  });

  test("a layer that says it is larger than any bundle is not asked for", async () => {
    const signatures = { ...defaultSignatureLimits, bundleBytes: 100 };
    const limits = { evidenceBytes: 1024 * 1024, lookasideFiles: 3, signatures };
    const found = await find({ referrers: [bundle] }, { limits });
    expect(codes(found)).toEqual(["LIMIT_EXCEEDED"]);
    expect(found.asked.filter((call) => call.startsWith("readBlob"))).toEqual([]);
  });

  test("a registry that does not answer is not asked for the rest; a lookaside elsewhere is", async () => {
    const fail = () => {
      throw new RegistryError("server-error", "out");
    };
    const urls: string[] = [];
    const found = await find(
      { fail },
      {
        lookasides: ["https://sigs.example/base/"],
        readLookaside: async (url) => {
          urls.push(url.href);
          return undefined;
        },
      },
    );
    expect(found.failure).toMatchObject({ code: "server-error" });
    expect(found.asked).toEqual([`lookAtTag ${tag}.sig`]);
    expect(urls).toEqual([`https://sigs.example/base/os/desktop@${image.replace(":", "=")}/signature-1`]);
  });

  test("a lookaside without an end is left at its limit", async () => {
    const found = await find(
      {},
      { lookasides: ["https://sigs.example"], readLookaside: async (url) => Buffer.from(url.href) },
    );
    expect(formats(found)).toEqual(["openpgp-lookaside", "openpgp-lookaside", "openpgp-lookaside"]);
    expect(codes(found)).toEqual(["LIMIT_EXCEEDED"]);
  });

  test("what was aborted throws, and is no failure of the registry", async () => {
    const controller = new AbortController();
    const fail = () => {
      controller.abort(new Error("the worker stops"));
      controller.signal.throwIfAborted();
    };
    await expect(find({ fail }, { signal: controller.signal })).rejects.toThrow("the worker stops");
  });

  test("a mistake of this program fails the look and is reported", async () => {
    const fail = () => {
      throw new TypeError("undefined is not a function");
    };
    const found = await find({ fail });
    expect(found.failure).toMatchObject({ code: "internal" });
    expect(found.reported).toHaveLength(1);
  });
});
