// Conflicts: what a host's own files still say after a trust policy's were merged into them (hazard 19).

export type HostFileConflict =
  /** Whatever no section speaks of is accepted: `--enforce-container-sigpolicy` refuses such a policy. */
  | { readonly kind: "accepts-by-default" }
  /** A section within the policy's scope wins over it. `hitsImage`: for the very image that was asked for. */
  | { readonly kind: "narrower-section"; readonly file: string; readonly section: string; readonly hitsImage: boolean }
  /** The host looked for OpenPGP signatures elsewhere, and no longer does. */
  | { readonly kind: "lookaside-replaced"; readonly file: string; readonly section: string; readonly was: string }
  /** containers/image refuses such a file, and with it every pull. */
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string };

export const policyJsonPath = "/etc/containers/policy.json";
export const registriesFolder = "/etc/containers/registries.d";
