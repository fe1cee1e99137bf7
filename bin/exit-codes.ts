// Exit codes: what scripts and gates may rely on, the same words for every command.

export const exitCode = {
  /** Done; of `resolve`: allow. */
  done: 0,
  /** `resolve`: the reference is unknown or was removed; `policy check`: the folder has mistakes. */
  refused: 1,
  /** Wrong use or configuration. */
  wrongUse: 2,
  /** It could not be found out, or not everything could: something outside failed. */
  failed: 3,
  /** `switch`: what would have been booted was not what was planned, and was taken back. */
  takenBack: 4,
  /** `switch`: the host is not as it was, nor as it was planned; what is left to do was told. */
  leftToDo: 5,
  warn: 10,
  block: 20,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
