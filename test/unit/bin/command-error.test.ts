// What is said of an error, and how the process ends.
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { CommandError, explainError } from "../../../bin/command-error.ts";
import { ConfigError } from "../../../bin/config.ts";
import { BackupError } from "../../../db/backup-error.ts";
import { StoreError } from "../../../db/store-error.ts";

const listening = (code: string) =>
  Object.assign(new Error(`listen ${code}`), { code, syscall: "listen", address: "192.0.2.1", port: 80 });

test.each([
  { error: new ConfigError(["PORT is no port"]), exit: 2, says: "PORT is no port" },
  { error: new CommandError("wrong-use", "give one of the two"), exit: 2, says: "give one of the two" },
  { error: new CommandError("unreachable", "no answer"), exit: 3, says: "no answer" },
  { error: new StoreError("newer-database", "install that version"), exit: 2, says: "install that version" },
  { error: new StoreError("damaged", "restore a backup"), exit: 3, says: "restore a backup" },
  { error: new BackupError("exists", "name another file"), exit: 2, says: "name another file" },
  { error: new BackupError("failed", "disk full"), exit: 3, says: "disk full" },
  { error: listening("EADDRINUSE"), exit: 2, says: "port 80 is taken" },
  { error: listening("EACCES"), exit: 2, says: "above 1023" },
  { error: listening("EADDRNOTAVAIL"), exit: 2, says: "192.0.2.1 is no address of this machine" },
  { error: new TypeError("x is undefined\nsecond line"), exit: 3, says: "an unexpected error: x is undefined (" },
  { error: "thrown text", exit: 3, says: "an unexpected error: thrown text" },
])("$error.name ends with $exit", ({ error, exit, says }) => {
  const explanation = explainError(error);
  expect(explanation?.exit).toBe(exit);
  expect(explanation?.message).toContain(says);
});

test("an unexpected error is one line: no stack, and nothing of a second line", () => {
  expect(explainError(new Error("a\nb"))?.message.split("\n")).toHaveLength(1);
});

test("what commander said itself is not said again", () => {
  expect(explainError(new CommanderError(1, "commander.unknownOption", "unknown option"))).toBeUndefined();
});
