// A registry and a lookaside that answer from the recorded evidence, as the real ones did.
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import type { Shown } from "./ask-signalbox.ts";
import { contentOf, type RecordedEvidence } from "./recorded-evidence.ts";

const ociManifest = "application/vnd.oci.image.manifest.v1+json";

type Descriptor = Awaited<ReturnType<Registry["readReferrers"]>>["descriptors"][number];

/** Only what a look for signatures asks is answered; whatever else is asked is a mistake of the test. */
export function recordedPlaces(recorded: RecordedEvidence): Shown {
  const byRepository = new Map(recorded.rows.map((row) => [row.pulled.repository, row]));
  const content = (digest: string) => contentOf(recorded, digest);

  function registryOf(host: string): Registry {
    const tagged = (path: string, tag: string): Buffer | undefined => {
      const digest = byRepository.get(`${host}/${path}`)?.tags[tag];
      return digest === undefined ? undefined : content(digest);
    };
    const answers: Pick<Registry, "host" | "dialect" | "lookAtTag" | "readManifest" | "readBlob" | "readReferrers"> = {
      host,
      dialect: "oci",
      async lookAtTag(path, tag) {
        const bytes = tagged(path, tag);
        return bytes === undefined ? { outcome: "absent" } : { outcome: "manifest", manifest: manifestOf(bytes) };
      },
      async readManifest(_path, digest) {
        const bytes = content(digest);
        return bytes === undefined ? undefined : manifestOf(bytes);
      },
      async readBlob(_path, digest) {
        return content(digest);
      },
      async readReferrers(path, digest) {
        const bytes = tagged(path, digest.replace(":", "-"));
        const index = bytes === undefined ? {} : JSON.parse(bytes.toString());
        return { via: "tag", descriptors: (index.manifests ?? []) as readonly Descriptor[] };
      },
    };
    return answers as Registry;
  }

  const files = new Map(
    recorded.rows.flatMap(({ lookaside }) =>
      Object.entries(lookaside).map(([path, digest]): [string, Digest] => [
        `http://${recorded.lookaside}/${path}`,
        digest,
      ]),
    ),
  );
  return {
    registryOf,
    async readLookaside(url) {
      const digest = files.get(url.href);
      return digest === undefined ? undefined : content(digest);
    },
  };
}

function manifestOf(bytes: Buffer) {
  return { digest: digestOf(bytes), mediaType: ociManifest, bytes };
}
