// Asking cosign as those who verify an image do: by a key, or by an identity under a trusted root.
import { toPem } from "../signing/certificate.ts";
import type { Said } from "./ask-skopeo.ts";
import { authority, otherAuthority } from "./authorities.ts";
import { rootOf } from "./documents.ts";
import type { Host } from "./host.ts";
import { keyOf } from "./keyring.ts";
import { compareVersions } from "./releases.ts";
import type { RowPolicy, RowSigner } from "./row.ts";
import { errorWords } from "./words.ts";

/** cosign knows keys and identities; it takes one at a time, so that a threshold is that many questions. */
export type CosignSigner = Exclude<RowSigner["by"], { readonly openpgp: unknown }>;

/** An attestation that a policy requires, and who may make it. */
export type CosignAttestation = { readonly predicateType: string; readonly signers: readonly CosignSigner[] };

export async function askCosign(
  host: Host,
  reference: string,
  signers: readonly CosignSigner[],
  { threshold = 1, transparencyLog = "optional" }: Pick<RowPolicy, "threshold" | "transparencyLog">,
  attestations: readonly CosignAttestation[] = [],
): Promise<Said> {
  const words: string[] = [];
  const ask = async (command: readonly string[], by: CosignSigner, log: "required" | "optional"): Promise<boolean> => {
    const { flags, env } = "key" in by ? keyFlags(host, by.key, log) : identityFlags(host, by);
    const ran = await host.run(["cosign", ...command, ...flags, "--output", "text", reference], { env });
    if (ran.code !== 0) words.push(errorWords(ran.stderr));
    return ran.code === 0;
  };
  let count = 0;
  for (const by of signers) if (await ask(["verify"], by, transparencyLog)) count += 1;
  let accepted = count >= threshold;
  for (const { predicateType, signers: makers } of accepted ? attestations : []) {
    let isThere = false;
    for (const by of makers) {
      isThere ||= await ask(["verify-attestation", "--type", predicateType], by, "optional");
    }
    accepted &&= isThere;
  }
  return { accepted, words: accepted ? "" : words.join(" | ") };
}

/** Else it asks the public log for an entry that the signature does not bring. cosign 3 has the flag, and hides it. */
const offline = ["--offline"];

type Question = { readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> };

function isSecond({ release: { cosign = "" } }: Host): boolean {
  return compareVersions(cosign, "3.0.0") < 0;
}

function keyFlags(host: Host, name: Parameters<typeof keyOf>[0], log: "required" | "optional"): Question {
  const path = `/root/ask-${name}.pub`;
  host.write({ path, content: keyOf(name).pem });
  if (log === "optional") return { flags: ["--key", path, "--insecure-ignore-tlog"], env: {} };
  return isSecond(host)
    ? { flags: ["--key", path, ...offline], env: rootVariables(host) }
    : { flags: ["--key", path, "--trusted-root", rootFile(host), ...offline], env: {} };
}

function identityFlags(host: Host, by: Extract<CosignSigner, { issuer: string }>): Question {
  const subject = by.subject.includes("*")
    ? ["--certificate-identity-regexp", anchored(by.subject)]
    : ["--certificate-identity", by.subject];
  const flags = [...subject, "--certificate-oidc-issuer", by.issuer];
  // cosign 2 reads a trusted root for bundles alone; for the legacy form the parts are given one by one.
  if (!isSecond(host)) return { flags: [...flags, "--trusted-root", rootFile(host, by.root), ...offline], env: {} };
  const from = by.root === "other" ? otherAuthority : authority;
  const [roots, intermediates] = ["/root/ask-roots.pem", "/root/ask-intermediates.pem"];
  host.write({ path: roots, content: toPem(from.root) });
  host.write({ path: intermediates, content: toPem(from.intermediate) });
  return {
    flags: [...flags, "--ca-roots", roots, "--ca-intermediates", intermediates, ...offline],
    env: rootVariables(host, by.root),
  };
}

/** A pattern's `*` is anything but `/`; all else is literal. */
function anchored(pattern: string): string {
  const literal = (text: string) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  return `^${pattern.split("*").map(literal).join("[^/]*")}$`;
}

function rootFile(host: Host, root?: "other"): string {
  const path = `/root/ask-${root ?? "own"}-root.json`;
  host.write({ path, content: JSON.stringify(rootOf(root)) });
  return path;
}

function rootVariables(host: Host, root?: "other"): Readonly<Record<string, string>> {
  const from = root === "other" ? otherAuthority : authority;
  const [log, certificates] = ["/root/ask-rekor.pub", "/root/ask-ct.pub"];
  host.write({ path: log, content: from.rekor1.key.pem });
  host.write({ path: certificates, content: from.ctLog.key.pem });
  return { SIGSTORE_REKOR_PUBLIC_KEY: log, SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: certificates };
}
