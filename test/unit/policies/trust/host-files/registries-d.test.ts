// Tests of registries.d: a file of its own, or sections edited where a host has them.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readRegistriesConfig } from "../../../../../policies/trust/consumers/registries-config.ts";
import { mergeRegistries, newRegistries } from "../../../../../policies/trust/host-files/registries-d.ts";

const attachments = { "use-sigstore-attachments": true } as const;
const sections = { "quay.io/desk": attachments };
const own = "/etc/containers/registries.d/desk.yaml";
const theirs = "/etc/containers/registries.d/theirs.yaml";
const image = "quay.io/desk/os:stable";

const merge = (host: Readonly<Record<string, string>>, wanted = sections as Parameters<typeof newRegistries>[1]) =>
  mergeRegistries(host, "desk", wanted, image);

test("a new file", () => {
  const file = newRegistries("desk", sections);
  expect(file).toEqual({ path: own, content: "docker:\n  quay.io/desk:\n    use-sigstore-attachments: true\n" });
});

describe("beside a host's files", () => {
  test("nothing that speaks of the scope: a file of its own", () => {
    const merged = merge({ [theirs]: "docker:\n  ghcr.io: {}\n" });
    expect(merged.files).toEqual([newRegistries("desk", sections)]);
    expect(Object.keys(merged.all)).toEqual([theirs, own]);
    expect(merged.conflicts).toEqual([]);
  });

  test("a section that is there is edited where it stands, and comments stay", () => {
    const before =
      "# ours\ndocker:\n  # signed since 2024\n  quay.io/desk:\n    lookaside: https://a.example # old\n  ghcr.io: {}\n";
    const [file, ...others] = merge({ [theirs]: before }).files;
    expect(others).toEqual([]);
    expect(file?.path).toBe(theirs);
    expect(file?.content).toContain("# signed since 2024");
    expect(file?.content).toContain("# old");
    expect(parse(file?.content ?? "")).toEqual({
      docker: { "quay.io/desk": { lookaside: "https://a.example", ...attachments }, "ghcr.io": {} },
    });
  });

  test("an empty section, and one that is off, are turned on", () => {
    for (const section of ["", " {}", " { use-sigstore-attachments: false }"]) {
      const [file] = merge({ [theirs]: `docker:\n  quay.io/desk:${section}\n` }).files;
      expect(parse(file?.content ?? "")).toEqual({ docker: sections });
    }
  });

  test("what says so already is not written again", () => {
    expect(merge({ [theirs]: "docker: { quay.io/desk: { use-sigstore-attachments: true } }\n" }).files).toEqual([]);
  });

  test("our own file from before gets further sections", () => {
    const both = { ...sections, "ghcr.io/desk": attachments };
    const [file] = merge({ [own]: newRegistries("desk", sections).content }, both).files;
    expect(file?.path).toBe(own);
    expect(parse(file?.content ?? "")).toEqual({ docker: both });
  });

  test("an empty file of that name is filled", () => {
    for (const text of ["", "# nothing yet\n", "docker:\n"]) {
      const [file] = merge({ [own]: text }).files;
      expect(parse(file?.content ?? "")).toEqual({ docker: sections });
    }
  });

  test("another lookaside is replaced, and said", () => {
    const wanted = { "quay.io/desk": { lookaside: "https://new.example" } };
    const merged = merge({ [theirs]: "docker:\n  quay.io/desk: { sigstore: https://old.example }\n" }, wanted);
    expect(merged.conflicts).toEqual([
      { kind: "lookaside-replaced", file: theirs, section: "quay.io/desk", was: "https://old.example" },
    ]);
    expect(parse(merged.files[0]?.content ?? "").docker["quay.io/desk"].lookaside).toBe("https://new.example");
  });

  test.each([
    {
      text: "docker:\n  quay.io/desk/os: { use-sigstore-attachments: false }\n",
      conflicts: [["quay.io/desk/os", true]],
    },
    {
      text: "docker:\n  quay.io/desk/other: { use-sigstore-attachments: false }\n",
      conflicts: [["quay.io/desk/other", false]],
    },
    { text: "docker:\n  quay.io/desk/os: { lookaside: https://a.example }\n", conflicts: [] },
    { text: "docker:\n  quay.io/desktop: { use-sigstore-attachments: false }\n", conflicts: [] },
    { text: "docker:\n  quay.io: { use-sigstore-attachments: false }\n", conflicts: [] },
  ])("a narrower section that says otherwise is a conflict: $text", ({ text, conflicts }) => {
    const merged = merge({ [theirs]: text });
    expect(
      merged.conflicts.map((each) => (each.kind === "narrower-section" ? [each.section, each.hitsImage] : each)),
    ).toEqual(conflicts);
  });

  test.each([
    { title: "no YAML", host: { [theirs]: "docker: [" } },
    {
      title: "a section in two files",
      host: {
        [theirs]: "docker: { quay.io: {} }\n",
        "/etc/containers/registries.d/b.yaml": "docker: { quay.io: {} }\n",
      },
    },
  ])("a folder that stops every pull is a conflict: $title", ({ host }) => {
    expect(merge(host).conflicts).toMatchObject([{ kind: "unreadable" }]);
  });

  test("files of other names are not read", () => {
    expect(merge({ "/etc/containers/registries.d/old.yaml.bak": "docker: [" }).conflicts).toEqual([]);
  });

  test("what comes out is read again without a section in two files", () => {
    const host = { [theirs]: "docker:\n  quay.io/desk: {}\n  ghcr.io/desk: {}\n", [own]: "docker:\n  docker.io: {}\n" };
    const merged = merge(host, { ...sections, "ghcr.io/desk": attachments, "quay.io/other": attachments });
    const read = readRegistriesConfig(merged.all);
    expect(read.outcome).toBe("config");
    expect(read.outcome === "config" ? [...read.config.docker.keys()].toSorted() : []).toEqual([
      ...["docker.io", "ghcr.io/desk", "quay.io/desk", "quay.io/other"],
    ]);
  });
});
