// Exceptions: answers of real programs that no verdict of ours is compared with, each with its reason.
import { checksPolicy } from "../../kit/judges/compare.ts";
import type { Answer } from "../../kit/judges/judge.ts";

export type Exception = {
  readonly why: string;
  /** Where it is decided. */
  readonly source: string;
  readonly applies: (answer: Answer) => boolean;
};

/** No policy speaks for these rows' repositories: a host that has another policy's files asks nothing of them. */
const unspokenFor = ["scope-part-of-segment", "scope-longer-segment", "scope-elsewhere"];

/** Of the plan: the consumer's verdict is the plan's, or speaks of versions that the contract does not. */
export const planExceptions: readonly Exception[] = [
  {
    why: "no policy speaks for the repository, so that no host is given files by which it could refuse or accept",
    source: "contract.md, section 2: consumers are judged by the policy's keys and the host files given out",
    applies: ({ row, program }) => program !== "cosign" && unspokenFor.includes(row),
  },
  {
    why: "skopeo's image proxy checks no policy before 1.13",
    source: "contract.md, section 2: bootc at least skopeo 1.13, below which no policy is checked",
    applies: (answer) => !checksPolicy(answer),
  },
];

/** Of the model of containers/image. */
export const modelExceptions: readonly Exception[] = [
  {
    why: "Debian took sigstore out of its build of 1.9.3; the model is of what upstream released",
    source: "facts/judges.md; the program says so itself: Debian-local change: sigstore disabled",
    applies: ({ words }) => words.endsWith("Debian-local change: sigstore disabled"),
  },
];

const bundleOfPlatform = "a bundle of the platform alone: hosts see no bundles, and cosign looks at the index";
const otherHash = "by SHA-384 or SHA-512, with which cosign 3 signs and nobody verifies";
const brokenFile = "containers/image reads all files of a lookaside or none";

/**
 * Verified by the policy, and enforced by no program that was asked: why not. All are right signatures by the policy's
 * signers; their consumers are `not-enforceable`.
 */
export const enforcedByNobody: Readonly<Record<string, string>> = {
  "cosign-3-amd64": bundleOfPlatform,
  "cosign-3-platforms": bundleOfPlatform,
  "two-keys-cosign-3-other-split": bundleOfPlatform,
  "platform-for-index-cosign-3": bundleOfPlatform,
  "removed-cosign-3-index": bundleOfPlatform,
  "threshold-across-formats": "each of the two signatures is in a format that hides the other from somebody",
  "cosign-3-legacy-p384": otherHash,
  "cosign-3-p384": otherHash,
  "cosign-3-legacy-p521": otherHash,
  "cosign-3-p521": otherHash,
  "openpgp-retired": "hosts are not given retired signers, and cosign knows no OpenPGP",
  "openpgp-beside-key": "hosts are given the policy's keys before its OpenPGP, and cosign knows none",
  "statement-version-0.1": "cosign 3 reads bundles of version 0.3 alone",
  "keyless-bundle-version-0.2": "cosign 3 reads bundles of version 0.3 alone",
  "keyless-bundle-rekor-2": "cosign 3 takes a bundle with an entry of dsse 0.0.2 for none",
  "lookaside-broken-first": brokenFile,
  "lookaside-broken-last": brokenFile,
};

export function isExcepted(exceptions: readonly Exception[], answer: Answer): boolean {
  return exceptions.some(({ applies }) => applies(answer));
}
