// This machine, in the words that images use.

/** OCI's name of the architecture. */
export function architectureHere(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
