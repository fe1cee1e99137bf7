// Tables: columns line up, and what does not fit gives way where it may.
import { expect, test } from "vitest";
import { renderTable } from "../../../../bin/terminal/table.ts";

const columns = [{ title: "name", shrinks: true }, { title: "count", align: "right" }, { title: "" }] as const;

test("columns are as wide as what is in them, numbers to the right", () => {
  expect(
    renderTable(
      columns,
      [
        ["a", "1", "done"],
        ["abcdef", "1000000", ""],
      ],
      80,
    ),
  ).toBe("name      count\na             1  done\nabcdef  1000000\n");
});

test("a column that may shrink is cut so that the line fits", () => {
  const table = renderTable(columns, [["x".repeat(100), "1", "done"]], 40);
  expect(table.split("\n").every((line) => line.length <= 40)).toBe(true);
  expect(table).toContain("xxx…");
  expect(table).toContain("done");
});

test("no column shrinks below a width at which something can be read", () => {
  expect(renderTable(columns, [["x".repeat(100), "1", "done"]], 5)).toContain("xxxxxxx…");
});

test("colours take no room, and are dropped with what is cut", () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  const table = renderTable(
    columns,
    [
      [red("abc"), red("1"), ""],
      [red("x".repeat(50)), "2", ""],
    ],
    30,
  );
  expect(table.split("\n")[1]).toBe(`${red("abc")}${" ".repeat(24)}${red("1")}`);
  expect(table.split("\n")[2]).not.toContain("\u001b");
});
