// SLSA provenance v0.2 and v1: the builder, the sources and the images that it names, as they are written.
import type { ImageMaterial, ProvenanceFacts, ProvenanceSource } from "../../policies/trust/finding.ts";
import { arrayMember, isObject, type JsonObject, objectMember, stringMember } from "./strict-json.ts";

const version02 = "https://slsa.dev/provenance/v0.2";
const version1 = "https://slsa.dev/provenance/v1";

/** A build has a handful of sources; what follows are the packages and tools that it fetched. */
const sourcesKept = 50;

/** A build in stages takes an image for each. */
const imagesKept = 50;
const imageUri = /^(?:pkg:(?:docker|oci)\/|docker:\/\/|oci:\/\/)/;
const uriMaxLength = 2_048;

export function provenanceFacts(statement: {
  readonly predicateType: string;
  readonly predicate: JsonObject;
}): ProvenanceFacts | null {
  if (statement.predicateType === version02) return factsOf02(statement.predicate);
  if (statement.predicateType === version1) return factsOf1(statement.predicate);
  return null;
}

function factsOf02(predicate: JsonObject): ProvenanceFacts {
  const configSource = objectMember(objectMember(predicate, "invocation") ?? {}, "configSource") ?? {};
  const metadata = objectMember(predicate, "metadata") ?? {};
  return {
    builder: stringMember(objectMember(predicate, "builder") ?? {}, "id") ?? null,
    buildType: stringMember(predicate, "buildType") ?? null,
    sources: [
      ...sourceOf(configSource, "invocation.configSource"),
      ...(arrayMember(predicate, "materials") ?? []).flatMap((material) => gitSourceOf(material, "materials")),
    ].slice(0, sourcesKept),
    startedAt: stringMember(metadata, "buildStartedOn") ?? null,
    finishedAt: stringMember(metadata, "buildFinishedOn") ?? null,
    ...imagesOf(arrayMember(predicate, "materials")),
  };
}

function factsOf1(predicate: JsonObject): ProvenanceFacts {
  const definition = objectMember(predicate, "buildDefinition") ?? {};
  const details = objectMember(predicate, "runDetails") ?? {};
  const metadata = objectMember(details, "metadata") ?? {};
  const external = objectMember(definition, "externalParameters") ?? {};
  return {
    builder: stringMember(objectMember(details, "builder") ?? {}, "id") ?? null,
    buildType: stringMember(definition, "buildType") ?? null,
    sources: [
      ...workflowSource(objectMember(external, "workflow") ?? {}),
      ...sourceOf(objectMember(external, "source") ?? {}, "externalParameters.source"),
      ...(arrayMember(definition, "resolvedDependencies") ?? []).flatMap((dependency) =>
        gitSourceOf(dependency, "resolvedDependencies"),
      ),
    ].slice(0, sourcesKept),
    startedAt: stringMember(metadata, "startedOn") ?? null,
    finishedAt: stringMember(metadata, "finishedOn") ?? null,
    ...imagesOf(arrayMember(definition, "resolvedDependencies")),
  };
}

function imagesOf(descriptors: readonly unknown[] | undefined): Pick<ProvenanceFacts, "images"> {
  const images = (descriptors ?? []).flatMap((descriptor): readonly ImageMaterial[] => {
    if (!isObject(descriptor)) return [];
    const uri = stringMember(descriptor, "uri");
    if (uri === undefined || uri.length > uriMaxLength || !imageUri.test(uri)) return [];
    return [{ uri, sha256: stringMember(objectMember(descriptor, "digest") ?? {}, "sha256") ?? null }];
  });
  return images.length === 0 ? {} : { images: images.slice(0, imagesKept) };
}

/** GitHub's build type: the workflow's repository; its commit stands among the resolved dependencies. */
function workflowSource(workflow: JsonObject): readonly ProvenanceSource[] {
  const uri = stringMember(workflow, "repository");
  return uri === undefined
    ? []
    : [{ uri, revision: stringMember(workflow, "ref") ?? null, member: "externalParameters.workflow" }];
}

function sourceOf(descriptor: JsonObject, member: string): readonly ProvenanceSource[] {
  const uri = stringMember(descriptor, "uri");
  if (uri === undefined) return [];
  const digests = objectMember(descriptor, "digest") ?? {};
  const revision = stringMember(digests, "gitCommit") ?? stringMember(digests, "sha1") ?? null;
  return [{ uri, revision, member }];
}

/** Materials and dependencies are mostly images and packages; a source is what comes out of git. */
function gitSourceOf(descriptor: unknown, member: string): readonly ProvenanceSource[] {
  if (!isObject(descriptor)) return [];
  return sourceOf(descriptor, member).filter(({ uri }) => uri.startsWith("git+") || uri.endsWith(".git"));
}
