// What a person is told about the form of a document: where it is wrong, and what to do.
import { describe, expect, test } from "vitest";
import { mistakesOf } from "./folder.ts";

/** A folder in which one document is what the test says, and everything it needs is there. */
async function mistakesIn(kind: string, text: string): Promise<readonly string[]> {
  const rest = { "registries/r.yaml": "host: registry.example\ndialect: oci\n" };
  return mistakesOf({ ...(kind === "registries" ? {} : rest), [`${kind}/x.yaml`]: text });
}

const source = "id: a\nregistry: registry.example\nrepositories: [os]\nkind: base\n";

describe("one mistake, one line", () => {
  test.each([
    ["sources", `${source}colour: red\n`, ['5:1: unknown member "colour"; known here: id, registry, repositories,']],
    ["sources", `${source}offical: true\n`, ['5:1: unknown member "offical"; did you mean `official`?']],
    ["sources", `${source}tags: { chanels: [a] }\n`, ['5:9: unknown member "chanels"; did you mean `channels`?']],
    [
      "sources",
      "id: a\nregistry: registry.example\nrepositories: [os]\n",
      ["1:1: `kind` is missing: What these repositories are"],
    ],
    [
      "sources",
      source.replace("base", "bas"),
      ['4:7: expected one of base, edition, spin, remix, but this is "bas"; did you mean base?'],
    ],
    ["sources", `${source}official: yes\n`, ["5:11: expected true or false, but this is text"]],
    ["sources", `${source}official:\n`, ["5:10: expected true or false, but nothing stands here"]],
    ["sources", `${source}tags: { channels: [42] }\n`, ["5:20: expected text, but this is a number; put it in quotes"]],
    ["sources", `${source}tags: { channels: latest }\n`, ["5:19: expected a list, but this is text"]],
    ["sources", `${source}tags: { channels: ["a b"] }\n`, ["5:20: expected a name or pattern without blanks"]],
    ["sources", `${source}tags: { channels: [""] }\n`, ["5:20: expected a name or pattern without blanks"]],
    [
      "sources",
      `${source}tags: { default: "stable*" }\n`,
      ['5:18: expected one tag, not a pattern, but this is "stable*"'],
    ],
    [
      "sources",
      `${source}facets: { Desktop: kde }\n`,
      ["5:11: expected the name of a facet: lower-case letters, digits and dashes"],
    ],
    [
      "sources",
      `${source}facets: { desktop: 1 }\n`,
      ["5:20: expected text or a list, but this is a number; put it in quotes"],
    ],
    [
      "sources",
      `${source}facets: { desktop: [kde, 1] }\n`,
      ["5:26: expected text, but this is a number; put it in quotes"],
    ],
    ["sources", `${source}facetPatterns: [{ set: { desktop: kde } }]\n`, ["5:17: one of `match`, `tag` is missing"]],
    [
      "sources",
      `${source}facetPatterns: [{ match: a, tag: b, set: {} }]\n`,
      ["5:29: `tag` can't stand beside `match`; keep one of them"],
    ],
    [
      "sources",
      `${source}facetPatterns: [{ mach: a, set: {} }]\n`,
      ["5:17: one of `match`, `tag` is missing", '5:19: unknown member "mach"; did you mean `match`?'],
    ],
    ["sources", `${source}namespace: team\n`, ["1:1: name either `repositories` or a `namespace`"]],
    [
      "sources",
      `${source}include: [a]\n`,
      ["1:1: `include` and `exclude` choose among the repositories of a `namespace`"],
    ],
    ["sources", source.replace("[os]", "[]"), ["3:15: its number of entries is wanted to be at least 1"]],
    ["sources", source.replace("[os]", "[OS]"), ["3:16: expected a path within the registry: lower-case letters"]],
    ["sources", source.replace("[os]", "[registry.example/os:44]"), ["3:16: expected a path within the registry"]],
    ["registries", "host: r.example\n", ["1:1: one of `dialect`, `layout` is missing"]],
    ["registries", "dialect: oci\n", ["1:1: `host` is missing: The host as references name it"]],
    ["registries", "host: r.example\ndialect: oci\nlayout: ./x\n", ["3:1: `layout` can't stand beside `dialect`"]],
    [
      "registries",
      "host: r.example\ndialekt: oci\n",
      ["1:1: one of `dialect`, `layout` is missing", '2:1: unknown member "dialekt"; did you mean `dialect`?'],
    ],
    [
      "registries",
      "host: r.example\ndialect: quai\n",
      ['2:10: expected one of oci, quay, but this is "quai"; did you mean quay?'],
    ],
    ["registries", "host: https://r.example\ndialect: oci\n", ["1:7: expected a registry's host in lower case"]],
    [
      "registries",
      "host: r.example\ndialect: oci\nrequestsPerSecond: 0\n",
      ["3:20: a number is wanted of more than 0"],
    ],
    [
      "registries",
      "host: r.example\ndialect: oci\nmirrorOf: quay\n",
      ["3:11: expected a registry or a namespace of one"],
    ],
    [
      "registries",
      "host: r.example\ndialect: oci\ncredentials: { username: alice@x, password: PASS }\n",
      ["3:26: expected the name of an environment variable, never the value itself"],
    ],
    [
      "registries",
      "host: r.example\ndialect: oci\ncredentials: { username: USER }\n",
      ["3:14: `password` is missing: The environment variable that holds the password"],
    ],
    [
      "registries",
      "host: r.example\ndialect: oci\nvisibility: hidden\n",
      ['3:13: expected one of public, private, but this is "hidden"'],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nsigners: [{ id: b }]\n",
      ["3:11: one of `key`, `identity`, `openpgp` is missing"],
    ],
    ["trust", "id: a\nscopes: [r.example]\nsigners: []\n", ["3:10: its number of entries is wanted to be at least 1"]],
    [
      "trust",
      "id: a\nscopes: ['r.example/*']\nsigners: [{ id: b, identity: { issuer: 'https://i.example', subject: a } }]\n",
      ["2:10: expected a registry, namespace or repository"],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nsigners: [{ id: b, identity: { issuer: i, subject: a } }]\n",
      ['3:40: expected the issuer\'s URL, but this is "i"'],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nsigners: [{ id: b, validFrom: 2024-07-02, identity: { issuer: 'https://i.example', subject: a } }]\n",
      ['3:31: expected an RFC 3339 time, such as 2024-07-02T00:00:00Z, but this is "2024-07-02"'],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nsigners: [{ id: b, key: k.pub, identity: { issuer: 'https://i.example', subject: a } }]\n",
      ["3:25: k.pub is not there", "3:32: `identity` can't stand beside `key`; keep one of them"],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nthreshold: 1.5\nsigners: [{ id: b, identity: { issuer: 'https://i.example', subject: a } }]\n",
      ["3:12: expected a whole number, but this is a number"],
    ],
    [
      "trust",
      "id: a\nscopes: [r.example]\nsigners: [{ id: b, key: /etc/passwd }]\n",
      ["3:25: expected a file's path relative to this document"],
    ],
    ["projects", "id: A\nname: A\n", ["1:5: expected an id: lower-case letters"]],
    ["projects", "id: a\nname: A\nrepositories: { os: {} }\n", ["3:17: expected a repository's name, host/path"]],
    [
      "projects",
      "id: a\nname: A\nrepositories: { r.example/os: { deprecated: soon } }\n",
      ['3:45: expected a day, such as 2027-05-12, but this is "soon"'],
    ],
    [
      "projects",
      "id: a\nname: A\nhomepage: javascript:alert(1)\n",
      ['3:11: expected an http(s) URL, but this is "javascript:alert(1)"'],
    ],
    [
      "releases",
      "os: fedora\nversion: 44\nsource: x\n",
      ["2:10: expected text, but this is a number; put it in quotes"],
    ],
    [
      "releases",
      "os: fedora\nversion: '44'\nsource: x\nendOfLife: 2027-02-30\n",
      ['4:12: expected a day, such as 2027-05-12, but this is "2027-02-30"'],
    ],
    ["releases", "os: Fedora\nversion: '44'\nsource: x\n", ["1:5: expected an os-release ID"]],
  ])("%s: %j", async (kind, text, expected) => {
    const mistakes = await mistakesIn(kind, text);
    expect(mistakes).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(mistakes[index]).toContain(`${kind}/x.yaml:${line}`);
  });
});

