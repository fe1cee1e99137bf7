// How YAML is read: positions, and everything that is not taken.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readYamlText } from "../../../../policies/documents/yaml-text.ts";

function valuesOf(text: string): readonly unknown[] {
  const read = readYamlText(text);
  if (read.outcome === "mistakes") throw new Error(JSON.stringify(read.mistakes));
  return read.values.map(({ value }) => value);
}

describe("what is read", () => {
  test.each([
    ["a list of documents", "- id: a\n- id: b\n", [{ id: "a" }, { id: "b" }]],
    ["one document", "id: a\n", [{ id: "a" }]],
    ["flow style", "- { id: a, tags: [x, 'y'] }\n", [{ id: "a", tags: ["x", "y"] }]],
    ["nothing", "", []],
    ["comments alone", "# nothing yet\n\n", []],
    ["an empty list", "[]\n", []],
    [
      "dates as text",
      "released: 2026-04-14\nat: 2024-07-02T00:00:00Z\n",
      [{ released: "2026-04-14", at: "2024-07-02T00:00:00Z" }],
    ],
    ["yes and no as text", "a: yes\nb: no\nc: true\n", [{ a: "yes", b: "no", c: true }]],
    ["numbers as numbers", "a: 44\nb: 10.10\nc: 0o17\n", [{ a: 44, b: 10.1, c: 15 }]],
    ["an empty member as null", "a:\nb: ~\n", [{ a: null, b: null }]],
    ["a byte order mark", "\ufeffid: a\n", [{ id: "a" }]],
    ["windows line ends", "id: a\r\nb: c\r\n", [{ id: "a", b: "c" }]],
    ["names of Object.prototype", "constructor: a\ntoString: b\n", [{ constructor: "a", toString: "b" }]],
  ])("%s", (_, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });
});

describe("what is refused", () => {
  const nested = (open: string, close: string, times: number) => `a: ${open.repeat(times)}${close.repeat(times)}\n`;
  test.each([
    ["an alias", "- a: &x 1\n- b: *x\n", "2:6", "write the value out"],
    ["a bomb of aliases", `- a: &a [x]\n${"- b: [*a, *a, *a, *a]\n".repeat(9)}`, "2:7", "write the value out"],
    ["a merge key", "a: 1\n<<: { b: 2 }\n", "2:1", "plain text"],
    ["a binary tag", "a: !!binary aGk=\n", "1:4", "tags"],
    ["a timestamp tag", "a: !!timestamp 2026-01-01\n", "1:4", "tags"],
    ["a tag of one's own", "a: !env SECRET\n", "1:4", "tags"],
    ["a set tag", "a: !!set { x, y }\n", "1:4", "tags"],
    ["a member twice", "id: a\nkind: x\nid: b\n", "3:1", '"id" stands here twice'],
    ["a member twice, deeper", "- a:\n    b: 1\n    b: 2\n", "3:5", '"b" stands here twice'],
    ["a tab that indents", "a:\n\tb: 1\n", "2:1", "use spaces"],
    ["two YAML documents", "a: 1\n---\nb: 2\n", "2:1", "only one YAML document"],
    ["another version of YAML", "%YAML 1.1\n---\na: yes\n", "1:1", "YAML 1.2"],
    ["text alone", "hello\n", "1:1", "mapping of members"],
    ["a list of text", "- hello\n", "1:3", "mapping of members"],
    ["a list of lists", "- - id: a\n", "1:3", "mapping of members"],
    ["a number as a member's name", "44: a\n", "1:1", "plain text"],
    ["a list as a member's name", "? [a, b]\n: 1\n", "1:3", "plain text"],
    ["a prototype as a member's name", "__proto__: { admin: true }\n", "1:1", "plain text"],
    ["infinity", "a: .inf\n", "1:4", "finite"],
    ["no number", "a: .nan\n", "1:4", "finite"],
    ["an open bracket", "a: [1, 2\nb: 3\n", "2:1", "bracket"],
    ["an open quote", 'a: "x\n', "2:1", "quote"],
    ["two colons", "a: b: c\n", "1:4", "two colons"],
    ["lists nested too deeply", nested("[", "]", 40), "1:1", "nests deeper"],
    ["mappings nested too deeply", nested("{a: ", "}", 40), "1:1", "nests deeper"],
    ["a list per dash, nested too deeply", `${"- ".repeat(5000)}a\n`, "1:1", "nests deeper"],
    ["brackets without end", `a: ${"[".repeat(200_000)}`, "1:1", "nests deeper"],
  ])("%s", (_, text, place, message) => {
    const read = readYamlText(text);
    const [first] = read.outcome === "mistakes" ? read.mistakes : [];
    expect(first === undefined ? undefined : `${first.line}:${first.column}`).toBe(place);
    expect(first?.message).toContain(message);
  });

  test("many mistakes of one file are cut to what a person can read", () => {
    const read = readYamlText("]\n".repeat(5000));
    expect(read.outcome === "mistakes" && read.mistakes.length).toBe(20);
  });

  test("twenty thousand members cost no more than their number", () => {
    const started = performance.now();
    expect(valuesOf(Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join("\n"))).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test("each part has its place", () => {
  const read = readYamlText("# first\n- id: a\n  tags:\n    channels: [x, 42]\n- id: b\n");
  const [first, second] = read.outcome === "values" ? read.values : [];
  const place = (path: readonly PropertyKey[], part: "key" | "value" = "value") => {
    const { line, column } = first?.positionOf(path, part) ?? { line: 0, column: 0 };
    return `${line}:${column}`;
  };
  expect(place([])).toBe("2:3");
  expect(place(["id"])).toBe("2:7");
  expect(place(["id"], "key")).toBe("2:3");
  expect(place(["tags", "channels"], "key")).toBe("4:5");
  expect(place(["tags", "channels", 1])).toBe("4:19");
  expect(place(["tags", "channels", 7])).toBe("4:15");
  expect(place(["missing"])).toBe("2:3");
  expect(place(["tags", "missing", "deeper"])).toBe("4:5");
  expect(second?.positionOf(["id"], "value")).toEqual({ line: 5, column: 7 });
});

test("any text is answered, with places that are in it", () => {
  const pieces = fc.constantFrom(
    "a",
    ": ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "&x ",
    "*x",
    "!!str ",
    "|\n",
    "#",
    "\t",
    "? ",
    "---\n",
    "%YAML 1.1\n",
    "é",
    "\u2028",
    "~",
    "0x1",
    "<<",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      const text = parts.join("");
      const read = readYamlText(text);
      const places =
        read.outcome === "mistakes"
          ? read.mistakes
          : read.values.map((value) => value.positionOf(["a", 0, "b"], "key"));
      const lines = text.split("\n").length;
      for (const { line, column } of places) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 1);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 3000 },
  );
});
