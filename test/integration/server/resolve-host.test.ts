// Resolve for a host: a whole `bootc status` and facts, what they tell, what they leave open and what they must not show.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hazardIds } from "../../../policies/plan/switch-plan.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { BatchAnswer } from "../../../server/api/resolve-batch-route.ts";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { bazzite, fedora, fedoraIndex, fedoraOlder, secret, secretImage, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const nowhere = `sha256:${"9".repeat(64)}`;
const newest = fedoraIndex.images[0]?.digest ?? "";

const bootEntry = (reference: string, imageDigest: string) => ({
  image: {
    image: { image: reference, transport: "registry", signature: "containerPolicy" },
    version: "44.20261101.0",
    timestamp: "2026-11-01T00:00:00Z",
    imageDigest,
    architecture: "amd64",
  },
  cachedUpdate: null,
  incompatible: false,
  pinned: false,
  softRebootCapable: false,
  downloadOnly: false,
  store: "ostreeContainer",
  ostree: { stateroot: "default", checksum: "a".repeat(64), deploySerial: 0 },
  composefs: null,
});

const status = (change: object = {}) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  metadata: { name: "host" },
  spec: { image: { image: `${fedora}:44`, transport: "registry", signature: "containerPolicy" }, bootOrder: "default" },
  status: {
    staged: null,
    booted: bootEntry(`${fedora}:44`, fedoraOlder.digest),
    rollback: null,
    otherDeployments: [],
    rollbackQueued: false,
    type: "bootcHost",
    readOnly: false,
    usrOverlay: null,
    ...change,
  },
});

const facts = { filesystem: "xfs", secureBoot: true, gpu: [], etcModified: ["/etc/hosts"], freeBytes: 1e12 };

