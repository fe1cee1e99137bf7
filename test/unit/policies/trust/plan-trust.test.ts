// Tests of the plan's trust: contract.md, section 2, member by member, and the host files it comes with.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { trustDigest } from "../../../../policies/documents/policy-digest.ts";
import type { TrustDocument } from "../../../../policies/documents/trust-document.ts";
import { trustPolicyFor } from "../../../../policies/documents/trust-policy-for.ts";
import type { HostConfiguration } from "../../../../policies/trust/consumers/prepared-host.ts";
import { simulateContainersImage } from "../../../../policies/trust/consumers/simulate-containers-image.ts";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import { policyHostFiles } from "../../../../policies/trust/host-files/policy-host-files.ts";
import { readTrustedRoot } from "../../../../policies/trust/trusted-root.ts";
import {
  at,
  attestation,
  broken,
  byBundle,
  byOpenpgp,
  bySig,
  day,
  failing,
  files,
  fingerprint,
  found,
  identity,
  identitySigner,
  index,
  issuer,
  key,
  keyless,
  keylessBundle,
  keySigner,
  logged,
  look,
  manifest,
  mirrors,
  now,
  payload,
  pem,
  pgp,
  plan,
  platformDigest,
  policy,
  publicGood,
  repository,
  workflow,
  world,
} from "./trust-builders.ts";

const alice = bySig("alice");
const signed = () => plan(index([alice]), manifest([alice]));

test("the example of the contract", () => {
  const trust = policy([key("alice", { id: "ublue-2024" })], {
    id: "universal-blue",
    scopes: ["registry.example/desk"],
  });
  const logs = bySig("alice", logged(now - day));
  const planned = plan(index([logs]), manifest([logs]), { trust: [trust] }).trust;
  const enforced = (since: string) => ({ verdict: "verified", reasons: [], since, byVersion: [] });
  const section = [
    {
      type: "sigstoreSigned",
      keyPath: "/etc/pki/containers/universal-blue.pub",
      signedIdentity: { type: "matchRepository" },
    },
  ];
  expect(planned).toEqual({
    verdict: "verified",
    reasons: [],
    manifests: { index: "verified", platform: "verified" },
    policy: "universal-blue",
    policyDigest: trustDigest({ files }, trust, publicGood.digest),
    trustRootDigest: null,
    checkedAt: "2026-11-20T09:00:00Z",
    recheckAt: "2026-11-20T15:00:00Z",
    signers: [
      {
        ...{ id: "ublue-2024", type: "key", fingerprint: fingerprint("alice"), issuer: null, subject: null },
        ...{ format: "cosign-tag", accepted: true, logged: true },
      },
    ],
    consumers: {
      cosign: enforced("cosign 3.0"),
      bootc: enforced("skopeo 1.13"),
      podman: enforced("containers/image 5.22"),
    },
    hostFiles: [
      { path: "/etc/pki/containers/universal-blue.pub", content: pem("alice") },
      {
        path: "/etc/containers/registries.d/universal-blue.yaml",
        content: "docker:\n  registry.example/desk:\n    use-sigstore-attachments: true\n",
      },
      { path: "/etc/containers/policy.json", content: expect.any(String), merge: true },
    ],
    policyScope: { "registry.example/desk": section },
  });
  expect(JSON.parse(planned.hostFiles[2]?.content ?? "")).toEqual({
    transports: { docker: { "registry.example/desk": section } },
  });
});

