// Comparing: what Signalbox says of each program, and what a model of it does with the very files, beside what it did.
import type { ConsumerTrust, PlanTrust } from "../../../policies/plan/switch-plan.ts";
import type { ContainersImageVersion } from "../../../policies/trust/consumers/containers-policy.ts";
import type { HostConfiguration } from "../../../policies/trust/consumers/prepared-host.ts";
import { prepareHost } from "../../../policies/trust/consumers/prepared-host.ts";
import { simulateContainersImage } from "../../../policies/trust/consumers/simulate-containers-image.ts";
import { readTrustedRoot, type TrustedRoot } from "../../../policies/trust/trusted-root.ts";
import type { Digest } from "../../../policies/words/digest.ts";
import type { TrustInForce } from "../../../worker/verify/trust-in-force.ts";
import type { Said } from "./ask-signalbox.ts";
import type { HostFile } from "./host.ts";
import { policyPath } from "./host-files.ts";
import type { Answer, Program } from "./judge.ts";
import { compareVersions } from "./releases.ts";

/** What each skopeo was built from (its go.mod); `skopeo copy` is asked for podman, whose versions are these. */
const containersImageOf: Readonly<Record<string, readonly [number, number, number]>> = {
  "1.9.3": [5, 23, 1],
  "1.18.0": [5, 34, 2],
  "1.22.0": [5, 39, 1],
};

/** Older versions ask no policy at all (skopeo 1.13.0, cmd/skopeo/proxy.go): to Signalbox that is no bootc. */
export function checksPolicy({ program, version }: Answer): boolean {
  return program !== "image-proxy" || compareVersions(version, "1.13.0") >= 0;
}

const consumers = { cosign: "cosign", "image-proxy": "bootc", copy: "podman" } as const satisfies Record<
  Program,
  keyof PlanTrust["consumers"]
>;

function versionAsConsumer({ program, version }: Pick<Answer, "program" | "version">): string {
  return program === "copy" ? containersImage(version).join(".") : version;
}

function containersImage(skopeo: string): readonly [number, number, number] {
  const version = containersImageOf[skopeo];
  if (version === undefined) throw new Error(`which containers/image is skopeo ${skopeo} built from?`);
  return version;
}

/** Whether the plan says that this version accepts. */
export function isSaidToAccept(trust: PlanTrust, answer: Pick<Answer, "program" | "version">): boolean {
  return verdictFor(trust.consumers[consumers[answer.program]], versionAsConsumer(answer)) === "verified";
}

/** Of a version of what the consumer is built from: of containers/image for podman. Undefined: nothing is said of it. */
export function verdictFor({ verdict, since, byVersion }: ConsumerTrust, version: string): string | undefined {
  if (byVersion.length > 0) {
    return byVersion.find(({ from, to }) => isWithin(version, numberOf(from ?? "0"), to === null ? null : numberOf(to)))
      ?.verdict;
  }
  // Where no version reads the files, none accepts.
  if (since === null) return verdict === "verified" ? undefined : verdict;
  return since.startsWith("cosign") || compareVersions(version, numberOf(since)) >= 0 ? verdict : undefined;
}

function numberOf(named: string): string {
  return named.slice(named.lastIndexOf(" ") + 1);
}

/** `to` is the last version, or the last minor version with all that belong to it. */
function isWithin(version: string, from: string, to: string | null): boolean {
  if (compareVersions(version, from) < 0) return false;
  const parts = to?.split(".").length ?? 0;
  return to === null || compareVersions(version.split(".").slice(0, parts).join("."), to) <= 0;
}

function textOf({ content }: HostFile): string {
  return typeof content === "string" ? content : Buffer.from(content).toString("latin1");
}

function configurationOf(files: readonly HostFile[]): HostConfiguration {
  const below = (folder: string) =>
    Object.fromEntries(files.filter(({ path }) => path.startsWith(folder)).map((file) => [file.path, textOf(file)]));
  const policy = files.find(({ path }) => path === policyPath);
  return {
    policyJson: policy === undefined ? "" : textOf(policy),
    registriesD: below("/etc/containers/registries.d/"),
    files: below("/etc/pki/"),
  };
}

export type Asked = {
  readonly said: Pick<Said, "top" | "platform">;
  readonly reference: string;
  readonly nowMs: number;
};

/** What the model of containers/image does with these files, of whatever kind they are. */
export function isAcceptedByModel(
  trust: Pick<TrustInForce, "index">,
  { said, reference, nowMs }: Asked,
  files: readonly HostFile[],
  answer: Pick<Answer, "program" | "version">,
): boolean {
  const [major, minor] = containersImage(answer.version);
  const version: ContainersImageVersion = [major, minor];
  const configuration = configurationOf(files);
  const { found, digest } = answer.program === "copy" ? said.platform : (said.top ?? said.platform);
  const repository = reference.split("@", 1)[0]?.replace(/:[^:/]*$/, "") ?? "";
  const manifest = { digest, found, nowMs };
  const outcome = simulateContainersImage(configuration, reference, manifest, rootsOf(trust, repository), version);
  return outcome.outcome === "accepted";
}

/** Of a proxy that asks no policy: it still reads registries.d. */
export function isReadable(files: readonly HostFile[]): boolean {
  const policyJson = JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] });
  return prepareHost({ ...configurationOf(files), policyJson }, [5, 23]).outcome === "host";
}

function rootsOf({ index }: Pick<TrustInForce, "index">, repository: string): ReadonlyMap<Digest, TrustedRoot> {
  const roots = new Map<Digest, TrustedRoot>();
  for (const signer of index.rulesFor(repository).policy?.signers ?? []) {
    if (signer.type !== "identity" || signer.trustRoot.digest === null) continue;
    const root = readTrustedRoot(signer.trustRoot.content);
    if (root !== undefined) roots.set(signer.trustRoot.digest, root);
  }
  return roots;
}
