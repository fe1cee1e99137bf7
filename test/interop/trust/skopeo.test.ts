// What `signalbox trust install` writes, read by real skopeo: it pulls what the policy's signer signed, and nothing else of the scope.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { serveLookaside } from "../../kit/judges/lookaside.ts";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import { runProgram, temporaryFolder } from "../../kit/program.ts";
import { needPrograms } from "../../kit/programs.ts";
import { type BuiltManifest, buildImage } from "../../kit/registries/build-image.ts";
import { startDockerRegistry } from "../../kit/registries/docker-registry.ts";
import { pushImage } from "../../kit/registries/push.ts";
import { openpgpKey, signedMessage } from "../../kit/signing/openpgp.ts";
import { openpgpPayload } from "../../kit/signing/payloads.ts";
import { hostFolder } from "../../unit/bin/trust/host-folder.ts";

const run = promisify(execFile);
const policyPath = "/etc/containers/policy.json";

/** A registry, and a policy of `desk` with one OpenPGP signer, whose signatures lie beside it. */
async function published(context: TestContext) {
  const { skopeo } = needPrograms(context, "skopeo", "docker-registry", "gpg");
  const registry = await startDockerRegistry(context);
  onTestFinished(() => registry.stop());
  const lookaside = await serveLookaside(temporaryFolder());
  onTestFinished(() => lookaside.close());
  const [ours, others] = await Promise.all([
    openpgpKey("ours", { type: "rsa" }),
    openpgpKey("others", { type: "rsa" }),
  ]);

  const push = async (path: string, seed: string, signer?: typeof ours) => {
    const image: BuiltManifest = buildImage({ seed });
    await pushImage(registry, path, image, ["1"]);
    if (signer !== undefined) {
      const payload = openpgpPayload(`${registry.host}/${path}:1`, image.digest);
      lookaside.put(path, image.digest, [await signedMessage(payload, signer)]);
    }
    return `${registry.host}/${path}:1`;
  };
  const policies = writePolicies(temporaryFolder(), {
    registries: [loopbackRegistry(registry.host)],
    sources: [],
    trust: [
      {
        id: "desk",
        scopes: [`${registry.host}/desk`],
        signers: [{ id: "ours", openpgp: "keys/ours.asc", lookaside: `http://${lookaside.host}` }],
      },
    ],
  });
  mkdirSync(join(policies, "trust/keys"), { recursive: true });
  writeFileSync(join(policies, "trust/keys/ours.asc"), ours.armored);
  return { skopeo, push, policies, ours, others };
}

/** As the host of this root pulls: its policy.json names keys by the host's paths, which lie in its root here. */
async function pull(skopeo: string, root: string, reference: string): Promise<string> {
  const folder = temporaryFolder();
  const policy = join(folder, "policy.json");
  const text = readFileSync(join(root, policyPath), "utf8");
  writeFileSync(policy, text.replaceAll('"/etc/pki/containers/', `"${root}/etc/pki/containers/`));
  const registries = join(root, "etc/containers/registries.d");
  const args = ["--policy", policy, "--registries.d", registries, "copy", "--quiet", "--src-tls-verify=false"];
  return run(skopeo, [...args, `docker://${reference}`, `dir:${join(folder, "image")}`]).then(
    () => "accepted",
    (error: { readonly stderr?: string }) => error.stderr ?? String(error),
  );
}

test("a signed image is pulled, an unsigned and another's are not, and the rest of the world is as before", async (context) => {
  const { skopeo, push, policies, ours, others } = await published(context);
  const signed = await push("desk/os", "signed", ours);
  const unsigned = await push("desk/unsigned", "unsigned");
  const foreign = await push("desk/foreign", "foreign", others);
  const outside = await push("elsewhere/os", "outside");
  const before =
    '{\n  "default": [{"type": "reject"}],\n  "transports": { "docker": { "": [{"type":"insecureAcceptAnything"}] } }\n}\n';
  const host = hostFolder({ [policyPath]: before });
  mkdirSync(join(host.path, "etc/containers/registries.d"));

  for (const reference of [signed, unsigned, foreign, outside]) {
    expect(await pull(skopeo, host.path, reference)).toBe("accepted");
  }
  const environment = { SIGNALBOX_POLICIES: policies };
  const args = ["trust", "install", "--root", host.path, "--live", "--arch", "amd64", "--yes", signed];
  const installed = await runProgram(args, environment);
  expect(installed).toMatchObject({ code: 0, stderr: "" });

  expect(await pull(skopeo, host.path, signed)).toBe("accepted");
  expect(await pull(skopeo, host.path, unsigned)).toContain("A signature was required, but no signature exists");
  expect(await pull(skopeo, host.path, foreign)).not.toBe("accepted");
  expect(await pull(skopeo, host.path, outside)).toBe("accepted");

  expect((await runProgram(["trust", "undo", "--root", host.path, "--yes"])).code).toBe(0);
  expect(readFileSync(join(host.path, policyPath), "utf8")).toBe(before);
  expect(await pull(skopeo, host.path, unsigned)).toBe("accepted");
});

test("a host that had no policy.json has one that real skopeo reads", async (context) => {
  const { skopeo, push, policies, ours } = await published(context);
  const signed = await push("desk/os", "signed", ours);
  const unsigned = await push("desk/unsigned", "unsigned");
  const host = hostFolder();
  const args = ["trust", "install", "--root", host.path, "--live", "--arch", "amd64", "--yes", signed];
  const installed = await runProgram(args, { SIGNALBOX_POLICIES: policies });
  expect(installed).toMatchObject({ code: 0, stderr: "" });
  expect(installed.stdout).toContain("policy.json is new");
  expect(await pull(skopeo, host.path, signed)).toBe("accepted");
  expect(await pull(skopeo, host.path, unsigned)).toContain("A signature was required");
});
