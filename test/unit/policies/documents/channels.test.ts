// Which tags are followed, and which one a listing speaks of.
import { describe, expect, test } from "vitest";
import { defaultChannel, isFollowed, isIgnored } from "../../../../policies/documents/channels.ts";
import { source } from "./documents.ts";

const hex = "0123456789abcdef".repeat(4);
const tagged = source("x", {
  repositories: ["os"],
  tags: { channels: ["44", "stable*", "*"], default: "44", ignore: ["*.qcow2", "pr-*"] },
});

describe("isFollowed", () => {
  test.each([
    ["44", true],
    ["stable-44", true],
    ["anything", true],
    ["44.qcow2", false],
    ["pr-12", false],
    [`sha256-${hex}`, false],
    [`sha256-${hex}.sig`, false],
  ])("%s: %s", (tag, followed) => {
    expect(isFollowed(tagged, tag)).toBe(followed);
    expect(isIgnored(tagged, tag)).toBe(!followed);
  });

  test("a tag that no channel matches is not followed and not left out either", () => {
    const named = source("x", { repositories: ["os"], tags: { channels: ["44"] } });
    expect(isFollowed(named, "43")).toBe(false);
    expect(isIgnored(named, "43")).toBe(false);
  });

  test("without channels only latest is followed", () => {
    const plain = source("x", { repositories: ["os"] });
    expect(["latest", "stable"].map((tag) => isFollowed(plain, tag))).toEqual([true, false]);
  });
});

describe("defaultChannel", () => {
  const choose = (tags: { channels: string[]; default?: string; ignore?: string[] }, existing: readonly string[]) =>
    defaultChannel(source("x", { repositories: ["os"], tags }), existing);

  test.each([
    {
      title: "the declared one",
      tags: { channels: ["43", "44", "latest"], default: "44" },
      existing: ["latest", "43", "44"],
      chosen: "44",
    },
    {
      title: "latest, where none is declared",
      tags: { channels: ["43", "latest"] },
      existing: ["43", "latest"],
      chosen: "latest",
    },
    {
      title: "latest, where the declared one is gone",
      tags: { channels: ["43", "latest"], default: "44" },
      existing: ["43", "latest"],
      chosen: "latest",
    },
    {
      title: "the first channel that exists",
      tags: { channels: ["45", "44", "43"] },
      existing: ["43", "44"],
      chosen: "44",
    },
    {
      title: "the first by name of one pattern",
      tags: { channels: ["stable-*"] },
      existing: ["stable-b", "stable-a"],
      chosen: "stable-a",
    },
    { title: "none where latest is not followed", tags: { channels: ["44"] }, existing: ["latest"], chosen: undefined },
    {
      title: "none where all are left out",
      tags: { channels: ["*"], ignore: ["*"] },
      existing: ["latest"],
      chosen: undefined,
    },
    { title: "none of no tags", tags: { channels: ["*"] }, existing: [], chosen: undefined },
  ])("$title", ({ tags, existing, chosen }) => {
    expect(choose(tags, existing)).toBe(chosen);
  });
});
