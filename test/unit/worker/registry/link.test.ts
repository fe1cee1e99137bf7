// Where the next page is, and which next pages are not gone to.
import { describe, expect, test } from "vitest";
import { findNextLink, nextPage } from "../../../../worker/registry/link.ts";

describe("findNextLink", () => {
  test.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', "/v2/a/tags/list?n=2&last=b"],
    ["<https://x.example/a>; rel=next", "https://x.example/a"],
    ['<a>; title="x"; REL="NEXT"', "a"],
    ['<a>; rel="prev", <b>; rel="next"', "b"],
    ['<a>; rel="last next"', "a"],
    ['<a,b>; rel="next"', "a,b"],
    ['<a>;rel="next";type="x"', "a"],
    ['<a>; rel="nextish"', undefined],
    ['<a>; rev="next"', undefined],
    ["<a>", undefined],
    ['a; rel="next"', undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (header, target) => {
    expect(findNextLink(header)).toBe(target);
  });

  test("reads the longest hostile headers in no time", () => {
    const started = performance.now();
    for (const piece of ["<", ";", "<a>;", "<a>; rel ", " ", "<a>;\t\t\t"])
      findNextLink(piece.repeat(16_000 / piece.length));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("nextPage", () => {
  const from = new URL("http://127.0.0.1:5000/v2/a/tags/list?n=2");
  test.each([
    ["/v2/a/tags/list?n=2&last=b", "http://127.0.0.1:5000/v2/a/tags/list?n=2&last=b"],
    ["?n=2&last=b", "http://127.0.0.1:5000/v2/a/tags/list?n=2&last=b"],
    ["list?last=c", "http://127.0.0.1:5000/v2/a/tags/list?last=c"],
    ["http://127.0.0.1:5000/x#y", "http://127.0.0.1:5000/x"],
    ["https://127.0.0.1:5000/x", "http://127.0.0.1:5000/x"],
  ])("%s is gone to", (target, url) => {
    expect(nextPage(`<${target}>; rel="next"`, from)).toEqual({ outcome: "next", url: new URL(url) });
  });

  test("a registry behind a proxy that writes http is asked by https all the same", () => {
    const page = nextPage('<http://quay.io/v2/x>; rel="next"', new URL("https://quay.io/v2/y"));
    expect(page).toEqual({ outcome: "next", url: new URL("https://quay.io/v2/x") });
  });

  test.each([
    ["https://evil.example/v2/a"],
    ["http://127.0.0.1:5001/v2/a"],
    ["//evil.example/v2/a"],
    ["http://user:pw@127.0.0.1:5000/"],
    ["ftp://127.0.0.1:5000/"],
    ["http://:::/"],
  ])("%s is refused", (target) => {
    expect(nextPage(`<${target}>; rel="next"`, from).outcome).toBe("refused");
  });
});
