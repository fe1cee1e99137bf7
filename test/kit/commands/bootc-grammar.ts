// The grammar of bootc's command line, as `bootc switch --help` and the others document it (bootc 1.16).

type Grammar = {
  readonly flags: readonly string[];
  readonly values: Readonly<Record<string, RegExp>>;
  readonly required: readonly string[];
  /** The one positional argument; undefined: there is none. */
  readonly positional?: RegExp;
};

const reference = /^[a-z0-9[][a-z0-9.:[\]-]*(?:\/[a-z0-9._-]+)+(?::\w[\w.-]{0,127}|@sha(?:256|512):[0-9a-f]{64,128})$/;
const withTransport = /^registry:\S+$/;
const install: Omit<Grammar, "positional"> = {
  flags: ["--enforce-container-sigpolicy", "--composefs-backend", "--generic-image", "--allow-missing-verity"],
  values: {
    "--source-imgref": withTransport,
    "--target-imgref": reference,
    "--target-transport": /^registry$/,
    "--filesystem": /^(?:xfs|ext4|btrfs)$/,
    "--stateroot": /^\w+$/,
    "--karg": /./,
  },
  required: [],
};

const grammars: Readonly<Record<string, Grammar>> = {
  "bootc switch": {
    flags: ["--quiet", "--apply", "--retain", "--enforce-container-sigpolicy", "--mutate-in-place"],
    values: {
      "--transport": /^(?:registry|oci|oci-archive|docker-daemon|containers-storage)$/,
      "--soft-reboot": /^(?:required|auto)$/,
    },
    required: [],
    positional: reference,
  },
  "bootc install to-disk": { ...install, positional: /^\/dev\/\S+$/ },
  "bootc install to-filesystem": {
    ...install,
    // Whoever mounted it has chosen the file system.
    values: Object.fromEntries(Object.entries(install.values).filter(([name]) => name !== "--filesystem")),
    positional: /^\/\S+$/,
  },
  "rpm-ostree rebase": {
    flags: ["--bypass-driver", "--reboot"],
    values: {},
    required: [],
    positional: /^(?:ostree-image-signed:docker:\/\/|ostree-unverified-registry:)\S+$/,
  },
};

export type ReadCommand = {
  readonly name: string;
  readonly options: Readonly<Record<string, string | true>>;
  readonly argument: string;
};

/** Throws what clap would refuse: an unknown or repeated option, a missing value, a wrong number of arguments. */
export function readBootcCommand(command: readonly string[]): ReadCommand {
  const [name, grammar] =
    Object.entries(grammars).find(([words]) => words.split(" ").every((word, i) => word === command[i])) ?? [];
  if (name === undefined || grammar === undefined) throw new Error(`no such command: ${command.join(" ")}`);
  const options: Record<string, string | true> = {};
  const rest: string[] = [];
  const words = command.slice(name.split(" ").length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!word.startsWith("-")) {
      rest.push(word);
      continue;
    }
    if (word in options) throw new Error(`${word} is given twice`);
    const value = grammar.values[word];
    if (value === undefined && !grammar.flags.includes(word)) throw new Error(`${name} has no option ${word}`);
    options[word] = value === undefined ? true : checked(word, words[++i], value);
  }
  const [argument, ...more] = rest;
  if (more.length > 0) throw new Error(`one argument is wanted, not ${rest.length}`);
  return { name, options, argument: checked("the argument", argument, grammar.positional ?? /^$/) };
}

function checked(what: string, value: string | undefined, pattern: RegExp): string {
  if (value === undefined || !pattern.test(value)) throw new Error(`${what} cannot be ${JSON.stringify(value)}`);
  return value;
}
