// Errors of the command line: one line that says what to do, and the exit code that goes with it.
import { CommanderError } from "commander";
import { BackupError, type BackupErrorCode } from "../db/backup-error.ts";
import { StoreError, type StoreErrorCode } from "../db/store-error.ts";
import { ConfigError } from "./config.ts";
import { type ExitCode, exitCode } from "./exit-codes.ts";
import { TrustError, type TrustErrorCode } from "./trust/trust-error.ts";

export type CommandErrorCode =
  | "wrong-use"
  | "wrong-policies"
  | "unreachable"
  | "unexpected-answer"
  | "interrupted"
  /** What is in a file is not what it says it is. */
  | "changed-file"
  /** What is in a file is whole, and not by the policy that was asked for. */
  | "other-policy"
  /** The same, of an image in another repository. */
  | "other-repository";

/** A command cannot do what it was asked to; the message is for people. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type Explanation = { readonly message: string; readonly exit: ExitCode };

/** What is said of an error, and how the process ends. `undefined`: commander has said it already. */
export function explainError(error: unknown): Explanation | undefined {
  if (error instanceof CommanderError) return undefined;
  if (error instanceof ConfigError) return { message: error.message, exit: exitCode.wrongUse };
  if (error instanceof CommandError) return { message: error.message, exit: ofCommand[error.code] };
  if (error instanceof StoreError) return { message: error.message, exit: ofStore[error.code] };
  if (error instanceof BackupError) return { message: error.message, exit: ofBackup[error.code] };
  if (error instanceof TrustError) return { message: error.message, exit: ofTrust[error.code] };
  const listening = explainListening(error);
  if (listening !== undefined) return { message: listening, exit: exitCode.wrongUse };
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `an unexpected error: ${message.split("\n")[0]} (LOG_LEVEL=debug shows where it comes from)`,
    exit: exitCode.failed,
  };
}

const ofCommand: Readonly<Record<CommandErrorCode, ExitCode>> = {
  "wrong-use": exitCode.wrongUse,
  "wrong-policies": exitCode.wrongUse,
  unreachable: exitCode.failed,
  "unexpected-answer": exitCode.failed,
  interrupted: exitCode.failed,
  "changed-file": exitCode.refused,
  "other-policy": exitCode.refused,
  "other-repository": exitCode.refused,
};

const ofStore: Readonly<Record<StoreErrorCode, ExitCode>> = {
  "bad-url": exitCode.wrongUse,
  "newer-database": exitCode.wrongUse,
  damaged: exitCode.failed,
  unreachable: exitCode.failed,
  busy: exitCode.failed,
};

const ofBackup: Readonly<Record<BackupErrorCode, ExitCode>> = {
  "not-sqlite": exitCode.wrongUse,
  "no-database": exitCode.wrongUse,
  exists: exitCode.wrongUse,
  "not-writable": exitCode.wrongUse,
  damaged: exitCode.failed,
  failed: exitCode.failed,
};

const ofTrust: Readonly<Record<TrustErrorCode, ExitCode>> = {
  "unsafe-path": exitCode.refused,
  "changed-since": exitCode.refused,
  busy: exitCode.failed,
  "bad-record": exitCode.failed,
  "bad-files": exitCode.failed,
  "not-readable": exitCode.failed,
  "not-writable": exitCode.failed,
};

/** What node:net says when an address cannot be listened on. */
function explainListening(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || error.syscall !== "listen" || !("code" in error)) {
    return undefined;
  }
  const { address = "", port = "" } = error as { address?: string; port?: number };
  switch (error.code) {
    case "EADDRINUSE":
      return `port ${port} is taken by another program: choose another with --port or PORT (0 takes a free one)`;
    case "EACCES":
      return `port ${port} is reserved for the administrator: choose one above 1023 with --port or PORT`;
    case "EADDRNOTAVAIL":
      return `${address} is no address of this machine: choose another with --host or HOST`;
    default:
      return undefined;
  }
}
