// What is signed: simple-signing payloads and in-toto statements, as cosign, skopeo, Tekton Chains and GitHub write them.
import type { Digest } from "../../../policies/words/digest.ts";

/** cosign's own bytes: this order, no spaces, `"optional":null`. */
export function cosignPayload(reference: string, digest: Digest, optional: object | null = null): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": reference },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional,
    }),
  );
}

export function openpgpPayload(reference: string, digest: Digest): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": reference },
        image: { "docker-manifest-digest": digest },
        type: "atomic container signature",
      },
      optional: { creator: "signing kit", timestamp: 1_715_000_000 },
    }),
  );
}

export const predicateTypes = {
  signature: "https://sigstore.dev/cosign/sign/v1",
  provenance02: "https://slsa.dev/provenance/v0.2",
  provenance1: "https://slsa.dev/provenance/v1",
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
  vulnerabilities: "https://cosign.sigstore.dev/attestation/vuln/v1",
  openvex: "https://openvex.dev/ns",
  custom: "https://cosign.sigstore.dev/attestation/v1",
  verificationSummary: "https://slsa.dev/verification_summary/v1",
} as const;

export type StatementOptions = {
  readonly type?: string;
  readonly name?: string;
  readonly predicate?: object;
};

export function statement(digest: Digest, predicateType: string, options: StatementOptions = {}): Buffer {
  const [algorithm = "", value = ""] = digest.split(":");
  const { type = "https://in-toto.io/Statement/v1", name, predicate = {} } = options;
  const subject = { ...(name === undefined ? {} : { name }), digest: { [algorithm]: value } };
  return Buffer.from(JSON.stringify({ _type: type, subject: [subject], predicateType, predicate }));
}

export const predicates = {
  /** Tekton Chains, v0.2: the pipeline's repository is the config source, the sources stand among the materials. */
  tekton02: (source: string, revision: string) => ({
    builder: { id: "https://tekton.dev/chains/v2" },
    buildType: "tekton.dev/v1/PipelineRun",
    invocation: { configSource: { uri: "git+https://git.example/pipelines.git", digest: { sha1: "a".repeat(40) } } },
    materials: [
      { uri: "oci://registry.example/task", digest: { sha256: "b".repeat(64) } },
      { uri: `git+${source}.git`, digest: { sha1: revision } },
    ],
    metadata: { buildStartedOn: "2024-05-06T07:00:00Z", buildFinishedOn: "2024-05-06T07:08:00Z" },
  }),
  github1: (source: string, ref: string, revision: string, builder: string) => ({
    buildDefinition: {
      buildType: "https://actions.github.io/buildtypes/workflow/v1",
      externalParameters: { workflow: { ref, repository: source, path: ".github/workflows/build.yml" } },
      resolvedDependencies: [{ uri: `git+${source}@${ref}`, digest: { gitCommit: revision } }],
    },
    runDetails: {
      builder: { id: builder },
      metadata: { invocationId: `${source}/actions/runs/1`, startedOn: "2024-05-06T07:00:00Z" },
    },
  }),
} as const;
