// signalbox verify-bundle: one sigstore bundle, by the argument protocol of sigstore-conformance's clients.
import { Command } from "commander";
import type { BundleRequest } from "../../worker/signatures/verify-bundle.ts";
import { type CommandContext, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { exitCode } from "../exit-codes.ts";
import { readInput } from "../read-input.ts";
import { MiB } from "../setting.ts";
import { painter } from "../terminal/paint.ts";

type Options = {
  readonly bundle: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly key?: string;
  readonly trustedRoot?: string;
  readonly staging?: boolean;
  readonly json?: boolean;
};

/** A message signature is checked over the bytes; what is larger can be named by its digest. */
const artifactBytes = 1024 * MiB;

export function verifyBundleCommand(context: CommandContext): Command {
  const command = new Command("verify-bundle")
    .summary("verify a sigstore bundle")
    .description(
      "Verifies one sigstore bundle offline: signature, certificate, time and log " +
        "entry, for exactly this key or identity. Takes the arguments of the clients " +
        "of sigstore-conformance.\nEnds with 0 where it holds, 1 where it does not, 2 on " +
        "wrong use.",
    )
    .argument("<artifact>", "a file, or sha256: and a digest; of a DSSE envelope a subject of the statement")
    .requiredOption("--bundle <file>", "the bundle")
    .option("--certificate-identity <identity>", "the name that the certificate must have, to the letter")
    .option("--certificate-oidc-issuer <url>", "the issuer that the certificate must have, to the letter")
    .option("--key <file>", "a PEM public key, in place of an identity")
    .option("--trusted-root <file>", "a trusted_root.json; without: the public-good root that ships with the program")
    .option("--staging", "sigstore's staging instance: its root is not shipped, give it with --trusted-root")
    .option("--json", "print JSON");
  withExamples(command, [
    ["verify-bundle --bundle app.sigstore.json --key cosign.pub app.tar", "a file that was signed with a key"],
    [
      "verify-bundle --bundle a.json --certificate-identity ci@os.example \\\n" +
        "    --certificate-oidc-issuer https://accounts.example sha256:…",
      "an attestation of a digest, by an identity",
    ],
  ]);
  return works(command, context, async (artifact: string, options: Options) => {
    const [{ defaultSignatureLimits }, { verifyBundle }] = await Promise.all([
      import("../../worker/signatures/limits.ts"),
      import("../../worker/signatures/verify-bundle.ts"),
    ]);
    const request: BundleRequest = {
      bundle: await readInput(options.bundle, defaultSignatureLimits.bundleBytes),
      artifact: await readArtifact(artifact),
      by: await readSigner(options),
      trustedRoot: await readRoot(options),
    };
    const answer = verifyBundle(request, defaultSignatureLimits);
    if (options.json === true) context.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    if (answer.outcome === "verified") {
      if (options.json !== true) context.stdout.write(`${painter(context.stdout)("green", "verified")}\n`);
      return exitCode.done;
    }
    const paint = painter(context.stderr);
    for (const { code, message } of answer.reasons) context.stderr.write(`${paint("red", code)}: ${message}\n`);
    return exitCode.refused;
  });
}

/** A digest only where no file has that name, as the protocol says. */
async function readArtifact(artifact: string): Promise<BundleRequest["artifact"]> {
  const { access } = await import("node:fs/promises");
  const exists = await access(artifact).then(
    () => true,
    () => false,
  );
  if (!exists && /^sha256:[0-9a-f]{64}$/.test(artifact)) return { digest: artifact };
  return { bytes: await readInput(artifact, artifactBytes) };
}

async function readSigner(options: Options): Promise<BundleRequest["by"]> {
  const { key, certificateIdentity: identity, certificateOidcIssuer: issuer } = options;
  if (key !== undefined) {
    if (identity !== undefined || issuer !== undefined) {
      throw new CommandError("wrong-use", "give --key or an identity, not both");
    }
    return { keyPem: Buffer.from(await readInput(key, MiB)).toString("latin1") };
  }
  if (identity === undefined || issuer === undefined) {
    throw new CommandError("wrong-use", "give --key, or --certificate-identity and --certificate-oidc-issuer");
  }
  return { identity, issuer };
}

async function readRoot({ trustedRoot, staging }: Options): Promise<BundleRequest["trustedRoot"]> {
  if (trustedRoot !== undefined) return { name: trustedRoot, bytes: await readInput(trustedRoot, MiB) };
  if (staging === true) {
    throw new CommandError("wrong-use", "the staging instance's root is not shipped: give it with --trusted-root");
  }
  const { publicGood, shippedPublicGoodRoot } = await import("../../worker/signatures/public-good-root.ts");
  return { name: publicGood, bytes: shippedPublicGoodRoot() };
}
