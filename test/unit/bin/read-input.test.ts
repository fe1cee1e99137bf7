// Files that a command is given: files, standard input, and what is too much.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { readInput } from "../../../bin/read-input.ts";

function fileOf(bytes: string): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-input-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "file"), bytes);
  return join(folder, "file");
}

test("a file is read whole up to the limit, and not beyond it", async () => {
  expect((await readInput(fileOf("12345"), 5)).toString()).toBe("12345");
  const wrong = { code: "wrong-use", message: expect.stringContaining("more than 4 bytes") };
  await expect(readInput(fileOf("12345"), 4)).rejects.toMatchObject(wrong);
});

test("- is standard input where the command takes one, which may be without end", async () => {
  expect((await readInput("-", 5, Readable.from(["12", Buffer.from("3")]))).toString()).toBe("123");
  await expect(readInput("-", 5)).rejects.toMatchObject({ code: "wrong-use" });
  const endless = Readable.from(
    (function* () {
      for (;;) yield "12345678";
    })(),
  );
  await expect(readInput("-", 100, endless)).rejects.toMatchObject({
    message: expect.stringContaining("standard input has more than"),
  });
});

test.each(["/nowhere/at/all", "."])("%s cannot be read, and that is said in a line", async (path) => {
  const error: Error = await readInput(path, 5).then(
    () => new Error("it was read"),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ code: "wrong-use", message: expect.stringContaining(`${path} cannot be read: `) });
  expect(error.message).not.toContain("\n");
});
