// The trust files that Signalbox installs, under real podman: it pulls what the plan says that it pulls, and nothing else.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import type { SwitchPlan } from "../../../policies/plan/switch-plan.ts";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { type Machine, startMachine } from "../../kit/container/machine.ts";
import { verdictFor } from "../../kit/judges/compare.ts";
import { type Lookaside, serveLookaside } from "../../kit/judges/lookaside.ts";
import { putSigned, tagBeside } from "../../kit/judges/registry-side.ts";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import { runProgram, temporaryFolder } from "../../kit/program.ts";
import { buildImage } from "../../kit/registries/build-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../../kit/registries/docker-registry.ts";
import { pushImage } from "../../kit/registries/push.ts";
import { layersManifest, signatureLayer } from "../../kit/signing/cosign.ts";
import { signBytes, signingKey } from "../../kit/signing/keys.ts";
import { openpgpKey, signedMessage } from "../../kit/signing/openpgp.ts";
import { cosignPayload, openpgpPayload } from "../../kit/signing/payloads.ts";

type Pair = Awaited<ReturnType<typeof openpgpKey>>;

/** By its go.mod. Another podman is one that nothing is known of here. */
const containersImageOf: Readonly<Record<string, string>> = { "4.3": "5.23.1", "5.4": "5.34.2" };

const strict = '{"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}]}}}\n';

/** Debian's 4.3.1 is built without sigstore, and says so; the plan is of what upstream released. */
const debians = "Debian-local change: sigstore disabled";

type World = {
  readonly machine: Machine;
  readonly containersImage: string;
  readonly registry: DockerRegistry;
  readonly lookaside: Lookaside;
  /** Pushes an image; the reference and the digest. */
  push(path: string): Promise<{ readonly ref: string; readonly digest: Digest }>;
  sign(path: string, of: { readonly ref: string; readonly digest: Digest }, by: Pair): Promise<void>;
};

async function world(context: TestContext): Promise<World> {
  const machine = await startMachine(context);
  machine.write("/etc/containers/policy.json", strict);
  const [minor = ""] = /\d+\.\d+/.exec((await machine.run(["podman", "--version"])).stdout) ?? [];
  const containersImage = containersImageOf[minor];
  if (containersImage === undefined)
    return context.skip(`not known: which containers/image podman ${minor} is built from`);
  const registry = await startDockerRegistry(context);
  onTestFinished(() => registry.stop());
  const lookaside = await serveLookaside(temporaryFolder());
  onTestFinished(() => lookaside.close());
  return {
    machine,
    containersImage,
    registry,
    lookaside,
    async push(path) {
      const image = buildImage({ seed: path });
      await pushImage(registry, path, image, ["1"]);
      return { ref: `${registry.host}/${path}:1`, digest: digestOf(image.bytes) };
    },
    async sign(path, { ref, digest }, by) {
      lookaside.put(path, digest, [await signedMessage(openpgpPayload(ref, digest), by)]);
    },
  };
}

