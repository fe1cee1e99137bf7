// Loading a folder: what is in force afterwards, and every way in which a folder is refused.
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderLimits } from "../../../../policies/documents/folder-files.ts";
import { formatMistakes } from "../../../../policies/documents/format-mistakes.ts";
import { loadFolder } from "../../../../policies/documents/load-folder.ts";
import { folderDigest } from "../../../../policies/documents/policy-digest.ts";
import { contractExamples } from "./contract-examples.ts";
import { type Files, loadFiles, mistakesOf, setOf, writeFolder } from "./folder.ts";
import { armoured, ecKey, openpgpRing } from "./keys.ts";

const fedoraKey = await readFile(
  new URL("../../../../policies/default/trust/keys/RPM-GPG-KEY-fedora-45-primary", import.meta.url),
);

const registries = "- host: registry.example\n  dialect: oci\n";
const source = (id: string, path: string) =>
  `- { id: ${id}, registry: registry.example, repositories: [${path}], kind: base }\n`;
const signer = "{ id: ci, identity: { issuer: 'https://issuer.example', subject: 'ci@example.org' } }";

describe("a folder that is right", () => {
  test("holds the contract's examples as they stand, with every default filled in", async () => {
    const set = await setOf(contractExamples(fedoraKey));
    expect(set.registries.map(({ host }) => host)).toEqual(["127.0.0.1:5000", "mirror.example", "quay.io"]);
    expect(set.sources[0]).toMatchObject({
      id: "fedora-bootc",
      tags: { default: "44" },
      facets: { use: ["container-host", "develop"] },
    });
    expect(set.trust[0]?.signers).toMatchObject([
      {
        id: "ublue-2024",
        key: "keys/ublue-os.pub",
        validFrom: "2024-07-02T00:00:00Z",
        validUntil: null,
        role: "primary",
      },
      { id: "ublue-ci", trustRoot: "public-good", revoked: null },
      { id: "fedora-45", openpgp: "keys/RPM-GPG-KEY-fedora-45-primary" },
    ]);
    expect(set.projects[0]?.repositories["ghcr.io/ublue-os/old-name"]?.deprecated).toBe("2026-05-01");
    expect(set.releases).toEqual([
      {
        os: "fedora",
        version: "44",
        released: "2026-04-14",
        endOfLife: "2027-05-12",
        source: "https://…",
        confirmed: false,
      },
    ]);
    expect(Object.keys(set.files)).toEqual(["keys/RPM-GPG-KEY-fedora-45-primary", "keys/ublue-os.pub"]);
    expect(set.files["keys/RPM-GPG-KEY-fedora-45-primary"]?.content).toBe(fedoraKey.toString("utf8"));
  });

  test("is plain JSON, and its digest can be computed again from what it shows", async () => {
    const set = await setOf(contractExamples(fedoraKey));
    const stored = JSON.parse(JSON.stringify(set));
    expect(stored).toEqual(set);
    expect(folderDigest(stored)).toBe(set.digest);
  });

  test("has one digest, however its documents are divided into files", async () => {
    const one = await setOf({ "registries/r.yaml": registries, "sources/x.yaml": source("a", "a") + source("b", "b") });
    const two = await setOf({
      "registries/z.yml": registries,
      "sources/2.yaml": source("a", "a"),
      "sources/1.yaml": source("b", "b"),
    });
    const other = await setOf({
      "registries/r.yaml": registries,
      "sources/x.yaml": source("a", "a") + source("b", "c"),
    });
    expect(two.digest).toBe(one.digest);
    expect(other.digest).not.toBe(one.digest);
  });

  test("may hold one mapping per file, empty files, other files and folders", async () => {
    const loaded = await loadFiles({
      "registries/r.yaml": "host: registry.example\ndialect: oci\n",
      "sources/none.yaml": "# nothing yet\n",
      "sources/README.md": "what lies here",
      "sources/.hidden.yaml": "not: [read",
      "sources/old.yaml~": "not: [read",
      "README.md": "what lies here",
      ".git/config": "",
    });
    expect(loaded).toMatchObject({ outcome: "loaded", notes: [] });
  });

  test("gives the folders of layouts, found from the document's own folder", async () => {
    const dir = await writeFolder({
      "registries/r.yaml": "- { host: a.example, layout: ./mirror }\n- { host: b.example, layout: ../elsewhere }\n",
      "registries/mirror/.keep": "",
    });
    const loaded = await loadFolder(dir);
    expect(loaded).toMatchObject({
      outcome: "loaded",
      set: { layouts: { "a.example": join(dir, "registries/mirror"), "b.example": join(dir, "elsewhere") } },
      notes: [
        { file: "registries/r.yaml", line: 2, column: 30, message: expect.stringContaining("no such folder now") },
      ],
    });
  });

  test("keeps a binary key byte for byte", async () => {
    const ring = openpgpRing({ tag: 6, body: Buffer.from([4, 0xff, 0xfe, 1]) });
    const set = await setOf({
      "trust/t.yaml": "id: t\nscopes: [r.example]\nsigners: [{ id: a, openpgp: a.gpg }]\n",
      "trust/a.gpg": ring,
    });
    expect(set.files["a.gpg"]).toMatchObject({ encoding: "base64", content: ring.toString("base64") });
  });

  test("may use links that stay within it", async () => {
    const dir = await writeFolder({ "..data/r.yaml": registries, "registries/.keep": "" });
    await symlink("../..data/r.yaml", join(dir, "registries/r.yaml"));
    expect(await loadFolder(dir)).toMatchObject({
      outcome: "loaded",
      set: { registries: [{ host: "registry.example" }] },
    });
  });
});

