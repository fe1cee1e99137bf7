// A TUF repository, served on loopback: its metadata is made by hand after the specification, right or wrong as a test asks.
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { canonicalJson } from "../../policies/words/canonical-json.ts";
import { type FakeServer, startFake } from "./registries/fake-server.ts";

type Role = "root" | "timestamp" | "snapshot" | "targets";
const roles: readonly Role[] = ["root", "timestamp", "snapshot", "targets"];

type RoleKey = { readonly id: string; readonly key: object; readonly private: KeyObject };

export type TufRepository = {
  readonly fake: FakeServer;
  /** TUF's first root, by which a client begins. */
  readonly anchor: string;
  readonly url: string;
  /** What is served, by path; a test may put anything in its place. */
  readonly files: Map<string, Buffer>;
  /** Publishes a target under new metadata. `expires`: of the timestamp. */
  publish(target: Uint8Array, change?: { readonly expires?: string; readonly signedBy?: TufRepository }): void;
  /** Publishes TUF's next root, with new keys for everything but itself. */
  rotate(): void;
  /** What is served now, to be served again later. */
  saved(): ReadonlyMap<string, Buffer>;
  /** The key of a role, for others to sign with. */
  readonly keys: Record<Role, RoleKey>;
};

const far = "2100-01-01T00:00:00Z";

export async function startTufRepository(): Promise<TufRepository> {
  const files = new Map<string, Buffer>();
  const fake = await startFake((request, response) => {
    const body = files.get((request.url ?? "").slice(1));
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  const keys = Object.fromEntries(roles.map((role) => [role, makeKey()])) as Record<Role, RoleKey>;
  let rootVersion = 1;
  let version = 0;

  const root = (): object => ({
    _type: "root",
    spec_version: "1.0.31",
    version: rootVersion,
    expires: far,
    consistent_snapshot: true,
    keys: Object.fromEntries(Object.values(keys).map(({ id, key }) => [id, key])),
    roles: Object.fromEntries(roles.map((role) => [role, { keyids: [keys[role].id], threshold: 1 }])),
  });
  const anchor = signed(root(), keys.root).toString();
  files.set("1.root.json", Buffer.from(anchor));

  return {
    fake,
    anchor,
    url: fake.url,
    files,
    keys,
    saved: () => new Map(files),
    publish(target, { expires = far, signedBy } = {}) {
      version++;
      const by = signedBy?.keys ?? keys;
      const sha256 = createHash("sha256").update(target).digest("hex");
      const common = { spec_version: "1.0.31", version };
      const targets = { "trusted_root.json": { length: target.length, hashes: { sha256 } } };
      files.set(`targets/${sha256}.trusted_root.json`, Buffer.from(target));
      files.set(`${version}.targets.json`, signed({ _type: "targets", ...common, expires: far, targets }, by.targets));
      const meta = { "targets.json": { version } };
      files.set(`${version}.snapshot.json`, signed({ _type: "snapshot", ...common, expires: far, meta }, by.snapshot));
      const stamp = { _type: "timestamp", ...common, expires, meta: { "snapshot.json": { version } } };
      files.set("timestamp.json", signed(stamp, by.timestamp));
    },
    rotate() {
      rootVersion++;
      for (const role of roles) if (role !== "root") keys[role] = makeKey();
      files.set(`${rootVersion}.root.json`, signed(root(), keys.root));
    },
  };
}

function makeKey(): RoleKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ type: "spki", format: "der" });
  const key = { keytype: "ed25519", scheme: "ed25519", keyval: { public: spki.subarray(-32).toString("hex") } };
  return { id: createHash("sha256").update(canonicalJson(key)).digest("hex"), key, private: privateKey };
}

/** Canonical JSON of TUF and RFC 8785 agree on plain ASCII and whole numbers. */
function signed(part: object, { id, private: key }: RoleKey): Buffer {
  const sig = sign(null, Buffer.from(canonicalJson(part)), key).toString("hex");
  return Buffer.from(JSON.stringify({ signatures: [{ keyid: id, sig }], signed: part }));
}
