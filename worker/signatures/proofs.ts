// Proofs beside a signature, under one trust root: log entries and timestamps, each for itself, and the times they prove.
import type { FindingReason, LogEntryFinding, ProvenTime } from "../../policies/trust/finding.ts";
import { checkLogBody, type LogBody, type Verifier } from "./log-body.ts";
import { checkLogProof, type LogProof } from "./log-proof.ts";
import type { SignedMaterial } from "./material.ts";
import { type CheckedTimestamp, checkTimestamp } from "./timestamp.ts";
import type { TrustRoot } from "./trust-root.ts";

type CheckedEntry = { readonly finding: LogEntryFinding; readonly proof: LogProof; readonly body: LogBody };

export type Proofs = {
  readonly root: TrustRoot | null;
  readonly entries: readonly CheckedEntry[];
  readonly timestamps: readonly CheckedTimestamp[];
  readonly times: readonly ProvenTime[];
  /** Keys and certificates in entries that are proven and speak of this signature. */
  readonly verifiers: readonly Verifier[];
  /** What does not hold of what is there. */
  readonly failures: readonly FindingReason[];
  /** What is of a log or authority that the root does not have. */
  readonly unknowns: readonly FindingReason[];
  /** Whether the root knows any log or authority here: of two roots, the one that does is the one that is meant. */
  readonly isKnown: boolean;
};

/** `root` null: there is none, and every proof is unknown. */
export function checkProofs(material: SignedMaterial, root: TrustRoot | null): Proofs {
  const timestamps: readonly CheckedTimestamp[] = material.timestamps.map((timestamp) =>
    root === null ? { outcome: "unknown" } : checkTimestamp(timestamp, material.stamped, root.material),
  );
  const stampedAt = timestamps.flatMap((timestamp) => (timestamp.outcome === "holds" ? [timestamp.atMs] : []));
  const entries = material.entries.map((entry): CheckedEntry => {
    const { kind, version } = entry.kindVersion;
    const proof = checkLogProof(entry, root?.material.tlogs ?? [], stampedAt);
    const body = checkLogBody(kind, version, entry.canonicalizedBody, {
      signature: material.signature,
      signed: material.signed,
      envelope: material.content.type === "envelope" ? material.content : null,
    });
    const logId = entry.logId.keyId.toString("hex");
    const { logIndex, integratedAtMs, promise, inclusion } = proof;
    const log = proof.logs[0]?.baseURL ?? null;
    return {
      finding: { kind, version, logId, log, logIndex, integratedAtMs, promise, inclusion, body: body.outcome },
      proof,
      body,
    };
  });
  return {
    root,
    entries,
    timestamps,
    times: timesOf(entries, timestamps),
    verifiers: entries.filter(isProven).flatMap(({ body }) => (body.outcome === "holds" ? body.verifiers : [])),
    failures: failuresOf(entries, timestamps),
    unknowns: unknownsOf(entries, timestamps),
    isKnown:
      entries.some(({ proof }) => proof.logs.length > 0) || timestamps.some(({ outcome }) => outcome !== "unknown"),
  };
}

/** A promise and an inclusion proof that contradict each other prove nothing; nor does an entry of something else. */
function isProven({ proof: { promise, inclusion }, body }: CheckedEntry): boolean {
  const holds = promise === "holds" || inclusion === "holds";
  return holds && promise !== "fails" && inclusion !== "fails" && body.outcome === "holds";
}

function timesOf(entries: readonly CheckedEntry[], timestamps: readonly CheckedTimestamp[]): readonly ProvenTime[] {
  return [
    ...entries
      .filter(isProven)
      .flatMap(({ finding }): readonly ProvenTime[] =>
        finding.integratedAtMs === null
          ? []
          : [{ from: "log", atMs: finding.integratedAtMs, authority: finding.log ?? finding.logId }],
      ),
    ...timestamps.flatMap((timestamp): readonly ProvenTime[] =>
      timestamp.outcome === "holds"
        ? [{ from: "timestamp", atMs: timestamp.atMs, authority: timestamp.authority }]
        : [],
    ),
  ];
}

function failuresOf(
  entries: readonly CheckedEntry[],
  timestamps: readonly CheckedTimestamp[],
): readonly FindingReason[] {
  const reasons: FindingReason[] = [];
  if (timestamps.some(({ outcome }) => outcome === "fails")) {
    reasons.push({ code: "TSA", message: "a timestamp does not hold, or is of another signature" });
  }
  for (const { proof, body } of entries.filter((entry) => entry.proof.logs.length > 0)) {
    if (proof.promise === "fails") reasons.push({ code: "TLOG_SET", message: "the log did not promise this entry" });
    if (proof.inclusion === "fails") {
      reasons.push({ code: "TLOG_PROOF", message: "the entry is not proven to be in the log" });
    }
    if (proof.promise === "absent" && proof.inclusion === "absent") {
      reasons.push({ code: "TLOG_PROOF", message: "nothing proves that the entry is in the log" });
    }
    if (body.outcome === "fails") reasons.push({ code: "TLOG_BODY", message: body.reason });
    if (body.outcome === "unsupported")
      reasons.push({ code: "ALG_UNSUPPORTED", message: `not supported: ${body.reason}` });
  }
  return reasons;
}

/** A proof that is there must hold: else one changed byte, of a log's id, would take a time away unseen. */
function unknownsOf(
  entries: readonly CheckedEntry[],
  timestamps: readonly CheckedTimestamp[],
): readonly FindingReason[] {
  const reasons: FindingReason[] = [];
  if (timestamps.some(({ outcome }) => outcome === "unknown")) {
    reasons.push({ code: "TSA", message: "the timestamp is by an authority that the root does not have" });
  }
  const strange = entries.filter(({ proof }) => proof.logs.length === 0);
  if (strange.length > 0) {
    const code = strange.some(({ proof }) => proof.promise === "unknown") ? "TLOG_SET" : "TLOG_PROOF";
    reasons.push({ code, message: "the log entry is of a log that the root does not have" });
  }
  return reasons;
}
