// Believed provenance: whose word counts for how a manifest was built, and for when.
import { expect, test } from "vitest";
import { believedProvenance, finishTimes } from "../../../../policies/trust/believed-provenance.ts";
import type { SignedClaims } from "../../../../policies/trust/finding.ts";
import { attestation, found, keySigner, now, provenancePredicate, repository, world } from "./trust-builders.ts";

const says = (finishedAt: string | null, subjectMatches = true): SignedClaims => ({
  type: "statement",
  statementType: "https://in-toto.io/Statement/v1",
  predicateType: provenancePredicate,
  subjects: [],
  subjectMatches,
  provenance: { builder: null, buildType: null, sources: [], startedAt: null, finishedAt },
});
const by = (name: string, finishedAt: string | null, change: Parameters<typeof attestation>[1] = {}) =>
  found(attestation(name, { claims: says(finishedAt), ...change }));
const broken = { valid: false, reasons: [{ code: "TLOG_SET" as const, message: "it does not hold" }] };
const rules = world().rulesFor(repository);
const [early, late] = ["2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z"];
const ms = (text: string) => Date.parse(text);

test("a build that was made again ended at each of its times", () => {
  const evidence = [by("alice", late), by("alice", early), by("mallory", "2026-01-01T00:00:00Z"), by("alice", null)];
  expect(finishTimes(evidence, rules, now)).toEqual({ firstMs: ms(early), lastMs: ms(late) });
});

test.each([
  { title: "a stranger's word", evidence: by("mallory", early) },
  { title: "a statement about another image", evidence: by("alice", early, { claims: says(early, false) }) },
  { title: "a signature that does not hold", evidence: by("alice", early, broken) },
  { title: "a provenance without the time", evidence: by("alice", null) },
  { title: "a time that is none", evidence: by("alice", "yesterday") },
])("$title tells no time", ({ evidence }) => {
  expect(finishTimes([evidence], rules, now)).toBeNull();
});

test("where no policy speaks, a stranger may name the base, and calls no build older", () => {
  const nobody = world({ trust: [] }).rulesFor(repository);
  const evidence = by("mallory", early, { signer: keySigner("mallory", "log") });
  expect(believedProvenance(evidence, nobody, now)).not.toBeNull();
  expect(finishTimes([evidence], nobody, now)).toBeNull();
});
