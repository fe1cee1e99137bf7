// Lineage: bases by their evidence, their lag, and who builds on what, over both databases.
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeBaseClaims } from "../../../db/lineage-rows.ts";
import { soleImage } from "../../../policies/lineage/provenance-images.ts";
import type { SignedClaims } from "../../../policies/trust/finding.ts";
import { Lineage } from "../../../server/api/lineage-routes.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { buildImage, buildIndex, catalogTime, policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";
import { attestation, found, keySigner } from "../../unit/policies/trust/trust-builders.ts";

const day = 24 * 60 * 60 * 1000;
const base = "quay.io/distro/base";
const edition = "quay.io/distro/edition";
const remix = "ghcr.io/team/remix";
const rechunked = "ghcr.io/team/rechunked";
const labelled = "ghcr.io/team/labelled";
const stranger = "ghcr.io/team/stranger";
const hidden = "private.example/team/hidden";
const hiddenBase = "private.example/team/base";

const name = "org.opencontainers.image.base.name";
const digest = "org.opencontainers.image.base.digest";
const layersOf = (...names: string[]) => names.map((each) => [each, 1_000] as const);
const labels = { "containers.bootc": "1", vendor: "Distro" };

const usedBase = buildIndex([
  buildImage({ seed: "base", labels, layers: layersOf("kernel", "userland 1") }),
  buildImage({ seed: "base", labels, layers: layersOf("kernel arm", "userland arm 1"), architecture: "arm64" }),
]);
const laterBase = buildIndex([buildImage({ seed: "base 2", layers: layersOf("kernel", "userland 2") })]);
const newestBase = buildIndex([buildImage({ seed: "base 3", layers: layersOf("kernel", "userland 3") })]);
const ofBase = { [name]: `${base}:44`, [digest]: usedBase.digest };
const editionImage = buildIndex([
  buildImage({
    seed: "edition",
    labels,
    layers: layersOf("kernel", "userland 1", "desktop"),
    annotations: { ...ofBase, made: "here" },
  }),
]);
/** It repeats what the edition says of its own base. */
const remixImage = buildIndex([
  buildImage({
    seed: "remix",
    labels: { ...labels, vendor: "Team" },
    layers: layersOf("kernel", "userland 1", "desktop", "games"),
    annotations: ofBase,
  }),
]);
const rechunkedImage = buildImage({
  seed: "rechunked",
  layers: layersOf("chunk 1", "chunk 2"),
  annotations: { [name]: `${edition}:stable`, [digest]: editionImage.digest },
});
const labelledImage = buildImage({ seed: "labelled", layers: layersOf("other"), labels: { [name]: `${base}:44` } });
const strangerImage = buildImage({
  seed: "stranger",
  layers: layersOf("strange"),
  annotations: { [name]: `${hiddenBase}:1`, [digest]: `sha256:${"e".repeat(64)}` },
});
const hiddenBaseImage = buildImage({ seed: "hidden base", layers: layersOf("secret") });
const hiddenImage = buildImage({
  seed: "hidden",
  layers: layersOf("kernel", "userland 1", "our own"),
  annotations: ofBase,
});
/** Public, on layers that only a private repository's image has. */
const onHidden = buildImage({ seed: "on hidden", layers: layersOf("secret", "shown") });

const documents = policySetOf({
  registries: [
    { host: "quay.io", dialect: "oci" },
    { host: "ghcr.io", dialect: "oci" },
    { host: "private.example", dialect: "oci", credentials: { username: "USER", password: "PASSWORD" } },
  ],
  sources: [
    { id: "distro", registry: "quay.io", repositories: ["distro/base"], kind: "base", official: true },
    { id: "editions", registry: "quay.io", repositories: ["distro/edition"], kind: "edition", official: true },
    { id: "team", registry: "ghcr.io", namespace: "team", kind: "remix" },
    { id: "hidden", registry: "private.example", namespace: "team", kind: "remix" },
  ],
});