describe.each(storeKinds)("POST resolve with a host on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  const planOf = async (body: object, query = "") =>
    bodyOf(SwitchPlanSchema, await server.post(`/api/v1/resolve${query}`, body));
  const byId = (plan: Awaited<ReturnType<typeof planOf>>) => new Map(plan.hazards.map((hazard) => [hazard.id, hazard]));

  test("all hazards are judged, in the order of their numbers, each with its source", async () => {
    const plan = await planOf({ target: `${fedora}:44`, host: status(), facts }, "?verbose=true");
    expect(plan.hostHazards).toBe("asked");
    expect(plan.hazards.map(({ id }) => id)).toEqual(hazardIds);
    for (const { source } of plan.hazards) expect(source).toMatch(/^https:/);
    const hazards = byId(plan);
    for (const id of ["desktop-change", "distribution-family-change", "downgrade", "backend-change"] as const) {
      expect([id, hazards.get(id)?.status]).toEqual([id, "absent"]);
    }
    expect(hazards.get("etc-merge")).toMatchObject({ status: "present", severity: "info", evidence: { count: 1 } });
    expect(hazards.get("host-policy-conflict")).toMatchObject({
      status: "unknown",
      needs: [{ fact: "policyJson", command: "cat /etc/containers/policy.json" }],
    });
  });

  test("a switch to another desktop warns, and names the sides", async () => {
    const imageInfo = { "image-name": "mine", "base-image-name": "silverblue" };
    const plan = await planOf({ target: `${bazzite}:stable`, host: status(), facts: { imageInfo } });
    expect(byId(plan).get("desktop-change")).toMatchObject({
      severity: "warn",
      status: "present",
      evidence: { from: "gnome", to: "kde" },
    });
    // Nobody looked for the signature that its policy requires: that alone decides.
    expect([plan.decision, plan.decisionReasons]).toEqual(["block", ["PENDING"]]);
  });

  test("layered packages leave the image unknown, and block", async () => {
    const booted = { image: null, cachedUpdate: null, incompatible: true, pinned: false };
    const plan = await planOf({ target: `${fedora}:44`, arch: "amd64", host: status({ booted }) });
    expect(plan.decision).toBe("block");
    expect(plan.decisionReasons).toContain("local-modifications");
    expect(byId(plan).get("downgrade")).toMatchObject({ status: "unknown", needs: [{ fact: "osRelease" }] });
    expect(plan.delta).toMatchObject({ from: null, bytesNew: null, estimate: { bytesNew: 1_000_000_000 } });
  });

  test("what is staged, kept for a rollback or cached is not downloaded again", async () => {
    const alone = await planOf({ target: `${fedora}:44`, host: status() });
    expect(alone.delta).toMatchObject({ bytesShared: 900_000_000, bytesNew: 100_000_000 });
    for (const part of ["staged", "rollback"]) {
      const more = await planOf({
        target: `${fedora}:44`,
        host: status({ [part]: bootEntry(`${fedora}:44`, newest) }),
      });
      expect([part, more.delta]).toMatchObject([part, { from: fedoraOlder.digest, bytesNew: 0 }]);
    }
  });

  test("what is private tells nothing: neither its layers nor what is declared of it", async () => {
    const ask = async (reference: string, digest: string) => {
      const { target: _, ...plan } = await planOf(
        {
          target: `${fedora}:44`,
          host: status({ booted: bootEntry(reference, digest), staged: bootEntry(reference, digest) }),
          facts,
        },
        "?verbose=true",
      );
      return { ...plan, delta: { ...plan.delta, from: "" } };
    };
    const strange = await ask("nobody.example/team/secret:latest", nowhere);
    expect(await ask(`${secret}:latest`, secretImage.digest)).toEqual(strange);
  });

  test.each([
    { title: "a fact of another type", facts: { filesystem: 3 }, field: "facts.filesystem" },
    { title: "a firmware that is none", facts: { firmware: "coreboot" }, field: "facts.firmware" },
    { title: "a key that is none", facts: { enrolledKeys: ["key"] }, field: "facts.enrolledKeys.0" },
    {
      title: "a status of rpm-ostree that is none",
      facts: { rpmOstreeStatus: { deployments: [{ packages: "htop" }] } },
      field: "facts.rpmOstreeStatus.deployments.0.packages",
    },
    {
      title: "an image-info.json that is none",
      facts: { imageInfo: { "image-ref": ["a"] } },
      field: "facts.imageInfo.image-ref",
    },
    { title: "a size that is no number of bytes", facts: { freeBytes: -1 }, field: "facts.freeBytes" },
    { title: "a word without end", facts: { bootloader: "g".repeat(1_000) }, field: "facts.bootloader" },
  ])("names the member: $title", async ({ facts: wrong, field }) => {
    const response = await server.post("/api/v1/resolve", { target: `${fedora}:44`, host: status(), facts: wrong });
    expect(response.status).toBe(400);
    const problem = await bodyOf(ProblemSchema, response);
    expect(problem).toMatchObject({
      type: "/problems/invalid-host",
      errors: [{ field, pointer: `#/${field.replaceAll(".", "/")}` }],
    });
  });

  test("a fleet is judged each for itself", async () => {
    const layered = status({ booted: { image: null, incompatible: true, pinned: false } });
    const response = await server.post("/api/v1/resolve/batch?arch=amd64", {
      items: [
        { target: `${fedora}:44`, host: status() },
        { target: `${fedora}:44`, host: layered },
        { target: `${fedora}:44`, facts: { firmware: 1 } },
      ],
    });
    const { items, summary } = await bodyOf(BatchAnswer, response);
    expect(summary).toMatchObject({ block: 1, errors: 1 });
    expect(items[2]).toMatchObject({ errors: [{ field: "facts.firmware", pointer: "#/items/2/facts/firmware" }] });
  });

  test.each([
    { title: "a list", body: [], pointer: "#", says: "the body: expected an object, but this is a list" },
    { title: "without items", body: {}, pointer: "#/items", says: "items: it is missing: expected a list" },
    {
      title: "of too many",
      body: { items: Array(1_001).fill(0) },
      pointer: "#/items",
      says: "items: expected at most 1000 entries, but this is a list of 1001",
    },
  ])("a fleet that is $title is refused in words", async ({ body, pointer, says }) => {
    const response = await server.post("/api/v1/resolve/batch", body);
    expect(response.status).toBe(400);
    const problem = await bodyOf(ProblemSchema, response);
    expect(problem).toMatchObject({ type: "/problems/invalid-body", detail: says, errors: [{ pointer }] });
  });

  test.each([
    { query: "?verbose=maybe", says: 'verbose: expected "true" or "false", but this is "maybe"' },
    { query: "?arch=amd64&arch=arm64", says: "arch: expected text, but this is a list" },
    { query: "?arch=", says: "arch: it is empty" },
    { query: "?force=1", says: "force: there is no such parameter" },
  ])("a parameter that is wrong is refused in words: $query", async ({ query, says }) => {
    const problem = await bodyOf(ProblemSchema, await server.post(`/api/v1/resolve${query}`, { target: "a" }));
    expect(problem).toMatchObject({ type: "/problems/invalid-parameter", detail: says });
  });
});
