// Checks of trust documents that go beyond one document's form.
import { withHubHost } from "../words/docker-hub.ts";
import { nearest } from "../words/nearest.ts";
import { findDuplicates, type Named } from "./duplicates.ts";
import type { Located } from "./located-document.ts";
import { addressProblem } from "./plain-http.ts";
import type { Mistake } from "./policy-set.ts";
import type { RegistryDocument } from "./registry-document.ts";
import type { Signer, TrustDocument } from "./trust-document.ts";
import { fileOfSigner, type TrustFiles } from "./trust-files.ts";

type Trust = Located<TrustDocument>;

export function checkTrust(
  trust: readonly Trust[],
  files: TrustFiles,
  registries: readonly RegistryDocument[],
): readonly (Mistake | undefined)[] {
  const ids = findDuplicates(
    "the trust policy id",
    trust.map((each) => ({
      name: each.value.id,
      place: each.placeOf(["id"]),
      mistake: (message) => each.mistakeAt(["id"], message),
    })),
    "give this one another id",
  );
  const scopes = findDuplicates(
    "the scope",
    trust.flatMap((each) =>
      each.value.scopes.map((scope, index) => ({
        name: withHubHost(scope),
        place: each.placeOf(["scopes", index]),
        mistake: (message: string) => each.mistakeAt(["scopes", index], message),
      })),
    ),
    "one policy speaks for a scope: put the signers together",
  );
  return [...ids, ...scopes, ...trust.flatMap((each) => checkPolicy(each, files, registries))];
}

function checkPolicy(
  trust: Trust,
  files: TrustFiles,
  registries: readonly RegistryDocument[],
): readonly (Mistake | undefined)[] {
  const { value, mistakeAt } = trust;
  const mistakes: (Mistake | undefined)[] = [
    ...findDuplicates(
      "the signer id",
      value.signers.map((signer, index) => named(trust, index, "id", signer.id)),
      "give this one another id",
    ),
    ...findDuplicates("the identity", identitiesOf(trust), "one signature would count twice: keep one"),
    ...findDuplicates("the key", keysOf(trust, files), "one key would count twice: keep one"),
    ...value.signers.flatMap((signer, index) => checkSigner(trust, signer, index, files, registries)),
  ];
  if (value.threshold > value.signers.length) {
    mistakes.push(
      mistakeAt(
        ["threshold"],
        `${value.threshold} signers are wanted and ${value.signers.length} declared: no image could ever satisfy this`,
      ),
    );
  }
  const known = value.signers.map(({ id }) => id);
  for (const [index, attestation] of value.attestations.entries()) {
    for (const [at, id] of attestation.signers.entries()) {
      if (known.includes(id)) continue;
      const near = nearest(id, known);
      mistakes.push(
        mistakeAt(
          ["attestations", index, "signers", at],
          `no signer of this policy has the id ${id}; ${near === undefined ? `they are ${known.join(", ")}` : `did you mean ${near}?`}`,
        ),
      );
    }
  }
  return mistakes;
}

function named(trust: Trust, index: number, member: string, name: string): Named {
  const path = ["signers", index, member];
  return { name, place: trust.placeOf(path), mistake: (message) => trust.mistakeAt(path, message) };
}

function identitiesOf(trust: Trust): readonly Named[] {
  return trust.value.signers.flatMap((signer, index) =>
    "identity" in signer
      ? [named(trust, index, "identity", `${signer.identity.subject} of ${signer.identity.issuer}`)]
      : [],
  );
}

/** Keys are compared by fingerprint: two files, or one file in two spellings, can hold one key. */
function keysOf(trust: Trust, files: TrustFiles): readonly Named[] {
  return trust.value.signers.flatMap((signer, index) => {
    const wanted = fileOfSigner(signer);
    if (wanted === undefined || wanted.use === "trustRoot") return [];
    const file = files(wanted.use, wanted.name);
    const fingerprints = file.outcome === "file" ? [...new Set(file.fingerprints)] : [];
    return fingerprints.map((fingerprint) => named(trust, index, wanted.use, fingerprint));
  });
}

function checkSigner(
  { mistakeAt }: Trust,
  signer: Signer,
  index: number,
  files: TrustFiles,
  registries: readonly RegistryDocument[],
): readonly (Mistake | undefined)[] {
  const mistakes: (Mistake | undefined)[] = [];
  if (
    signer.validFrom !== null &&
    signer.validUntil !== null &&
    Date.parse(signer.validFrom) >= Date.parse(signer.validUntil)
  ) {
    mistakes.push(
      mistakeAt(["signers", index, "validUntil"], "this is not later than validFrom: the signer would never count"),
    );
  }
  const wanted = fileOfSigner(signer);
  if (wanted !== undefined) {
    const file = files(wanted.use, wanted.name);
    if (file.outcome === "refused")
      mistakes.push(mistakeAt(["signers", index, wanted.use], `${wanted.name} ${file.reason}`));
  }
  if ("identity" in signer && /^[*/:@.]*$/.test(signer.identity.subject.replace(/^https?:/, ""))) {
    mistakes.push(
      mistakeAt(
        ["signers", index, "identity", "subject"],
        "this matches everybody that the issuer knows: name the workflow or address",
      ),
    );
  }
  if ("lookaside" in signer && signer.lookaside !== undefined) {
    const problem = addressProblem(signer.lookaside, registries);
    if (problem !== undefined) mistakes.push(mistakeAt(["signers", index, "lookaside"], problem));
  }
  return mistakes;
}

export function noteTrust(trust: readonly Trust[]): readonly (Mistake | undefined)[] {
  return trust.flatMap(({ value, mistakeAt }) =>
    value.signers.map((signer, index) =>
      signer.confirmed || signer.evidence !== undefined
        ? undefined
        : mistakeAt(
            ["signers", index, "confirmed"],
            "say in `evidence` where this was read, so that somebody can confirm it",
          ),
    ),
  );
}
