// The os-release of a target: what own labels and a kernel of the same family tell, and nothing inherited.
import { describe, expect, test } from "vitest";
import { osReleaseOf } from "../../../../policies/plan/os-release.ts";
import { facts, input } from "./plan-builders.ts";

const of = (label: { id: string | null; versionId: string | null }, kernel: string | null, change: object) =>
  osReleaseOf(facts({ osRelease: label, kernel }), { ...input().repository, ...change });
const none = { id: null, versionId: null };

describe("osReleaseOf", () => {
  test.each([
    {
      title: "fcNN of a Fedora family",
      label: none,
      kernel: "7.2.0-ogc4.1.fc44.x86_64",
      distribution: "fedora",
      versionId: "44",
      release: "44",
    },
    {
      title: "fcNN at the end",
      label: none,
      kernel: "6.9.0-1.fc45",
      distribution: "fedora",
      versionId: "45",
      release: "45",
    },
    {
      title: "elNN of CentOS Stream",
      label: none,
      kernel: "6.12.0-124.el10.x86_64",
      distribution: "centos",
      versionId: "10",
      release: "10",
    },
    {
      title: "elN_M",
      label: none,
      kernel: "6.12.0-124.8.1.el10_1.x86_64",
      distribution: "almalinux",
      versionId: "10.1",
      release: "10.1",
    },
    {
      title: "the major number alone of others",
      label: none,
      kernel: "6.12.0-124.el10.x86_64",
      distribution: "almalinux",
      versionId: null,
      release: "10",
    },
    {
      title: "nothing from Fedora's kernel on an EL system",
      label: none,
      kernel: "6.17.4-300.fc43.x86_64",
      distribution: "centos",
      versionId: null,
      release: null,
    },
    {
      title: "nothing from a family that is not known",
      label: none,
      kernel: "6.17.4-300.fc43.x86_64",
      distribution: null,
      versionId: null,
      release: null,
    },
    {
      title: "nothing from another kernel",
      label: none,
      kernel: "6.17.4-arch1-1",
      distribution: "fedora",
      versionId: null,
      release: null,
    },
    {
      title: "nothing from no kernel",
      label: none,
      kernel: null,
      distribution: "fedora",
      versionId: null,
      release: null,
    },
    {
      title: "the label",
      label: { id: "rhel", versionId: "10.2" },
      kernel: null,
      distribution: "rhel",
      versionId: "10.2",
      release: "10.2",
    },
    {
      title: "the label that the kernel bears out",
      label: { id: "rhel", versionId: "10.2" },
      kernel: "6.12.0-9.el10_2.x86_64",
      distribution: "rhel",
      versionId: "10.2",
      release: "10.2",
    },
    {
      title: "the kernel's major where the label contradicts it",
      label: { id: "fedora", versionId: "43" },
      kernel: "7.2.0-1.fc44.x86_64",
      distribution: "fedora",
      versionId: null,
      release: "44",
    },
    {
      title: "the label beside a kernel of another family",
      label: { id: "centos", versionId: "10" },
      kernel: "6.17.4-300.fc43.x86_64",
      distribution: "centos",
      versionId: "10",
      release: "10",
    },
  ])("takes $title", ({ label, kernel, distribution, versionId, release }) => {
    expect(of(label, kernel, { distribution })).toMatchObject({ versionId, release });
  });

  test.each([
    { kind: "base", id: "fedora" },
    { kind: "edition", id: "fedora" },
    { kind: "spin", id: "fedora" },
    { kind: "remix", id: null },
    { kind: null, id: null },
  ])("believes the label redhat.id of a $kind: $id", ({ kind, id }) => {
    const answer = of({ id: "fedora", versionId: "44" }, null, { kind });
    expect(answer.id).toBe(id);
    expect(answer.unknown.id).toBeDefined();
  });
});
