// Host folders for these tests: a root in a temporary folder, with files as a host has them, that goes with the test.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export type HostFolder = {
  readonly path: string;
  write(hostPath: string, content: string | Uint8Array, mode?: number): void;
  /** Every file under /etc: its mode and its bytes. */
  snapshot(): Readonly<Record<string, string>>;
  /** Everything else that is there. */
  others(): readonly string[];
};

export function hostFolder(files: Readonly<Record<string, string>> = {}): HostFolder {
  const path = mkdtempSync(join(tmpdir(), "signalbox-host-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const all = () =>
    readdirSync(path, { recursive: true, encoding: "utf8" })
      .map((name) => `/${name}`)
      .filter((name) => !statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory())
      .sort();
  const folder: HostFolder = {
    path,
    write(hostPath, content, mode = 0o644) {
      mkdirSync(dirname(join(path, hostPath)), { recursive: true });
      writeFileSync(join(path, hostPath), content);
      chmodSync(join(path, hostPath), mode);
    },
    snapshot: () =>
      Object.fromEntries(
        all()
          .filter((name) => name.startsWith("/etc/"))
          .map((name) => {
            const mode = (statSync(join(path, name)).mode & 0o7777).toString(8);
            return [name, `${mode} ${readFileSync(join(path, name), "base64")}`];
          }),
      ),
    others: () => all().filter((name) => !name.startsWith("/etc/")),
  };
  for (const [hostPath, content] of Object.entries(files)) folder.write(hostPath, content);
  return folder;
}
