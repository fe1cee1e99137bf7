// signalbox completion: what a shell needs to complete commands and options, made from the commands themselves.
import { Argument, Command } from "commander";
import { type CommandContext, withExamples, works } from "../command-context.ts";
import { exitCode } from "../exit-codes.ts";

type Shell = "bash" | "zsh" | "fish";

/** One command with the words that can follow it. */
type Entry = {
  /** Words after `signalbox`: [] for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly { readonly flag: string; readonly takesValue: boolean; readonly description: string }[];
  /** Fixed words that an argument can be. */
  readonly choices: readonly string[];
};

export function completionCommand(context: CommandContext): Command {
  const command = new Command("completion")
    .summary("print a completion script for a shell")
    .description("Prints a script that teaches a shell to complete the commands and options of signalbox.")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]));
  withExamples(command, [
    ["completion bash >> ~/.bash_completion", "for bash"],
    ['completion zsh > "$fpath[1]/_signalbox"', "for zsh"],
    ["completion fish > ~/.config/fish/completions/signalbox.fish", "for fish"],
  ]);
  return works(command, context, async (shell: Shell) => {
    context.stdout.write(completionScript(shell, command.parent ?? command));
    return exitCode.done;
  });
}

export function completionScript(shell: Shell, program: Command): string {
  const entries = entriesOf(program, []);
  switch (shell) {
    case "bash":
      return bashScript(entries);
    case "zsh":
      return zshScript(entries);
    case "fish":
      return fishScript(entries);
  }
}

function entriesOf(command: Command, path: readonly string[]): Entry[] {
  const helper = command.createHelp();
  const commands = helper.visibleCommands(command).filter((each) => each.name() !== "help");
  const entry: Entry = {
    path,
    commands: commands.map((each) => ({ name: each.name(), summary: each.summary() })),
    options: helper.visibleOptions(command).map((option) => ({
      flag: option.long ?? option.short ?? "",
      takesValue: option.required || option.optional,
      description: option.description,
    })),
    choices: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  };
  return [entry, ...commands.flatMap((each) => entriesOf(each, [...path, each.name()]))];
}

const wordsOf = (entry: Entry) => [...entry.commands.map(({ name }) => name), ...entry.choices];

function bashScript(entries: readonly Entry[]): string {
  const cases = entries.map(
    (entry) =>
      `    ${JSON.stringify(entry.path.join(" "))}) words=${JSON.stringify(wordsOf(entry).join(" "))}; options=${JSON.stringify(entry.options.map(({ flag }) => flag).join(" "))} ;;`,
  );
  const names = JSON.stringify(` ${entries.map((entry) => entry.path.join(" ")).join(" | ")} `);
  return `# bash completion of signalbox; written by: signalbox completion bash
_signalbox() {
  local current=\${COMP_WORDS[COMP_CWORD]} path="" next="" word words="" options=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next=\${path:+$path }$word
    [[ ${names} == *" $next "* ]] && path=$next
  done
  case $path in
${cases.join("\n")}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o default
    COMPREPLY=()
  fi
}
complete -F _signalbox signalbox
`;
}

function zshScript(entries: readonly Entry[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const describe = (name: string, text: string) => quote(`${name.replaceAll(":", "\\:")}:${text.split("\n")[0]}`);
  const cases = entries.map((entry) => {
    const words = [
      ...entry.commands.map(({ name, summary }) => describe(name, summary)),
      ...entry.choices.map((choice) => describe(choice, "")),
    ];
    const options = entry.options.map(({ flag, description }) => describe(flag, description));
    return `    ${quote(entry.path.join(" "))}) words=(${words.join(" ")}); options=(${options.join(" ")}) ;;`;
  });
  const names = quote(` ${entries.map((entry) => entry.path.join(" ")).join(" | ")} `);
  return `#compdef signalbox
# zsh completion of signalbox; written by: signalbox completion zsh
_signalbox() {
  local known=${names} at="" next="" word
  local -a words options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    [[ $known == *" $next "* ]] && at=$next
  done
  local current=\${words[CURRENT]}
  words=() options=()
  case $at in
${cases.join("\n")}
  esac
  if [[ $current == -* ]]; then
    _describe option options
  elif (( \${#words} )); then
    _describe command words
  else
    _files
  fi
}
compdef _signalbox signalbox
`;
}

function fishScript(entries: readonly Entry[]): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap((entry) => {
    const inside = entry.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const below = entry.commands.map(({ name }) => name).join(" ");
    const here = below === "" ? inside : [...inside, `not __fish_seen_subcommand_from ${below}`];
    const when = here.length === 0 ? "" : ` -n ${quote(here.join("; and "))}`;
    return [
      ...entry.commands.map(({ name, summary }) => `complete -c signalbox${when} -f -a ${name} -d ${quote(summary)}`),
      ...entry.choices.map((choice) => `complete -c signalbox${when} -f -a ${choice}`),
      ...entry.options
        .filter(({ flag }) => flag.startsWith("--"))
        .map(
          ({ flag, takesValue, description }) =>
            `complete -c signalbox${when} -l ${flag.slice(2)}${takesValue ? " -r" : ""} -d ${quote(description.split("\n")[0] ?? "")}`,
        ),
    ];
  });
  return `# fish completion of signalbox; written by: signalbox completion fish\n${lines.join("\n")}\n`;
}
