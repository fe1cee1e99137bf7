// The decision and the hazards of whole plans: what each circumstance of a target leads to.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import type { PlanInput } from "../../../../policies/plan/plan-input.ts";
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";
import {
  day,
  digest,
  entry,
  facts,
  fate,
  fedora,
  image,
  input,
  inputByDigest,
  now,
  required,
  single,
  tag,
} from "./plan-builders.ts";

const planOf = (made: PlanInput): SwitchPlan => makePlan(made).plan;
/** Whether bootc can verify what nobody looked at yet. */
const unsure = "signature-not-enforceable";
const older = { digest: digest(9), version: null, created: null, since: now - day };

describe("the decision", () => {
  test.each([
    {
      title: "pending under a policy that requires",
      made: input({ documents: { trust: [required] } }),
      decision: "block",
      reasons: ["PENDING"],
    },
    { title: "pending under a policy that expects", made: input(), decision: "warn", reasons: [unsure, "PENDING"] },
    {
      title: "pending without a policy",
      made: input({ documents: { trust: [] } }),
      decision: "warn",
      reasons: [unsure, "PENDING"],
    },
    {
      title: "no image for the architecture",
      made: input({ request: { architecture: "s390x" } }),
      decision: "block",
      reasons: ["architecture-mismatch"],
    },
    {
      title: "a single manifest of another architecture",
      made: input({ image: single({ facts: facts({ architecture: "arm64" }) }) }),
      decision: "block",
      reasons: ["architecture-mismatch"],
    },
    {
      title: "amd64/v3 alone",
      made: input({ image: image({ entries: [entry(1, { variant: "v3" })] }) }),
      decision: "block",
      reasons: ["architecture-mismatch"],
    },
    {
      title: "an image without bootc's labels",
      made: input({ image: single({ facts: facts({ bootable: false }) }) }),
      decision: "block",
      reasons: ["not-bootable"],
    },
    {
      title: "an image whose labels are not known",
      made: input({ image: single({ facts: facts({ bootable: null }) }) }),
      decision: "warn",
      reasons: ["not-bootable", unsure, "PENDING"],
    },
    {
      title: "an artifact",
      made: input({ image: single({ kind: "artifact", facts: null }) }),
      decision: "block",
      reasons: ["architecture-mismatch", "not-bootable"],
    },
    {
      title: "a release that has ended",
      made: input({ documents: { releases: [fedora("2026-11-20")] } }),
      decision: "block",
      reasons: ["target-unsupported"],
    },
    {
      title: "a release that ends soon",
      made: input({ documents: { releases: [fedora("2026-12-20")] } }),
      decision: "warn",
      reasons: [unsure, "target-unsupported", "PENDING"],
    },
    {
      title: "a release of which nobody knows the end",
      made: input({ documents: { releases: [] } }),
      decision: "warn",
      reasons: [unsure, "target-unsupported", "PENDING"],
    },
    {
      title: "a repository that is deprecated",
      made: input({ documents: { projects: [fate({ deprecated: "2026-05-01" })] } }),
      decision: "warn",
      reasons: [unsure, "target-unsupported", "PENDING"],
    },
    {
      title: "a repository that is deprecated on a release that has ended",
      made: input({ documents: { projects: [fate({ deprecated: "2026-05-01" })], releases: [fedora("2026-01-01")] } }),
      decision: "block",
      reasons: ["target-unsupported"],
    },
    {
      title: "a repository that will be deprecated",
      made: input({ documents: { projects: [fate({ deprecated: "2027-05-01" })] } }),
      decision: "warn",
      reasons: [unsure, "PENDING"],
    },
    {
      title: "a look eight days ago",
      made: input({ tag: tag({ observedAt: now - 8 * day }) }),
      decision: "warn",
      reasons: [unsure, "PENDING", "STALE"],
    },
    {
      title: "no look at all",
      made: input({ tag: tag({ observedAt: null }) }),
      decision: "warn",
      reasons: [unsure, "PENDING", "STALE"],
    },
    {
      title: "a look seven days ago",
      made: input({ tag: tag({ observedAt: now - 7 * day }) }),
      decision: "warn",
      reasons: [unsure, "PENDING"],
    },
    {
      title: "a digest seen long ago, of which the look at signatures counts",
      made: inputByDigest({ image: image({ observedAt: now - 90 * day }) }),
      decision: "warn",
      reasons: [unsure, "PENDING"],
    },
    {
      title: "a tag that went back",
      made: input({ tag: tag({ olderThan: older }) }),
      decision: "warn",
      reasons: [unsure, "PENDING", "TAG_ROLLBACK"],
    },
    {
      title: "a step back that was published",
      made: input({
        tag: tag({ olderThan: older }),
        documents: { projects: [fate({ rollbacks: [{ tag: "stable", digest: digest(0x111) }] })] },
      }),
      decision: "warn",
      reasons: [unsure, "PENDING"],
    },
    {
      title: "a step back published for another tag",
      made: input({
        tag: tag({ olderThan: older }),
        documents: { projects: [fate({ rollbacks: [{ tag: "testing", digest: digest(0x111) }] })] },
      }),
      decision: "warn",
      reasons: [unsure, "PENDING", "TAG_ROLLBACK"],
    },
    {
      title: "a step back published to another digest",
      made: input({
        tag: tag({ olderThan: older }),
        documents: { projects: [fate({ rollbacks: [{ tag: "stable", digest: digest(9) }] })] },
      }),
      decision: "warn",
      reasons: [unsure, "PENDING", "TAG_ROLLBACK"],
    },
  ])("is $decision for $title", ({ made, decision, reasons }) => {
    const plan = planOf(made);
    expect({ decision: plan.decision, reasons: plan.decisionReasons }).toEqual({ decision, reasons });
  });

  test("is never made milder by anything that is added to a plan", () => {
    const rank = { allow: 0, warn: 1, block: 2 };
    const additions: readonly Parameters<typeof input>[0][] = [
      { tag: tag({ olderThan: older }) },
      { tag: tag({ observedAt: now - 30 * day }) },
      { image: image({ entries: [entry(1, {}, { facts: facts({ bootable: false }) })] }) },
      { request: { architecture: "s390x" } },
      { documents: { trust: [required] } },
      { documents: { releases: [fedora("2026-01-01")] } },
      { documents: { projects: [fate({ deprecated: "2026-05-01" })] } },
    ];
    const join = (a: Parameters<typeof input>[0], b: Parameters<typeof input>[0]) => ({
      ...a,
      ...b,
      documents: { ...a?.documents, ...b?.documents },
    });
    fc.assert(
      fc.property(fc.subarray([...additions]), fc.constantFrom(...additions), (some, more) => {
        const before = some.reduce(join, {});
        // A later addition to the same part takes the place of an earlier one, which would take something away.
        const replaced = Object.keys(more ?? {}).some(
          (part) => part !== "documents" && Object.hasOwn(before ?? {}, part),
        );
        fc.pre(!replaced);
        const after = planOf(input(join(before, more))).decision;
        expect(rank[after]).toBeGreaterThanOrEqual(rank[planOf(input(before)).decision]);
      }),
    );
  });
});