test("all mistakes of a document are said at once, also those against other documents", async () => {
  const text = `- id: a
  registry: registy.example
  repositories: [os, os]
  kind: bas
  colour: red
  tags: { default: 44, ignor: ["*"] }
`;
  expect(await mistakesIn("sources", text)).toEqual([
    "sources/x.yaml:2:13: no document under registries/ declares registy.example; did you mean registry.example?",
    'sources/x.yaml:3:22: the repository "registy.example/os" is already at sources/x.yaml:3; one source speaks for it: take it out of the other',
    'sources/x.yaml:4:9: expected one of base, edition, spin, remix, but this is "bas"; did you mean base?',
    expect.stringMatching(/^sources\/x\.yaml:5:3: unknown member "colour"; known here: /),
    "sources/x.yaml:6:20: expected text, but this is a number; put it in quotes",
    'sources/x.yaml:6:24: unknown member "ignor"; did you mean `ignore`?',
  ]);
});

test("a long value is cut, and what a terminal would obey is written as its code", async () => {
  const [line] = await mistakesIn(
    "sources",
    source.replace("base", JSON.stringify(`\u202e\u001b[31m${"x".repeat(500)}`)),
  );
  expect(line).toContain("\\u{202e}");
  expect(line).toContain("\\u001b[31m");
  expect(line?.length).toBeLessThan(300);
});
