// Shell words: one argument, written so that a shell sees exactly that word.

const plain = /^[\w@%+=:,./-]+$/;

/** POSIX: nothing is special between single quotes, and nothing can stand there but them. */
export function shellWord(argument: string): string {
  return plain.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

export function shellLine(command: readonly string[]): string {
  return command.map(shellWord).join(" ");
}
