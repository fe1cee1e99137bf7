// Starts the command line under Node.js 24 or newer, or says in one line what is missing. Plain JavaScript, so that an
// old Node.js can read it as far as that line.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as modules from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const needed = 24;
const beside = (path) => fileURLToPath(new URL(path, import.meta.url));

// A checkout runs the sources as they are; the published package has only what was compiled from them.
const cli = existsSync(beside("cli.ts")) ? "./cli.ts" : "../dist/bin/cli.js";
const isCheckout = cli.endsWith(".ts");
const bundled = beside("../node_modules/node/bin/node");

if (Number.parseInt(process.versions.node, 10) >= needed) {
  // Node.js parses a package's package.json again for each ES module of it, and drizzle-orm's has 180 kB: 4 ms, seventy
  // times over, and 80 MB of garbage. As CommonJS it is parsed once.
  modules.registerHooks({
    resolve: (specifier, context, next) =>
      /^drizzle-orm($|\/)/.test(specifier) && context.conditions.includes("import")
        ? next(specifier, {
            ...context,
            conditions: context.conditions.map((each) => (each === "import" ? "require" : each)),
          })
        : next(specifier, context),
  });
  // Sources are turned into JavaScript once, not at each start. The cache lies where only the owner of the checkout writes.
  if (isCheckout) modules.enableCompileCache(beside("../node_modules/.cache/signalbox"));
  await import(cli);
} else if (existsSync(bundled) && process.execPath !== bundled) {
  // Only `node bin/signalbox` under an old Node.js comes here; bin/signalbox itself starts the right one.
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
} else {
  const found = `this is ${process.version} (${process.execPath})`;
  process.stderr.write(
    `signalbox: Node.js ${needed} or newer is needed, ${found}: run \`npm ci\` in a checkout, or install it\n`,
  );
  process.exitCode = 2;
}
