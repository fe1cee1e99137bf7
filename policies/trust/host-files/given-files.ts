// Given files: the host files of a switch plan, whoever made it, read back and held to what they may say.
import { parseStrictJson } from "../../images/strict-json.ts";
import type { SwitchPlan } from "../../plan/switch-plan.ts";
import { isInScope } from "../../words/pattern.ts";
import { parseDockerReference, sectionsFor } from "../consumers/docker-reference.ts";
import { readRegistriesConfig } from "../consumers/registries-config.ts";
import { policyJsonPath } from "./host-conflicts.ts";
import type { Sections } from "./policy-json.ts";
import type { RegistrySections } from "./registries-d.ts";

export type GivenFiles = {
  /** The policy's own sections of policy.json. */
  readonly own: Sections;
  /** Sections within its scopes that belong to other policies. */
  readonly inner: Sections;
  /** By which its file in registries.d is called. */
  readonly name: string;
  readonly registries: RegistrySections;
  /** Keys and certificates. */
  readonly keys: Readonly<Record<string, string>>;
};

export type ReadGiven =
  | { readonly outcome: "files"; readonly files: GivenFiles }
  | { readonly outcome: "refused"; readonly reason: string };

const limits = { maxBytes: 256 * 1024, maxDepth: 16, maxMembers: 10_000, maxItems: 10_000 };
const keyBytes = 4 * 1024 * 1024;

const keyPath = /^\/etc\/pki\/containers\/[\w@+-][\w.@+-]*\.(?:pub|asc|pem)$/;
const registryPath = /^\/etc\/containers\/registries\.d\/([\w@+-][\w.@+-]*)\.yaml$/;

/**
 * A service may be wrong or taken over: nothing that it sends may open what a host keeps shut, reach beyond the
 * policy's scope and the image that was asked for, or write anywhere but where host files stand.
 */
export function readGivenFiles({ target, trust }: Pick<SwitchPlan, "target" | "trust">): ReadGiven {
  try {
    return { outcome: "files", files: read(target.ref, trust) };
  } catch (error) {
    if (error instanceof NotGiven) return { outcome: "refused", reason: error.message };
    throw error;
  }
}

class NotGiven extends Error {}

function read(ref: string, { hostFiles, policyScope }: SwitchPlan["trust"]): GivenFiles {
  const keys: Record<string, string> = {};
  let registriesText: { readonly name: string; readonly path: string; readonly content: string } | undefined;
  let fragment: string | undefined;
  for (const { path, content, merge } of hostFiles) {
    const name = registryPath.exec(path)?.[1];
    if (path === policyJsonPath && merge === true && fragment === undefined) fragment = content;
    else if (name !== undefined && registriesText === undefined) registriesText = { name, path, content };
    else if (keyPath.test(path) && !Object.hasOwn(keys, path) && content.length <= keyBytes) keys[path] = content;
    else throw new NotGiven(`${path} is no host file of a trust policy, or stands there twice`);
  }
  if (fragment === undefined || registriesText === undefined || policyScope === null) {
    throw new NotGiven("policy.json or the file for registries.d is missing");
  }
  const sections = sectionsOf(fragment);
  const own = Object.fromEntries(Object.entries(sections).filter(([scope]) => Object.hasOwn(policyScope, scope)));
  const inner = Object.fromEntries(Object.entries(sections).filter(([scope]) => !Object.hasOwn(policyScope, scope)));
  checkScopes(ref, own, inner);
  for (const requirement of Object.values(own).flat()) checkRequirement(requirement, false, keys);
  for (const requirement of Object.values(inner).flat()) checkRequirement(requirement, true, keys);
  return { own, inner, name: registriesText.name, registries: registriesOf(registriesText, sections), keys };
}

function sectionsOf(fragment: string): Sections {
  const parsed = parseStrictJson(Buffer.from(fragment), limits);
  if (parsed.outcome === "invalid") throw new NotGiven(`policy.json: ${parsed.reason}`);
  const transports = onlyMember(parsed.value, "transports");
  const docker = onlyMember(transports, "docker");
  if (!isObject(docker)) throw new NotGiven("policy.json: its sections are no object");
  for (const [scope, requirements] of Object.entries(docker)) {
    const isList = Array.isArray(requirements) && requirements.length > 0 && requirements.every(isObject);
    if (!isList) throw new NotGiven(`policy.json: the section ${scope} is no list of requirements`);
  }
  return docker as Sections;
}

/** Whatever else stands there would say something of other images, too. */
function onlyMember(value: unknown, name: string): unknown {
  if (!isObject(value) || Object.keys(value).join() !== name) {
    throw new NotGiven(`policy.json: it holds something beside ${name}`);
  }
  return value[name];
}

function checkScopes(ref: string, own: Sections, inner: Sections): void {
  const reference = parseDockerReference(ref);
  const speaking = reference === undefined ? [] : sectionsFor(reference);
  if (!Object.keys(own).some((scope) => speaking.includes(scope))) {
    throw new NotGiven(`no section of policy.json speaks for ${ref}`);
  }
  for (const scope of Object.keys({ ...own, ...inner })) {
    // Without a host, or with `*.`, it would be a section for registries that nobody named.
    if (!/^[\w[][^*\s]*$/.test(scope)) throw new NotGiven(`the section ${JSON.stringify(scope)} is too wide`);
  }
  for (const scope of Object.keys(inner)) {
    const isWithin = Object.keys(own).some((wider) => isInScope(wider, scope));
    if (!isWithin) throw new NotGiven(`the section ${scope} is not within the policy's scope`);
  }
}

function checkRequirement(
  requirement: Readonly<Record<string, unknown>>,
  mayReject: boolean,
  keys: GivenFiles["keys"],
): void {
  const { type } = requirement;
  if (type === "reject" && mayReject) return;
  if (type !== "sigstoreSigned" && type !== "signedBy") {
    throw new NotGiven(`a section asks for ${JSON.stringify(type)}, which is no signature`);
  }
  const paths = pathsIn(requirement);
  if (paths.length === 0) throw new NotGiven("a section names no key");
  const missing = paths.find((path) => !Object.hasOwn(keys, path));
  if (missing !== undefined) throw new NotGiven(`the key ${missing} does not come with the files`);
}

function pathsIn(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (/Paths?$/.test(name)) return [inner].flat().map(String);
    return name === "fulcio" && isObject(inner) ? pathsIn(inner) : [];
  });
}

function registriesOf(file: { readonly path: string; readonly content: string }, sections: Sections): RegistrySections {
  const config = readRegistriesConfig({ [file.path]: file.content });
  if (config.outcome === "invalid") throw new NotGiven(`${file.path}: ${config.reason}`);
  if (config.config.default !== null) throw new NotGiven(`${file.path}: it speaks of all registries`);
  const entries = [...config.config.docker].map(([scope, { lookaside, usesAttachments }]) => {
    if (!Object.hasOwn(sections, scope)) throw new NotGiven(`${file.path}: ${scope} is not within the policy's scope`);
    if (usesAttachments === false || (lookaside !== null && !/^https?:\/\/[^\s]+$/.test(lookaside))) {
      throw new NotGiven(`${file.path}: what it says of ${scope} is nothing that a policy gives`);
    }
    const attachments = usesAttachments === true ? { "use-sigstore-attachments": true as const } : {};
    return [scope, { ...attachments, ...(lookaside === null ? {} : { lookaside }) }] as const;
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
