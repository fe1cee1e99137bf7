// The stand-in for a host's programs: `fake-bootc-program.ts FOLDER NAME ARGUMENT…`, with what it knows in FOLDER.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FakeHost } from "./fake-bootc.ts";

const [folder = "", name = "", ...args] = process.argv.slice(2);
const path = join(folder, "host.json");
const read = () => JSON.parse(readFileSync(path, "utf8")) as FakeHost;
const change = (change: Partial<FakeHost>) => writeFileSync(path, JSON.stringify({ ...read(), ...change }));
const host = read();

// What ostree is only asked changes nothing.
if (args.join(" ") !== "admin config-diff") appendFileSync(join(folder, "calls"), `${[name, ...args].join(" ")}\n`);

function fail(message: string): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

/** Until whoever started it is gone, or ends it. */
function hang(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 50);
}

function entry(image: FakeHost["booted"]) {
  if (image === null) return null;
  const { ref, digest, backend = "ostree", signature = null } = image;
  return {
    image: {
      image: { image: ref, transport: "registry", signature },
      version: "44.1",
      timestamp: "2026-08-19T00:00:00Z",
      imageDigest: digest,
      architecture: "amd64",
    },
    cachedUpdate: null,
    incompatible: false,
    pinned: false,
    ostree: backend === "ostree" ? { stateroot: "default", checksum: "ab", deploySerial: 0 } : null,
    composefs:
      backend === "composefs"
        ? { verity: "ab", bootType: "Bls", bootloader: "grub", bootDigest: null, missingVerityAllowed: false }
        : null,
  };
}

function status(): void {
  if (host.status === "garbage") process.stdout.write("Booted image: none of your business\n");
  else if (host.status === "endless") process.stdout.write("[".repeat(1024 * 1024));
  else if (host.status === "hangs") hang();
  else if (host.status === "fails") fail("this command requires full root privileges");
  else {
    const spec = host.staged ?? host.booted;
    const document = {
      apiVersion: "org.containers.bootc/v1",
      kind: "BootcHost",
      metadata: { name: "host" },
      spec: { image: spec === null ? null : { image: spec.ref, transport: "registry" }, bootOrder: "default" },
      status: {
        staged: entry(host.staged),
        booted: entry(host.booted),
        rollback: null,
        rollbackQueued: false,
        type: host.booted === null ? null : "bootcHost",
      },
    };
    process.stdout.write(
      `${JSON.stringify(host.readOnly ? { ...document, status: { ...document.status, readOnly: true } } : document)}\n`,
    );
  }
}

function switchTo(ref: string): void {
  const backend = host.booted?.backend;
  const isKept = args.includes("--enforce-container-sigpolicy") && backend !== "composefs";
  const staged = {
    ref,
    digest: host.pulls,
    ...(backend === undefined ? {} : { backend }),
    ...(isKept ? { signature: "containerPolicy" as const } : {}),
    ...host.stages,
  };
  if (host.switches === "fails") fail("Pulling: Creating importer: failed to invoke method OpenImage: denied");
  if (host.switches === "hangs") {
    hang();
    return;
  }
  if (host.switches === "does-nothing") {
    process.stdout.write("Image specification is unchanged.\n");
    return;
  }
  change({ staged });
  process.stdout.write(`Queued for next boot: ${ref}\n  Digest: ${host.pulls}\n`);
  if (host.switches === "stages-and-hangs") hang();
  if (host.switches === "stages-and-fails") fail("Pruning images: No space left on device");
}

const said = args.filter((arg) => arg !== "--enforce-container-sigpolicy").join(" ");
if (name === "bootc" && said === "status --format=json") status();
else if (name === "bootc" && said === "--version") process.stdout.write("bootc 1.16.9\n");
else if (name === "skopeo" && said === "--version") process.stdout.write(`skopeo version ${host.skopeo ?? "1.22.2"}\n`);
else if (name === "bootc" && /^switch [^-]\S+$/.test(said)) switchTo(args.at(-1) ?? "");
else if (name === "ostree" && said === "admin undeploy 0") {
  if (host.undeploys === "fails") fail("Remounting /sysroot read-write: Operation not permitted");
  if (host.staged === null) fail("Cannot undeploy currently booted deployment");
  change({ staged: null });
} else fail(`unrecognized: ${name} ${args.join(" ")}`);
