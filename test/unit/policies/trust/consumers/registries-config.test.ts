// Tests of registries.d: the most specific section that says something, and what stops every pull.
import { describe, expect, test } from "vitest";
import { parseDockerReference } from "../../../../../policies/trust/consumers/docker-reference.ts";
import {
  lookasideOf,
  readRegistriesConfig,
  usesAttachments,
} from "../../../../../policies/trust/consumers/registries-config.ts";

const image = parseDockerReference("quay.io/desk/os:stable");

function ask(files: Readonly<Record<string, string>>) {
  const read = readRegistriesConfig(files);
  if (read.outcome === "invalid" || image === undefined) return read;
  return { attachments: usesAttachments(read.config, image), lookaside: lookasideOf(read.config, image) };
}

const on = "use-sigstore-attachments: true";
const off = "use-sigstore-attachments: false";

describe("who speaks", () => {
  test.each([
    { title: "nobody", files: {}, attachments: false, lookaside: null },
    {
      title: "the registry",
      files: { "a.yaml": `docker:\n  quay.io: { ${on} }\n` },
      attachments: true,
      lookaside: null,
    },
    {
      title: "the namespace before the registry",
      files: { "a.yaml": `docker:\n  quay.io: { ${on} }\n  quay.io/desk: { ${off} }\n` },
      attachments: false,
      lookaside: null,
    },
    {
      title: "the image before all",
      files: { "a.yaml": `docker:\n  quay.io/desk: { ${off} }\n  "quay.io/desk/os:stable": { ${on} }\n` },
      attachments: true,
      lookaside: null,
    },
    {
      title: "a wider one where the narrower is silent",
      files: { "a.yaml": `docker:\n  quay.io: { ${on} }\n  quay.io/desk: { lookaside: "https://a.example" }\n` },
      attachments: true,
      lookaside: "https://a.example",
    },
    {
      title: "another's path that begins alike: nobody",
      files: { "a.yaml": `docker:\n  quay.io/des: { ${on} }\n` },
      attachments: false,
      lookaside: null,
    },
    { title: "a wildcard", files: { "a.yaml": `docker:\n  "*.io": { ${on} }\n` }, attachments: true, lookaside: null },
    {
      title: "the default",
      files: { "a.yaml": `default-docker: { ${on}, sigstore: "https://old.example" }\n` },
      attachments: true,
      lookaside: "https://old.example",
    },
    {
      title: "a word of YAML 1.1",
      files: { "a.yaml": "docker:\n  quay.io: { use-sigstore-attachments: yes }\n" },
      attachments: true,
      lookaside: null,
    },
    {
      title: "an empty section and an empty file: nobody",
      files: { "a.yaml": "docker:\n  quay.io:\n", "b.yaml": "" },
      attachments: false,
      lookaside: null,
    },
    {
      title: "a file of another name: nobody",
      files: { "a.yml": `docker:\n  quay.io: { ${on} }\n` },
      attachments: false,
      lookaside: null,
    },
  ])("$title", ({ files, attachments, lookaside }) => {
    expect(ask(files)).toEqual({ attachments, lookaside });
  });
});

describe("what stops every pull", () => {
  test.each([
    {
      title: "a section in two files",
      files: { "a.yaml": `docker:\n  quay.io: { ${on} }\n`, "b.yaml": "docker:\n  quay.io: {}\n" },
    },
    { title: "two defaults", files: { "a.yaml": "default-docker: {}\n", "b.yaml": "default-docker: {}\n" } },
    { title: "a section twice in one file", files: { "a.yaml": "docker:\n  quay.io: {}\n  quay.io: {}\n" } },
    { title: "no YAML", files: { "a.yaml": "docker: [" } },
    { title: "a wrong type", files: { "a.yaml": "docker:\n  quay.io: { use-sigstore-attachments: maybe }\n" } },
    { title: "a list", files: { "a.yaml": "- docker\n" } },
    { title: "aliases that grow without end", files: { "a.yaml": bomb() } },
    { title: "more than a megabyte", files: { "a.yaml": `#${" ".repeat(1024 * 1024)}\n` } },
  ])("$title", ({ files }) => {
    expect(ask(files)).toMatchObject({ outcome: "invalid" });
  });
});

function bomb(): string {
  const rows = Array.from(
    { length: 8 },
    (_, row) =>
      `a${row}: &a${row} [${Array(9)
        .fill(row === 0 ? "x" : `*a${row - 1}`)
        .join(",")}]`,
  );
  return `${rows.join("\n")}\ndocker: {}\n`;
}
