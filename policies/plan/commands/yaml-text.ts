// Texts in YAML: a value that any parser reads back to the byte, and people can read where that is possible.

/** A literal block is what people can read; what it cannot hold is written as a JSON string, which YAML reads too. */
export function yamlText(content: string, indent: number): string {
  const isLiteral = /^[\x21-\x7e][\x20-\x7e]*(?:\n[\x20-\x7e]*)*[^\n]\n$/.test(content);
  if (!isLiteral) return JSON.stringify(content).replaceAll("\u007f", "\\u007f");
  const lines = content.slice(0, -1).split("\n");
  return `|\n${lines.map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`)).join("\n")}`;
}
