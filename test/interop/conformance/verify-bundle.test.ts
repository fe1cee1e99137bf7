// sigstore-conformance's cases, by its own argument protocol, through the command line's own command.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import type { CommandContext } from "../../../bin/command-context.ts";
import { CommandError } from "../../../bin/command-error.ts";
import { verifyBundleCommand } from "../../../bin/commands/verify-bundle.ts";
import { skipOrFail } from "../../kit/programs.ts";

/** What the suite's README says is meant where a case has no file of its own. */
const beacon =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const issuer = "https://token.actions.githubusercontent.com";

/** Why each case fails: one that fails for another reason than its own would hide a check that is missing. */
const refusals: Readonly<Record<string, readonly string[]>> = {
  "bundle-empty-certificate-chain": ["MALFORMED"],
  "bundle-from-wrong-instance": ["TLOG_SET"],
  "bundle-invalid-base64-signature": ["SIGNATURE_ERROR"],
  "bundle-malformed-json": ["MALFORMED"],
  "bundle-negative-log-index": ["TLOG_SET", "TLOG_BODY"],
  "bundle-unknown-version": ["MALFORMED"],
  "bundle-with-root-cert": ["MALFORMED"],
  "checkpoint-bad-keyhint": ["TLOG_PROOF"],
  "checkpoint-wrong-roothash": ["TLOG_PROOF"],
  "dsse-invalid-sig": ["SIGNATURE_ERROR"],
  "dsse-mismatch-envelope": ["TLOG_BODY"],
  "dsse-mismatch-sig": ["TLOG_BODY"],
  "inclusion-proof-corrupted-hash": ["TLOG_PROOF"],
  "incorrect-public-key": ["TLOG_SET", "TLOG_PROOF"],
  "integrated-time-in-future": ["CERT_EXPIRED"],
  "intoto-expired-certificate": ["CERT_EXPIRED"],
  "intoto-log-entry-mismatch": ["TLOG_BODY"],
  "intoto-missing-inclusion-proof": ["MALFORMED"],
  "intoto-set-outside-signing-cert-validity": ["CERT_EXPIRED"],
  "intoto-tsa-timestamp-outside-cert-validity": ["CERT_EXPIRED"],
  "invalid-checkpoint-signature": ["TLOG_PROOF"],
  "invalid-ct-key": ["SCT"],
  "invalid-inclusion-proof": ["MALFORMED"],
  "managed-key-no-key": ["IDENTITY_MISMATCH"],
  "managed-key-wrong-key": ["MALFORMED"],
  "message-digest-mismatch": ["DIGEST_MISMATCH"],
  "rekor2-checkpoint-missing-log-signature": ["TLOG_PROOF"],
  "rekor2-checkpoint-missing-origin": ["TLOG_PROOF"],
  "rekor2-checkpoint-missing-root-hash": ["TLOG_PROOF"],
  "rekor2-checkpoint-missing-size": ["TLOG_PROOF"],
  "rekor2-checkpoint-no-matching-signature": ["TLOG_PROOF"],
  "rekor2-dsse-invalid-sig": ["SIGNATURE_ERROR"],
  "rekor2-dsse-mismatch-envelope": ["TLOG_BODY"],
  "rekor2-dsse-mismatch-sig": ["TLOG_BODY"],
  "rekor2-no-inclusion-proof": ["MALFORMED"],
  "rekor2-no-timestamp": ["NO_TRUSTED_TIME"],
  "rekor2-timestamp-outside-trust-root-tsa-validity": ["TSA"],
  "rekor2-timestamp-outside-tsa-cert-validity": ["TSA"],
  "rekor2-timestamp-payload-mismatch": ["TSA"],
  "rekor2-timestamp-untrusted-tsa-with-embedded-cert": ["TSA"],
  "rekor2-timestamp-untrusted-tsa-without-embedded-cert": ["TSA"],
  "rekor2-timestamp-with-incorrect-time": ["CERT_EXPIRED"],
  "set-invalid-signature": ["TLOG_SET"],
  "signature-mismatch": ["SIGNATURE_ERROR"],
  "trust-root-tlog-missing-validity-start": ["TRUST_ROOT_INVALID"],
  "wrong-hashedrekord-artifact": ["TLOG_BODY"],
  "wrong-hashedrekord-cert-and-sig": ["TLOG_BODY"],
  "wrong-hashedrekord-entry": ["TLOG_BODY"],
  "wrong-material": ["SIGNATURE_ERROR"],
};

const data = process.env.SIGNALBOX_TEST_DATA;
const folder = data === undefined ? undefined : join(data, "sigstore-conformance", "bundle-verify");
const cases =
  folder === undefined || !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name));

function argumentsOf(folderOfCase: string, kind: "file" | "digest"): readonly string[] {
  const file = (name: string): string | undefined => {
    const path = join(folderOfCase, name);
    return existsSync(path) ? path : undefined;
  };
  const text = (name: string, fallback: string): string => {
    const path = file(name);
    return path === undefined ? fallback : readFileSync(path, "utf8").trim();
  };
  const key = file("key.pub");
  const root = file("trusted_root.json");
  const artifact = file("artifact") ?? join(folderOfCase, "..", "a.txt");
  const digest = `sha256:${createHash("sha256").update(readFileSync(artifact)).digest("hex")}`;
  const signer =
    key === undefined
      ? ["--certificate-identity", text("identity", beacon), "--certificate-oidc-issuer", text("issuer", issuer)]
      : ["--key", key];
  return [
    "--bundle",
    join(folderOfCase, "bundle.sigstore.json"),
    ...signer,
    ...(root === undefined ? [] : ["--trusted-root", root]),
    kind === "file" ? artifact : digest,
  ];
}

/** The exit code, and what was written. */
async function run(args: readonly string[]): Promise<{ code: number; text: string }> {
  let code = 0;
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString("utf8");
      done();
    },
  });
  const context: CommandContext = {
    environment: {},
    stdout: stream as unknown as NodeJS.WriteStream,
    stderr: stream as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    now: Date.now,
    endWith: (ended) => {
      code = ended;
    },
  };
  const program = new Command().exitOverride().addCommand(verifyBundleCommand(context).exitOverride());
  await program.parseAsync(["verify-bundle", ...args], { from: "user" });
  return { code, text };
}

describe("signalbox verify-bundle", () => {
  if (cases.length === 0) {
    test("takes every case of sigstore-conformance", (context) => {
      skipOrFail(context, "SIGNALBOX_TEST_DATA names no folder with sigstore-conformance/bundle-verify in it");
    });
  }

  for (const path of cases) {
    const name = path.slice((folder ?? "").length + 1);
    test.each(["file", "digest"] as const)(`${name}, by its %s`, async (kind) => {
      const { code, text } = await run(argumentsOf(path, kind));
      const codes = [...text.matchAll(/^([A-Z_]+): /gm)].map(([, reason]) => reason);
      const refusal = name.endsWith("_fail") ? name.slice(0, -"_fail".length) : undefined;
      expect({ code, codes }).toEqual(
        refusal === undefined ? { code: 0, codes: [] } : { code: 1, codes: refusals[refusal] ?? ["an unknown case"] },
      );
      if (refusal === undefined) expect(text).toBe("verified\n");
    });
  }

  test("refuses to be asked for nobody in particular", async () => {
    await expect(run(["--bundle", "none.json", "sha256:00"])).rejects.toThrow(CommandError);
  });
});
