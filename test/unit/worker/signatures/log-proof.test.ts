// Proofs of log entries: promises, checkpoints and Merkle trees of any size.

import { createHash } from "node:crypto";
import type { TransparencyLogEntry } from "@sigstore/bundle";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCheckpoint } from "../../../../worker/signatures/checkpoint.ts";
import { checkLogProof } from "../../../../worker/signatures/log-proof.ts";
import { leadsToRoot } from "../../../../worker/signatures/merkle-proof.ts";
import type { TransparencyLog } from "../../../../worker/signatures/trust-root.ts";
import { dayMs, makeAuthority, signedAtMs } from "../../../kit/signing/authority.ts";
import { signBytes, signingKey } from "../../../kit/signing/keys.ts";
import { proofOf, rootOf } from "../../../kit/signing/merkle-tree.ts";
import { checkpoint, type EntryJson, entryV1, entryV2, type Log, promisedEntry } from "../../../kit/signing/rekor.ts";

const kit = makeAuthority();
const known = ({ host, key, logId }: Log, start = 0, end = signedAtMs + dayMs): TransparencyLog => ({
  baseURL: `https://${host}`,
  logID: logId,
  publicKey: key.publicKey,
  validFor: { start: new Date(start), end: new Date(end) },
});
const logs = [known(kit.rekor1), known(kit.rekor2)];

const entryOf = (json: EntryJson): TransparencyLogEntry => ({
  logIndex: json.logIndex,
  logId: { keyId: Buffer.from(json.logId.keyId, "base64") },
  kindVersion: json.kindVersion,
  integratedTime: json.integratedTime ?? "0",
  inclusionPromise:
    json.inclusionPromise === undefined
      ? undefined
      : { signedEntryTimestamp: Buffer.from(json.inclusionPromise.signedEntryTimestamp, "base64") },
  inclusionProof:
    json.inclusionProof === undefined
      ? undefined
      : {
          ...json.inclusionProof,
          rootHash: Buffer.from(json.inclusionProof.rootHash, "base64"),
          hashes: json.inclusionProof.hashes.map((hash) => Buffer.from(hash, "base64")),
        },
  canonicalizedBody: Buffer.from(json.canonicalizedBody, "base64"),
});

const body = { apiVersion: "0.0.1", kind: "hashedrekord", spec: {} };
const check = (json: EntryJson, given = logs, stampedAtMs: readonly number[] = []) => {
  const { promise, inclusion, integratedAtMs, logIndex } = checkLogProof(entryOf(json), given, stampedAtMs);
  return { promise, inclusion, integratedAtMs, logIndex };
};

