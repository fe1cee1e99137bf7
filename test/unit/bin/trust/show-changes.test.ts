// Changes as people see them: a unified diff in which nothing obeys a stranger.
import { expect, test } from "vitest";
import { plain } from "../../../../bin/terminal/paint.ts";
import { describeConflict, describeRest, showDiff } from "../../../../bin/trust/show-changes.ts";

const file = (text: string | Uint8Array | null) =>
  text === null ? null : { content: Buffer.from(text as string).toString("base64"), mode: 0o644, uid: 0, gid: 0 };
const change = (before: string | Uint8Array | null, after: string | null) => [
  { path: "/etc/containers/policy.json", before: file(before), after: file(after) },
];

test("a changed file is a unified diff", () => {
  expect(showDiff(change("a\nb\nc\n", "a\nB\nc\n"), plain)).toBe(`--- a/etc/containers/policy.json
+++ b/etc/containers/policy.json
@@ -1,3 +1,3 @@
 a
-b
+B
 c
`);
});

test("a new file and one that goes are compared with nothing", () => {
  expect(showDiff(change(null, "a\n"), plain)).toContain(
    "--- /dev/null\n+++ b/etc/containers/policy.json\n@@ -0,0 +1,1 @@\n+a\n",
  );
  expect(showDiff(change("-----BEGIN\n", null), plain)).toContain("+++ /dev/null\n@@ -1,1 +0,0 @@\n------BEGIN\n");
});

test("colours are those of a diff", () => {
  const paint = (format: unknown, text: string) => `<${String(format)}>${text}`;
  const lines = showDiff(change("--x\n", "++y\n"), paint as typeof plain).split("\n");
  expect(lines.map((line) => /^<(\w+)>/.exec(line)?.[1] ?? "")).toEqual(["bold", "bold", "cyan", "red", "green", ""]);
});

test("what a file holds does not reach the terminal as commands", () => {
  const shown = showDiff(change("\u001b[2Jx\u202e\n", "y\n"), plain);
  expect(shown).not.toContain("\u001b");
  expect(shown).not.toContain("\u202e");
});

test("a file that is no text is named, not shown", () => {
  expect(showDiff(change(Buffer.from([0xff, 0xfe]), "a\n"), plain)).toBe(
    "/etc/containers/policy.json is replaced: it is no text\n",
  );
});

test.each([
  { title: "a new file", policy: { default: [{ type: "reject" }] }, isNew: true, says: "stay open" },
  {
    title: "a section for all",
    policy: { default: [], transports: { docker: { "": [] } } },
    isNew: false,
    says: "its section for all",
  },
  {
    title: "a default that refuses",
    policy: { default: [{ type: "reject" }] },
    isNew: false,
    says: "refuses registries",
  },
  {
    title: "any other default",
    policy: { default: [{ type: "insecureAcceptAnything" }] },
    isNew: false,
    says: "by its default",
  },
])("what becomes of other registries is said: $title", ({ policy, isNew, says }) => {
  expect(describeRest(JSON.stringify(policy), isNew)).toContain(says);
});

test("each thing in the way is named with its file", () => {
  const section = { file: "/f", section: "quay.io/x" };
  expect(describeConflict({ kind: "accepts-by-default" })).toContain("bootc refuses to enforce");
  expect(describeConflict({ kind: "narrower-section", ...section, hitsImage: true })).toContain("for this very image");
  expect(describeConflict({ kind: "narrower-section", ...section, hitsImage: false })).toContain(
    "/f: its section quay.io/x",
  );
  expect(describeConflict({ kind: "lookaside-replaced", ...section, was: "https://old" })).toContain("https://old");
  expect(describeConflict({ kind: "unreadable", file: "/f", reason: "no JSON" })).toContain("no JSON");
});
