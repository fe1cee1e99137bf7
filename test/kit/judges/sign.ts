// Signing with the real programs: many images with one start where a program takes many.
import type { Host } from "./host.ts";
import { type OpenpgpKeyring, privatePem } from "./keyring.ts";
import type { Order, Subject } from "./orders.ts";
import type { KeyName, OpenpgpName } from "./row.ts";

export type Signers = {
  sign(order: Order, subjects: readonly Subject[]): Promise<void>;
};

const noPassword = { COSIGN_PASSWORD: "" };
const passphraseFile = "/root/passphrase";

/** `cosign2` and `cosign3` are hosts with these; `skopeo` is one with gpg, too. */
export async function makeSigners(
  hosts: { readonly cosign2: Host; readonly cosign3: Host; readonly skopeo: Host },
  keys: readonly KeyName[],
  openpgp: OpenpgpKeyring,
): Promise<Signers> {
  const { cosign2, cosign3, skopeo } = hosts;
  await Promise.all(keys.map((name) => importKey(cosign3, name)));
  for (const host of [cosign2, skopeo]) {
    for (const name of keys) host.write({ path: keyPath(name), content: cosign3.read(keyPath(name)) });
  }
  skopeo.write({ path: passphraseFile, content: "" });
  const people = ["alice", "bob", "mallory"] as const satisfies readonly OpenpgpName[];
  skopeo.write({ path: "/root/people.asc", content: people.map((name) => openpgp[name].privateKey.armor()).join("") });
  await must(skopeo, ["gpg", "--batch", "--quiet", "--import", "/root/people.asc"]);
  for (const host of [cosign2, cosign3]) host.write({ path: "/root/predicate.json", content: '{"of":"the matrix"}' });

  return {
    async sign(order, subjects) {
      const names = subjects.map(({ repository, digest }) => `${repository}@${digest}`);
      switch (order.by) {
        case "cosign 2":
          await must(cosign2, ["cosign", ...cosignArgs(order), "--tlog-upload=false", ...names], noPassword);
          return;
        case "cosign 3":
        case "cosign 3 legacy": {
          const flags = ["--tlog-upload=false", "--use-signing-config=false"];
          if (order.by === "cosign 3 legacy") flags.push("--new-bundle-format=false");
          await must(cosign3, ["cosign", ...cosignArgs(order), ...flags, ...names], noPassword);
          return;
        }
        case "skopeo":
          for (const subject of subjects) {
            const by = ["--sign-by-sigstore-private-key", keyPath(order.key), "--sign-passphrase-file", passphraseFile];
            await must(skopeo, ["skopeo", ...copyArgs(order, subject), ...by, ...ontoItself(subject)]);
          }
          return;
        case "gpg":
          for (const subject of subjects) {
            const by = ["--sign-by", openpgp[order.key as OpenpgpName].fingerprint];
            await must(skopeo, ["skopeo", ...copyArgs(order, subject), ...by, ...ontoItself(subject)]);
          }
          return;
      }
    },
  };
}

function keyPath(name: string): string {
  return `/root/${name}.key`;
}

/** Only cosign 3 imports all kinds: Debian's build of cosign 2 takes no elliptic or RSA key ("unsupported public key type"). */
async function importKey(host: Host, name: KeyName): Promise<void> {
  host.write({ path: `/root/${name}.pem`, content: privatePem(name) });
  const args = ["--key", `/root/${name}.pem`, "--output-key-prefix", `/root/${name}`, "--yes"];
  await must(host, ["cosign", "import-key-pair", ...args], noPassword);
}

function cosignArgs({ key, recursive, annotation, attestation }: Order): readonly string[] {
  const common = ["--key", keyPath(key), "--yes"];
  if (attestation !== undefined) {
    return ["attest", ...common, "--type", attestation, "--predicate", "/root/predicate.json"];
  }
  return [
    "sign",
    ...common,
    ...(recursive ? ["--recursive"] : []),
    ...(annotation === undefined ? [] : ["--annotations", annotation]),
  ];
}

function copyArgs({ recursive }: Order, { isList }: Subject): readonly string[] {
  const which = isList ? [recursive ? "--all" : "--multi-arch=index-only"] : [];
  return ["--insecure-policy", "copy", "--quiet", "--preserve-digests", ...which];
}

/** skopeo signs what it copies: the image onto itself. */
function ontoItself({ repository, digest, tag }: Subject): readonly [string, string] {
  const name = `docker://${repository}${tag === undefined ? `@${digest}` : `:${tag}`}`;
  return [name, name];
}

async function must(host: Host, command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const ran = await host.run(command, { env, timeoutMs: 180_000 });
  if (ran.code !== 0) throw new Error(`${command.slice(0, 8).join(" ")}: ${ran.code}\n${ran.stderr.slice(-2_000)}`);
}