describe("a Merkle proof", () => {
  test("leads to the root for every leaf of a tree of any size, and with any change to none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, which, change) => {
        const leaves = Array.from({ length: size }, (_, at) => Buffer.from(`leaf ${at}`));
        const index = which % size;
        const leaf = leaves[index] ?? Buffer.alloc(0);
        const root = rootOf(leaves);
        const proof = proofOf(leaves, index);
        const [at, all] = [BigInt(index), BigInt(size)];
        expect(leadsToRoot(leaf, at, all, proof, root)).toBe(true);
        expect(leadsToRoot(Buffer.from("other"), at, all, proof, root)).toBe(false);
        expect(leadsToRoot(leaf, at, all, [...proof, root], root)).toBe(false);
        expect(leadsToRoot(leaf, all, all, proof, root)).toBe(false);
        expect(leadsToRoot(leaf, -1n, all, proof, root)).toBe(false);
        if (proof.length > 0) {
          expect(leadsToRoot(leaf, at, all, proof.slice(1), root)).toBe(false);
          const bent = proof.map((hash, place) => (place === change % proof.length ? Buffer.alloc(32) : hash));
          expect(leadsToRoot(leaf, at, all, bent, root)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  // RFC 9162, 2.1.3.2, step 4: a log could claim a tree of one leaf whose root is of two.
  test("does not lead beyond the top of the tree", () => {
    const leaf = Buffer.from("leaf");
    const other = Buffer.alloc(32, 7);
    const root = createHash("sha256")
      .update(Buffer.concat([Buffer.from([1]), other, rootOf([leaf])]))
      .digest();
    expect(leadsToRoot(leaf, 0n, 1n, [other], root)).toBe(false);
    expect(leadsToRoot(leaf, 1n, 2n, [other], root)).toBe(true);
  });

  test("does not lead from another place in the tree", () => {
    const leaves = Array.from({ length: 9 }, (_, at) => Buffer.from(`leaf ${at}`));
    const [leaf = Buffer.alloc(0)] = leaves.slice(4);
    for (let index = 0n; index < 9n; index++) {
      expect(leadsToRoot(leaf, index, 9n, proofOf(leaves, 4), rootOf(leaves))).toBe(index === 4n);
    }
  });
});

describe("a checkpoint", () => {
  const root = Buffer.alloc(32, 7);
  const note = checkpoint(kit.rekor1, "an origin", 9, root);
  const log = known(kit.rekor1);
  const signed = (text: string) => {
    const signature = Buffer.concat([kit.rekor1.logId.subarray(0, 4), signBytes(kit.rekor1.key, Buffer.from(text))]);
    return `${text}\n\u2014 ${kit.rekor1.host} ${signature.toString("base64")}\n`;
  };

  test("is read where the log signed it, among witnesses' signatures too", () => {
    const witness = `\u2014 witness.example ${Buffer.alloc(80, 1).toString("base64")}\n`;
    const [text = "", lines = ""] = note.split("\n\n");
    for (const given of [note, `${note}${witness}`, `${text}\n\n${witness}${lines}`]) {
      expect(readCheckpoint(given, log)).toEqual({ origin: "an origin", size: 9n, rootHash: root });
    }
  });

  test.each([["https://rekor.kit.example/"], ["rekor.kit.example"], ["https://rekor.kit.example/with/a/path"]])(
    "names its log as the root does (%s)",
    (baseURL) => {
      expect(readCheckpoint(note, { ...log, baseURL }).size).toBe(9n);
    },
  );

  test.each([
    ["another log's name", note.replace(`\u2014 ${kit.rekor1.host}`, "\u2014 rekor.kit.example.evil")],
    ["a part of the log's name", note.replace(`\u2014 ${kit.rekor1.host}`, "\u2014 rekor.kit")],
    ["another key's hint", note.replace(/(\u2014 \S+ )..../u, "$1AAAA")],
    ["no signature", `${note.split("\n\n")[0]}\n\n`],
    ["no end of the text", note.replace("\n\n", "\n")],
    ["another size", note.replace("\n9\n", "\n8\n")],
    ["a signature line that is none", `${note.split("\n\n")[0]}\n\nhello\n`],
    ["a signature that is too short", `${note.split("\n\n")[0]}\n\n\u2014 ${kit.rekor1.host} AAAA\n`],
    ["no origin", signed(`\n9\n${root.toString("base64")}\n`)],
    ["a size that is no number", signed(`origin\n0x9\n${root.toString("base64")}\n`)],
    ["a size with a zero too many", signed(`origin\n09\n${root.toString("base64")}\n`)],
    ["no root hash", signed("origin\n9\n")],
    ["a root hash of another length", signed(`origin\n9\n${Buffer.alloc(20).toString("base64")}\n`)],
    ["a thousand signatures", `${note}${"\u2014 a AAAAAAAA\n".repeat(1000)}`],
  ])("is refused with %s", (_, text) => {
    expect(() => readCheckpoint(text, log)).toThrow("checkpoint");
  });
});

describe("a log entry", () => {
  const time = { atMs: signedAtMs };

  test("is proven by promise, by proof, or by both", () => {
    const promised = { promise: "holds", integratedAtMs: signedAtMs, logIndex: 20_000_000 };
    expect(check(promisedEntry(kit.rekor1, body, time))).toEqual({ ...promised, inclusion: "absent" });
    expect(check(entryV1(kit.rekor1, body, time))).toEqual({ ...promised, inclusion: "holds" });
    expect(check(entryV2(kit.rekor2, body))).toEqual({
      promise: "absent",
      inclusion: "holds",
      integratedAtMs: null,
      logIndex: 5,
    });
  });

  test("without a promise says no time, though one stands in it", () => {
    const { inclusionPromise: _, ...entry } = entryV1(kit.rekor1, body, time);
    expect(check(entry)).toMatchObject({ inclusion: "holds", integratedAtMs: null, logIndex: 5 });
  });

  test("of a log that nobody knows is unknown, and says nothing", () => {
    expect(check(entryV1(kit.rekor1, body, time), [known(kit.rekor2)])).toEqual({
      promise: "unknown",
      inclusion: "unknown",
      integratedAtMs: null,
      logIndex: null,
    });
  });

  test("of another key with the same id fails", () => {
    const impostor = { ...known(kit.rekor1), publicKey: signingKey("impostor").publicKey };
    expect(check(entryV1(kit.rekor1, body, time), [impostor])).toMatchObject({ promise: "fails", inclusion: "fails" });
  });

  test.each<[string, (entry: EntryJson) => void]>([
    [
      "index",
      (entry) => {
        entry.logIndex = "7";
      },
    ],
    [
      "time",
      (entry) => {
        entry.integratedTime = "1";
      },
    ],
    [
      "negative index",
      (entry) => {
        entry.logIndex = "-1";
      },
    ],
    [
      "index that is no number",
      (entry) => {
        entry.logIndex = "0x10";
      },
    ],
    [
      "index that no number holds",
      (entry) => {
        entry.logIndex = "9007199254740993";
      },
    ],
    [
      "body",
      (entry) => {
        entry.canonicalizedBody = Buffer.from("{}").toString("base64");
      },
    ],
  ])("of a promise with another %s fails", (_, change) => {
    const entry = promisedEntry(kit.rekor1, body, time);
    change(entry);
    expect(check(entry)).toMatchObject({ promise: "fails", integratedAtMs: null, logIndex: null });
  });

  test.each<[string, (proof: NonNullable<EntryJson["inclusionProof"]>) => void]>([
    [
      "index",
      (proof) => {
        proof.logIndex = "4";
      },
    ],
    [
      "negative index",
      (proof) => {
        proof.logIndex = "-5";
      },
    ],
    [
      "hash",
      (proof) => {
        proof.hashes[0] = Buffer.alloc(32).toString("base64");
      },
    ],
    [
      "checkpoint",
      (proof) => {
        proof.checkpoint.envelope = checkpoint(kit.rekor1, "o", 9, Buffer.alloc(32));
      },
    ],
    [
      "checkpoint that is none",
      (proof) => {
        proof.checkpoint.envelope = "";
      },
    ],
  ])("of a proof with another %s fails, and the promise beside it holds", (_, change) => {
    const entry = entryV1(kit.rekor1, body, time);
    if (entry.inclusionProof !== undefined) change(entry.inclusionProof);
    expect(check(entry)).toMatchObject({ promise: "holds", inclusion: "fails" });
  });

  test("is of a log whose key was in use at its time, to the last moment", () => {
    const entry = promisedEntry(kit.rekor1, body, time);
    expect(check(entry, [known(kit.rekor1, signedAtMs, signedAtMs)]).promise).toBe("holds");
    expect(check(entry, [known(kit.rekor1, signedAtMs + 1)]).promise).toBe("fails");
    expect(check(entry, [known(kit.rekor1, 0, signedAtMs - 1)]).promise).toBe("fails");
  });

  test("of a log with two keys may be by either", () => {
    const impostor = { ...known(kit.rekor1), publicKey: signingKey("impostor").publicKey };
    expect(check(entryV1(kit.rekor1, body, time), [impostor, known(kit.rekor1)])).toMatchObject({ promise: "holds" });
  });

  test("with a timestamp is of a log whose key was in use then", () => {
    const entry = entryV2(kit.rekor2, body);
    const ended = [known(kit.rekor2, 0, signedAtMs)];
    expect(check(entry, ended, [signedAtMs]).inclusion).toBe("holds");
    expect(check(entry, ended, [signedAtMs + 1]).inclusion).toBe("fails");
    expect(check(entry, ended, [signedAtMs, signedAtMs + 1]).inclusion).toBe("fails");
  });
});
