// signalbox verify: who signed an image, and does the policy take it? Without a catalog, or from kept evidence.
import { Command, Option } from "commander";
import { isDigest } from "../../policies/words/digest.ts";
import { parseRepository } from "../../policies/words/reference.ts";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Problem } from "../resolve/resolved.ts";
import type { ShowOptions } from "../show/labelled.ts";
import { painter } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { createProgress } from "../terminal/progress.ts";
import { widthOf } from "../terminal/table.ts";
import { architectureHere } from "../this-machine.ts";
import type { TrustOptions } from "../verify/given-trust.ts";
import { readVersion } from "../version.ts";

type Options = TrustOptions & {
  readonly arch?: string;
  readonly evidence?: string;
  readonly policyDigest?: string;
  readonly repository?: string;
  readonly json?: boolean;
};

export function verifyCommand(context: CommandContext): Command {
  const command = new Command("verify")
    .summary("who signed an image, and is that enough?")
    .description(
      "Asks the registry now for every signature of an image, verifies them, and judges " +
        "them by the trust documents in SIGNALBOX_POLICIES, or by one key or identity. " +
        "Needs no catalog.\nEnds with 0 (verified), 1 (not verified, or no such image), " +
        "2 (wrong use), 3 (could not be found out); of several images with the worst.\n" +
        "A saved file brings its own documents, and whoever wrote it could write them: " +
        "give --policy-digest or a key of your own, or compare the digest that is shown.",
    )
    .argument("[ref...]", "HOST/PATH[:TAG] or HOST/PATH@DIGEST, also as bootc writes it")
    .option("--key <file>", "a PEM public key that must have signed, whatever documents say")
    .option("--certificate-identity <name>", "the name in a certificate; * is any text without /")
    .option("--certificate-oidc-issuer <url>", "the issuer of that certificate, to the letter")
    .option("--trusted-root <file>", "a trusted_root.json in place of the public-good one")
    .option("--arch <arch>", "the host's architecture (default: this machine's)")
    .addOption(
      new Option("--evidence <file>", "a saved /images/{digest}/evidence, with no network; - is stdin").conflicts(
        "arch",
      ),
    )
    .addOption(
      new Option("--policy-digest <digest>", "with --evidence: judge only by the documents of this digest").conflicts([
        "key",
        "certificateIdentity",
        "certificateOidcIssuer",
      ]),
    )
    .option("--repository <name>", "with --evidence: judge it only as an image in HOST/PATH")
    .option("--json", "print JSON, one document for each image");
  withExamples(command, [
    ["verify quay.io/fedora/fedora-bootc:44", "by the trust documents"],
    ["verify --key cosign.pub registry.example/os/desktop:stable", "by one key"],
    ["verify --evidence saved.json", "what a catalog knew, without a network"],
    ["verify --evidence saved.json --policy-digest sha256:…", "the same, by documents you know"],
  ]);
  return works(command, context, async (targets: readonly string[], options: Options) => {
    if (options.evidence !== undefined) {
      if (targets.length > 0) throw new CommandError("wrong-use", "give references or --evidence, not both");
      return verifyFile(context, options.evidence, options);
    }
    if (targets.length === 0) throw new CommandError("wrong-use", "give a reference, or --evidence and a file");
    if (options.policyDigest !== undefined) {
      throw new CommandError("wrong-use", "--policy-digest is of the documents in a file: give --evidence, too");
    }
    if (options.repository !== undefined) {
      throw new CommandError("wrong-use", "a reference names its repository: --repository is of the image in a file");
    }
    return verifyReferences(context, targets, options);
  });
}

async function verifyReferences(
  context: CommandContext,
  targets: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const [{ verifyLive }, { shippedRoot }, { readRoot, readSigner }, verified, { loadPolicies }, { createLogger }] =
    await Promise.all([
      import("../verify/verify-live.ts"),
      import("../verify/shipped-root.ts"),
      import("../verify/given-trust.ts"),
      import("../verify/verified.ts"),
      import("../load-policies.ts"),
      import("../logging.ts"),
    ]);
  const config = configOf(context);
  const [signer, root] = [await readSigner(options), (await readRoot(options)) ?? shippedRoot()];
  const set = await loadPolicies(config);
  const log = createLogger(config.given.includes("LOG_LEVEL") ? config.log.level : "error");
  const { environment, now, stdout, stderr } = context;
  const outside = { config, environment, log, now, version: readVersion() };
  const architecture = options.arch ?? architectureHere();
  const codes: ExitCode[] = [];
  for (const [position, target] of targets.entries()) {
    const interrupt = interruptible();
    const progress = createProgress(stderr, now);
    progress.show(`asking for signatures of ${printable(target)}`);
    const question = { target, architecture, signer, root };
    const answer = await verifyLive(set, outside, interrupt.signal, question).finally(() => {
      progress.end();
      interrupt.done();
    });
    codes.push(verified.exitOfVerified(answer));
    if (options.json === true) {
      stdout.write(`${JSON.stringify(answer.outcome === "image" ? answer.image : answer.body, null, 2)}\n`);
    } else if (answer.outcome === "image") {
      const { showImage } = await import("../show/show-verification.ts");
      stdout.write(`${position > 0 ? "\n" : ""}${showImage(answer.image, showOptions(context))}`);
    } else {
      stderr.write(describeProblem(answer.problem, painter(stderr)));
    }
  }
  return verified.worstExit(codes);
}

async function verifyFile(context: CommandContext, file: string, options: Options): Promise<ExitCode> {
  const { policyDigest = null, repository = null } = options;
  if (policyDigest !== null && !isDigest(policyDigest)) {
    throw new CommandError("wrong-use", "--policy-digest is no digest, such as sha256: and 64 hexadecimal digits");
  }
  if (repository !== null && parseRepository(repository) === undefined) {
    throw new CommandError("wrong-use", "--repository is no repository, such as quay.io/fedora/fedora-bootc");
  }
  const [{ verifyKept }, { shippedRoot }, { readRoot, readSigner }, { verdictExit }, { readInput }] = await Promise.all(
    [
      import("../verify/verify-kept.ts"),
      import("../verify/shipped-root.ts"),
      import("../verify/given-trust.ts"),
      import("../verify/verified.ts"),
      import("../read-input.ts"),
    ],
  );
  const config = configOf(context);
  // Base64 makes three bytes four; the documents and keys are far smaller than what is left.
  const limitBytes = 2 * config.server.evidenceMaxBytes + config.policies.totalBytes;
  const kept = await verifyKept({
    name: file === "-" ? "the evidence" : file,
    bytes: await readInput(file, limitBytes, context.stdin),
    signer: await readSigner(options),
    policyDigest,
    repository,
    root: await readRoot(options),
    shippedRoot: shippedRoot(),
    limits: config.signatures,
    now: context.now(),
  });
  if (options.json === true) context.stdout.write(`${JSON.stringify(kept, null, 2)}\n`);
  else {
    const { showKept } = await import("../show/show-verification.ts");
    context.stdout.write(showKept(kept, file === "-" ? "the file" : file, showOptions(context)));
  }
  return verdictExit(kept.verdict);
}

function showOptions({ stdout }: CommandContext): ShowOptions {
  return { paint: painter(stdout), width: widthOf(stdout), verbose: false };
}

function describeProblem({ title, detail }: Problem, paint: ReturnType<typeof painter>): string {
  return `${paint("red", "signalbox:")} ${printable(detail === "" ? title : detail)}\n`;
}
