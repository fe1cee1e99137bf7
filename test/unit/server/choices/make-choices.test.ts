// Choices: what the menu leaves out, in which order the rest stands, and how small it stays.
import { describe, expect, test } from "vitest";
import type { ChoiceEntry, ChoiceRow } from "../../../../db/choices.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import { type ChoiceQuestion, makeChoices } from "../../../../server/choices/make-choices.ts";
import { project, release } from "../../policies/documents/documents.ts";
import { digest, facts, now, policySet } from "../../policies/plan/plan-builders.ts";

const policies = indexPolicies(
  policySet({
    releases: [
      release("fedora", "44", { endOfLife: "2027-05-12" }),
      release("fedora", "43", { endOfLife: "2026-12-02" }),
      release("fedora", "42", { endOfLife: "2026-05-13" }),
    ],
    projects: [
      project("desk", {
        name: "Desk",
        summary: "A system for desks",
        logo: "https://desk.example/logo.svg",
        repositories: { "registry.example/old": { deprecated: "2026-05-01" } },
      }),
    ],
  }),
  null,
);

function row(change: Partial<ChoiceRow> = {}): ChoiceRow {
  return {
    id: 1,
    name: "registry.example/desk/os",
    kind: "remix",
    official: false,
    distribution: "fedora",
    project: null,
    title: "Desk OS",
    description: "For desks",
    facets: { use: ["workstation"] },
    tag: "stable",
    digest: digest(1),
    verdict: "verified",
    revision: 7,
    imageKind: "image",
    facts: facts(),
    annotations: null,
    entries: [],
    ...change,
  };
}

const question: ChoiceQuestion = { architecture: "amd64", firmware: null, use: null, all: false };
const made = (rows: readonly ChoiceRow[], asked: Partial<ChoiceQuestion> = {}) =>
  makeChoices(rows, { ...question, ...asked }, policies, now);
const of = (kernel: string) => facts({ kernel });

test("an item says what an installer shows, and what it pulls", () => {
  expect(made([row()])).toEqual({
    items: [
      {
        ref: "registry.example/desk/os:stable",
        title: "Desk OS",
        summary: "For desks",
        use: "workstation",
        official: false,
        kind: "remix",
        level: null,
        verdict: "verified",
        bytes: 300,
        digest: digest(1),
        logo: null,
        media: null,
      },
    ],
    total: 1,
    generation: 7,
    changesAt: Date.parse("2027-05-12") - 30 * 24 * 60 * 60 * 1000,
  });
});

describe("unless all are wanted, the menu has nothing that", () => {
  test.each([
    { title: "is not verified", change: { verdict: "unsigned" as const } },
    { title: "nobody has looked at", change: { verdict: null } },
    { title: "is not bootable", change: { facts: facts({ bootable: false }) } },
    { title: "may not be bootable", change: { facts: facts({ bootable: null }) } },
    { title: "was not inspected", change: { facts: null } },
    { title: "has ended", change: { facts: of("6.1.0-1.fc42.x86_64") } },
    { title: "is deprecated", change: { name: "registry.example/old" } },
  ])("$title", ({ change }) => {
    expect(made([row(change)]).items).toEqual([]);
    expect(made([row(change)], { all: true }).items).toHaveLength(1);
  });
});

describe("even then it has nothing that", () => {
  test.each([
    { title: "is of another use", asked: { use: "gaming" }, change: {} },
    { title: "is of another architecture", asked: { architecture: "arm64" }, change: {} },
    { title: "has no image for the architecture", asked: {}, change: { imageKind: "index" as const, facts: null } },
    { title: "is no image", asked: {}, change: { imageKind: "artifact" as const, facts: null } },
    {
      title: "does not start from BIOS",
      asked: { firmware: "bios" as const },
      change: { facets: { firmware: ["uefi"] } },
    },
  ])("$title", ({ asked, change }) => {
    expect(made([row(change)], { ...asked, all: true }).items).toEqual([]);
  });

  test("wants BIOS where there is none", () => {
    const arm = row({ facts: facts({ architecture: "arm64" }) });
    expect(made([arm], { architecture: "arm64", firmware: "bios" }).items).toEqual([]);
    expect(made([arm], { architecture: "arm64", firmware: "uefi" }).items).toHaveLength(1);
  });
});

