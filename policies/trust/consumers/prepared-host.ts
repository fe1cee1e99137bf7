// Prepared hosts: a host's files as one version of containers/image reads them, read once however often they are asked.
import { readOpenpgpKeys } from "../../documents/openpgp-key-file.ts";
import { readPublicKey } from "../../documents/public-key-file.ts";
import { derOf, keyId } from "../trusted-root.ts";
import {
  type ContainersImageVersion,
  type ContainersPolicy,
  type KeySource,
  readContainersPolicy,
} from "./containers-policy.ts";
import { type RegistriesConfig, readRegistriesConfig } from "./registries-config.ts";

export type HostConfiguration = {
  readonly policyJson: string;
  /** Paths of registries.d, and what they hold. */
  readonly registriesD: Readonly<Record<string, string>>;
  /** The keys and certificates that policy.json names, by path. */
  readonly files: Readonly<Record<string, string>>;
};

export type PreparedHost =
  | {
      readonly outcome: "host";
      readonly version: ContainersImageVersion;
      readonly policy: ContainersPolicy;
      readonly registries: RegistriesConfig;
      readonly keys: KeyReader;
    }
  | { readonly outcome: "unreadable"; readonly reason: string };

/** What a requirement names. `missing`: a path that is not here. */
export type Read<T> = { readonly values: readonly T[] } | { readonly missing: string };

export type KeyReader = {
  /** Fingerprints of public keys, as findings write them. */
  publicKeys(source: KeySource): Read<string>;
  /** Fingerprints of primary OpenPGP keys, as findings write them. */
  openpgpKeys(source: KeySource): Read<string>;
  /** DER. */
  certificates(source: KeySource): Read<Buffer>;
  /** Ids of transparency logs. */
  logs(source: KeySource): Read<string>;
};

const prepared = new WeakMap<HostConfiguration, Map<string, PreparedHost>>();

export function prepareHost(configuration: HostConfiguration, version: ContainersImageVersion): PreparedHost {
  const known = prepared.get(configuration) ?? new Map<string, PreparedHost>();
  prepared.set(configuration, known);
  const name = version.join(".");
  const host = known.get(name) ?? read(configuration, version);
  known.set(name, host);
  return host;
}

function read(configuration: HostConfiguration, version: ContainersImageVersion): PreparedHost {
  const policy = readContainersPolicy(configuration.policyJson, version);
  if (policy.outcome === "invalid") return { outcome: "unreadable", reason: `policy.json: ${policy.reason}` };
  const registries = readRegistriesConfig(configuration.registriesD);
  if (registries.outcome === "invalid") {
    return { outcome: "unreadable", reason: `${registries.path}: ${registries.reason}` };
  }
  const keys = keyReader(configuration.files);
  return { outcome: "host", version, policy: policy.policy, registries: registries.config, keys };
}

function keyReader(files: HostConfiguration["files"]): KeyReader {
  const reader = <T>(of: (file: Buffer) => readonly T[]) => {
    const known = new Map<KeySource, Read<T>>();
    return (source: KeySource): Read<T> => {
      const before = known.get(source);
      if (before !== undefined) return before;
      const buffers = buffersOf(files, source);
      const values = typeof buffers === "string" ? { missing: buffers } : { values: buffers.flatMap(of) };
      known.set(source, values);
      return values;
    };
  };
  return {
    publicKeys: reader((file) => {
      const key = readPublicKey(file.toString("utf8"));
      return key.outcome === "key" ? [`sha256:${key.fingerprint}`] : [];
    }),
    openpgpKeys: reader((file) => {
      const ring = readOpenpgpKeys(file);
      return ring.outcome === "keys" ? ring.fingerprints.map((fingerprint) => fingerprint.toUpperCase()) : [];
    }),
    certificates: reader((file) => derOf("CERTIFICATE", file.toString("utf8"))),
    logs: reader((file) => derOf("PUBLIC KEY", file.toString("utf8")).map(keyId)),
  };
}

/** The path that is not here. */
function buffersOf(files: HostConfiguration["files"], source: KeySource): readonly Buffer[] | string {
  if ("data" in source) return source.data.map((data) => Buffer.from(data));
  const missing = source.paths.find((path) => !Object.hasOwn(files, path));
  return missing ?? source.paths.map((path) => Buffer.from(files[path] ?? "", "utf8"));
}
