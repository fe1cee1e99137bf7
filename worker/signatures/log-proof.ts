// Proofs of a transparency log entry: the promise (SET) of Rekor v1, and the inclusion proof of both.
import { verify } from "node:crypto";
import type { TransparencyLogEntry } from "@sigstore/bundle";
import type { ProofState } from "../../policies/trust/finding.ts";
import { canonicalJson } from "../../policies/words/canonical-json.ts";
import { hashOf, readCheckpoint } from "./checkpoint.ts";
import { leadsToRoot } from "./merkle-proof.ts";
import { SignatureError } from "./signature-error.ts";
import type { TransparencyLog } from "./trust-root.ts";

export type LogProof = {
  /** The logs of the root with this entry's id; a log whose key was renewed is several. */
  readonly logs: readonly TransparencyLog[];
  readonly promise: ProofState;
  readonly inclusion: ProofState;
  readonly integratedAtMs: number | null;
  readonly logIndex: number | null;
};

/**
 * What the log's own keys say. sigstore-js proves entries too, but answers for a whole bundle alone, and refuses
 * entries of intoto 0.0.1, which most older attestations have.
 */
export function checkLogProof(
  entry: TransparencyLogEntry,
  known: readonly TransparencyLog[],
  stampedAtMs: readonly number[],
): LogProof {
  const logs = known.filter((log) => log.logID.equals(entry.logId.keyId));
  const promise = stateOf(entry.inclusionPromise, logs, () => promiseHolds(entry, logs));
  // A checkpoint says no time. Where an authority says when the signature was made, the log's key must have been in
  // use then: one that leaked after its end could sign a tree of anything.
  const inUse = logs.filter((log) => stampedAtMs.every((time) => isOpen(log, time)));
  const inclusion = stateOf(entry.inclusionProof, logs, () => inclusionHolds(entry, inUse));
  const promised = promise === "holds";
  const index = promised ? entry.logIndex : inclusion === "holds" ? (entry.inclusionProof?.logIndex ?? "") : "";
  return {
    logs,
    promise,
    inclusion,
    integratedAtMs: promised ? Number(entry.integratedTime) * 1000 : null,
    logIndex: index === "" ? null : Number(index),
  };
}

function stateOf(proof: object | undefined, logs: readonly TransparencyLog[], holds: () => boolean): ProofState {
  if (proof === undefined) return "absent";
  if (logs.length === 0) return "unknown";
  try {
    return holds() ? "holds" : "fails";
  } catch {
    return "fails";
  }
}

/** An int64 of protobuf's JSON, which is a string: never negative here, and exact as a number. */
function count(text: string, what: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value))
    throw new SignatureError("MALFORMED", `${what} is no count`);
  return value;
}

function promiseHolds(entry: TransparencyLogEntry, logs: readonly TransparencyLog[]): boolean {
  const integratedTime = count(entry.integratedTime, "integratedTime");
  const promised = Buffer.from(
    canonicalJson({
      body: entry.canonicalizedBody.toString("base64"),
      integratedTime,
      logIndex: count(entry.logIndex, "logIndex"),
      logID: entry.logId.keyId.toString("hex"),
    }),
  );
  const signature = entry.inclusionPromise?.signedEntryTimestamp ?? Buffer.alloc(0);
  return logs.some(
    (log) => isOpen(log, integratedTime * 1000) && verify(hashOf(log), promised, log.publicKey, signature),
  );
}

function inclusionHolds(entry: TransparencyLogEntry, logs: readonly TransparencyLog[]): boolean {
  const proof = entry.inclusionProof;
  const note = proof?.checkpoint?.envelope;
  if (proof === undefined || note === undefined) return false;
  const index = BigInt(count(proof.logIndex, "the proof's logIndex"));
  return logs.some((log) => {
    const { size, rootHash } = readCheckpoint(note, log);
    return leadsToRoot(entry.canonicalizedBody, index, size, proof.hashes, rootHash);
  });
}

/** Whether the log's key was in use at this moment: a key that leaked later could promise any time. */
function isOpen({ validFor }: TransparencyLog, atMs: number): boolean {
  return validFor.start.getTime() <= atMs && atMs <= validFor.end.getTime();
}
