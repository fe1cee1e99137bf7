// Generated hosts: what `bootc status --format=json` prints on hosts that run images of a generated catalog.
import { eq } from "drizzle-orm";
import type { Store } from "../../db/store.ts";
import { digestOf } from "../../policies/words/digest.ts";
import { seeded, zipf } from "./seeded.ts";

export type HostQuestion = { readonly target: string; readonly host: object; readonly facts?: object };

/** Stands once in each host, within a checksum that nothing reads: a load puts another number there in each request. */
export const serialPlace = "5e71a15e71a15e71";

/** One channel of the catalog, with the manifest that a host of the architecture deploys of it. */
type Deployable = {
  readonly repository: string;
  readonly tag: string;
  readonly architecture: string;
  readonly digest: string;
};

/**
 * Hosts of some 6 kB: something booted, staged, to roll back to, and four pinned. By Zipf over all channels; a third
 * asks for what it follows already, a third for another channel of its repository, a third for another repository.
 */
export async function generateHosts(store: Store, count: number): Promise<HostQuestion[]> {
  const deployables = await readDeployables(store);
  const random = seeded(23);
  const rank = zipf(deployables.length, random);
  // Scattered, so that popular channels do not lie beside each other in the database.
  const at = (index: number) => deployables[(index * 7_919) % deployables.length] as Deployable;
  return Array.from({ length: count }, (_, i) => {
    const booted = at(rank());
    const other = otherChannel(deployables, booted);
    const target = i % 3 === 0 ? booted : i % 3 === 1 ? other : at(rank());
    return { target: `${target.repository}:${target.tag}`, host: hostOf(booted, other, i) };
  });
}

/** What a careful client sends beside the host. */
export function factsOf(index: number): object {
  const sections = Object.fromEntries(
    ["registry.redhat.io", "registry.access.redhat.com", "quay.io/toolbx-images"].map((scope) => [
      scope,
      [{ type: "signedBy", keyType: "GPGKeys", keyPath: "/etc/pki/rpm-gpg/RPM-GPG-KEY-redhat-release" }],
    ]),
  );
  return {
    filesystem: index % 2 === 0 ? "btrfs" : "xfs",
    secureBoot: index % 3 !== 0,
    firmware: "uefi",
    gpu: [{ vendor: index % 2 === 0 ? "amd" : "nvidia", generation: "turing" }],
    policyJson: {
      default: [{ type: "insecureAcceptAnything" }],
      transports: { docker: sections, "docker-daemon": { "": [{ type: "insecureAcceptAnything" }] } },
    },
    osRelease: { id: "fedora", idLike: [], versionId: "44", supportEnd: "2027-05-12" },
    etcModified: Array.from({ length: 30 }, (_, i) => `/etc/service-${index}-${i}.conf`),
    freeBytes: 80_000_000_000 + index,
    clientVersions: { bootc: "bootc 1.12.0", skopeo: "skopeo version 1.21.0" },
  };
}

async function readDeployables(store: Store): Promise<Deployable[]> {
  const { tags, repositories, imagePlatforms } = store.t;
  const rows = await store.db
    .select({
      repository: repositories.name,
      tag: tags.name,
      architecture: imagePlatforms.architecture,
      digest: imagePlatforms.digest,
    })
    .from(tags)
    .innerJoin(repositories, eq(repositories.id, tags.repositoryId))
    .innerJoin(imagePlatforms, eq(imagePlatforms.indexDigest, tags.digest));
  return rows.flatMap(({ architecture, ...row }) => (architecture === null ? [] : [{ ...row, architecture }]));
}

function otherChannel(deployables: readonly Deployable[], { repository, tag, architecture }: Deployable): Deployable {
  const channels = byRepository(deployables).get(repository) ?? [];
  const other = channels.find((each) => each.tag !== tag && each.architecture === architecture);
  if (other === undefined) throw new Error(`${repository} has one channel`);
  return other;
}

const grouped = new WeakMap<readonly Deployable[], ReadonlyMap<string, readonly Deployable[]>>();

function byRepository(deployables: readonly Deployable[]): ReadonlyMap<string, readonly Deployable[]> {
  const known = grouped.get(deployables) ?? Map.groupBy(deployables, ({ repository }) => repository);
  grouped.set(deployables, known);
  return known;
}

/** Member for member as bootc writes it, in one line. */
function hostOf(booted: Deployable, previous: Deployable, index: number): object {
  const image = { image: `${booted.repository}:${booted.tag}`, transport: "registry", signature: "containerPolicy" };
  const imageStatus = (age: number, imageDigest: string) => ({
    image,
    version: `44.202611${String(20 - age).padStart(2, "0")}.0`,
    timestamp: `2026-11-${String(20 - age).padStart(2, "0")}T04:11:00Z`,
    imageDigest,
    architecture: booted.architecture,
  });
  // Builds of the channel that the catalog has not seen: the same for all hosts that follow it.
  const older = (age: number) => digestOf(`${booted.digest} ${age}`);
  const entry = (age: number, imageDigest: string, checksum: string) => ({
    image: imageStatus(age, imageDigest),
    cachedUpdate: age === 0 ? imageStatus(0, booted.digest) : imageStatus(age - 1, older(age - 1)),
    incompatible: false,
    pinned: age > 2,
    softRebootCapable: false,
    downloadOnly: false,
    store: "ostreeContainer",
    ostree: { stateroot: "default", checksum, deploySerial: age },
    composefs: null,
  });
  const checksum = (age: number) => digestOf(`checksum ${index} ${age}`).slice("sha256:".length);
  return {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    metadata: { name: "host" },
    spec: { image, bootOrder: "default" },
    status: {
      staged: index % 4 === 0 ? entry(1, older(9), checksum(9)) : null,
      booted: entry(0, booted.digest, `${serialPlace}${checksum(0).slice(serialPlace.length)}`),
      rollback: entry(2, previous.digest, checksum(2)),
      otherDeployments: [3, 4, 5, 6].map((age) => entry(age, older(age), checksum(age))),
      rollbackQueued: false,
      type: "bootcHost",
      readOnly: false,
      usrOverlay: null,
    },
  };
}