describe("hazards", () => {
  const shown = (change: Parameters<typeof input>[0]) =>
    planOf(input(change)).hazards.map(({ id, status }) => `${id} ${status}`);

  test("that are absent are left out unless they are asked for", () => {
    const silent = ["bound-images unknown", "kernel-arguments unknown"];
    expect(shown({})).toEqual(["signature-not-enforceable unknown", ...silent]);
    expect(shown({ request: { verbose: true } })).toEqual([
      "architecture-mismatch absent",
      "not-bootable absent",
      "signature-not-enforceable unknown",
      "pinned-digest absent",
      "target-unsupported absent",
      "registry-authentication absent",
      ...silent,
    ]);
  });

  test("of the host are not judged", () => {
    expect(planOf(input()).hostHazards).toBe("not-asked");
  });

  test("of a pinned digest say that there will be no updates", () => {
    expect(planOf(inputByDigest()).hazards).toMatchObject([
      { id: "signature-not-enforceable" },
      { id: "pinned-digest", severity: "info", status: "present", evidence: { digest: digest(0x111) } },
      { id: "bound-images" },
      { id: "kernel-arguments" },
    ]);
  });

  test("of a missing architecture name those that are there", () => {
    const [hazard] = planOf(input({ request: { architecture: "s390x" } })).hazards;
    expect(hazard).toMatchObject({
      id: "architecture-mismatch",
      severity: "block",
      evidence: { wanted: "s390x", architectures: ["amd64", "arm64"] },
    });
    expect(hazard?.advice).toContain("amd64, arm64");
  });

  test("that are unknown have the highest severity that they could have", () => {
    expect(planOf(input({ documents: { releases: [] } })).hazards).toMatchObject([
      { id: "signature-not-enforceable", severity: "block", status: "unknown" },
      { id: "target-unsupported", severity: "block", status: "unknown" },
      { id: "bound-images", severity: "info", status: "unknown", needs: [] },
      { id: "kernel-arguments", severity: "info", status: "unknown", needs: [] },
    ]);
  });

  test("of a target that is given up name its successor", () => {
    const documents = { projects: [fate({ deprecated: "2026-05-01", successor: "registry.example/desk/new" })] };
    const hazard = planOf(input({ documents })).hazards.find(({ id }) => id === "target-unsupported");
    expect(hazard).toMatchObject({ id: "target-unsupported", severity: "warn", evidence: { status: "deprecated" } });
    expect(hazard?.advice).toContain("registry.example/desk/new");
  });
});
