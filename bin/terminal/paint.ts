// Colours, where the stream that is written to wants them: NO_COLOR, FORCE_COLOR and pipes are respected.
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

export type Paint = (format: Format, text: string) => string;

export function painter(stream: NodeJS.WritableStream): Paint {
  return (format, text) => styleText(format, text, { stream });
}

export const plain: Paint = (_, text) => text;
