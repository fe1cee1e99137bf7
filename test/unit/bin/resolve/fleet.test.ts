// A fleet: batches in order, one summary, and the exit code of the worst.
import { describe, expect, test } from "vitest";
import { AnswerTooLong } from "../../../../bin/resolve/ask-service.ts";
import { askFleet, exitOfFleet } from "../../../../bin/resolve/fleet.ts";
import { showFleet } from "../../../../bin/show/show-fleet.ts";
import { samplePlan } from "../show/plans.ts";

const problem = (name: string) => ({ type: `/problems/${name}`, title: "No", status: 400, detail: `it is ${name}` });
const answers: Readonly<Record<string, unknown>> = {
  allow: samplePlan({ decision: "allow", decisionReasons: [] }),
  warn: samplePlan(),
  block: samplePlan({ decision: "block", decisionReasons: ["downgrade"] }),
  newer: { ...samplePlan(), decision: "perhaps" },
  unknown: problem("unknown-reference"),
  invalid: problem("invalid-host"),
  later: problem("not-yet-indexed"),
};

/** A service whose hosts name the answer that they are to get. */
function service() {
  const sizes: number[] = [];
  const send = async (request: Request) => {
    const { items } = (await request.json()) as { items: { host: { name: string } }[] };
    sizes.push(items.length);
    return Response.json({ items: items.map(({ host }) => answers[host.name]), summary: {} });
  };
  return { send, sizes };
}

function fleetOf(names: readonly string[]) {
  const hosts = names.map((name) => ({ file: `${name}.json`, host: { name } }));
  return { target: "registry.example/os:1", arch: undefined, hosts, verbose: false };
}

test.each([
  { names: [], code: 0 },
  { names: ["allow", "allow"], code: 0 },
  { names: ["allow", "warn"], code: 10 },
  { names: ["warn", "unknown"], code: 1 },
  { names: ["unknown", "invalid"], code: 2 },
  { names: ["invalid", "later"], code: 3 },
  { names: ["later", "block", "allow"], code: 20 },
  { names: ["newer", "allow"], code: 20 },
])("$names ends with $code", async ({ names, code }) => {
  const { send } = service();
  expect(exitOfFleet(await askFleet("http://localhost", send, "it", fleetOf(names)))).toBe(code);
});

test("many hosts are asked for in batches, and answered in their order", async () => {
  const names = Array.from({ length: 120 }, (_, i) => ["allow", "warn", "block"][i % 3] ?? "");
  const { send, sizes } = service();
  const { hosts, summary } = await askFleet("http://localhost", send, "it", fleetOf(names));
  expect(sizes).toEqual([50, 50, 20]);
  expect(hosts.map(({ file }) => file)).toEqual(names.map((name) => `${name}.json`));
  expect(summary).toEqual({ allow: 40, warn: 40, block: 40, errors: 0 });
});

test("a file that cannot be used is that host's error, and the others are judged", async () => {
  const { send, sizes } = service();
  const question = fleetOf(["allow", "truncated", "warn"]);
  const hosts = question.hosts.map(({ file, host }) =>
    host.name === "truncated" ? { file, unreadable: "truncated.json holds no JSON object" } : { file, host },
  );
  const answer = await askFleet("http://localhost", send, "it", { ...question, hosts });
  expect(sizes).toEqual([2]);
  expect(answer.summary).toEqual({ allow: 1, warn: 1, block: 0, errors: 1 });
  expect(answer.hosts.map(({ file }) => file)).toEqual(["allow.json", "truncated.json", "warn.json"]);
  expect(answer.hosts[1]?.resolved.body).toMatchObject({ detail: "truncated.json holds no JSON object" });
  expect(exitOfFleet(answer)).toBe(2);
  const none = { ...question, hosts: hosts.slice(1, 2) };
  expect((await askFleet("http://localhost", send, "it", none)).summary.errors).toBe(1);
  expect(sizes).toEqual([2]);
});

describe("where there is no room for all", () => {
  /** A service that has room for so many plans, and whose client takes no longer answer. */
  function smallService(room: number, how: "too-long" | 413) {
    const { send, sizes } = service();
    const small = async (request: Request) => {
      const { items } = (await request.clone().json()) as { items: { host: { name: string } }[] };
      if (items.length <= room && items.every(({ host }) => host.name !== "endless")) return send(request);
      sizes.push(-items.length);
      if (how === "too-long") throw new AnswerTooLong("unexpected-answer", "it answers without end");
      return Response.json({ ...problem("body-too-large"), status: 413 }, { status: 413 });
    };
    return { send: small, sizes };
  }
  const names = Array.from({ length: 60 }, (_, i) => ["allow", "warn", "block"][i % 3] ?? "");

  test.each(["too-long", 413] as const)("for the answers, fewer are asked for at once: %s", async (how) => {
    const { send, sizes } = smallService(15, how);
    const { hosts, summary } = await askFleet("http://localhost", send, "it", fleetOf(names));
    expect(sizes).toEqual([-50, -25, 13, 13, 13, 13, 8]);
    expect(summary).toEqual({ allow: 20, warn: 20, block: 20, errors: 0 });
    expect(hosts.map(({ file }) => file)).toEqual(names.map((name) => `${name}.json`));
  });

  test("for a single one, that host alone has none", async () => {
    const { send } = smallService(50, "too-long");
    const answer = await askFleet("http://localhost", send, "it", fleetOf(["allow", "endless", "warn"]));
    expect(answer.summary).toEqual({ allow: 1, warn: 1, block: 0, errors: 1 });
    expect(exitOfFleet(answer)).toBe(3);
  });

  test("for the questions, long ones are sent apart", async () => {
    const { send, sizes } = service();
    const question = fleetOf(["allow", "warn", "block", "allow"]);
    const hosts = question.hosts.map(({ file, host }) => ({ file, host: { ...host, long: "x".repeat(300_000) } }));
    await askFleet("http://localhost", send, "it", { ...question, hosts });
    expect(sizes).toEqual([1, 1, 1, 1]);
  });
});

test.each([
  { title: "fewer answers than hosts", body: { items: [] } },
  { title: "no list", body: {} },
])("$title is no answer", async ({ body }) => {
  const asked = askFleet("http://localhost", async () => Response.json(body), "it", fleetOf(["allow"]));
  await expect(asked).rejects.toMatchObject({ code: "unexpected-answer" });
});

test("a refusal is told with its reason", async () => {
  const send = async () => Response.json({ ...problem("rate-limited"), status: 429 }, { status: 429 });
  await expect(askFleet("http://localhost", send, "it", fleetOf(["allow"]))).rejects.toThrow("it is rate-limited");
});

test("people see a line for each host, and the summary", async () => {
  const { send } = service();
  const answer = await askFleet("http://localhost", send, "it", fleetOf(["allow", "block", "unknown"]));
  expect(showFleet(answer, { paint: (_, text) => text, width: 80, verbose: false })).toBe(
    `HOST          DECISION  WHY
allow.json    ALLOW
block.json    BLOCK     downgrade
unknown.json  error     it is unknown-reference

3 hosts: 1 allow, 0 warn, 1 block, 1 error
`,
  );
});
