// OpenPGP signatures of images by the programs that make them: gpg, and skopeo, which asks it to.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import type { SignatureFinding } from "../../../policies/trust/finding.ts";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { readOpenpgpKeys } from "../../../worker/signatures/openpgp-keys.ts";
import { readLookasideFile } from "../../../worker/signatures/read-lookaside.ts";
import { verifyEvidence } from "../../../worker/signatures/verify-evidence.ts";
import { needPrograms } from "../../kit/programs.ts";
import { onlyEvidence, repository, trust } from "../../kit/signing/evidence.ts";
import { openpgpPayload } from "../../kit/signing/payloads.ts";

const manifest = Buffer.from(
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}',
);
const image: Digest = digestOf(manifest);

/** A key ring of its own, short enough a path for the agent's socket. */
class KeyRing {
  readonly folder = mkdtempSync(join(tmpdir(), "ring-"));
  readonly #programs: { readonly gpg: string; readonly gpgconf: string };

  constructor(context: TestContext) {
    this.#programs = needPrograms(context, "gpg", "gpgconf");
  }

  gpg(args: readonly string[], input: Buffer | string = ""): Buffer {
    return execFileSync(
      this.#programs.gpg,
      ["--homedir", this.folder, "--batch", "--yes", "--pinentry-mode", "loopback", ...args],
      {
        input,
        stdio: ["pipe", "pipe", "ignore"],
        env: { ...process.env, GNUPGHOME: this.folder },
      },
    );
  }

  addKey(name: string, algorithm: string): void {
    this.gpg(["--passphrase", "", "--quick-gen-key", `${name} <${name}@keys.example>`, algorithm, "sign", "never"]);
  }

  sign(name: string, payload: Buffer, ...options: readonly string[]): Buffer {
    return this.gpg(["--passphrase", "", "--local-user", `${name}@keys.example`, ...options], payload);
  }

  /** Ends the agent, which gpg has started for this ring. */
  end(): void {
    try {
      execFileSync(this.#programs.gpgconf, ["--homedir", this.folder, "--kill", "all"], { stdio: "ignore" });
    } catch {
      // An agent that has ended already is what was wanted.
    }
  }
}

async function find(file: Buffer, ring: KeyRing): Promise<SignatureFinding> {
  const { keys } = await readOpenpgpKeys(ring.gpg(["--export"]));
  const evidence = onlyEvidence(readLookasideFile(file, image, "https://lookaside.example/signature-1"));
  return verifyEvidence(evidence, trust({ openpgp: keys }), Date.now(), defaultSignatureLimits);
}

function inRing(work: (ring: KeyRing, context: TestContext) => Promise<void>) {
  return async (context: TestContext): Promise<void> => {
    const ring = new KeyRing(context);
    try {
      await work(ring, context);
    } finally {
      ring.end();
    }
  };
}

describe("gpg", () => {
  const payload = openpgpPayload(repository, image);

  for (const algorithm of ["rsa3072", "ed25519", "nistp384"]) {
    test(
      `signs with ${algorithm}, compressed or not`,
      inRing(async (ring) => {
        ring.addKey("release", algorithm);
        for (const options of [
          ["--sign"],
          ["--sign", "--compress-algo", "none"],
          ["--sign", "--compress-algo", "zlib"],
        ]) {
          const finding = await find(ring.sign("release", payload, ...options), ring);
          expect([finding.reasons, finding.valid, finding.claims]).toMatchObject([
            [],
            true,
            { digest: image, repository },
          ]);
        }
      }),
    );
  }

  test(
    "writes what does not count: cleartext, armor, two signatures, one that has expired, one by a revoked key",
    inRing(async (ring) => {
      ring.addKey("release", "ed25519");
      ring.addKey("other", "ed25519");
      const codes = async (file: Buffer) => {
        const { valid, reasons } = await find(file, ring);
        return [valid, ...reasons.map(({ code }) => code)];
      };
      expect(await codes(ring.sign("release", payload, "--clear-sign"))).toEqual([false, "MALFORMED"]);
      expect(await codes(ring.sign("release", payload, "--armor", "--sign"))).toEqual([false, "MALFORMED"]);
      const both = ring.sign("release", payload, "--local-user", "other@keys.example", "--sign");
      expect(await codes(both)).toEqual([false, "MALFORMED"]);
      const long = `${new Date().getFullYear() - 2}0102T030405!`;
      const expired = ring.sign(
        "release",
        payload,
        "--faked-system-time",
        long,
        "--ignore-time-conflict",
        "--default-sig-expire",
        "1d",
        "--sign",
      );
      expect(await codes(expired)).toEqual([false, "KEY_WINDOW"]);

      const good = ring.sign("release", payload, "--sign");
      expect(await codes(good)).toEqual([true]);
      const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(
        ring.gpg(["--with-colons", "--list-keys", "release"]).toString(),
      )?.[1];
      const revocation = readFileSync(join(ring.folder, "openpgp-revocs.d", `${fingerprint}.rev`), "utf8");
      ring.gpg(["--import"], revocation.replace(":-----BEGIN", "-----BEGIN"));
      expect(await codes(good)).toEqual([false, "KEY_REVOKED"]);
    }),
  );
});

describe("skopeo", () => {
  test(
    "signs an image by name and digest",
    inRing(async (ring, context) => {
      const { skopeo } = needPrograms(context, "skopeo");
      ring.addKey("release", "rsa3072");
      const path = join(ring.folder, "manifest.json");
      writeFileSync(path, manifest);
      const output = join(ring.folder, "signature-1");
      const args = ["standalone-sign", path, `${repository}:44`, "release@keys.example", "--output", output];
      execFileSync(skopeo, args, { env: { ...process.env, GNUPGHOME: ring.folder }, stdio: "ignore" });
      const finding = await find(readFileSync(output), ring);
      expect([finding.valid, finding.claims]).toMatchObject([true, { digest: image, repository, tag: "44" }]);
      expect(finding.claims).toMatchObject({ creator: expect.stringContaining("atomic") });
    }),
  );
});