async function seed(store: TestStore): Promise<void> {
  await writeCatalog(store, async (catalog) => {
    await catalog.documents(documents);
    await catalog.repository(base, { sourceId: "distro", kind: "base", official: true, defaultTag: "44" });
    for (const image of [usedBase, laterBase]) await catalog.image(base, image);
    for (const tag of ["44", "latest"]) await catalog.channel(base, tag, newestBase);
    await catalog.history(base, "44", usedBase.digest, catalogTime - 10 * day, catalogTime - 3 * day);
    await catalog.history(base, "44", laterBase.digest, catalogTime - 3 * day, catalogTime - day);
    await catalog.history(base, "44", newestBase.digest, catalogTime - day, null);
    await catalog.history(base, "latest", newestBase.digest, catalogTime - day, null);
    await catalog.repository(edition, { sourceId: "editions", kind: "edition", official: true });
    await catalog.channel(edition, "stable", editionImage);
    await catalog.history(edition, "stable", editionImage.digest, catalogTime - 5 * day, null);
    for (const [repository, image] of [
      [remix, remixImage],
      [rechunked, rechunkedImage],
      [labelled, labelledImage],
      [stranger, strangerImage],
      ["ghcr.io/team/on-hidden", onHidden],
    ] as const) {
      await catalog.repository(repository, { sourceId: "team" });
      await catalog.channel(repository, "latest", image);
    }
    for (const [repository, image] of [
      [hidden, hiddenImage],
      [hiddenBase, hiddenBaseImage],
    ] as const) {
      await catalog.repository(repository, { sourceId: "hidden", private: true });
      await catalog.channel(repository, "latest", image);
    }
  });
}

