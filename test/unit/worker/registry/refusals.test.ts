// What statuses and error bodies mean.
import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../../../../worker/http/http.ts";
import { HttpError } from "../../../../worker/http/http-error.ts";
import { asRegistryError, readSaid, refusalOf, saysAbsent } from "../../../../worker/registry/refusals.ts";
import { RegistryError } from "../../../../worker/registry/registry-error.ts";

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { status, headers, body: bytes, url: new URL("https://registry.example/v2/a/manifests/b"), cut: false };
}

const oci = (code: string, message = "m") => ({ errors: [{ code, message, detail: {} }] });

describe("saysAbsent", () => {
  test.each([
    [404, oci("MANIFEST_UNKNOWN"), true],
    [404, oci("NAME_UNKNOWN"), true],
    [404, oci("TAG_EXPIRED"), true],
    [404, oci("BLOB_UNKNOWN"), true],
    [404, oci("NOT_FOUND"), true],
    [404, { error_type: "not_found", status: 404 }, true],
    [404, { type: "https://quay.io/api/v1/error/not_found" }, true],
    [404, oci("UNSUPPORTED"), false],
    [404, oci("DENIED"), false],
    [404, "<html>Not Found</html>", false],
    [404, "404 page not found\n", false],
    [404, "", false],
    [404, "null", false],
    [404, { errors: [] }, false],
    [404, { errors: null }, false],
    [403, oci("MANIFEST_UNKNOWN"), false],
    [500, oci("NAME_UNKNOWN"), false],
    [200, oci("NAME_UNKNOWN"), false],
  ])("%d %j: %s", (status, body, absent) => {
    expect(saysAbsent(answer(status, body))).toBe(absent);
  });
});

describe("refusalOf", () => {
  test.each([
    [400, "refused"],
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "not-found"],
    [405, "refused"],
    [406, "refused"],
    [416, "refused"],
    [429, "rate-limited"],
    [301, "refused"],
    [500, "server-error"],
    [503, "server-error"],
    [520, "server-error"],
  ])("%d is %s", (status, code) => {
    expect(refusalOf(answer(status, "x"), 0).code).toBe(code);
  });

  test("keeps the registry's own code and message, cleaned and bounded", () => {
    const body = oci(`BAD\u001b${"X".repeat(200)}`, `line\r\none \u202e${"y".repeat(5_000)}`);
    const { said, message } = refusalOf(answer(500, body), 0);
    expect(said.status).toBe(500);
    expect(said.code?.length).toBeLessThanOrEqual(60);
    expect(said.message?.length).toBeLessThanOrEqual(300);
    expect(said.message).toMatch(/^line one y+…$/);
    expect(message).not.toMatch(/\p{Cc}|\u202e/u);
    expect(message).toContain("registry.example answered 500");
  });

  test("reads Quay's errors", () => {
    const body = { detail: "Requires authentication", error_type: "invalid_token", status: 401 };
    expect(readSaid(answer(401, body))).toEqual({
      status: 401,
      code: "invalid_token",
      message: "Requires authentication",
    });
    expect(readSaid(answer(401, { message: "Anonymous access is not allowed" }))).toEqual({
      status: 401,
      message: "Anonymous access is not allowed",
    });
  });

  test("says when to come back", () => {
    expect(refusalOf(answer(429, "x", { "retry-after": "7" }), 0).retryAfterMs).toBe(7_000);
    expect(refusalOf(answer(429, "x"), 0).retryAfterMs).toBeNull();
  });
});

describe("asRegistryError", () => {
  test.each([
    "unreachable",
    "timeout",
    "too-large",
    "malformed",
    "redirect-refused",
    "address-refused",
    "circuit-open",
    "rate-limited",
  ] as const)("%s stays what it is, with its cause", (code) => {
    const cause = new HttpError(code, "because", { retryAfterMs: 5 });
    const error = asRegistryError(cause);
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ code, message: "because", cause, retryAfterMs: 5 });
  });

  test("an abort and a closed client are not the registry's doing", () => {
    const abort = new DOMException("x", "AbortError");
    expect(asRegistryError(abort)).toBe(abort);
    const closed = new HttpError("closed", "x");
    expect(asRegistryError(closed)).toBe(closed);
  });
});
