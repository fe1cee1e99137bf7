// Finding signatures: everything that a registry and lookasides show for one manifest, read once and bounded.
import type { Descriptor } from "../../policies/images/manifest.ts";
import { isIndexType } from "../../policies/images/media-types.ts";
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import { type Failure, failureOf } from "../failures.ts";
import type { KnownReferrers, Registry } from "../registry/registry.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { Evidence, EvidenceProblem, EvidenceSource } from "../signatures/evidence.ts";
import type { SignatureLimits } from "../signatures/limits.ts";
import { lookasidePath, readLookasideFile } from "../signatures/read-lookaside.ts";
import { evidenceLayers, readSignatureManifest } from "../signatures/read-manifest.ts";
import type { FindLimits } from "./find-limits.ts";
import type { LookasideReader } from "./read-lookaside.ts";

/** `unknown`: no listing of the repository's tags can be relied on. */
export type TagState =
  | { readonly state: "listed"; readonly digest: string | null }
  | { readonly state: "unlisted" }
  | { readonly state: "unknown" };

export type SignatureFinder = {
  readonly registry: Registry;
  readonly path: string;
  readonly digest: Digest;
  /** What is known of a tag of this repository. */
  readonly tag: (name: string) => TagState;
  /** What is known of the repository's referrers. */
  readonly referrers: KnownReferrers;
  /** The digest of the manifest that was found under a tag before. */
  readonly lastCarrier: (tag: string) => string | null;
  /** Bytes that the catalog has, and that this repository may use. */
  readonly stored: (digests: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;
  /** Referrers that were looked into before and hold no evidence. */
  readonly barren: ReadonlySet<string>;
  readonly lookasides: readonly string[];
  /** Undefined: this worker reads none. */
  readonly readLookaside: LookasideReader | undefined;
  readonly limits: FindLimits & { readonly signatures: SignatureLimits };
  readonly signal: AbortSignal;
  /** Told of what is a mistake of this program. */
  readonly report: (error: unknown) => void;
};

/** A manifest, or a lookaside's file, with the evidence in it. */
export type FoundSignatures = {
  readonly evidence: readonly Evidence[];
  readonly problems: readonly EvidenceProblem[];
  /** By content address: everything that the evidence is made of, as far as the catalog did not have it. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Carriers by the evidence's place among `evidence` and `problems`. */
  readonly carriers: ReadonlyMap<Evidence | EvidenceProblem, Digest>;
  /** Manifests among referrers that Go's registry clients do not read (worker/registry/registry.ts). */
  readonly unread: ReadonlySet<string>;
  readonly barren: readonly string[];
  /** Null: the look was complete. Else what is here is a part. */
  readonly failure: Failure | null;
};

/** Never throws but where the signal was aborted. */
export async function findSignatures(finder: SignatureFinder): Promise<FoundSignatures> {
  const search = new Search(finder);
  await search.attempt(() => search.readTags());
  // A registry that does not answer is not asked for the rest.
  if (search.failure === null) await search.attempt(() => search.readReferrers());
  for (const base of finder.lookasides) await search.attempt(() => search.readLookaside(base));
  return search.found();
}

/** Codes that say that these very bytes are no use, for ever. */
const lasting: ReadonlySet<string> = new Set([
  "malformed",
  "too-large",
  "too-deep",
  "digest-mismatch",
  "unsupported-media-type",
]);

class Search {
  readonly #finder: SignatureFinder;
  readonly #evidence: Evidence[] = [];
  readonly #problems: EvidenceProblem[] = [];
  readonly #blobs = new Map<string, Buffer>();
  readonly #carriers = new Map<Evidence | EvidenceProblem, Digest>();
  readonly #unread = new Set<string>();
  readonly #barren = new Set<string>();
  #bytes = 0;
  failure: Failure | null = null;

  constructor(finder: SignatureFinder) {
    this.#finder = finder;
  }

  async attempt(work: () => Promise<void>): Promise<void> {
    const { signal, report } = this.#finder;
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      if (failure.code === "internal") report(error);
      this.failure ??= failure;
    }
  }

  found(): FoundSignatures {
    return {
      evidence: this.#evidence,
      problems: this.#problems,
      blobs: this.#blobs,
      carriers: this.#carriers,
      unread: this.#unread,
      barren: [...this.#barren],
      failure: this.failure,
    };
  }

  async readTags(): Promise<void> {
    for (const suffix of ["sig", "att"]) {
      const tag = `${this.#finder.digest.replace(":", "-")}.${suffix}`;
      const source: EvidenceSource = { via: "tag", tag };
      try {
        const bytes = await this.#readTagged(tag);
        if (bytes !== undefined) await this.#takeCarrier(source, bytes);
      } catch (error) {
        this.#takeLasting(source, digestOf(tag), error);
      }
    }
  }

  async #readTagged(tag: string): Promise<Buffer | undefined> {
    const { registry, path, signal } = this.#finder;
    const known = this.#finder.tag(tag);
    if (known.state === "unlisted") return undefined;
    if (known.state === "listed" && known.digest !== null) {
      const listed = await this.#readManifest(known.digest);
      if (listed !== undefined) return listed;
      // It has moved since it was listed, and what it named then is gone.
    }
    const last = this.#finder.lastCarrier(tag);
    const kept = last === null ? undefined : (await this.#finder.stored([last])).get(last);
    const look = await registry.lookAtTag(path, tag, kept === undefined ? null : last, signal);
    switch (look.outcome) {
      case "absent":
        return undefined;
      case "unchanged":
        return kept;
      case "manifest":
        this.#count(look.manifest.bytes);
        return look.manifest.bytes;
      case "digest": {
        const bytes = look.digest === last && kept !== undefined ? kept : await this.#readManifest(look.digest);
        if (bytes !== undefined) return bytes;
        const message = `the registry says that ${tag} is ${look.digest}, and does not have it`;
        this.#takeProblem({ via: "tag", tag }, look.digest as Digest, "REGISTRY_ERROR", message);
        return undefined;
      }
    }
  }

  async readReferrers(): Promise<void> {
    const { registry, path, digest, referrers, signal } = this.#finder;
    const { state } = this.#finder.tag(digest.replace(":", "-"));
    const answer = await registry.readReferrers(path, digest, signal, {
      beyondLimit: "cut",
      ...(state === "unknown" ? {} : { fallbackTag: state }),
      known: referrers,
    });
    const byApi: EvidenceSource = { via: "referrers-api" };
    const byTag: EvidenceSource = { via: "referrers-tag", tag: digest.replace(":", "-") };
    const source = answer.via === "api" ? byApi : byTag;
    if (answer.cut !== undefined) this.#takeProblem(source, digestOf(answer.cut), "LIMIT_EXCEEDED", answer.cut);
    const { api = [], tag = [] } = answer.unread ?? {};
    for (const unread of [...api, ...tag]) this.#unread.add(unread.digest);
    await this.#readListed(source, answer.descriptors);
    await this.#readListed(byApi, api);
    await this.#readListed(byTag, tag);
    // What is there counts. That there is no more is not known: the look was not complete.
    if (answer.doubt !== undefined) throw answer.doubt;
  }

  async #readListed(source: EvidenceSource, listed: readonly Descriptor[]): Promise<void> {
    const descriptors = listed.filter(({ mediaType }) => !isIndexType(mediaType));
    const kept = await this.#finder.stored(descriptors.map((descriptor) => descriptor.digest));
    for (const descriptor of descriptors) await this.#readReferrer(source, descriptor, kept.get(descriptor.digest));
  }

  async #readReferrer(source: EvidenceSource, descriptor: Descriptor, kept: Buffer | undefined): Promise<void> {
    if (this.#finder.barren.has(descriptor.digest)) {
      this.#barren.add(descriptor.digest);
      return;
    }
    try {
      const bytes = kept ?? (await this.#readManifest(descriptor.digest));
      // Carriers are known by their SHA-256, whatever they were listed by.
      if (bytes !== undefined && this.#unread.has(descriptor.digest)) this.#unread.add(digestOf(bytes));
      if (bytes !== undefined) await this.#takeCarrier(source, bytes);
      else if (isAnnounced(descriptor)) {
        const message = `the registry lists ${descriptor.digest} and does not have it`;
        this.#takeProblem(source, descriptor.digest as Digest, "REGISTRY_ERROR", message);
      }
    } catch (error) {
      this.#takeLasting(source, descriptor.digest as Digest, error);
    }
  }

  async readLookaside(base: string): Promise<void> {
    const { path, digest, limits, readLookaside, signal } = this.#finder;
    if (readLookaside === undefined) throw new RegistryError("unreachable", `${base} is not read by this worker`);
    for (let number = 1; ; number++) {
      const url = new URL(`${base.replace(/\/+$/, "")}/${lookasidePath(path, digest, number)}`);
      const source: EvidenceSource = { via: "lookaside", url: url.href };
      if (number > limits.lookasideFiles) {
        const message = `the lookaside has more than ${limits.lookasideFiles} signatures of it`;
        this.#takeProblem(source, digestOf(url.href), "LIMIT_EXCEEDED", message);
        return;
      }
      try {
        const bytes = await readLookaside(url, limits.signatures.lookasideBytes, signal);
        if (bytes === undefined) return;
        this.#count(bytes);
        const read = readLookasideFile(bytes, digest, url.href);
        for (const evidence of read.evidence) this.#blobs.set(evidence.blobDigest, bytes);
        this.#evidence.push(...read.evidence);
      } catch (error) {
        this.#takeLasting(source, digestOf(url.href), error);
      }
    }
  }

  async #readManifest(digest: string): Promise<Buffer | undefined> {
    const kept = (await this.#finder.stored([digest])).get(digest);
    if (kept !== undefined) return kept;
    const { registry, path, signal } = this.#finder;
    const bytes = (await registry.readManifest(path, digest, signal))?.bytes;
    if (bytes !== undefined) this.#count(bytes);
    return bytes;
  }

  /** Takes a manifest apart, with the layers that hold evidence. */
  async #takeCarrier(source: EvidenceSource, bytes: Buffer): Promise<void> {
    const { digest: announcedFor, limits } = this.#finder;
    const carrier = digestOf(bytes);
    const layers = evidenceLayers(bytes, limits.signatures) ?? [];
    const blobs = new Map(await this.#finder.stored(layers.map((layer) => layer.digest)));
    const tooLarge = new Map<string, string>();
    for (const layer of layers) {
      if (blobs.has(layer.digest)) continue;
      const { bundleBytes } = limits.signatures;
      if (layer.size > bundleBytes) {
        tooLarge.set(layer.digest, `a layer of ${layer.size} bytes, more than ${bundleBytes}`);
        continue;
      }
      try {
        const blob = await this.#readBlob(layer.digest, layer.size);
        if (blob !== undefined) blobs.set(layer.digest, blob);
      } catch (error) {
        // Else the reader says of this layer that it could not be fetched, and the others are judged.
        if (!isLasting(error)) throw error;
        if (error.code === "too-large") tooLarge.set(layer.digest, error.message);
      }
    }
    const read = readSignatureManifest(
      { bytes, announcedFor, source },
      (digest) => blobs.get(digest),
      limits.signatures,
    );
    if (read.evidence.length + read.problems.length === 0) {
      if (source.via !== "tag") this.#barren.add(carrier);
      return;
    }
    this.#blobs.set(carrier, bytes);
    for (const evidence of read.evidence) {
      const blob = blobs.get(evidence.blobDigest);
      if (blob !== undefined) this.#blobs.set(evidence.blobDigest, blob);
      this.#evidence.push(evidence);
      this.#carriers.set(evidence, carrier);
    }
    for (const problem of read.problems) {
      const message = tooLarge.get(problem.digest);
      const told: EvidenceProblem =
        message === undefined || problem.code !== "REGISTRY_ERROR"
          ? problem
          : { ...problem, code: "LIMIT_EXCEEDED", message };
      this.#problems.push(told);
      this.#carriers.set(told, carrier);
    }
  }

  async #readBlob(digest: string, size: number): Promise<Buffer | undefined> {
    const { registry, path, limits, signal } = this.#finder;
    if (this.#bytes + size > limits.evidenceBytes) throw this.#tooMuch();
    const bytes = await registry.readBlob(path, digest, size, signal);
    if (bytes !== undefined) this.#count(bytes);
    return bytes;
  }

  #count(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#finder.limits.evidenceBytes) throw this.#tooMuch();
  }

  #tooMuch(): RegistryError {
    const { evidenceBytes } = this.#finder.limits;
    return new RegistryError("too-large", `more than ${evidenceBytes} bytes of evidence for one manifest`);
  }

  /** What will not be better at the next look is an item of this look, not its end. */
  #takeLasting(source: EvidenceSource, digest: Digest, error: unknown): void {
    if (!isLasting(error)) throw error;
    const code = error.code === "too-large" || error.code === "too-deep" ? "LIMIT_EXCEEDED" : "REGISTRY_ERROR";
    this.#takeProblem(source, digest, code, error.message);
  }

  #takeProblem(source: EvidenceSource, digest: Digest, code: EvidenceProblem["code"], message: string): void {
    const isAttestation = source.via === "tag" && source.tag.endsWith(".att");
    this.#problems.push({
      format:
        source.via === "tag" ? "cosign-tag" : source.via === "lookaside" ? "openpgp-lookaside" : "sigstore-bundle",
      kind: isAttestation ? "attestation" : "signature",
      announcedFor: this.#finder.digest,
      source,
      digest,
      code,
      message,
    });
  }
}

function isLasting(error: unknown): error is RegistryError {
  return error instanceof RegistryError && lasting.has(error.code);
}

/** What its descriptor says is a hint: enough to say that something is missing. */
function isAnnounced({ artifactType }: Descriptor): boolean {
  return artifactType !== null && artifactType !== undefined && /sigstore|cosign|dsse/.test(artifactType);
}
