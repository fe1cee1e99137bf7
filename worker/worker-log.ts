// The log of the worker: the part of pino's interface that is used.

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export type WorkerLog = { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write };