describe("what the three forms of policy.json are", () => {
  const given = (policyJson: Readonly<Record<string, unknown>> | null) =>
    plan(index([alice]), manifest([alice]), { host: { policyJson } });
  const policyFile = (planned: ReturnType<typeof plan>) => planned.trust.hostFiles.at(-1);

  test("a host that has none gets a whole one", () => {
    const file = policyFile(given(null));
    expect(file?.merge).toBeUndefined();
    expect(JSON.parse(file?.content ?? "")).toMatchObject({
      default: [{ type: "reject" }],
      transports: { docker: { "": [{ type: "insecureAcceptAnything" }], "registry.example/desk": [{}] } },
    });
  });

  test("a host's own is merged whole, and says what stays in the way", () => {
    const accept = [{ type: "insecureAcceptAnything" }];
    const planned = given({ default: accept, transports: { docker: { [repository]: accept } } });
    expect(policyFile(planned)?.merge).toBeUndefined();
    expect(JSON.parse(policyFile(planned)?.content ?? "").transports.docker[repository]).toEqual(accept);
    expect(planned.hostFiles?.conflicts).toEqual([
      { kind: "accepts-by-default" },
      { kind: "narrower-section", file: "/etc/containers/policy.json", section: repository, hitsImage: true },
    ]);
    expect(planned.hostFiles?.enforceFlagWorks).toBe(false);
  });

  test("a host's own that no version reads is left to be repaired", () => {
    const planned = given({ transports: {} });
    expect(policyFile(planned)?.merge).toBe(true);
    expect(planned.hostFiles?.conflicts).toMatchObject([{ kind: "unreadable" }]);
    expect(planned.hostFiles?.enforceFlagWorks).toBe(false);
  });

  test("a host that did not say is not judged", () => {
    expect(signed().hostFiles).toMatchObject({
      conflicts: [],
      conflictsKnown: { policyJson: false, registriesD: false },
      enforceFlagWorks: true,
    });
  });

  test("registries.d of the host is edited", () => {
    const path = "/etc/containers/registries.d/theirs.yaml";
    const host = { registriesD: { [path]: "docker:\n  registry.example/desk: {}\n" } };
    const planned = plan(index([alice]), manifest([alice]), { host });
    expect(planned.trust.hostFiles.map((file) => file.path)).toEqual([
      ...["/etc/pki/containers/desk.pub", path, "/etc/containers/policy.json"],
    ]);
    expect(parse(planned.trust.hostFiles[1]?.content ?? "")).toEqual({
      docker: { "registry.example/desk": { "use-sigstore-attachments": true } },
    });
    expect(planned.hostFiles?.conflictsKnown).toEqual({ policyJson: false, registriesD: true });
  });
});

