// policy.json for a host: a fragment, a new file, or the host's own with the policy's sections merged in.
import { isInScope } from "../../words/pattern.ts";
import { readContainersPolicy } from "../consumers/containers-policy.ts";
import { parseDockerReference, sectionsFor } from "../consumers/docker-reference.ts";
import { type HostFileConflict, policyJsonPath } from "./host-conflicts.ts";

export type Sections = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const acceptAnything = [{ type: "insecureAcceptAnything" }] as const;

/** What never came from a registry has been checked on its way in, or was built here. */
const localTransports = [
  "containers-storage",
  "dir",
  "docker-archive",
  "docker-daemon",
  "oci",
  "oci-archive",
  "tarball",
] as const;

export function policyFragment(sections: Sections): string {
  return jsonText({ transports: { docker: sections } });
}

/** For a host without one: what is not listed stays open, and `default` does not accept anything, as bootc asks for. */
export function newPolicy(sections: Sections): string {
  return jsonText({
    default: [{ type: "reject" }],
    transports: {
      docker: { "": acceptAnything, ...sections },
      ...Object.fromEntries(localTransports.map((transport) => [transport, { "": acceptAnything }])),
    },
  });
}

export type MergedPolicy =
  | { readonly outcome: "merged"; readonly content: string; readonly conflicts: readonly HostFileConflict[] }
  /** No version of containers/image reads the host's file: there is nothing to merge into. */
  | { readonly outcome: "unreadable"; readonly conflicts: readonly HostFileConflict[] };

/** Newer than any: what even this cannot read, no host can. */
const newest = [5, 99] as const;

/**
 * The policy's own sections replace what stands there; `inner` sections are only added where the host has none.
 * Everything else stays byte for byte the same value.
 */
export function mergePolicy(
  host: Readonly<Record<string, unknown>>,
  own: Sections,
  inner: Sections,
  image: string,
): MergedPolicy {
  const file = policyJsonPath;
  const read = readContainersPolicy(jsonText(host), newest);
  if (read.outcome === "invalid") {
    return { outcome: "unreadable", conflicts: [{ kind: "unreadable", file, reason: read.reason }] };
  }
  const transports = objectOf(host, "transports");
  const docker = objectOf(transports, "docker");
  const added = Object.entries(inner).filter(([section]) => !Object.hasOwn(docker, section));
  const merged = fromEntries([
    ...Object.entries(docker).filter(([section]) => !Object.hasOwn(own, section)),
    ...added,
    ...Object.entries(own),
  ]);
  const reference = parseDockerReference(image);
  const speaking = reference === undefined ? [] : sectionsFor(reference);
  const narrower = Object.keys(docker).filter(
    (section) =>
      !Object.hasOwn(own, section) &&
      !Object.hasOwn(inner, section) &&
      Object.keys(own).some((scope) => isWithin(scope, section)),
  );
  return {
    outcome: "merged",
    content: jsonText(
      fromEntries([...withMember(host, "transports", fromEntries(withMember(transports, "docker", merged)))]),
    ),
    conflicts: [
      ...(acceptsByDefault(host) ? [{ kind: "accepts-by-default" as const }] : []),
      ...narrower.map(
        (section): HostFileConflict => ({
          kind: "narrower-section",
          file,
          section,
          hitsImage: speaking.includes(section),
        }),
      ),
    ],
  };
}

/** Whether `--enforce-container-sigpolicy` takes a host's policy: it refuses one that accepts anything by default. */
export function enforceFlagWorks(policyJson: Readonly<Record<string, unknown>>): boolean {
  return !acceptsByDefault(policyJson);
}

function acceptsByDefault(policy: Readonly<Record<string, unknown>>): boolean {
  const requirements = policy.default;
  return (
    Array.isArray(requirements) &&
    requirements.length > 0 &&
    requirements.every((each: unknown) => isObject(each) && each.type === "insecureAcceptAnything")
  );
}

/** Sections are scopes, or one image in them: `host/path:tag`, `host/path@digest`. */
function isWithin(scope: string, section: string): boolean {
  return (
    section !== scope &&
    (isInScope(scope, section) || section.startsWith(`${scope}:`) || section.startsWith(`${scope}@`))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(host: Readonly<Record<string, unknown>>, member: string): Readonly<Record<string, unknown>> {
  const value = Object.hasOwn(host, member) ? host[member] : undefined;
  return isObject(value) ? value : {};
}

/** The members in their order, one of them with another value, or at the end where it is new. */
function withMember(host: Readonly<Record<string, unknown>>, member: string, value: unknown): [string, unknown][] {
  if (!Object.hasOwn(host, member)) return [...Object.entries(host), [member, value]];
  return Object.entries(host).map(([name, before]) => [name, name === member ? value : before]);
}

/** Defines members, so that none of a host's names is taken for a prototype. */
function fromEntries(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries(entries);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