describe("what is allowed and hardly meant is noted", () => {
  test.each([
    [
      "a project that is not there",
      `${source("a", "a").replace(" }", ", project: teem }")}`,
      "sources/x.yaml:1:80: no document under projects/ has the id teem; did you mean team?",
    ],
    [
      "a default that is not followed",
      `${source("a", "a").replace(" }", ", tags: { default: stable } }")}`,
      "no pattern of `channels` matches this tag",
    ],
    [
      "a regular expression",
      `${source("a", "a").replace(" }", ', tags: { channels: ["^v[0-9]+$"] } }')}`,
      'no tag can hold "^"',
    ],
    ["a slash in a tag", `${source("a", "a").replace(" }", ', tags: { ignore: ["a/b"] } }')}`, 'no tag can hold "/"'],
    [
      "a use that no menu offers",
      `${source("a", "a").replace(" }", ", facets: { use: desktop } }")}`,
      "the uses are workstation, gaming",
    ],
    [
      "what nobody saw and nobody can look up",
      `${source("a", "a").replace(" }", ", confirmed: false }")}`,
      "say in `evidence`",
    ],
  ])("%s", async (_, text, note) => {
    const loaded = await loadFiles({
      "registries/r.yaml": registries,
      "projects/p.yaml": "id: team\nname: Team\n",
      "sources/x.yaml": text,
    });
    expect(loaded.outcome).toBe("loaded");
    expect(formatMistakes(loaded.notes)).toContain(note);
  });

  test("folders that are known and not read yet, and documents where none are read", async () => {
    const loaded = await loadFiles({
      "registries/r.yaml": registries,
      "images/signed.yaml": "- id: x\n",
      "lifecycle/levels.yaml": "not: [read",
      "sources/deep/x.yaml": source("a", "a"),
      "sources.yaml": source("a", "a"),
    });
    expect(loaded).toMatchObject({ outcome: "loaded", set: { sources: [] } });
    expect(loaded.notes.map(({ file }) => file)).toEqual([
      "images",
      "lifecycle",
      "sources.yaml",
      "sources/deep/x.yaml",
    ]);
  });
});