describe("scopes", () => {
  test("are the policy's own, all of them: one file serves all its repositories", () => {
    const trust = policy([key("alice")], { scopes: ["registry.example/desk", "other.example"] });
    expect(Object.keys(plan(null, manifest([alice]), { trust: [trust] }).trust.policyScope ?? {})).toEqual([
      ...["registry.example/desk", "other.example"],
    ]);
  });

  test("a policy within it keeps its own signers, whatever the host had", () => {
    const wide = policy([key("alice")], { id: "wide" });
    const inner = policy([key("bob")], { id: "inner", scopes: ["registry.example/desk/inner"] });
    const closed = policy([identity(workflow)], { id: "closed", scopes: ["registry.example/desk/closed"] });
    const planned = plan(null, manifest([alice]), { trust: [wide, inner, closed] });
    const { docker } = JSON.parse(planned.trust.hostFiles.at(-1)?.content ?? "").transports;
    expect(Object.keys(planned.trust.policyScope ?? {})).toEqual(["registry.example/desk"]);
    expect(docker["registry.example/desk/inner"]).toMatchObject([{ keyPath: "/etc/pki/containers/inner.pub" }]);
    expect(docker["registry.example/desk/closed"]).toEqual([{ type: "reject" }]);
    expect(planned.trust.hostFiles.map(({ path }) => path)).toContain("/etc/pki/containers/inner.pub");
  });

  describe("one word of Docker Hub is a namespace to hosts, and its library's repository another", () => {
    const finding = bySig("alice", { claims: payload("index.docker.io/library/busybox") });
    const asked = (name: string, ...trust: readonly ReturnType<typeof policy>[]) =>
      plan(null, manifest([finding]), { repository: name, reference: `${name}:1`, trust });
    const sectionsIn = (planned: ReturnType<typeof asked>) => Object.keys(planned.trust.policyScope ?? {});

    test.each(["docker.io", "index.docker.io"])("%s/busybox names the one, and gives no file for the other", (host) => {
      const planned = asked(`${host}/busybox`, policy([key("alice")], { scopes: [`${host}/busybox`] }));
      expect([planned.trust.verdict, sectionsIn(planned)]).toEqual(["verified", []]);
      const { podman } = planned.trust.consumers;
      expect([podman.verdict, podman.reasons.map(({ code }) => code)]).toEqual([
        "not-enforceable",
        ["POLICY_INEXPRESSIBLE"],
      ]);
    });

    test.each([
      ["docker.io/library/busybox", "docker.io/library/busybox"],
      ["index.docker.io/library/busybox", "docker.io/library/busybox"],
      ["index.docker.io/library", "docker.io/library"],
      ["index.docker.io", "docker.io"],
    ])("the scope %s is %s to hosts", (scope, section) => {
      const planned = asked("docker.io/library/busybox", policy([key("alice")], { scopes: [scope] }));
      expect([sectionsIn(planned), planned.trust.consumers.podman.verdict]).toEqual([[section], "verified"]);
    });

    test("what two policies may mean is for neither's signers", () => {
      const wide = policy([key("alice")], { scopes: ["docker.io/library"] });
      const word = policy([key("bob")], { id: "word", scopes: ["docker.io/busybox"] });
      const planned = asked("docker.io/library/busybox", wide, word);
      expect([planned.trust.policy, planned.trust.verdict, sectionsIn(planned)]).toEqual(["desk", "verified", []]);
      const beside = plan(null, manifest([bySig("alice", { claims: payload("docker.io/library/other") })]), {
        ...{ repository: "docker.io/library/other", reference: "docker.io/library/other:1", trust: [wide, word] },
      });
      const { docker } = JSON.parse(beside.trust.hostFiles.at(-1)?.content ?? "").transports;
      expect(Object.keys(docker)).toEqual(["docker.io/library/busybox", "docker.io/library"]);
      expect(docker["docker.io/library/busybox"]).toEqual([{ type: "reject" }]);
    });

    test("no section is wider than what the policy speaks for", () => {
      const scopes = ["docker.io/busybox", "index.docker.io/desk/os", "docker.io/library/alpine", "registry.example"];
      const documents = scopes.map((scope, i) => policy([key("alice")], { id: `policy-${i}`, scopes: [scope] }));
      for (const [i, document] of documents.entries()) {
        const { set } = world({ trust: documents });
        const made = policyHostFiles(world({ trust: documents }), document, now);
        if (made.outcome !== "files") throw new Error("a key can be expressed");
        for (const section of Object.keys(made.policyScope)) {
          expect(trustPolicyFor(set, `${section}/deep/er`)?.policy.id).toBe(`policy-${i}`);
        }
      }
    });
  });
});

describe("no file is given that makes a host refuse this very image", () => {
  test.each([
    { title: "a bundle alone", evidence: [byBundle("alice")] },
    { title: "a signature that is gone", evidence: [found(alice, { shown: false })] },
    { title: "a broken signature", evidence: [broken("DIGEST_MISMATCH", { claims: payload(repository, "sha256:0") })] },
    { title: "no signature", evidence: [] },
  ])("$title", ({ evidence }) => {
    const { trust, hostFiles } = plan(null, manifest(evidence));
    expect([trust.hostFiles, trust.policyScope, hostFiles]).toEqual([[], null, null]);
  });
});

