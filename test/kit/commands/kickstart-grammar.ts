// The grammar of the kickstart lines that a plan gives, as pykickstart documents it (F43 bootc, RHEL9 ostreecontainer).

export type ReadKickstart = {
  readonly commands: readonly { readonly name: string; readonly options: Readonly<Record<string, string | true>> }[];
  readonly sections: readonly {
    readonly name: string;
    readonly options: readonly string[];
    readonly interpreter: string;
    readonly body: string;
  }[];
};

type Options = { readonly values: readonly string[]; readonly flags: readonly string[]; readonly required: string };

const commands: Readonly<Record<string, Options>> = {
  bootc: { values: ["--stateroot", "--source-imgref", "--target-imgref"], flags: [], required: "--source-imgref" },
  ostreecontainer: {
    values: ["--stateroot", "--url", "--transport", "--remote"],
    flags: ["--no-signature-verification"],
    required: "--url",
  },
};
const sectionOptions: Readonly<Record<string, readonly string[]>> = {
  "%pre-install": ["--erroronfail"],
  "%post": ["--erroronfail", "--nochroot"],
};

/** Throws what pykickstart would refuse. Its conflicts too: bootc and ostreecontainer exclude each other. */
export function readKickstart(text: string): ReadKickstart {
  const found: ReadKickstart["commands"][number][] = [];
  const sections: ReadKickstart["sections"][number][] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (!line.startsWith("%")) {
      found.push(readCommand(line));
      continue;
    }
    const end = lines.findIndex((each, at) => at > i && /^%/.test(each));
    if (lines[end]?.trim() !== "%end") throw new Error(`the section ${line} does not end`);
    sections.push(readSection(line, lines.slice(i + 1, end).join("\n")));
    i = end;
  }
  const names = found.map(({ name }) => name);
  if (new Set(names).size < names.length || names.length > 1) throw new Error(`conflicting commands: ${names}`);
  return { commands: found, sections };
}

function readCommand(line: string): ReadKickstart["commands"][number] {
  const [name = "", ...words] = line.split(/\s+/).filter(Boolean);
  const grammar = commands[name];
  if (grammar === undefined) throw new Error(`no such command: ${name}`);
  if (/['"\\]/.test(line)) throw new Error(`quotes are for a reader that knows them: ${line}`);
  const options: Record<string, string | true> = {};
  for (const word of words) {
    const [option = "", ...value] = word.split("=");
    if (grammar.values.includes(option) && value.join("=") !== "") options[option] = value.join("=");
    else if (grammar.flags.includes(word)) options[word] = true;
    else throw new Error(`${name} has no option ${word}`);
  }
  if (!(grammar.required in options)) throw new Error(`${name} wants ${grammar.required}`);
  const source = options["--source-imgref"];
  if (typeof source === "string" && !/^(?:registry|oci|containers-storage):./.test(source)) {
    throw new Error(`${source} has no transport`);
  }
  const target = options["--target-imgref"];
  if (typeof target === "string" && /^(?:registry|oci|docker):(?!\d)/.test(target)) {
    throw new Error(`${target} has a transport`);
  }
  return { name, options };
}

function readSection(head: string, body: string): ReadKickstart["sections"][number] {
  const [name = "", ...options] = head.split(/\s+/).filter(Boolean);
  const known = sectionOptions[name];
  if (known === undefined) throw new Error(`no such section: ${name}`);
  const interpreter = options.find((option) => option.startsWith("--interpreter="))?.slice("--interpreter=".length);
  const flags = options.filter((option) => !option.startsWith("--interpreter="));
  const strange = flags.find((option) => !known.includes(option));
  if (strange !== undefined) throw new Error(`${name} has no option ${strange}`);
  return { name, options: flags, interpreter: interpreter ?? "/bin/sh", body: `${body}\n` };
}
