// Questions that any indexed catalog must answer, put to a running service by its API alone.
import { expect } from "vitest";

/** Takes the first repository of the listing and resolves its followed tag, as an installer would. */
export async function resolveSomething(url: string): Promise<void> {
  const list = await read(`${url}/api/v1/repositories?limit=5`);
  const [first] = list.items as readonly { readonly name: string }[];
  expect(first?.name).toMatch(/^[^/]+\/.+/);
  const tags = await read(`${url}/api/v1/repository/tags?name=${encodeURIComponent(first?.name ?? "")}`);
  const followed = (tags.items as readonly { readonly name: string; readonly followed: boolean }[]).find(
    (tag) => tag.followed,
  );
  expect(followed).toBeDefined();
  const ref = `${first?.name}:${followed?.name}`;
  const plan = await read(`${url}/api/v1/resolve?arch=amd64&ref=${encodeURIComponent(ref)}`);
  expect(plan.target).toMatchObject({ ref, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(["allow", "warn", "block"]).toContain(plan.decision);
}

async function read(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url);
  const text = await response.text();
  expect({ url, status: response.status, text: response.status === 200 ? "" : text }).toEqual({
    url,
    status: 200,
    text: "",
  });
  return JSON.parse(text);
}
