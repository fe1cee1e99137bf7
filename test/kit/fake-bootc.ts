// A stand-in for bootc and ostree, by their documented interface: a host that is a file, and programs that change it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

type Deployed = {
  readonly ref: string;
  readonly digest: string;
  readonly backend?: "ostree" | "composefs";
  readonly signature?: "containerPolicy";
};

export type FakeHost = {
  readonly booted: Deployed | null;
  readonly staged: Deployed | null;
  readonly readOnly?: boolean;
  /** What the tag names by the time that it is pulled. */
  readonly pulls: string;
  /** What is staged in place of what was asked for. */
  readonly stages?: Partial<Deployed>;
  /** The version of skopeo; left out: a new one. */
  readonly skopeo?: string;
  readonly status?: "garbage" | "endless" | "hangs" | "fails";
  readonly switches?: "works" | "fails" | "hangs" | "does-nothing" | "stages-and-hangs" | "stages-and-fails";
  readonly undeploys?: "fails";
};

export type FakeBootc = {
  /** For PATH: the programs, and what a shell script needs. */
  readonly path: string;
  readonly bootc: string;
  read(): FakeHost;
  change(change: Partial<FakeHost>): void;
  /** What was run, a line for each. */
  calls(): readonly string[];
};

/** `programs`: those that the host has. */
export function fakeBootc(host: FakeHost, programs: readonly string[] = ["bootc", "ostree", "skopeo"]): FakeBootc {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bootc-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "host.json");
  const calls = join(folder, "calls");
  const bin = join(folder, "bin");
  const program = fileURLToPath(new URL("fake-bootc-program.ts", import.meta.url));
  writeFileSync(file, JSON.stringify(host));
  mkdirSync(bin);
  for (const name of programs) {
    const line = `exec '${process.execPath}' '${program}' '${folder}' ${name} "$@"`;
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }
  const read = () => JSON.parse(readFileSync(file, "utf8")) as FakeHost;
  return {
    path: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
    bootc: join(bin, "bootc"),
    read,
    change: (change) => writeFileSync(file, JSON.stringify({ ...read(), ...change })),
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : []),
  };
}
