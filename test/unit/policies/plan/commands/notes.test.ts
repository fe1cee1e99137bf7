// Notes: each case says what differs, and nothing names a flag that its commands do not have.
import { expect, test } from "vitest";
import { notesOf } from "../../../../../policies/plan/commands/notes.ts";

const left = { ostree: null, ignition: null };
const textOf = (about: string, pin: "tag" | "digest", isEnforced: boolean) =>
  notesOf({ pin, isEnforced, left }).find((note) => note.about === about)?.text ?? "";

test("a digest gets no updates, and a tag does", () => {
  expect(textOf("upgrade", "digest", true)).toContain("pinned");
  expect(textOf("upgrade", "tag", true)).toContain("follows the tag");
});

test("trust files come first where they are enforced", () => {
  expect(textOf("trust", "tag", true)).toContain("trust.hostFiles");
  expect(textOf("trust", "tag", false)).toContain("notEnforced");
});

test("each subject is spoken of once", () => {
  const subjects = notesOf({ pin: "tag", isEnforced: true, left }).map(({ about }) => about);
  expect(subjects).toEqual(["trust", "switch", "upgrade", "rollback", "rpmOstree", "install", "imageBuilder"]);
});
