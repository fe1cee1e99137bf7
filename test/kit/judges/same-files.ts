// Whether two sets of host files say the same: whatever they are called, and however keys are written.
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { readOpenpgpKeys } from "../../../policies/documents/openpgp-key-file.ts";
import type { HostFile } from "./host.ts";
import { policyPath } from "./host-files.ts";

type Sections = Readonly<Record<string, readonly object[]>>;
type Policy = { readonly default?: readonly object[]; readonly transports?: Readonly<Record<string, Sections>> };

export function sameFiles(a: readonly HostFile[], b: readonly HostFile[]): boolean {
  return isDeepStrictEqual(meaningOf(a), meaningOf(b));
}

function textOf({ content }: HostFile): string {
  return typeof content === "string" ? content : Buffer.from(content).toString("latin1");
}

function meaningOf(files: readonly HostFile[]) {
  const contents = new Map(files.map((file) => [file.path, textOf(file)]));
  const policy = JSON.parse(contents.get(policyPath) ?? "{}") as Policy;
  const { docker, ...transports } = policy.transports ?? {};
  const sections = Object.entries(docker ?? {}).map(([scope, requirements]) => [
    scope,
    requirements.map((requirement) => resolved(requirement, contents)),
  ]);
  const registries = [...contents].flatMap(([path, text]) => {
    if (!path.startsWith("/etc/containers/registries.d/")) return [];
    const { docker: read = {}, ...rest } = parse(text) as { readonly docker?: object };
    return [...Object.entries(read), ...Object.entries(rest)];
  });
  return {
    default: policy.default,
    // Which transports are local is no question of trust.
    others: [...new Set(Object.values(transports).map((sections) => JSON.stringify(sections)))],
    sections: Object.fromEntries(sections),
    registries: Object.fromEntries(registries),
  };
}

/** With what a path holds in place of the path. */
function resolved(value: unknown, contents: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    const text = contents.get(value);
    return text === undefined ? value : keysOf(text);
  }
  if (Array.isArray(value)) return value.map((each) => resolved(each, contents));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, contents)]));
}

/** A PEM block's bytes are what counts, and of OpenPGP keys their fingerprints. */
function keysOf(text: string): readonly string[] {
  if (!text.includes("PUBLIC KEY-----") && !text.includes("CERTIFICATE-----")) {
    const ring = readOpenpgpKeys(Buffer.from(text, "latin1"));
    return ring.outcome === "keys" ? ring.fingerprints.toSorted() : [ring.reason];
  }
  const blocks = text.split("-----BEGIN ").slice(1);
  return blocks.map((block) => block.split("-----END")[0]?.replace(/\s+/g, "") ?? "").toSorted();
}