describe.each(storeKinds)("lineage on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  const path = (ref: string, arch = "amd64") => `/api/v1/lineage?ref=${encodeURIComponent(ref)}&arch=${arch}`;
  const ask = async (ref: string, from: TestServer = server) => bodyOf(Lineage, await from.get(path(ref)));
  const baseOfEdition = {
    ref: `${base}:44`,
    digest: usedBase.digest,
    evidence: "annotation",
    lagDays: 9,
    lagBuilds: 2,
  };

  test("an annotation's digest tells the base, and the channel's history how far that is behind", async () => {
    const lineage = await ask(`${edition}:stable`);
    expect(lineage).toEqual({
      ref: `${edition}:stable`,
      digest: editionImage.digest,
      bases: [baseOfEdition],
      derived: [
        { repository: rechunked, evidence: "annotation" },
        { repository: remix, evidence: "layers" },
      ],
      inheritedLabels: ["containers.bootc", "vendor"],
      inheritedAnnotations: [],
    });
  });

  test("what a base says of its own base is no evidence of the image's: its layers are", async () => {
    const { bases, inheritedLabels, inheritedAnnotations } = await ask(`${remix}:latest`);
    expect(bases).toEqual([
      { ref: `${edition}:stable`, digest: editionImage.digest, evidence: "layers", lagDays: 0, lagBuilds: 0 },
      baseOfEdition,
    ]);
    expect(inheritedLabels).toEqual(["containers.bootc"]);
    expect(inheritedAnnotations).toEqual([digest, name]);
  });

  test("the chain goes on below an image whose layers were cut anew", async () => {
    const { bases } = await ask(`${rechunked}:latest`);
    expect(bases.map(({ ref, evidence }) => [ref, evidence])).toEqual([
      [`${edition}:stable`, "annotation"],
      [`${base}:44`, "annotation"],
    ]);
  });

  test("a label that names no digest is the weakest evidence, and what follows is unknown with a reason", async () => {
    const lineage = await ask(`${labelled}:latest`);
    expect(lineage.bases).toEqual([
      {
        ref: `${base}:44`,
        digest: null,
        evidence: "labels",
        lagDays: null,
        lagBuilds: null,
        unknown: ["digest", "lagDays", "lagBuilds"].map((field) => ({ field, reason: "it is named without a digest" })),
      },
    ]);
    expect(lineage.unknown?.map(({ field }) => field)).toEqual(["inheritedLabels", "inheritedAnnotations", "bases"]);
  });

  test("a distribution's own base has none, and that is no gap", async () => {
    const lineage = await ask(`${base}:44`);
    expect(lineage).toMatchObject({ bases: [], inheritedLabels: [], inheritedAnnotations: [] });
    expect(lineage.unknown).toBeUndefined();
  });

  test("who builds on any build of the channel builds on it; a digest is that build alone", async () => {
    expect((await ask(`${base}:44`)).derived).toEqual([
      { repository: labelled, evidence: "labels" },
      { repository: remix, evidence: "layers" },
      { repository: edition, evidence: "annotation" },
    ]);
    expect((await ask(`${base}@${newestBase.digest}`)).derived).toEqual([]);
    expect((await ask(`${base}@${usedBase.digest}`)).derived.map(({ repository }) => repository)).toEqual([
      remix,
      edition,
    ]);
  });

  test("another architecture has other layers", async () => {
    const lineage = await bodyOf(Lineage, await server.get(path(`${base}@${usedBase.digest}`, "aarch64")));
    expect(lineage.digest).toBe(usedBase.digest);
    const none = await bodyOf(Lineage, await server.get(path(`${edition}:stable`, "arm64")));
    expect(none.bases).toEqual([]);
    expect(none.unknown).toContainEqual({ field: "bases", reason: "it has no image for arm64" });
  });

  test("to strangers, private images are neither bases nor derived, and what names them is told as it is written", async () => {
    const lineage = await ask(`ghcr.io/team/on-hidden:latest`);
    expect(lineage.bases).toEqual([]);
    expect(JSON.stringify(await ask(`${base}:44`))).not.toContain("private.example");
    const claimed = (await ask(`${stranger}:latest`)).bases;
    expect(claimed).toMatchObject([{ ref: `${hiddenBase}:1`, evidence: "annotation", lagBuilds: null }]);
    expect(claimed[0]?.unknown?.[0]?.reason).toBe("it is not in this catalog");
    const refused = await server.get(path(`${hidden}:latest`));
    const unheard = await server.get(path(`private.example/team/nobody:latest`));
    expect([refused.status, unheard.status]).toEqual([404, 404]);
    expect((await refused.text()).replaceAll("hidden", "nobody")).toBe(await unheard.text());
  });

  test("the command line on the catalog's own database sees them", async () => {
    const own = testServer(store, { seesPrivate: true });
    await own.refresh();
    expect((await ask("ghcr.io/team/on-hidden:latest", own)).bases).toMatchObject([
      { ref: `${hiddenBase}@${hiddenBaseImage.digest}`, evidence: "layers" },
    ]);
    expect((await ask(`${base}:44`, own)).derived.map(({ repository }) => repository)).toContain(hidden);
  });

  test("signed provenance comes before what an annotation says, and is found from below too", async () => {
    const sha256 = usedBase.digest.slice("sha256:".length);
    const claims: SignedClaims = {
      type: "statement",
      statementType: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
      subjects: [rechunkedImage.digest],
      subjectMatches: true,
      provenance: {
        builder: "https://builder.example",
        buildType: null,
        sources: [],
        startedAt: null,
        finishedAt: null,
        images: [{ uri: `pkg:docker/${base}@44?platform=linux%2Famd64`, sha256 }],
      },
    };
    const evidence = found(
      attestation("anybody", { signer: keySigner("anybody", "log"), claims, manifest: rechunkedImage.digest }),
    );
    const claim = soleImage([evidence]);
    if (claim === undefined) throw new Error("the provenance names no image");
    await writeCatalog(store, async ({ tx, change }) => {
      const [row] = await tx.db.select().from(tx.t.repositories).where(eq(tx.t.repositories.name, rechunked));
      const repositoryId = row?.id ?? 0;
      await tx.db.insert(tx.t.signatureLooks).values({
        ...{ repositoryId, digest: rechunkedImage.digest, host: "ghcr.io" },
        ...{ lookedAt: catalogTime, checkedAt: catalogTime, found: [evidence] },
      });
      await storeBaseClaims(tx, [{ digest: rechunkedImage.digest, evidence: "provenance", repositoryId, claim }]);
      change.touch(repositoryId);
    });
    await server.refresh();
    expect((await ask(`${rechunked}:latest`)).bases).toEqual([{ ...baseOfEdition, evidence: "provenance" }]);
    expect((await ask(`${base}:44`)).derived).toContainEqual({ repository: rechunked, evidence: "provenance" });
  });

  describe("by digest", () => {
    const of = (which: string, query: string) => server.get(`/api/v1/images/${which}/lineage?${query}`);
    const named = (repository: string) => `&repository=${encodeURIComponent(repository)}`;

    test("is what the reference with the digest has, whatever the spelling of the architecture", async () => {
      const { digest: which } = editionImage;
      const lineage = await bodyOf(Lineage, await of(which, `arch=x86_64${named(edition)}`));
      expect(lineage).toEqual(await ask(`${edition}@${which}`));
      expect(lineage.bases).toEqual([baseOfEdition]);
    });

    test("is of the likeliest home where none is named", async () => {
      await writeCatalog(store, async (catalog) => catalog.image(stranger, usedBase));
      await server.refresh();
      const { digest: which } = usedBase;
      expect(await bodyOf(Lineage, await of(which, "arch=amd64"))).toMatchObject({
        ref: `${base}@${which}`,
        bases: [],
        inheritedLabels: [],
      });
      const copied = await bodyOf(Lineage, await of(which, `arch=amd64${named(stranger)}`));
      expect(copied).toMatchObject({ ref: `${stranger}@${which}`, inheritedLabels: null });
    });

    const { digest: hiddenDigest } = hiddenImage;
    test.each([
      ["an image that only private repositories hold", hiddenDigest, "arch=amd64", 404, "not-found"],
      ["a private repository", hiddenDigest, `arch=amd64${named(hidden)}`, 404, "not-found"],
      ["a repository that does not hold it", usedBase.digest, `arch=amd64${named(remix)}`, 404, "not-found"],
      ["an image of nobody", `sha256:${"0".repeat(64)}`, "arch=amd64", 404, "not-found"],
      ["no architecture", usedBase.digest, "", 400, "missing-architecture"],
      ["an architecture that is none", usedBase.digest, "arch=a;b", 400, "missing-architecture"],
      ["no digest", "latest", "arch=amd64", 400, "invalid-parameter"],
      ["a repository that is none", usedBase.digest, "arch=amd64&repository=x", 400, "invalid-parameter"],
    ])("of %s is refused", async (_, which, query, status, type) => {
      const response = await of(which, query);
      const body = await bodyOf(ProblemSchema, response);
      expect([response.status, body.type]).toEqual([status, `/problems/${type}`]);
    });

    test("of a private image is seen on the catalog's own database", async () => {
      const own = testServer(store, { seesPrivate: true });
      await own.refresh();
      const response = await own.get(`/api/v1/images/${hiddenDigest}/lineage?arch=amd64`);
      expect(await bodyOf(Lineage, response)).toMatchObject({ ref: `${hidden}@${hiddenDigest}` });
    });
  });

  test.each([
    ["ref=nonsense&arch=amd64", 400, "invalid-reference"],
    [`ref=${edition}`, 400, "missing-architecture"],
    ["ref=quay.io/no/where:1&arch=amd64", 404, "unknown-reference"],
    [`ref=${edition}&arch=amd64&more=1`, 400, "invalid-parameter"],
  ])("%s: %i %s", async (query, status, type) => {
    const response = await server.get(`/api/v1/lineage?${query}`);
    const body = await bodyOf(ProblemSchema, response);
    expect([response.status, body.type]).toEqual([status, `/problems/${type}`]);
  });

  test("an answer from memory ends when a channel of its base moves on", async () => {
    const first = await server.get(path(`${edition}:stable`));
    expect(first.headers.get("cache-control")).toContain("max-age=60");
    const next = buildIndex([buildImage({ seed: "base 4", layers: layersOf("kernel", "userland 4") })]);
    await writeCatalog(store, async (catalog) => {
      const { tagHistory } = catalog.tx.t;
      await catalog.tx.db.update(tagHistory).set({ to: catalogTime }).where(eq(tagHistory.digest, newestBase.digest));
      await catalog.history(base, "44", next.digest, catalogTime, null);
      await catalog.channel(base, "44", next);
    });
    await server.refresh();
    const { bases } = await ask(`${edition}:stable`);
    expect(bases).toMatchObject([{ lagDays: 10, lagBuilds: 3 }]);
  });
});
