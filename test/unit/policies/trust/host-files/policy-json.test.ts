// Tests of policy.json: the three forms, and what merging keeps of a host's own.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readContainersPolicy } from "../../../../../policies/trust/consumers/containers-policy.ts";
import {
  enforceFlagWorks,
  mergePolicy,
  newPolicy,
  policyFragment,
} from "../../../../../policies/trust/host-files/policy-json.ts";

const accept = [{ type: "insecureAcceptAnything" }];
const reject = [{ type: "reject" }];
const ours = [{ type: "sigstoreSigned", keyPath: "/desk.pub", signedIdentity: { type: "matchRepository" } }];
const own = { "quay.io/desk": ours };
const image = "quay.io/desk/os:stable";

test("a fragment holds the sections alone", () => {
  expect(JSON.parse(policyFragment(own))).toEqual({ transports: { docker: own } });
});

test("a new file refuses by default, leaves other registries open and takes what is local", () => {
  const policy = JSON.parse(newPolicy(own));
  expect(policy.default).toEqual(reject);
  expect(policy.transports.docker).toEqual({ "": accept, ...own });
  expect(policy.transports["containers-storage"]).toEqual({ "": accept });
  expect(readContainersPolicy(newPolicy(own), [5, 22]).outcome).toBe("policy");
  expect(enforceFlagWorks(policy)).toBe(true);
});

const host = (docker: Readonly<Record<string, unknown>>, rest = {}) => ({
  default: reject,
  transports: { docker },
  ...rest,
});

function merge(policy: Readonly<Record<string, unknown>>, inner = {}) {
  const merged = mergePolicy(policy, own, inner, image);
  if (merged.outcome === "unreadable") throw new Error(JSON.stringify(merged.conflicts));
  return { policy: JSON.parse(merged.content), conflicts: merged.conflicts };
}

describe("merging into a host's file", () => {
  test("replaces the same scope, and keeps everything else", () => {
    const before = host({ "": accept, "quay.io/desk": reject, "quay.io": reject, "ghcr.io": reject }, {});
    const { policy, conflicts } = merge(before);
    expect(policy).toEqual({
      ...before,
      transports: { docker: { "": accept, "quay.io": reject, "ghcr.io": reject, ...own } },
    });
    expect(conflicts).toEqual([]);
  });

  test("adds what is missing", () => {
    expect(merge({ default: reject }).policy).toEqual({ default: reject, transports: { docker: own } });
    expect(merge({ default: reject, transports: { dir: { "": accept } } }).policy.transports).toEqual({
      dir: { "": accept },
      docker: own,
    });
  });

  test("is the same when it is done twice", () => {
    const once = merge(host({ "": accept })).policy;
    expect(merge(once).policy).toEqual(once);
  });

  test.each([
    { section: "quay.io/desk/os", hitsImage: true },
    { section: "quay.io/desk/os:stable", hitsImage: true },
    { section: "quay.io/desk/os:testing", hitsImage: false },
    { section: "quay.io/desk/other", hitsImage: false },
  ])("a narrower section stays and is a conflict: $section", ({ section, hitsImage }) => {
    const { policy, conflicts } = merge(host({ [section]: accept }));
    expect(policy.transports.docker[section]).toEqual(accept);
    expect(conflicts).toEqual([{ kind: "narrower-section", file: "/etc/containers/policy.json", section, hitsImage }]);
  });

  test.each(["quay.io", "quay.io/de", "quay.io/desktop", "ghcr.io/desk", "*.io", ""])(
    "%s is no narrower section",
    (section) => {
      expect(merge(host({ [section]: accept })).conflicts).toEqual([]);
    },
  );

  test("a default that accepts anything stays and is a conflict", () => {
    const { policy, conflicts } = merge({ default: accept });
    expect(policy.default).toEqual(accept);
    expect(conflicts).toEqual([{ kind: "accepts-by-default" }]);
  });

  test("a section for a policy within the scope is added, and never replaces the host's own", () => {
    const inner = { "quay.io/desk/inner": ours };
    expect(merge(host({}), inner).policy.transports.docker).toEqual({ ...inner, ...own });
    expect(merge(host({ "quay.io/desk/inner": reject }), inner).policy.transports.docker["quay.io/desk/inner"]).toEqual(
      reject,
    );
  });

  test.each([
    ["no default", { transports: {} }],
    ["a member that is not known", { default: reject, extra: 1 }],
    ["transports that are none", { default: reject, transports: [] }],
    ["a requirement that is not known", { default: [{ type: "trustMe" }] }],
  ])("a file that no version reads is not merged into: %s", (_, policy) => {
    const merged = mergePolicy(policy, own, {}, image);
    expect(merged).toMatchObject({
      outcome: "unreadable",
      conflicts: [{ kind: "unreadable", file: "/etc/containers/policy.json" }],
    });
  });

  test("names that JavaScript has a meaning for are names", () => {
    const before = JSON.parse(
      '{"default":[{"type":"reject"}],"transports":{"docker":{"__proto__":[{"type":"reject"}],"constructor":[{"type":"reject"}]}}}',
    );
    const merged = mergePolicy(before, own, {}, image);
    expect(merged.outcome === "merged" ? merged.content : "").toContain('"__proto__": [');
    expect(merged.outcome === "merged" ? merged.content : "").toContain('"constructor": [');
  });

  test("keeps every section of every transport that is not the policy's own", () => {
    const name = fc.constantFrom(
      "",
      "quay.io",
      "quay.io/desk",
      "quay.io/desk/os",
      "ghcr.io/a",
      "quay.io/desk/os:stable",
      "*.io",
    );
    const requirements = fc.constantFrom(accept, reject, ours, [...reject, ...accept]);
    const sections = fc.dictionary(name, requirements);
    const policy = fc.record({
      default: fc.constantFrom(accept, reject),
      transports: fc.dictionary(fc.constantFrom("docker", "dir", "oci", "atomic"), sections),
    });
    fc.assert(
      fc.property(policy, (before) => {
        const after = merge(before).policy;
        expect(after.default).toEqual(before.default);
        expect(after.transports.docker["quay.io/desk"]).toEqual(ours);
        for (const [transport, scopes] of Object.entries(before.transports)) {
          for (const [scope, kept] of Object.entries(scopes)) {
            if (transport !== "docker" || scope !== "quay.io/desk")
              expect(after.transports[transport][scope]).toEqual(kept);
          }
        }
      }),
    );
  });
});

test.each([
  [accept, false],
  [[...accept, ...accept], false],
  [reject, true],
  [ours, true],
  [[...accept, ...reject], true],
])("bootc's flag with the default %j: %s", (requirements, works) => {
  expect(enforceFlagWorks({ default: requirements })).toBe(works);
});