describe("a folder that is wrong", () => {
  const key = ecKey("prime256v1").publicKey;
  const other = ecKey("prime256v1").publicKey;
  const policy = (signers: string, rest = "") =>
    `- id: t\n  scopes: [registry.example]\n  signers: [${signers}]\n${rest}`;
  const ring = openpgpRing({ tag: 6, body: Buffer.from([4, 1]) }, { tag: 6, body: Buffer.from([4, 2]) });

  test.each<[string, Files, readonly string[]]>([
    [
      "a facet that a search has no other name for",
      {
        "registries/r.yaml": registries,
        "sources/s.yaml": source("a", "a").replace(" }", ", facets: { arch: zzz } }"),
      },
      ["sources/s.yaml:1:81: expected a facet of another name (kind, official"],
    ],
    [
      "one host twice",
      { "registries/a.yaml": registries, "registries/b.yaml": registries },
      [
        'registries/b.yaml:1:9: the registry "registry.example" is already at registries/a.yaml:1; declare each host once',
      ],
    ],
    [
      "plain http elsewhere",
      { "registries/r.yaml": "- { host: registry.example, dialect: oci, plainHttp: true }" },
      ["registries/r.yaml:1:54: registry.example is not on loopback"],
    ],
    [
      "a realm in plain http",
      {
        "registries/r.yaml":
          "- { host: registry.example, dialect: oci, credentials: { username: A, password: B, realm: 'http://auth.example' } }",
      },
      ["registries/r.yaml:1:91: expected https://"],
    ],
    [
      "a realm with a password",
      {
        "registries/r.yaml":
          "- { host: registry.example, dialect: oci, credentials: { username: A, password: B, realm: 'https://a:b@auth.example' } }",
      },
      ["registries/r.yaml:1:91: an address holds no user or password"],
    ],
    [
      "a mirror of itself",
      { "registries/r.yaml": "- { host: registry.example, dialect: oci, mirrorOf: registry.example/a }" },
      ["registries/r.yaml:1:53: a registry does not mirror itself"],
    ],
    [
      "one source id twice",
      { "registries/r.yaml": registries, "sources/x.yaml": source("a", "a") + source("a", "b") },
      ['sources/x.yaml:2:9: the source id "a" is already at sources/x.yaml:1'],
    ],
    [
      "one repository of two sources",
      {
        "registries/r.yaml": registries,
        "sources/x.yaml": source("a", "team/a"),
        "sources/y.yaml": source("b", "team/a"),
      },
      ['sources/y.yaml:1:55: the repository "registry.example/team/a" is already at sources/x.yaml:1'],
    ],
    [
      "a registry that is not declared",
      { "registries/r.yaml": registries, "sources/x.yaml": source("a", "a").replace("registry.example", "quay.io") },
      ["sources/x.yaml:1:22: no document under registries/ declares quay.io; add one"],
    ],
    [
      "a default that is left out",
      {
        "registries/r.yaml": registries,
        "sources/x.yaml": source("a", "a").replace(" }", ", tags: { default: latest, ignore: ['la*'] } }"),
      },
      ["sources/x.yaml:1:88: this tag is left out by `ignore`"],
    ],
    [
      "one scope in two policies",
      { "trust/a.yaml": policy(signer), "trust/b.yaml": policy(signer).replace("id: t", "id: u") },
      ['trust/b.yaml:2:12: the scope "registry.example" is already at trust/a.yaml:2'],
    ],
    [
      "one scope twice in a policy",
      { "trust/a.yaml": policy(signer).replace("[registry.example]", "[a.example, a.example]") },
      ['trust/a.yaml:2:23: the scope "a.example" is already at trust/a.yaml:2'],
    ],
    [
      "one policy id twice",
      { "trust/a.yaml": policy(signer), "trust/b.yaml": policy(signer).replace("registry", "other") },
      ['trust/b.yaml:1:7: the trust policy id "t" is already at trust/a.yaml:1'],
    ],
    [
      "one signer id twice",
      { "trust/a.yaml": policy(`${signer}, ${signer.replace("ci@", "cd@")}`) },
      ['trust/a.yaml:3:106: the signer id "ci" is already at trust/a.yaml:3'],
    ],
    [
      "one identity twice",
      { "trust/a.yaml": policy(`${signer}, ${signer.replace("id: ci", "id: cd")}`) },
      [
        'trust/a.yaml:3:120: the identity "ci@example.org of https://issuer.example" is already at trust/a.yaml:3; one signature would count twice',
      ],
    ],
    [
      "one key in two files",
      {
        "trust/a.yaml": policy("{ id: a, key: a.pub }, { id: b, key: b.pub }"),
        "trust/a.pub": key,
        "trust/b.pub": `the same\n${key}`,
      },
      ["trust/a.yaml:3:50: the key"],
    ],
    [
      "one key in two spellings",
      { "trust/a.yaml": policy("{ id: a, key: a.pub }, { id: b, key: ./a.pub }"), "trust/a.pub": key },
      ["trust/a.yaml:3:50: the key"],
    ],
    [
      "one OpenPGP key in two rings",
      {
        "trust/a.yaml": policy("{ id: a, openpgp: a }, { id: b, openpgp: b }"),
        "trust/a": ring,
        "trust/b": armoured(openpgpRing({ tag: 6, body: Buffer.from([4, 2]) })),
      },
      ["trust/a.yaml:3:54: the key"],
    ],
    [
      "a window that is closed",
      {
        "trust/a.yaml": policy(
          "{ id: a, key: a.pub, validFrom: 2026-01-02T00:00:00Z, validUntil: 2026-01-02T01:00:00+01:00 }",
        ),
        "trust/a.pub": key,
      },
      ["trust/a.yaml:3:79: this is not later than validFrom"],
    ],
    [
      "more signatures wanted than signers",
      {
        "trust/a.yaml": policy("{ id: a, key: a.pub }, { id: b, key: b.pub }", "  threshold: 3\n"),
        "trust/a.pub": key,
        "trust/b.pub": other,
      },
      ["trust/a.yaml:4:14: 3 signers are wanted and 2 declared"],
    ],
    [
      "an attestation by a stranger",
      {
        "trust/a.yaml": policy(
          signer,
          "  attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', signers: [cj] }]\n",
        ),
      },
      ["trust/a.yaml:4:79: no signer of this policy has the id cj; did you mean ci?"],
    ],
    [
      "an identity that is everybody",
      { "trust/a.yaml": policy(signer.replace("ci@example.org", "https://*/*")) },
      ["trust/a.yaml:3:78: this matches everybody"],
    ],
    [
      "a lookaside in plain http",
      { "trust/a.yaml": policy("{ id: a, openpgp: a, lookaside: 'http://sigs.example' }"), "trust/a": ring },
      ["trust/a.yaml:3:45: expected https://"],
    ],
    [
      "a key that is missing",
      { "trust/a.yaml": policy("{ id: a, key: keys/a.pub }") },
      ["trust/a.yaml:3:27: keys/a.pub is not there"],
    ],
    [
      "a key that is a folder",
      { "trust/a.yaml": policy("{ id: a, key: keys }"), "trust/keys/a.pub": key },
      ["trust/a.yaml:3:27: keys is not a plain file"],
    ],
    [
      "a key outside the folder",
      { "trust/a.yaml": policy("{ id: a, key: ../../a.pub }") },
      ["trust/a.yaml:3:27: ../../a.pub leads out of the policies folder"],
    ],
    [
      "a key that is none",
      { "trust/a.yaml": policy("{ id: a, key: a.pub }"), "trust/a.pub": "hello" },
      ["trust/a.yaml:3:27: a.pub is not one public key"],
    ],
    [
      "a key that is too long",
      { "trust/a.yaml": policy("{ id: a, key: a.pub }"), "trust/a.pub": key + "\n".repeat(70_000) },
      ["trust/a.yaml:3:27: a.pub is longer than 65536 bytes"],
    ],
    [
      "an OpenPGP key that is none",
      { "trust/a.yaml": policy("{ id: a, openpgp: a.pub }"), "trust/a.pub": key },
      ["trust/a.yaml:3:31: a.pub is no OpenPGP file"],
    ],
    [
      "a trust root that is no JSON",
      {
        "trust/a.yaml": policy(
          signer.replace(" }", " }, trustRoot: root.json }").replace("} }, trust", "}, trust").replace(/ \}$/, ""),
        ),
        "trust/root.json": "[]",
      },
      ["root.json is no JSON object"],
    ],
    [
      "one project id twice",
      { "projects/p.yaml": "- { id: a, name: A }\n- { id: a, name: B }\n" },
      ['projects/p.yaml:2:9: the project id "a" is already at projects/p.yaml:1'],
    ],
    [
      "one repository of two projects",
      {
        "projects/p.yaml":
          "- { id: a, name: A, repositories: { r.example/x: {} } }\n- { id: b, name: B, repositories: { r.example/x: {} } }\n",
      },
      ['projects/p.yaml:2:37: the repository "r.example/x" is already at projects/p.yaml:1'],
    ],
    [
      "a repository that succeeds itself",
      { "projects/p.yaml": "- { id: a, name: A, repositories: { r.example/x: { successor: r.example/x } } }\n" },
      ["projects/p.yaml:1:63: a repository does not succeed itself"],
    ],
    [
      "a project that succeeds itself",
      { "projects/p.yaml": "- { id: a, name: A, successor: a }\n" },
      ["projects/p.yaml:1:32: a project does not succeed itself"],
    ],
    [
      "one release twice",
      { "releases/f.yaml": "- { os: fedora, version: '44', source: a }\n- { os: fedora, version: '44', source: b }\n" },
      ['releases/f.yaml:2:26: the release "fedora 44" is already at releases/f.yaml:1'],
    ],
    [
      "an end before the beginning",
      {
        "releases/f.yaml": "- { os: fedora, version: '44', released: 2026-04-14, endOfLife: 2026-04-14, source: a }\n",
      },
      ["releases/f.yaml:1:65: this is not later than `released`"],
    ],
    [
      "a folder's name mistyped",
      { "registries/r.yaml": registries, "source/x.yaml": source("a", "a") },
      ["source:1:1: unknown folder; did you mean sources/?"],
    ],
    [
      "no policies folder",
      { "README.md": "hello" },
      [".:1:1: none of registries/, sources/, trust/, projects/, releases/ is here; is this a policies folder?"],
    ],
    [
      "a file in a folder's place",
      { "registries/r.yaml": registries, sources: "hello" },
      ["sources:1:1: is a file, and a folder is wanted"],
    ],
    [
      "text that is not UTF-8",
      { "registries/r.yaml": Buffer.concat([Buffer.from(`${registries}# caf`), Buffer.from([0xe9, 0x0a])]) },
      ["registries/r.yaml:3:1: this line is not UTF-8"],
    ],
    [
      "YAML that is none",
      { "registries/r.yaml": "- host: [\n" },
      ["registries/r.yaml:2:1: the indentation is wrong here"],
    ],
    [
      "a file that is too long",
      { "registries/r.yaml": registries + "\n".repeat(folderLimits.documentBytes) },
      ["registries/r.yaml:1:1: this file is longer than 1048576 bytes"],
    ],
  ])("%s", async (_, files, expected) => {
    const mistakes = await mistakesOf(files);
    expect(mistakes).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(mistakes[index]).toContain(line);
  });

  test("says the mistakes of all files at once, each once", async () => {
    const mistakes = await mistakesOf({
      "registries/r.yaml": "- host: registry.example\n  dialekt: oci\n",
      "sources/a.yaml": source("a", "a").replace("base", "bse"),
      "sources/b.yaml": "- [\n",
      "trust/t.yaml": policy("{ id: a, key: a.pub }", "  threshold: 2\n"),
      "releases/f.yaml": "- { os: fedora, version: 44 }\n",
    });
    expect(mistakes.map((line) => line.split(": ")[0])).toEqual([
      "registries/r.yaml:1:3",
      "registries/r.yaml:2:3",
      "releases/f.yaml:1:3",
      "releases/f.yaml:1:26",
      "sources/a.yaml:1:65",
      "sources/b.yaml:2:1",
      "trust/t.yaml:3:27",
      "trust/t.yaml:4:14",
    ]);
  });

  test("is refused where it is not there, or not a folder", async () => {
    const dir = await writeFolder({ file: "" });
    expect(await loadFolder(join(dir, "missing"))).toMatchObject({
      outcome: "refused",
      mistakes: [{ file: ".", message: "there is no such folder" }],
    });
    expect(await loadFolder(join(dir, "file"))).toMatchObject({
      outcome: "refused",
      mistakes: [{ file: ".", message: expect.stringContaining("folder is wanted") }],
    });
  });

  test("can't make the service read what lies beside it", async () => {
    const beside = await writeFolder({ "secret.yaml": registries, "secret.pub": key, "more/r.yaml": registries });
    const dir = await writeFolder({ "registries/.keep": "", "trust/t.yaml": policy("{ id: a, key: a.pub }") });
    await symlink(join(beside, "secret.yaml"), join(dir, "registries/r.yaml"));
    await symlink(join(beside, "secret.pub"), join(dir, "trust/a.pub"));
    await symlink(join(beside, "more"), join(dir, "sources"));
    const loaded = await loadFolder(dir);
    expect(loaded.outcome === "refused" && formatMistakes(loaded.mistakes).split("\n")).toEqual([
      "registries/r.yaml:1:1: this file leads out of the policies folder; keep the file inside it",
      "sources:1:1: leads out of the policies folder; keep the file inside it",
      "trust/t.yaml:3:27: a.pub leads out of the policies folder; keep the file inside it",
    ]);
  });

  test("is not waited for: a link to nothing, and a link to itself", async () => {
    const dir = await writeFolder({ "registries/.keep": "" });
    await symlink("nothing.yaml", join(dir, "registries/a.yaml"));
    await symlink("b.yaml", join(dir, "registries/b.yaml"));
    const loaded = await loadFolder(dir);
    expect(loaded.outcome === "refused" && loaded.mistakes.map(({ message }) => message)).toEqual([
      "this file is not there",
      "this file can't be read (ELOOP)",
    ]);
  });

  test("is not waited for: a pipe that nobody writes to", async () => {
    const dir = await writeFolder({ "registries/.keep": "" });
    execFileSync("mkfifo", [join(dir, "registries/r.yaml")]);
    const loaded = await loadFolder(dir);
    expect(loaded.outcome === "refused" && loaded.mistakes[0]?.message).toBe("this file is not a plain file");
  });

  test("is refused beyond each limit", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`sources/${index}.yaml`, source(`a${index}`, `a${index}`)]),
    );
    const dir = await writeFolder({ "registries/r.yaml": registries, ...files });
    const messages = async (limits: Partial<typeof folderLimits>) => {
      const loaded = await loadFolder(dir, { ...folderLimits, ...limits });
      return loaded.outcome === "refused" ? formatMistakes(loaded.mistakes) : "loaded";
    };
    expect(await messages({})).toBe("loaded");
    expect(await messages({ entries: 20 })).toContain("more than 20 files");
    expect(await messages({ entries: 50 })).toContain("is one of more than 50 files");
    expect(await messages({ totalBytes: 1000 })).toContain("brings the folder over 1000 bytes");
    expect(await messages({ documentBytes: 60 })).toContain("is longer than 60 bytes");
  });
});

test("a folder that changes under the reader is read as it is at that moment, and answered", async () => {
  const dir = await writeFolder({ "registries/r.yaml": registries });
  await mkdir(join(dir, "sources"));
  const [loaded] = await Promise.all([
    loadFolder(dir),
    (async () => {
      for (let round = 0; round < 20; round++) {
        await writeFile(join(dir, "sources/x.yaml"), source("a", "a"));
        await rm(join(dir, "sources/x.yaml"));
      }
    })(),
  ]);
  expect(["loaded", "refused"]).toContain(loaded.outcome);
});
