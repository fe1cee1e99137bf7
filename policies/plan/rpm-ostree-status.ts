// rpm-ostree's status: what `rpm-ostree status --json` says of the deployment that is booted.
import { z } from "zod";

const Text = z.string().max(4_096);
const Names = z.array(Text).nullish();
/** Pairs of packages, or objects of them; how many there are is all that is asked. */
const Anything = z.array(z.unknown()).nullish();

const Deployment = z.object({
  booted: z.boolean().nullish(),
  "container-image-reference": Text.nullish(),
  "container-image-reference-digest": Text.nullish(),
  version: Text.nullish(),
  /** Seconds since 1970. */
  timestamp: z.number().nullish(),
  packages: Names,
  "requested-packages": Names,
  "requested-local-packages": Names,
  "requested-local-fileoverride-packages": Names,
  "requested-base-removals": Names,
  "requested-base-local-replacements": Names,
  "base-removals": Anything,
  "base-local-replacements": Anything,
  "base-remote-replacements": z.record(z.string(), z.unknown()).nullish(),
  modules: Names,
  "requested-modules": Names,
  "initramfs-etc": Names,
  "regenerate-initramfs": z.boolean().nullish(),
});

/** Members that no answer uses are not looked at. */
export const RpmOstreeStatus = z.looseObject({ deployments: z.array(Deployment).nullish() });
export type RpmOstreeStatus = z.infer<typeof RpmOstreeStatus>;

export type BootedDeployment = {
  /** As rpm-ostree writes it, with its scheme. */
  readonly reference: string | null;
  readonly digest: string | null;
  readonly version: string | null;
  readonly createdMs: number | null;
  /** What was layered, replaced or removed, by name where it has one. */
  readonly modifications: readonly string[];
};

/** Null: nothing that rpm-ostree deployed is booted. */
export function bootedDeployment(status: RpmOstreeStatus): BootedDeployment | null {
  const booted = status.deployments?.find((deployment) => deployment.booted === true);
  if (booted === undefined) return null;
  const named = [
    booted["requested-packages"] ?? booted.packages,
    booted["requested-local-packages"],
    booted["requested-local-fileoverride-packages"],
    booted["requested-base-removals"],
    booted["requested-base-local-replacements"],
    booted["requested-modules"] ?? booted.modules,
    booted["initramfs-etc"],
  ].flatMap((names) => names ?? []);
  const unnamed = [
    { what: "removed packages of the base", is: isFilled(booted["base-removals"]) },
    { what: "replaced packages of the base", is: isFilled(booted["base-local-replacements"]) },
    { what: "replaced packages of the base", is: isFilled(Object.keys(booted["base-remote-replacements"] ?? {})) },
    { what: "an initramfs of its own", is: booted["regenerate-initramfs"] === true },
  ].flatMap(({ what, is }) => (is ? [what] : []));
  return {
    reference: booted["container-image-reference"] ?? null,
    digest: booted["container-image-reference-digest"] ?? null,
    version: booted.version ?? null,
    createdMs: booted.timestamp == null ? null : booted.timestamp * 1000,
    modifications: [...new Set([...named, ...unnamed])],
  };
}

function isFilled(list: readonly unknown[] | null | undefined): boolean {
  return (list?.length ?? 0) > 0;
}
