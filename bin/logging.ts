// The log: JSON lines on standard error for machines, short lines on a terminal for people.
import { styleText } from "node:util";
import pino, { type Logger } from "pino";
import type { Config } from "./config.ts";
import { printable } from "./terminal/printable.ts";

export type { Logger };

export function createLogger(level: Config["log"]["level"]): Logger {
  // Written at once: what a process says before it dies matters most.
  const destination = process.stderr.isTTY
    ? { write: (line: string) => void process.stderr.write(lineForPeople(line)) }
    : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

const colours = { error: "red", warn: "yellow", info: "green" } as const;

/** `12:00:01 warn  message  key=value …` */
export function lineForPeople(json: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const name = String(level);
  const colour = colours[name as keyof typeof colours] ?? "dim";
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? printable(value) : JSON.stringify(value)}`,
  );
  const stack = typeof err === "object" && err !== null && "stack" in err ? `\n${String(err.stack)}` : "";
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: process.stderr });
  const message = printable(String(msg ?? ""));
  return `${paint("dim", String(time).slice(11, 19))} ${paint(colour, name.padEnd(5))} ${message}${details.length > 0 ? `  ${paint("dim", details.join(" "))}` : ""}${stack}\n`;
}