describe("signers", () => {
  test("strangers are shown, the accepted ones first, each once for each format", () => {
    const mallory = bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now) });
    const evidence = [mallory, alice, bySig("alice", logged(now)), byBundle("alice")];
    const { signers } = plan(index(evidence), manifest(evidence)).trust;
    expect(signers.map(({ id, format, accepted, logged }) => [id, format, accepted, logged])).toEqual([
      ["alice", "cosign-tag", true, true],
      ["alice", "sigstore-bundle", true, false],
      [null, "cosign-tag", false, true],
    ]);
  });

  test("identities by the name that fits", () => {
    const subjects = [
      { type: "email" as const, value: "bot@desk.example" },
      { type: "uri" as const, value: workflow },
    ];
    const finding = keyless(workflow, { signer: identitySigner(workflow, { subjects }) });
    const { signers, trustRootDigest } = plan(null, manifest([finding]), {
      trust: [policy([identity(workflow)])],
    }).trust;
    expect(signers).toMatchObject([{ id: "ci", type: "identity", issuer, subject: workflow, accepted: true }]);
    expect(trustRootDigest).toBe(publicGood.digest);
  });

  test("of an image without a policy", () => {
    const planned = plan(null, manifest([keyless(workflow)]), { trust: [] }).trust;
    expect(planned).toMatchObject({ verdict: "no-policy", policy: null, policyDigest: null, hostFiles: [] });
    expect(planned.signers).toMatchObject([{ id: null, subject: workflow, accepted: false }]);
    expect(planned.trustRootDigest).toBe(publicGood.digest);
  });

  test("nobody is shown for what nobody known signed", () => {
    const evidence = {
      ...alice,
      valid: null,
      signer: null,
      reasons: [{ code: "SIGNATURE_ERROR" as const, message: "no key" }],
    };
    expect(plan(null, manifest([evidence])).trust.signers).toEqual([]);
  });
});

describe("times", () => {
  test("the end of a given signer's window comes before the next look", () => {
    const end = "2026-11-20T12:00:00Z";
    const trust = [policy([key("alice", { validUntil: end })])];
    const planned = plan(index([alice]), manifest([alice]), { trust });
    expect([planned.trust.recheckAt, planned.changesAt]).toEqual([end, at(end)]);
    const after = plan(index([alice]), manifest([alice]), { trust, now: at(end) }).trust;
    expect([after.verdict, after.consumers.bootc.verdict, after.hostFiles]).toEqual([
      "verified",
      "not-enforceable",
      [],
    ]);
    expect(after.consumers.bootc.reasons.map(({ code }) => code)).toEqual(["POLICY_INEXPRESSIBLE"]);
  });

  test("what was never looked at is unknown, with why", () => {
    const planned = plan(index([], { look: null }), manifest([], { look: null })).trust;
    expect(planned).toMatchObject({ verdict: "pending", checkedAt: null, recheckAt: null });
    expect(planned.unknown?.map(({ field }) => field)).toEqual(["checkedAt", "recheckAt"]);
  });

  test("a failing registry says so and moves nothing", () => {
    const planned = plan(index([alice], { look: failing }), manifest([alice], { look: failing })).trust;
    expect([planned.verdict, planned.reasons.map(({ code }) => code), planned.checkedAt]).toEqual([
      ...["verified", ["REGISTRY_ERROR"], signed().trust.checkedAt],
    ]);
  });
});

test("a mirror is judged by its registry's document as well", () => {
  const trust = policy([key("alice")]);
  const mirrored = plan(null, manifest([alice]), {
    repository: "mirror.example/os",
    reference: "mirror.example/os:1",
    registries: mirrors,
    trust: [trust],
  });
  expect(mirrored.trust.policyDigest).toBe(trustDigest({ files }, trust, publicGood.digest, mirrors));
  expect(mirrored.trust.policyDigest).not.toBe(signed().trust.policyDigest);
  expect(mirrored.trust.hostFiles.map(({ path }) => path)).toContain(
    "/etc/containers/registries.d/desk@mirror.example.yaml",
  );
});

test("the same question has the same answer, to the byte", () => {
  expect(JSON.stringify(signed())).toBe(JSON.stringify(signed()));
});

