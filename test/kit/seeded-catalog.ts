// A seeded catalog: a little of everything, public and private, for tests of what the server answers.
import type { Store } from "../../db/store.ts";
import { buildImage, buildIndex, catalogTime, policySetOf, writeCatalog } from "./catalog.ts";

export const day = 24 * 60 * 60 * 1000;

export const bazzite = "ghcr.io/ublue-os/bazzite";
export const fedora = "quay.io/fedora/fedora-bootc";
export const secret = "private.example/team/secret";
export const gone = "quay.io/fedora/gone";

export const bazziteIndex = buildIndex([
  buildImage({ seed: "bazzite" }),
  buildImage({ seed: "bazzite v3", architecture: "amd64", variant: "v3" }),
]);
export const fedoraIndex = buildIndex([
  buildImage({ seed: "fedora" }),
  buildImage({ seed: "fedora", architecture: "arm64" }),
]);
export const fedoraOlder = buildImage({ seed: "fedora older" });
export const secretImage = buildImage({ seed: "secret" });

export const documents = policySetOf({
  registries: [
    { host: "ghcr.io", dialect: "oci" },
    { host: "quay.io", dialect: "quay", requestsPerSecond: 4 },
    { host: "private.example", dialect: "oci", credentials: { username: "SECRET_USER", password: "SECRET_PASSWORD" } },
  ],
  sources: [
    {
      id: "ublue",
      registry: "ghcr.io",
      namespace: "ublue-os",
      kind: "remix",
      project: "bazzite",
      distribution: "fedora",
      tags: { channels: ["stable", "testing"] },
      facets: { desktop: "kde", use: ["gaming"] },
    },
    {
      id: "fedora",
      registry: "quay.io",
      repositories: ["fedora/fedora-bootc", "fedora/gone", "fedora/soon"],
      kind: "base",
      official: true,
      distribution: "fedora",
      tags: { channels: ["44", "latest"], default: "44" },
    },
    { id: "secret-source", registry: "private.example", namespace: "team", kind: "edition", project: "secret-project" },
  ],
  trust: [
    {
      id: "universal-blue",
      scopes: ["ghcr.io/ublue-os", "private.example/mirror"],
      signers: [{ id: "ublue-2024", identity: { issuer: "https://token.example", subject: "https://git.example/*" } }],
    },
    {
      id: "secret-trust",
      scopes: ["private.example"],
      signers: [{ id: "us", identity: { issuer: "https://token.example", subject: "https://git.example/us" } }],
    },
  ],
  projects: [
    { id: "bazzite", name: "Bazzite", repositories: { "private.example/team/old": { successor: bazzite } } },
    { id: "secret-project", name: "Secret" },
    {
      id: "fedora",
      name: "Fedora",
      repositories: { [gone]: { successor: fedora }, [fedora]: { successor: `${secret}:latest` } },
      successor: "secret-project",
    },
  ],
  releases: [{ os: "fedora", version: "44", endOfLife: "2027-05-12", source: "https://docs.example" }],
});

/** Everything was seen at `catalogTime`. */
export async function seed(store: Store): Promise<void> {
  await writeCatalog(store, async (catalog) => {
    await catalog.documents(documents);
    await catalog.repository(bazzite, {
      sourceId: "ublue",
      project: "bazzite",
      distribution: "fedora",
      title: "Bazzite",
      description: "A gaming remix",
      popularity: 900,
      facets: { desktop: ["kde"], use: ["gaming"] },
      architectures: ["amd64", "amd64/v3"],
      defaultTag: "stable",
      defaultDigest: bazziteIndex.digest,
      version: "44.20261120.0",
      updatedAt: catalogTime - 6 * 60 * 60 * 1000,
    });
    await catalog.channel(bazzite, "stable", bazziteIndex, {
      facets: { desktop: ["kde"], use: ["gaming"] },
      since: catalogTime - day,
    });
    await catalog.tag(bazzite, "44-20260101", { followed: false, digest: null, observedAt: null });
    await catalog.tag(bazzite, "withdrawn", {
      present: false,
      removedAt: catalogTime - day,
      digest: `sha256:${"3".repeat(64)}`,
    });
    await catalog.tag(bazzite, `sha256-${"a".repeat(64)}.sig`, { followed: false, digest: `sha256:${"4".repeat(64)}` });
    await catalog.history(bazzite, "stable", `sha256:${"1".repeat(64)}`, catalogTime - 9 * day, catalogTime - day);
    await catalog.history(bazzite, "stable", bazziteIndex.digest, catalogTime - day, null);
    await catalog.history(bazzite, "testing", `sha256:${"2".repeat(64)}`, catalogTime - 9 * day, null);

    await catalog.repository(fedora, {
      sourceId: "fedora",
      kind: "base",
      official: true,
      distribution: "fedora",
      description: "The base of all",
      architectures: ["amd64", "arm64"],
      defaultTag: "44",
      defaultDigest: fedoraIndex.digest,
    });
    await catalog.channel(fedora, "44", fedoraIndex);
    await catalog.image(fedora, fedoraOlder);
    await catalog.repository(gone, {
      sourceId: "fedora",
      kind: "base",
      state: "removed",
      removedAt: catalogTime - 2 * day,
      defaultDigest: `sha256:${"5".repeat(64)}`,
    });
    await catalog.repository("quay.io/fedora/soon", {
      sourceId: "fedora",
      kind: "base",
      state: "expected",
      addedAt: null,
      observedAt: null,
      failureCode: "unreachable",
      failureReason: "quay.io did not answer",
      failingSince: catalogTime - day,
      architectures: [],
    });
    await catalog.repository("quay.io/old/undeclared", { sourceId: "old", active: false });

    await catalog.repository(secret, {
      sourceId: "secret-source",
      kind: "edition",
      private: true,
      defaultTag: "latest",
    });
    await catalog.channel(secret, "latest", secretImage);
    await catalog.image(secret, fedoraOlder);

    const run = await catalog.run("fedora", { repositories: 2, done: 2, failures: 1 });
    await catalog.failure(run, "fedora", {
      repository: "quay.io/fedora/soon",
      tag: null,
      stage: "tags",
      code: "unreachable",
      reason: "quay.io did not answer",
      at: catalogTime,
    });
    const hidden = await catalog.run("secret-source");
    await catalog.failure(hidden, "secret-source", {
      repository: secret,
      tag: "latest",
      stage: "inspect",
      code: "timeout",
      reason: "private.example did not answer",
      at: catalogTime,
    });
    catalog.event({ type: "repository.added", subject: bazzite });
    catalog.event({ type: "repository.added", subject: secret, private: true });
    catalog.event({
      type: "tag.moved",
      subject: `${bazzite}:stable`,
      data: { from: `sha256:${"1".repeat(64)}`, to: bazziteIndex.digest, older: false },
    });
    catalog.event({ type: "tag.added", subject: `${secret}:latest`, private: true });
  });
}
