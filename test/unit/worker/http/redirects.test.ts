// Where a redirect leads and whether one goes there.
import { describe, expect, test } from "vitest";
import { decideRedirect, type RedirectStep } from "../../../../worker/http/redirects.ts";

const declared = new Map([
  ["http://127.0.0.1:5000", { origin: "http://127.0.0.1:5000", addresses: "loopback" as const }],
  ["https://registry.example", { origin: "https://registry.example", addresses: "any" as const }],
]);
const from = new URL("https://registry.example/v2/a/blobs/x");

function decide(location: string | undefined, change: Partial<RedirectStep> = {}) {
  const step: RedirectStep = { status: 307, location, from, visited: new Set([from.href]), mode: "follow", ...change };
  return decideRedirect(step, declared, 3);
}

describe("decideRedirect", () => {
  test.each([
    { title: "a success is the answer", status: 200, location: "https://cdn.example/" },
    { title: "304 is the answer", status: 304, location: "https://cdn.example/" },
    { title: "300 is the answer", status: 300, location: "https://cdn.example/" },
    { title: "a redirect to nowhere is the answer", status: 302, location: undefined },
  ])("$title", ({ status, location }) => {
    expect(decide(location, { status })).toEqual({ outcome: "answer" });
  });

  test.each([
    ["https://cdn.example/x?sig=1", "https://cdn.example/x?sig=1", false],
    ["https://registry.example:8443/x", "https://registry.example:8443/x", false],
    ["http://127.0.0.1:5000/x", "http://127.0.0.1:5000/x", false],
    ["/v2/b/blobs/x", "https://registry.example/v2/b/blobs/x", true],
    ["../blobs/y", "https://registry.example/v2/a/blobs/y", true],
    ["https://registry.example/x#fragment", "https://registry.example/x", true],
  ])("%s is followed, with Authorization: %s %s", (location, url, keepAuthorization) => {
    expect(decide(location)).toEqual({ outcome: "follow", url: new URL(url), keepAuthorization });
  });

  test.each([
    ["http://cdn.example/x", "redirect-refused"],
    ["http://registry.example/x", "redirect-refused"],
    ["https://user:pw@registry.example/x", "redirect-refused"],
    ["ftp://cdn.example/x", "redirect-refused"],
    ["https://:::/", "redirect-refused"],
    ["https://10.0.0.1/x", "address-refused"],
    ["http://127.0.0.1:5001/x", "address-refused"],
    ["http://169.254.169.254/", "address-refused"],
    [from.href, "redirect-refused"],
  ])("%s: %s", (location, code) => {
    expect(decide(location)).toMatchObject({ outcome: "refused", code });
  });

  test("the number of hops is bounded", () => {
    const visited = (hops: number) => new Set(Array.from({ length: hops + 1 }, (_, i) => `https://cdn.example/${i}`));
    expect(decide("https://cdn.example/next", { visited: visited(2) }).outcome).toBe("follow");
    expect(decide("https://cdn.example/next", { visited: visited(3) }).outcome).toBe("refused");
  });

  test("another origin is the answer where only the same is followed", () => {
    expect(decide("https://cdn.example/", { mode: "same-origin" })).toEqual({ outcome: "answer" });
    expect(decide("https://10.0.0.1/", { mode: "same-origin" })).toEqual({ outcome: "answer" });
    expect(decide("/elsewhere", { mode: "same-origin" }).outcome).toBe("follow");
  });
});
