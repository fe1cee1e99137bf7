// The log of the server: the part of pino's interface that is used.

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export type ServerLog = {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
};