describe("a host that has the files given out", () => {
  const policies: readonly TrustDocument[] = [
    policy([key("alice")]),
    policy([key("alice"), key("bob")]),
    policy([key("alice"), key("bob")], { threshold: 2 }),
    policy([key("alice"), key("carol", { role: "retired" })]),
    policy([pgp("erin"), pgp("frank")]),
    policy([key("alice"), pgp("erin")], { threshold: 2 }),
    policy([identity("alice@desk.example")]),
    policy([key("alice")], { id: "wide", scopes: ["registry.example"] }),
  ];
  const evidence = fc.constantFrom<SignatureFinding>(
    ...[alice, bySig("bob"), bySig("carol"), bySig("dave"), byOpenpgp("erin"), byOpenpgp("frank")],
    ...[byBundle("alice"), keyless("alice@desk.example"), keyless("mallory@desk.example"), keyless(workflow)],
    ...[
      keylessBundle("alice@desk.example"),
      attestation("alice"),
      broken("DIGEST_MISMATCH", { claims: payload(repository, "sha256:0") }),
    ],
    ...[
      bySig("alice", { claims: payload("registry.example/other/os") }),
      bySig("mallory", { signer: keySigner("mallory", "log"), ...logged(now) }),
    ],
    ...[bySig("alice", { signature: { holds: true, algorithm: "ecdsa-p384-sha384" } })],
  );
  const sets = fc.uniqueArray(evidence, { maxLength: 5, selector: (finding) => finding.evidence });
  const versions = [22, 24, 33, 35, 37, 39].map((minor) => [5, minor] as const);
  const root = readTrustedRoot(publicGood.content);
  const roots = new Map(root === undefined ? [] : [[publicGood.digest, root]]);

  /** The file for one image of a policy, and what it does with any other image of it. */
  const configurations = policies.map((document): readonly [TrustDocument, HostConfiguration | null] => {
    const all = [alice, bySig("bob"), byOpenpgp("erin"), keyless("alice@desk.example")];
    return [document, plan(null, manifest(all), { trust: [document] }).hostFiles?.configuration ?? null];
  });

  const accepts = (
    configuration: HostConfiguration,
    findings: readonly SignatureFinding[],
    version: readonly [number, number],
  ) => {
    const pulled = { digest: platformDigest, found: findings.map((each) => found(each)), nowMs: now };
    return (
      simulateContainersImage(configuration, `${repository}:stable`, pulled, roots, version).outcome === "accepted"
    );
  };

  test("there is one for each of these policies", () => {
    expect(configurations.map(([, configuration]) => configuration !== null)).toEqual(policies.map(() => true));
  });

  test("never accepts what the policy would not", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...configurations), sets, fc.constantFrom(...versions), (made, findings, version) => {
        const [document, configuration] = made;
        if (configuration === null || !accepts(configuration, findings, version)) return true;
        accepted++;
        return plan(null, manifest(findings), { trust: [document] }).trust.verdict === "verified";
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  test("accepts by every version from `since` on, and refuses by none that the plan calls verified", () => {
    const wordOf = { bootc: "skopeo", podman: "containers/image" } as const;
    fc.assert(
      fc.property(fc.constantFrom(...policies), sets, sets, (document, top, platform) => {
        const { consumers } = plan(index(top), manifest(platform), { trust: [document] }).trust;
        for (const name of ["bootc", "podman"] as const) {
          const { verdict, since, byVersion } = consumers[name];
          if (since !== null) expect(since.startsWith(wordOf[name])).toBe(true);
          const from = byVersion.findIndex((range) => range.from === since);
          const current = byVersion.slice(Math.max(from, 0));
          if (verdict === "verified") expect(current.every((range) => range.verdict === "verified")).toBe(true);
          // Ranges meet without a gap, end with the newest, and differ from their neighbours.
          if (byVersion.length > 0) expect(byVersion.at(-1)?.to).toBeNull();
          for (const [at, range] of byVersion.entries()) expect(range.verdict).not.toBe(byVersion[at + 1]?.verdict);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("accepts no less when a signature is added, unless that one cannot be fetched", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...configurations),
        sets,
        evidence,
        fc.constantFrom(...versions),
        (made, findings, more, version) => {
          const [, configuration] = made;
          if (configuration === null || !accepts(configuration, findings, version)) return true;
          return accepts(configuration, [...findings, more], version);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test("looks that are due say when", () => {
  const planned = plan(index([alice], { look: look({ recheckAt: now + 1_000 }) }), manifest([alice]));
  expect(planned.changesAt).toBe(now + 1_000);
});
