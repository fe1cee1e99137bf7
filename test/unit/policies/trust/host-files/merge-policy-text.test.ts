// A host's policy.json as text: what is merged says the same as the value that is merged, and hostile files are refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readContainersPolicy } from "../../../../../policies/trust/consumers/containers-policy.ts";
import { mergePolicyText } from "../../../../../policies/trust/host-files/merge-policy-text.ts";
import { mergePolicy } from "../../../../../policies/trust/host-files/policy-json.ts";

const accept = [{ type: "insecureAcceptAnything" }];
const reject = [{ type: "reject" }];
const own = {
  "quay.io/desk": [{ type: "sigstoreSigned", keyPath: "/desk.pub", signedIdentity: { type: "matchRepository" } }],
};
const inner = { "quay.io/desk/inner": reject };
const image = "quay.io/desk/os:stable";
const merge = (text: string | Uint8Array) => mergePolicyText(Buffer.from(text as string), own, inner, image);

test("comments of nobody, order and layout stay; the sections are in", () => {
  const text =
    '{\n    "transports": {"docker": {"quay.io": [{"type": "reject"}]}},\n    "default": [{"type": "reject"}]}\n';
  const merged = merge(text);
  if (merged.outcome !== "merged") throw new Error("unreadable");
  expect(
    merged.content.startsWith('{\n    "transports": {"docker": {"quay.io": [{"type": "reject"}], "quay.io/desk'),
  ).toBe(true);
  expect(merged.content.endsWith('},\n    "default": [{"type": "reject"}]}\n')).toBe(true);
});

test("a section of the host's within another policy's scope is its own", () => {
  const text = JSON.stringify({ default: reject, transports: { docker: { "quay.io/desk/inner": accept } } });
  const merged = merge(text);
  if (merged.outcome !== "merged") throw new Error("unreadable");
  expect(JSON.parse(merged.content).transports.docker["quay.io/desk/inner"]).toEqual(accept);
});

describe("refuses, and touches nothing, where the file is", () => {
  test.each([
    { title: "no JSON", text: "{" },
    { title: "a list", text: "[]" },
    { title: "empty", text: "" },
    { title: "with a byte order mark", text: `\ufeff${JSON.stringify({ default: reject })}` },
    { title: "not UTF-8", text: Buffer.from([0x7b, 0xff, 0x7d]) },
    { title: "without a default", text: "{}" },
    {
      title: "of a member twice",
      text: '{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}',
    },
    {
      title: "of a section twice",
      text: '{"default":[{"type":"reject"}],"transports":{"docker":{"a.b":[],"a.b":[]}}}',
    },
    { title: "of a member that no version knows", text: '{"default":[{"type":"reject"}],"more":1}' },
    { title: "deep", text: `{"default":${"[".repeat(5_000)}${"]".repeat(5_000)}}` },
    { title: "long", text: `{"default":[{"type":"reject"}]${" ".repeat(2 * 1024 * 1024)}}` },
  ])("$title", ({ text }) => {
    expect(merge(text)).toMatchObject({ outcome: "unreadable", conflicts: [{ kind: "unreadable" }] });
  });
});

const anySection = fc.constantFrom(accept, reject, [...reject, ...accept], own["quay.io/desk"]);
const anyName = fc.constantFrom(
  "",
  "quay.io",
  "quay.io/desk",
  "quay.io/desk/os",
  "quay.io/desk/os:stable",
  "*.io",
  "ghcr.io/x",
);
const anyPolicy = fc.record(
  {
    default: anySection,
    transports: fc.record(
      { docker: fc.dictionary(anyName, anySection), dir: fc.dictionary(fc.constantFrom("", "/tmp"), anySection) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["default"] },
);

test("says the same as the merged value, has its conflicts, and is read by every version that read the host's", () => {
  fc.assert(
    fc.property(anyPolicy, fc.constantFrom(undefined, 2, "\t"), (policy, indent) => {
      const merged = merge(JSON.stringify(policy, null, indent));
      const value = mergePolicy(policy, own, inner, image);
      if (merged.outcome !== "merged" || value.outcome !== "merged") throw new Error("unreadable");
      expect(JSON.parse(merged.content)).toEqual(JSON.parse(value.content));
      expect(merged.conflicts).toEqual(value.conflicts);
      expect(readContainersPolicy(merged.content, [5, 22]).outcome).toBe("policy");
      const again = merge(merged.content);
      expect(again).toMatchObject({ outcome: "merged", content: merged.content });
    }),
  );
});

test("never opens anything: each of the host's sections but the policy's own is what it was", () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const merged = merge(JSON.stringify(policy));
      if (merged.outcome !== "merged") throw new Error("unreadable");
      const after = JSON.parse(merged.content);
      expect(after.default).toEqual(policy.default);
      const before = policy.transports?.docker ?? {};
      expect({ ...after.transports.docker, ...own }).toEqual({ ...inner, ...before, ...own });
      expect(after.transports.dir).toEqual(policy.transports?.dir);
    }),
  );
});
