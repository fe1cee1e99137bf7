// How references are read: every spelling of hosts, and nothing that only looks like one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isHost,
  isRepositoryPath,
  isScope,
  isTag,
  parseReference,
  parseRepository,
  reference,
} from "../../../../policies/words/reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseReference", () => {
  test.each([
    ["quay.io/fedora/fedora-bootc:44", "quay.io/fedora/fedora-bootc:44", null],
    ["quay.io/fedora/fedora-bootc", "quay.io/fedora/fedora-bootc:latest", null],
    [`quay.io/fedora/fedora-bootc@${digest}`, `quay.io/fedora/fedora-bootc@${digest}`, null],
    ["  quay.io/fedora/fedora-bootc:44\n", "quay.io/fedora/fedora-bootc:44", null],
    ["QUAY.IO/fedora/fedora-bootc:Rawhide", "quay.io/fedora/fedora-bootc:Rawhide", null],
    ["localhost/a:1", "localhost/a:1", null],
    ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1", null],
    ["[::1]:5000/a/b", "[::1]:5000/a/b:latest", null],
    ["docker://quay.io/a/b:1", "quay.io/a/b:1", null],
    ["docker://127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1", null],
    ["registry:quay.io/a/b:1", "quay.io/a/b:1", null],
    ["registry:127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1", null],
    ["registry:5000/a/b:1", "registry:5000/a/b:1", null],
    ["docker:5000/a/b:1", "docker:5000/a/b:1", null],
    [
      "ostree-image-signed:docker://ghcr.io/ublue-os/bazzite:stable",
      "ghcr.io/ublue-os/bazzite:stable",
      "containerPolicy",
    ],
    [
      "ostree-image-signed:registry:ghcr.io/ublue-os/bazzite:stable",
      "ghcr.io/ublue-os/bazzite:stable",
      "containerPolicy",
    ],
    ["ostree-unverified-registry:ghcr.io/ublue-os/bazzite:stable", "ghcr.io/ublue-os/bazzite:stable", "insecure"],
    ["ostree-unverified-registry:127.0.0.1:5000/a:1", "127.0.0.1:5000/a:1", "insecure"],
    ["ostree-unverified-image:registry:ghcr.io/ublue-os/bazzite:stable", "ghcr.io/ublue-os/bazzite:stable", "insecure"],
    ["ostree-unverified-image:registry:127.0.0.1:5000/a:1", "127.0.0.1:5000/a:1", "insecure"],
    ["ostree-unverified-image:docker://ghcr.io/ublue-os/bazzite:stable", "ghcr.io/ublue-os/bazzite:stable", "insecure"],
    ["ostree-remote-registry:fedora:quay.io/a/b:1", "quay.io/a/b:1", { ostreeRemote: "fedora" }],
    ["ostree-remote-image:fedora:docker://quay.io/a/b:1", "quay.io/a/b:1", { ostreeRemote: "fedora" }],
  ])("%s is %s", (input, text, signature) => {
    const parsed = parseReference(input);
    expect(parsed).toMatchObject({ outcome: "reference", reference: { text }, signature });
  });

  test.each([
    ["", "empty"],
    ["fedora", "registry host"],
    ["fedora:44", "registry host"],
    ["library/fedora:44", "registry host"],
    ["quay.io", "registry host"],
    ["quay.io/", "repository path"],
    ["/a/b", "registry host"],
    ["quay.io/Fedora/bootc", "repository path"],
    ["quay.io/a//b", "repository path"],
    ["quay.io/a/../b", "repository path"],
    ["quay.io/a b", "repository path"],
    ["quay.io/a/b:", "tag"],
    ["quay.io/a/b:-x", "tag"],
    ["quay.io/ublue-os:IMAGE:TAG", "tag"],
    [`quay.io/a/b:${"x".repeat(129)}`, "tag"],
    ["quay.io/a/b@sha256:abc", "digest"],
    [`quay.io/a/b@${digest.toUpperCase()}`, "digest"],
    [`quay.io/a/b:1@${digest}`, "drop the tag or the digest"],
    ["quay.io:0/a", "registry host"],
    ["quay.io:65536/a", "registry host"],
    ["-quay.io/a", "registry host"],
    ["quay..io/a", "registry host"],
    ["oci:/var/lib/image:1", "not a registry"],
    ["containers-storage:quay.io/a/b", "not a registry"],
    ["https://quay.io/a/b", "not a registry"],
    ["ostree-image-signed:quay.io/a/b", "transport"],
    ["ostree-remote-registry:quay.io/a/b", "ostree remote"],
    ["ostree-remote-image:docker://quay.io/a/b", "transport"],
    [`quay.io/${"a".repeat(600)}`, "longer"],
  ])("%j is refused", (input, reason) => {
    const parsed = parseReference(input);
    expect(parsed.outcome).toBe("invalid");
    expect(parsed.outcome === "invalid" && parsed.reason).toContain(reason);
  });

  test("any text is answered, and what is accepted is a fixed point", () => {
    const schemes = [
      "",
      "docker://",
      "registry:",
      "ostree-image-signed:docker://",
      "ostree-unverified-registry:",
      "ostree-remote-registry:r:",
    ];
    const near = fc
      .tuple(
        fc.constantFrom(...schemes),
        fc.stringMatching(/^[a-zA-Z0-9.:[\]-]{0,12}$/),
        fc.stringMatching(/^[a-zA-Z0-9._/-]{0,12}$/),
        fc.stringMatching(/^(:[a-zA-Z0-9._-]{0,6})?(@sha256:[0-9a-f]{62,65})?$/),
      )
      .map(([scheme, host, path, rest]) => `${scheme}${host}/${path}${rest}`);
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: "binary" })), (input) => {
        const parsed = parseReference(input);
        if (parsed.outcome === "invalid") return;
        const again = parseReference(parsed.reference.text);
        expect(again).toEqual({ outcome: "reference", reference: parsed.reference, signature: null });
        expect((parsed.reference.tag === null) !== (parsed.reference.digest === null)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("a reference put together from valid parts is read back as the same parts", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const host = fc.oneof(
      fc.tuple(word, word).map(([a, b]) => `${a}.${b}`),
      fc.tuple(word, fc.integer({ min: 1, max: 65_535 })).map(([a, port]) => `${a}.example:${port}`),
      fc.constant("localhost"),
    );
    const path = fc
      .array(fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,5}){0,2}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(host, path, fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/)), (h, p, tag) => {
        const made = reference(h, p, tag, tag === null ? digest : null);
        expect(parseReference(made.text)).toEqual({ outcome: "reference", reference: made, signature: null });
        expect(parseRepository(made.repository)).toEqual({ host: h, path: p });
      }),
    );
  });

  test("a hostile reference costs no more than its length", () => {
    const started = performance.now();
    for (const text of [
      `${"a-".repeat(250)}!/x`,
      `quay.io/${"a_".repeat(240)}!`,
      `quay.io/${"a/".repeat(240)}`,
      "[".repeat(500),
    ]) {
      expect(parseReference(text).outcome).toBe("invalid");
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("the parts of a reference", () => {
  test.each([
    ["quay.io", true],
    ["quay.io:5000", true],
    ["localhost", true],
    ["Quay.io", false],
    ["quay.io/", false],
    ["quay_io", false],
    ["", false],
    ["a".repeat(256), false],
  ])("host %j: %s", (text, valid) => {
    expect(isHost(text)).toBe(valid);
  });

  test.each([
    ["a", true],
    ["a/b-c/d__e.f", true],
    ["a--b", true],
    ["a___b", false],
    ["a..b", false],
    ["/a", false],
    ["a/", false],
    ["A", false],
    ["", false],
  ])("path %j: %s", (text, valid) => {
    expect(isRepositoryPath(text)).toBe(valid);
  });

  test.each([
    ["latest", true],
    ["_x", true],
    ["44.20260101.0", true],
    [".x", false],
    ["a/b", false],
    ["a+b", false],
    ["", false],
    ["x".repeat(128), true],
    ["x".repeat(129), false],
  ])("tag %j: %s", (text, valid) => {
    expect(isTag(text)).toBe(valid);
  });

  test.each([
    ["ghcr.io", true],
    ["ghcr.io/ublue-os", true],
    ["ghcr.io/ublue-os/bazzite", true],
    ["127.0.0.1:5000/a", true],
    ["ghcr", false],
    ["ghcr/ublue-os", false],
    ["ghcr.io/", false],
    ["*.example.com", false],
    ["ghcr.io/ublue-os/*", false],
  ])("scope %j: %s", (text, valid) => {
    expect(isScope(text)).toBe(valid);
  });

  test.each(["quay.io", "a/b", "/a", "quay.io/A", "quay.io/a:1"])("%j is no repository name", (text) => {
    expect(parseRepository(text)).toBeUndefined();
  });
});
