// Asking a service: a reference alone by GET, whatever a host told of itself by POST and nowhere else.
import { expect, test } from "vitest";
import { askService } from "../../../../bin/resolve/ask-service.ts";
import type { ResolveQuestion } from "../../../../bin/resolve/resolved.ts";

async function sent(change: Partial<ResolveQuestion>) {
  const requests: { method: string; url: string; body: string }[] = [];
  const send = async (request: Request) => {
    requests.push({ method: request.method, url: request.url, body: await request.text() });
    const problem = { type: "https://signalbox.example/problems/not-ready", title: "Not ready" };
    return Response.json(problem, { status: 503 });
  };
  const asked = { target: "registry.example/os:1", arch: "amd64", from: undefined, host: undefined, verbose: true };
  const { outcome } = await askService("http://service.example", send, "it", { ...asked, ...change });
  expect(outcome).toBe("problem");
  const [request, ...others] = requests;
  expect(others).toEqual([]);
  return request;
}

test("a reference alone is asked for by its address", async () => {
  const request = await sent({});
  expect(request?.method).toBe("GET");
  const { searchParams } = new URL(request?.url ?? "");
  expect(Object.fromEntries(searchParams)).toEqual({ ref: "registry.example/os:1", arch: "amd64", verbose: "true" });
});

test.each([
  { title: "a host", change: { host: { kind: "BootcHost" } }, body: { host: { kind: "BootcHost" } } },
  { title: "facts alone", change: { facts: { secureBoot: true } }, body: { facts: { secureBoot: true } } },
  {
    title: "both",
    change: { host: { kind: "BootcHost" }, facts: { filesystem: "xfs" } },
    body: { host: { kind: "BootcHost" }, facts: { filesystem: "xfs" } },
  },
])("$title is sent in the body", async ({ change, body }) => {
  const request = await sent(change);
  expect(request).toMatchObject({ method: "POST", url: "http://service.example/api/v1/resolve?verbose=true" });
  expect(JSON.parse(request?.body ?? "")).toEqual({ target: "registry.example/os:1", arch: "amd64", ...body });
});
