// Progress: rewritten on a terminal, sparse in a log, silent for what is soon over.
import { describe, expect, test } from "vitest";
import { createProgress } from "../../../../bin/terminal/progress.ts";

const times = { quietMs: 2_000, lineMs: 5_000, frameMs: 100 };

function fake(isTTY: boolean, columns = 20) {
  let now = 0;
  let written = "";
  const target = {
    isTTY,
    columns,
    write: (text: string) => {
      written += text;
    },
  };
  const progress = createProgress(target, () => now, times);
  const take = () => {
    const text = written;
    written = "";
    return text;
  };
  return {
    progress,
    take,
    at: (ms: number) => {
      now = ms;
    },
  };
}

describe("on a terminal", () => {
  test("one line is rewritten, at most once in a frame", () => {
    const { progress, take, at } = fake(true);
    progress.show("1 of 3");
    expect(take()).toBe("\r\u001b[2K1 of 3");
    at(99);
    progress.show("2 of 3");
    expect(take()).toBe("");
    at(100);
    progress.show("3 of 3");
    expect(take()).toBe("\r\u001b[2K3 of 3");
  });

  test("a line that is too long is cut: it must not wrap", () => {
    const { progress, take } = fake(true, 10);
    progress.show("0123456789");
    expect(take()).toBe("\r\u001b[2K01234567…");
  });

  test("a note stays above the rewritten line, which goes at the end", () => {
    const { progress, take, at } = fake(true);
    progress.show("1 of 3");
    take();
    progress.note("failed: a");
    expect(take()).toBe("\r\u001b[2Kfailed: a\n1 of 3");
    progress.end();
    expect(take()).toBe("\r\u001b[2K");
    at(10_000);
    progress.show("late");
    progress.end();
    expect(take()).toBe("");
  });
});

describe("in a log", () => {
  test("nothing is said of what is soon over, then a line now and then", () => {
    const { progress, take, at } = fake(false);
    progress.show("0 of 3");
    at(1_999);
    progress.show("1 of 3");
    expect(take()).toBe("");
    at(2_000);
    progress.show("2 of 3");
    at(6_999);
    progress.show("2 of 3");
    expect(take()).toBe("2 of 3\n");
    at(7_000);
    progress.show("3 of 3");
    progress.end();
    expect(take()).toBe("3 of 3\n");
  });

  test("notes are lines, at once", () => {
    const { progress, take } = fake(false);
    progress.note("failed: a");
    expect(take()).toBe("failed: a\n");
  });
});