/** Policies of `desk` with these signers, and the files that they name. */
function policiesOf({ registry }: World, signers: readonly object[], keys: Readonly<Record<string, string>>): string {
  const scopes = [`${registry.host}/desk`];
  const policies = writePolicies(temporaryFolder(), {
    registries: [loopbackRegistry(registry.host)],
    sources: [],
    trust: [{ id: "desk", scopes, signers }],
  });
  for (const [name, content] of Object.entries(keys)) {
    const path = join(policies, "trust/keys", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return policies;
}

/** From outside: on Debian's own root it looks at Debian's skopeo, too, which is too old for bootc. */
async function installTrust({ machine }: World, policies: string, ref: string): Promise<void> {
  const args = ["trust", "install", "--root", machine.root, "--live", "--arch", "amd64", "--yes", ref];
  expect(await runProgram(args, { SIGNALBOX_POLICIES: policies })).toMatchObject({ code: 0 });
}

type Pulled = { readonly isPulled: boolean; readonly isSaid: boolean; readonly words: string };

/** What podman does with each, and what the plan says that this version does. */
async function pullAll(
  { machine, containersImage }: World,
  policies: string,
  references: readonly string[],
): Promise<readonly Pulled[]> {
  const found: Pulled[] = [];
  for (const ref of references) {
    const shown = await runProgram(["resolve", "--live", "--json", "--arch", "amd64", ref], {
      SIGNALBOX_POLICIES: policies,
    });
    const { trust } = JSON.parse(shown.stdout) as SwitchPlan;
    const { code, stderr } = await machine.run(["podman", "pull", "--quiet", "--tls-verify=false", ref]);
    const isSaid = verdictFor(trust.consumers.podman, containersImage) === "verified";
    found.push({ isPulled: code === 0, isSaid, words: stderr });
  }
  return found;
}

const pulled = expect.objectContaining({ isPulled: true, isSaid: true });
const refused = (words: string) =>
  expect.objectContaining({ isPulled: false, isSaid: false, words: expect.stringContaining(words) });

test("an OpenPGP key: its image is pulled; unsigned, another's and another repository's are refused", async (context) => {
  const made = await world(context);
  const { machine, lookaside, push, sign } = made;
  const [ours, others] = await Promise.all([
    openpgpKey("ours", { type: "rsa" }),
    openpgpKey("others", { type: "rsa" }),
  ]);
  const [signed, unsigned, foreign] = await Promise.all([push("desk/os"), push("desk/unsigned"), push("desk/foreign")]);
  const [moved, outside] = await Promise.all([push("desk/moved"), push("elsewhere/os")]);
  await sign("desk/os", signed, ours);
  await sign("desk/foreign", foreign, others);
  await sign("desk/moved", { ...moved, ref: outside.ref }, ours);
  const signers = [{ id: "ours", openpgp: "keys/ours.asc", lookaside: `http://${lookaside.host}` }];
  const policies = policiesOf(made, signers, { "ours.asc": ours.armored });
  await installTrust(made, policies, signed.ref);

  const references = [signed, unsigned, foreign, moved].map(({ ref }) => ref);
  expect(await pullAll(made, policies, references)).toEqual([
    pulled,
    refused("A signature was required, but no signature exists"),
    refused("Source image rejected"),
    refused("Source image rejected"),
  ]);
  // No policy speaks for it: pulled as before.
  expect(await machine.run(["podman", "pull", "--quiet", "--tls-verify=false", outside.ref])).toMatchObject({
    code: 0,
  });
});

test("two OpenPGP keys, of which one is enough: the file with both is read", async (context) => {
  const made = await world(context);
  const { lookaside, push, sign } = made;
  const [first, second] = await Promise.all([
    openpgpKey("first", { type: "rsa" }),
    openpgpKey("second", { type: "rsa" }),
  ]);
  const [signed, unsigned] = await Promise.all([push("desk/os"), push("desk/unsigned")]);
  await sign("desk/os", signed, second);
  const at = { lookaside: `http://${lookaside.host}` };
  const signers = [
    { id: "first", openpgp: "keys/first.asc", ...at },
    { id: "second", openpgp: "keys/second.asc", ...at },
  ];
  const policies = policiesOf(made, signers, { "first.asc": first.armored, "second.asc": second.armored });
  await installTrust(made, policies, signed.ref);
  expect(await pullAll(made, policies, [signed.ref, unsigned.ref])).toEqual([
    pulled,
    refused("A signature was required, but no signature exists"),
  ]);
});

test("a cosign key: its image is pulled where podman is built with sigstore, and no other", async (context) => {
  const made = await world(context);
  const { registry, push } = made;
  const [ours, others] = [signingKey("alice"), signingKey("mallory")];
  const [signed, unsigned, foreign] = await Promise.all([push("desk/os"), push("desk/unsigned"), push("desk/foreign")]);
  for (const [path, { digest }, by] of [
    ["desk/os", signed, ours],
    ["desk/foreign", foreign, others],
  ] as const) {
    const payload = cosignPayload(`${registry.host}/${path}`, digest);
    const layers = [signatureLayer(payload, signBytes(by, payload))];
    await putSigned({ url: registry.url, path }, tagBeside("sig", digest), layersManifest(layers));
  }
  const policies = policiesOf(made, [{ id: "ours", key: "keys/ours.pub" }], { "ours.pub": ours.pem });
  await installTrust(made, policies, signed.ref);
  const [right, ...wrong] = await pullAll(made, policies, [signed.ref, unsigned.ref, foreign.ref]);
  expect(right?.isSaid).toBe(true);
  // It then refuses the others for the same reason.
  if (right?.isPulled === false) expect(right.words).toContain(debians);
  expect(wrong).toEqual([refused("Source image rejected"), refused("Source image rejected")]);
});