describe("of an index it is the architecture's own image that counts", () => {
  const entry = (n: number, architecture: string, layerBytes: number, verdict: ChoiceEntry["verdict"] = null) => ({
    digest: digest(n),
    os: "linux",
    architecture,
    variant: null,
    role: "image" as const,
    zstd: false,
    facts: facts({ architecture, layerBytes }),
    verdict,
  });

  test("with its bytes", () => {
    const index = row({ imageKind: "index", facts: null, entries: [entry(2, "amd64", 5), entry(3, "arm64", 9)] });
    expect(made([index], { architecture: "arm64" }).items).toMatchObject([{ bytes: 9, digest: digest(1) }]);
  });

  test("with its verdict, where the index is not signed", () => {
    const entries = [entry(2, "amd64", 5, "verified"), entry(3, "arm64", 9, "unsigned")];
    const index = row({ imageKind: "index", facts: null, verdict: "unsigned", entries });
    expect(made([index]).items).toMatchObject([{ verdict: "verified" }]);
    expect(made([index], { architecture: "arm64" }).items).toEqual([]);
    expect(made([index], { architecture: "arm64", all: true }).items).toMatchObject([{ verdict: "unsigned" }]);
  });
});

test("the first use that is declared is its group", () => {
  const [item] = made([row({ facets: { use: ["workstation", "develop"] } })]).items;
  expect(item).toMatchObject({ use: "workstation" });
});

test("stands by use, the official first, then what is kept up longest, then by title", () => {
  const rows = [
    row({ title: "nothing said", facets: {} }),
    row({ title: "other", facets: { use: ["kiosk"] } }),
    row({ title: "play", facets: { use: ["gaming", "workstation"] } }),
    row({ title: "b", name: "registry.example/b" }),
    row({ title: "a", name: "registry.example/a" }),
    row({ title: "soon over", facts: of("6.5.0-1.fc43.x86_64") }),
    row({ title: "theirs", official: true }),
  ];
  const { items } = made(rows);
  expect(items.map(({ title, use }) => `${use}: ${title}`)).toEqual([
    "workstation: theirs",
    "workstation: a",
    "workstation: b",
    "workstation: soon over",
    "gaming: play",
    "kiosk: other",
    "null: nothing said",
  ]);
  expect(made(rows, { use: "workstation" }).items.at(-1)).toMatchObject({ title: "soon over" });
  expect(made(rows, { use: "workstation" }).items.map(({ title }) => title)).toContain("play");
});

test("a project speaks where the image is silent", () => {
  const silent = row({ title: null, description: null, project: "desk" });
  expect(made([silent]).items).toMatchObject([
    { title: "Desk", summary: "A system for desks", logo: "https://desk.example/logo.svg" },
  ]);
  expect(made([row({ title: null, description: null })]).items).toMatchObject([{ title: "os", summary: null }]);
});

test("what a label holds is one line of plain text, and an address is one of the web", () => {
  const hostile = row({
    title: "\u001b[31mRed\u0007\n\ntitle",
    description: `  two\n\n lines ${"long ".repeat(100)}`,
    facts: facts({ logo: "javascript:alert(1)" }),
  });
  const [item] = made([hostile]).items;
  expect(item).toMatchObject({ title: "[31mRed title", logo: null });
  expect(item?.summary).toMatch(/^two lines long .{1,150}…$/);
});

test.each([100, 250])("%i entries are 300 bytes each at most, with the longest words there are", (count) => {
  const rows = Array.from({ length: count }, (_, i) =>
    row({
      name: `ghcr.io/ublue-os/bazzite-${i}`,
      title: "A title of many words",
      description: "A description that goes on and on ".repeat(9),
    }),
  );
  const { items } = made(rows);
  expect(items).toHaveLength(count);
  expect(Buffer.byteLength(JSON.stringify({ items }))).toBeLessThanOrEqual(30_000 * (count / 100));
});

test("logos go before titles, and no choice is left out however long its reference is", () => {
  const rows = (name: string) =>
    Array.from({ length: 100 }, (_, i) =>
      row({
        name: `${name}-${i}`,
        facts: facts({ logo: `https://bazzite.example/${"logo".repeat(40)}.svg` }),
      }),
    );
  const { items } = made(rows("ghcr.io/ublue-os/bazzite"));
  expect(items[0]).toMatchObject({ title: "Desk OS", logo: null, summary: "For desks" });
  expect(Buffer.byteLength(JSON.stringify({ items }))).toBeLessThanOrEqual(30_000);
  expect(made(rows(`registry.example/${"long/".repeat(40)}os`)).items).toHaveLength(100);
});

test("few entries keep their summaries", () => {
  const description = "A description that is as long as a line may be, and no longer than that";
  expect(made([row({ description })]).items[0]?.summary).toBe(description);
});
