// What a registry wants to see, read from headers of many makers.
import { describe, expect, test } from "vitest";
import { chooseChallenge, parseChallenges } from "../../../../worker/registry/challenge.ts";

function plain(header: string) {
  return parseChallenges(header).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));
}

describe("parseChallenges", () => {
  test.each([
    [
      'Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:a/b:pull"',
      [{ scheme: "bearer", realm: "https://quay.io/v2/auth", service: "quay.io", scope: "repository:a/b:pull" }],
    ],
    ['Basic realm="test"', [{ scheme: "basic", realm: "test" }]],
    ["Basic", [{ scheme: "basic" }]],
    ['BEARER Realm = "x" , SERVICE = y', [{ scheme: "bearer", realm: "x", service: "y" }]],
    [
      'Basic realm="a", Bearer realm="https://t.example/",service="s"',
      [
        { scheme: "basic", realm: "a" },
        { scheme: "bearer", realm: "https://t.example/", service: "s" },
      ],
    ],
    ['Bearer realm="say \\"hi\\", all",service="s"', [{ scheme: "bearer", realm: 'say "hi", all', service: "s" }]],
    ["Negotiate YII=, Basic realm=x", [{ scheme: "negotiate" }, { scheme: "basic", realm: "x" }]],
    ['Bearer realm="first",realm="second"', [{ scheme: "bearer", realm: "first" }]],
    [
      'Bearer realm="r",error="invalid_token",scope="a b"',
      [{ scheme: "bearer", realm: "r", error: "invalid_token", scope: "a b" }],
    ],
    ['Bearer realm="never ends', [{ scheme: "bearer" }]],
    ["", []],
    [",,,", []],
    ['"quoted"', []],
  ])("%s", (header, challenges) => {
    expect(plain(header)).toEqual(challenges);
  });

  test("reads the longest hostile headers in no time", () => {
    const headers = [
      "a ".repeat(8_000),
      `Bearer ${"a=".repeat(8_000)}`,
      `Bearer ${" ".repeat(16_000)}x`,
      ",".repeat(16_000),
    ];
    const started = performance.now();
    for (const header of headers) parseChallenges(header);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("chooseChallenge", () => {
  test.each([
    ['Basic realm="x"', { kind: "basic" }],
    ["Digest realm=x", { kind: "none" }],
    ['Bearer service="no realm"', { kind: "none" }],
    ['Bearer realm="no url"', { kind: "none" }],
    ['Bearer realm="no url", Basic realm="x"', { kind: "basic" }],
    [undefined, { kind: "none" }],
  ])("%s", (header, choice) => {
    expect(chooseChallenge(header)).toEqual(choice);
  });

  test.each([
    ["repository:a/b:pull", ["repository:a/b:pull"]],
    ["repository:a/b:pull,push", ["repository:a/b:pull"]],
    ["repository:a/b:*", ["repository:a/b:pull"]],
    ["repository(plugin):a/b:push", ["repository(plugin):a/b:pull"]],
    ["repository:host:5000/a/b:delete", ["repository:host:5000/a/b:pull"]],
    ["registry:catalog:*", ["registry:catalog:*"]],
    ["repository:a:pull  repository:b:push", ["repository:a:pull", "repository:b:pull"]],
    ["", []],
  ])("the scope %j is asked for as %j: nothing is ever pushed", (scope, scopes) => {
    const header = `Basic realm="x", Bearer realm="https://t.example/token?a=b",service="s",scope="${scope}"`;
    expect(chooseChallenge(header)).toEqual({
      kind: "bearer",
      realm: new URL("https://t.example/token?a=b"),
      service: "s",
      scopes,
    });
  });
});
